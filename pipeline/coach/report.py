"""Receptions and changes -> what is told: lines for a person, and an object for a program."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from pipeline.coach import Blank, Receiver, Reception, Sender
from pipeline.coach.changes import Advice, Change
from pipeline.coach.drafts import FREE, INMAIL, WITH_REQUEST, hidden
from pipeline.coach.hints import ANSWER, SAY_WHY
from stages.events import Reason, Verdict
from stages.header import clean
from stages.saying import named, number, points, signed
from stages.settings import Thresholds
from stages.signals import SIGNALS

OUTCOMES: dict[Verdict, str] = {
    "good": "Good",
    "intriguing": "Intriguing",
    "ugly": "Ugly",
    "follow_up": "Follow up (they would ask you why)",
}
_BLANKS: dict[Blank, str] = {
    "empty": "there is no note",
    "default": "this is LinkedIn's own sentence, the one that stands there when nobody writes",
    "like_default": "this reads like LinkedIn's own sentence, the one that stands there when nobody writes",
    "nothing": "there are words, and no reason in them",
}
_SENTENCE = 160
"""characters of a quoted sentence"""


def outcome(verdict: Verdict, score: float) -> str:
    return f"{OUTCOMES[verdict]}, {points(score)}"


def limit_of(sender: Sender) -> int:
    return INMAIL if sender.inmail else WITH_REQUEST


def limits(text: str, sender: Sender, spare: tuple[str, ...] = ()) -> list[str]:
    """How long it is, against what LinkedIn takes; and what cannot be seen in it."""
    most, lines = limit_of(sender), []
    if len(text) > most:
        kind = "in an InMail" if sender.inmail else "with a request"
        lines.append(f"Too long: {len(text)} characters, and LinkedIn takes {most} {kind}.")
        lines += [f'  It can go without harm: "{clean(sentence, _SENTENCE)}"' for sentence in spare]
    elif text:
        free = f" More than {FREE}: a free account cannot send it." if len(text) > FREE and not sender.inmail else ""
        lines.append(f"{len(text)} of {most} characters.{free}")
    if unseen := hidden(text):
        lines.append(f"Nobody can see {', '.join(unseen)} in it, and filters do: take that out.")
    return lines


def verdict_lines(given: Reception, receiver: Receiver) -> list[str]:
    """The verdict with its reasons, their sum and the thresholds."""
    judgement, bounds = given.decision.judgement, receiver.settings.rules.thresholds
    lines = [f"{_whom(receiver)}: {OUTCOMES[given.verdict]}, with {points(given.score)}."]
    if judgement.reasons:
        lines.append('What their Salver would write ("you" is who reads it):')
    lines += [_reason(reason) for reason in judgement.reasons]
    if judgement.reasons:
        lines += ["  ------", f"  {signed(given.score):>6}  in all"]
    else:
        lines.append("  Nothing speaks for it or against it.")
    lines.append(f"Decided by: {_decided_by(given.decision.rule)}. {_bounds(bounds)}")
    if receiver.profile is None:
        lines.append("Nothing was checked against what is true of them: --to takes their profile.")
    return lines


def _whom(receiver: Receiver) -> str:
    return f"To {clean(receiver.called, 80)}" if receiver.called else "To somebody who does not know you"


def _bounds(bounds: Thresholds) -> str:
    return f"By points, good begins at {number(bounds.good)}, intriguing at {number(bounds.intriguing)}."


def _reason(reason: Reason) -> str:
    alone = " [decides alone]" if reason.veto else ""
    evidence = clean(reason.evidence, 200)
    return f"  {signed(reason.points):>6}  {says(reason.signal)}{': ' + evidence if evidence else ''}{alone}"


def says(signal: str) -> str:
    """What a signal says; one that is not known here by its name."""
    return SIGNALS[signal].says if signal in SIGNALS else named(signal)


def _decided_by(rule: str) -> str:
    if rule.startswith("score-"):
        return "the points alone"
    if rule.startswith("veto-"):
        return "a safety signal, before rules and points"
    return f'the rule "{clean(rule, 64)}"'


def blank_lines(advice: Advice, receiver: Receiver) -> list[str]:
    """No praise, and what one sentence would change."""
    lines = [
        f"No praise for a blank request: {_BLANKS[advice.now.blank]}.",
        'Most such requests are asked "why?", or ignored.',
        "",
        *verdict_lines(advice.now, receiver),
        "",
    ]
    if advice.now.verdict == "good":
        lines += ["What lets it in is not the note, for there is none: it is what they know of you.", ""]
    lines.append("One sentence changes that (reckoned at its most):")
    written = [change for change in _some(advice.adds, 4) if "shares_connections" not in change.signals]
    if not any(change.says == SAY_WHY for change in written):
        lines.append(f"  - {SAY_WHY}")
    return [
        *lines,
        *_changes(written),
        "",
        ANSWER,
    ]


def advice_lines(advice: Advice, receiver: Receiver) -> list[str]:
    """The verdict, and what to drop, reword and add."""
    if advice.now.blank:
        return blank_lines(advice, receiver)
    lines = [*verdict_lines(advice.now, receiver), ""]
    if advice.drops:
        lines += ["What to drop (tried, each alone):", *_changes(advice.drops)]
    if len(advice.drops) > 1:
        lines.append(f"  Without all that helps: {outcome(advice.rest.verdict, advice.rest.score)}.")
    after = " then" if advice.drops else ""
    if advice.rewords:
        lines += [f"What to change{after} (reckoned without that reason):", *_changes(advice.rewords)]
        after = " then"
    if len(advice.rewords) > 1:
        lines.append(f"  With all of these changed: {outcome(*advice.mended)}.")
    if advice.adds and advice.mended[0] == "good":
        lines += [
            "Nothing has to be added. What else could count (reckoned at its most):",
            *_changes(_some(advice.adds, 1)),
        ]
    elif advice.adds:
        lines += [f"What to add{after}, in your own words (reckoned at its most):", *_changes(_some(advice.adds, 4))]
    return lines


def _some(adds: Iterable[Change], most: int) -> list[Change]:
    """The strongest, and those with a fact to choose."""
    return [change for nth, change in enumerate(adds) if nth < most or change.hints]


def _changes(changes: Iterable[Change]) -> list[str]:
    """The outcome first, then what to do for it, and the words it is about."""
    lines = []
    for change in changes:
        lines += [f"  - {outcome(change.verdict, change.score)} ({_moved(change)}): {change.says}"]
        if change.kind != "add":
            shown = _quoted if change.kind == "drop" else _evidence
            lines += [f"      {shown(sentence)}" for sentence in change.sentences if sentence]
            lines += [f"      {_in_short(signal)}" for signal in change.signals]
        lines += [f"      {clean(hint, 300)}" for hint in change.hints]
    return lines


def _moved(change: Change) -> str:
    most = "up to " if change.kind == "add" else ""
    return f"{most}{signed(change.points)}"


def _in_short(signal: str) -> str:
    """What the signal says, without its explanation."""
    return says(signal).split(":")[0] + "."


def _quoted(sentence: str) -> str:
    text = clean(sentence, _SENTENCE)
    return text if text.startswith('"') else f'"{text}"'


def _evidence(told: str) -> str:
    """What a reason says of itself; it quotes where it quotes."""
    return clean(told, _SENTENCE)


def as_object(advice: Advice, text: str, sender: Sender, receiver: Receiver) -> dict[str, Any]:
    """One draft to one receiver."""
    bounds = receiver.settings.rules.thresholds
    return {
        "to": receiver.called or None,
        **judged(advice.now),
        "blank": advice.now.blank or None,
        "thresholds": {"good": bounds.good, "intriguing": bounds.intriguing},
        "characters": len(text),
        "limit": limit_of(sender),
        "invisible": list(hidden(text)),
        "drops": [_change(change) for change in advice.drops],
        "after_drops": {"text": advice.left, "verdict": advice.rest.verdict, "score": advice.rest.score},
        "rewords": [_change(change) for change in advice.rewords],
        "after_rewords": {"verdict": advice.mended[0], "score": advice.mended[1]},
        "adds": [_change(change) for change in advice.adds],
        "relevance_judged": receiver.profile is not None,
    }


def judged(given: Reception) -> dict[str, Any]:
    """Verdict, score, rule and reasons."""
    judgement = given.decision.judgement
    return {
        "verdict": given.verdict,
        "score": given.score,
        "rule": given.decision.rule,
        "veto": judgement.veto,
        "reasons": [{**reason.model_dump(), "says": says(reason.signal)} for reason in judgement.reasons],
    }


def _change(change: Change) -> dict[str, Any]:
    return change._asdict()
