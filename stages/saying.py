"""How points, signals and rules are said to people, and (Decision) -> what would change it, in one sentence."""

from __future__ import annotations

from collections.abc import Iterable

from stages.decide import by_lesson, by_memory
from stages.events import Change, Decision, Judgement, Memory, Reason, Taught, Turn, Verdict
from stages.header import clean, when
from stages.rules.matching import ADDED
from stages.signals import SIGNALS
from stages.wording import EVIDENCE

BRINGS = {
    "claim_is_true": "a checked personal detail",
    "note_is_personal": "something only the two of you share",
    "seems_written_for_you": "a note written for you alone",
    "wants_to_learn": "a wish to learn from you",
    "offers_referral_or_fits_open_job": "a referral, or interest in your open job",
    "mentions_owners_facts": "a word about something of yours",
    "fits_what_you_want": "something you want",
    "seems_to_want_nothing": "a note that offers nothing",
    "answered_when_asked": "an answer when you ask",
    "person_is_known": "a person you know",
    "shares_connections": "many connections in common",
    "profile_is_polished": "a complete profile",
}
"""What a request could bring, best first: what a person can write, then who they are."""
FOLLOWS = "follows the request that came first"
"""Of a mail that belongs to a request which was decided before."""


def number(value: float) -> str:
    """Points as people write them: 6.5, -8, 0."""
    return f"{value + 0.0:.2f}".rstrip("0").rstrip(".")  # adding 0.0 takes the sign from minus zero


def signed(points: float) -> str:
    return ("+" if points > 0 else "") + number(points)


def points(score: float) -> str:
    return f"{number(score)} point{'' if abs(score) == 1 else 's'}"


def says(signal: str) -> str:
    """What a signal says, to go inside a sentence. Events outlive signals: one that is gone is told by its name."""
    if signal.startswith(ADDED):
        return f'the rule "{_name_of_rule(signal)}" says so'
    known = SIGNALS.get(signal)
    words = known.says if known else named(signal)
    return words[:1].lower() + words[1:]


def because(reason: Reason) -> str:
    """The same of a reason; of a rule that added points, in the owner's own words if they wrote some."""
    if reason.signal.startswith(ADDED) and reason.evidence:
        return f'{clean(reason.evidence, EVIDENCE)} (rule "{_name_of_rule(reason.signal)}")'
    return says(reason.signal)


def _name_of_rule(signal: str) -> str:
    return clean(signal.removeprefix(ADDED), 64)


def named(signal: str) -> str:
    """A signal's name as words: `sells a service`. Of points that a rule added: `rule "northwind"`."""
    if signal.startswith(ADDED):
        return f'rule "{_name_of_rule(signal)}"'
    return clean(signal, 64).replace("_", " ")


def strongest(reasons: Iterable[Reason]) -> str:
    """The two that weigh most, a veto first: `note is personal +4; sells a service -2.5`."""
    first = sorted(reasons, key=lambda reason: (not reason.veto, -abs(reason.points)))[:2]
    return "; ".join(f"{named(reason.signal)} {reason.points:+g}" for reason in first)


def why(judgement: Judgement) -> tuple[str, ...]:
    """The points and the two reasons that weigh most, a veto first, in words: for a mail to the owner."""
    first = sorted(judgement.reasons, key=lambda reason: (not reason.veto, -abs(reason.points)))[:2]
    return (points(judgement.score), *(because(reason) for reason in first))


def verdict(said: Verdict) -> str:
    return said.replace("_", " ")


def remembered(memory: Memory) -> str:
    """`you said on 2026-05-03 that all requests of Jane Roe are good`; times are UTC."""
    whose = clean(memory.name, 60) or ("this person" if memory.scope == "person" else "this company")
    from_ = f"of {whose}" if memory.scope == "person" else f"from {whose}"
    return f"you said on {when(memory.at):%Y-%m-%d} that all requests {from_} are {verdict(memory.verdict)}"


def helpless(memory: Memory) -> str:
    """That a word about a company did not lift a request, and why."""
    return f"{remembered(memory)}; that lifts nothing that is ugly by itself, for anybody can name a company"


def by_points(decision: Decision) -> bool:
    """Whether no rule decided, but the sum of the points (or that we could not read the layout)."""
    if decision.rule_at is not None and decision.rule_at.line is not None:
        return False  # a rule of the owner's, whatever they called it
    if by_lesson(decision) is not None:
        return False
    return decision.rule.startswith("score-") or decision.rule == "unknown-layout"


def follows(decision: Decision) -> bool:
    """Whether its mail belongs to a request that was decided before, and no rule, no threshold decided."""
    at = decision.rule_at
    named = decision.rule == "joins-request" and (at is None or at.line is None)  # no rule of the owner's of that name
    return named and by_lesson(decision) is None


def deciding(decision: Decision) -> str:
    """The rule that decided, to begin a sentence with."""
    lesson = by_lesson(decision)
    return f"What you taught Salver ({lesson.lesson})" if lesson else f'The rule "{clean(decision.rule, 64)}"'


def learned(taught: Taught) -> str:
    """`what you taught Salver: they are of a company you like (lesson ab12)`."""
    return f"what you taught Salver: {clean(taught.says, EVIDENCE)} (lesson {clean(taught.lesson, 32)})"


HELD = (
    "what you taught Salver says the opposite of what it would be without that: one makes it good, the other ugly, so "
    "it is intriguing, for you to look at"
)


def outlook(decision: Decision) -> str:
    """What would put a request into the next better folder; of a good one, by how much it is good.

    Empty where nothing in this mail decided, where rules ask too much to look for it, and for decisions from before
    this was kept.
    """
    if decision.thresholds is None or follows(decision):
        return ""
    if (memory := by_memory(decision)) is not None:
        return f"`salver forget {clean(memory.request)[-8:]}` takes that word of yours back."
    if decision.verdict == "good":
        return _margin(decision.judgement.score - decision.thresholds.good, decision)
    if decision.change is None:
        return _out_of_reach(decision)
    if decision.change.untried:
        return ""
    if decision.judgement.veto is not None:
        then = f"{verdict(decision.change.verdict)}{_by(decision.change)}"
        return f"{_while_vetoes(decision)}, nothing would change it; without that it would be {then}."
    if by_points(decision):
        return _for_points(decision, decision.change)
    then, facts = verdict(decision.change.verdict), _facts(decision.change.signals)
    if decision.change.lifts:
        rest = f"it would then be {then}{_by(decision.change)}"
        return f"{deciding(decision)} would not apply {facts}; {rest}."
    return f"It would be {then} {facts}{_by(decision.change)}."


def _margin(above: float, decision: Decision) -> str:
    needs = f"good needs {number(decision.thresholds.good)}" if decision.thresholds else ""
    if by_points(decision):
        return f"Good by {points(above)}: {needs}." if above else f"Just good: {needs}."
    if above >= 0:
        return f"The points alone would make it good too: {needs}."
    return f"By its points it is {number(-above)} short of good: {needs}, but a rule decided."


def _short(decision: Decision) -> str:
    """`0.75 short of good (3)`; empty where the points would do, and it was not for them that it is no better."""
    marks = decision.thresholds
    if marks is None:
        return ""
    goal, needed = ("intriguing", marks.intriguing) if decision.verdict == "ugly" else ("good", marks.good)
    missing = needed - decision.judgement.score
    return f"{number(missing)} short of {goal} ({number(needed)})" if missing > 0 else ""


def _out_of_reach(decision: Decision) -> str:
    """No one or two facts would do."""
    short = _short(decision)
    if decision.judgement.veto is not None:
        return f"{_while_vetoes(decision)}, nothing would change it."
    if decision.rule == "spoof":
        return "Nothing would change it: the mail imitates a network."
    if by_points(decision):
        return f"{short}: no one or two facts would make up for that." if short else ""
    missing = f"; by its points it is {short}" if short else ""
    return f"{deciding(decision)} decided, and no one or two facts would change that{missing}."


def _while_vetoes(decision: Decision) -> str:
    vetoes = [f'"{named(reason.signal)}"' for reason in decision.judgement.reasons if reason.veto]
    return f"While {_and(vetoes)} {'speak' if len(vetoes) > 1 else 'speaks'}"


def _for_points(decision: Decision, change: Change) -> str:
    """The points were what was missing."""
    short, facts = _short(decision), _facts(change.signals).removeprefix("with ")
    if not short:
        return f"It would be {verdict(change.verdict)} {_facts(change.signals)}{_by(change)}."
    more = f", and make it {verdict(change.verdict)}" if change.verdict not in short else ""
    decides = "" if change.rule.startswith("score-") else _by(change)
    if facts.startswith("without "):
        return f"{short}: {facts} it would be {verdict(change.verdict)}{decides}."
    return f"{short}: {facts} would do{more}{decides}."


def _by(change: Change) -> str:
    """What would decide then."""
    if change.rule.startswith("score-"):
        return ", by its points"
    known = {"joins-request": ", as its first mail was", "unknown-layout": ", since its layout is new to us"}
    known["always-good"] = ", by your word about their company"
    return known.get(change.rule, f', by the rule "{clean(change.rule, 64)}"')


def _facts(turns: tuple[Turn, ...]) -> str:
    """`with a checked personal detail (+3) instead of "note is blank" (-0.5)`, or `without "flatters" (-0.5)`."""
    quoted = {turn.signal: f'"{named(turn.signal)}"' for turn in turns}
    brought = [f"{BRINGS.get(t.signal, quoted[t.signal])} ({signed(t.points)})" for t in turns if t.speaks]
    gone = [f"{quoted[t.signal]} ({signed(t.points)})" for t in turns if not t.speaks]
    if not gone:
        return f"with {_and(brought)}" if brought else ""
    return f"with {_and(brought)} instead of {_and(gone)}" if brought else f"without {_and(gone)}"


def _and(words: Iterable[str]) -> str:
    *most, last = words
    return f"{', '.join(most)} and {last}" if most else last
