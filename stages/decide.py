"""(Judgement, Enriched, Rules) -> Decision: a veto, else what was said before, else the first rule, else the points.

A veto decides ugly whatever the rules say; what they would have said without it is kept beside it.

What was said before: of this very request by its owner, which is before any veto; then of the request that a mail only
repeats; then what they said of all requests of the person or company; that a company is always good lifts nothing out
of ugly. What was learned from the owner's corrections never makes ugly what is good without it, and lifts what a rule
of the owner's calls ugly to intriguing at most.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from stages.events import Decision, Enriched, Judgement, Memory, Reason, RuleAt, Taught, Thresholds, Verdict
from stages.names import FOLDERS
from stages.rules.fields import Case
from stages.rules.language import Rule, Rules
from stages.rules.matching import ADDED, read_through


class Ruled(NamedTuple):
    """What rules and thresholds say, the slug of what said it, and the rule if it was one."""

    verdict: Verdict
    slug: str
    rule: Rule | None = None
    added: tuple[Reason, ...] = ()
    """by rules"""
    labels: tuple[str, ...] = ()
    notify: str = ""
    held: bool = False
    taught: tuple[Taught, ...] = ()


def decide(judgement: Judgement, enriched: Enriched, rules: Rules) -> Decision:
    """The verdict on one request, with the thresholds it was made with and where in the rules it stands.

    The points that rules add are added anew, whatever an earlier decision added.
    """
    judgement, rules = without_added(judgement), rules.for_owner(enriched.owner)
    said = judgement.request.said
    if said is not None:  # the owner's own word; what would have been said stands beside it
        without = decide(_unsaid(judgement), enriched, rules)
        by_word = Ruled(said, "you-said", labels=without.labels)
        return _made(judgement, by_word, rules).model_copy(update={"without_veto": without.verdict})
    if judgement.veto is not None or enriched.kind == "spoof":
        vetoes = [reason for reason in judgement.reasons if reason.veto]
        rest = judgement.score - sum(reason.points for reason in vetoes)
        silent = {reason.signal for reason in vetoes}
        spoke = {signal: points for signal, points in _spoke(judgement).items() if signal not in silent}
        otherwise = _ruled(judgement, spoke, rest, enriched, rules).verdict
        slug = f"veto-{judgement.veto.replace('_', '-')}" if judgement.veto else "spoof"
        return _made(judgement, Ruled("ugly", slug), rules).model_copy(update={"without_veto": otherwise})
    past = judgement.request.past
    if follows_another(judgement) and past.verdict is not None:
        ours = past.placed or FOLDERS[past.verdict]
        folder = past.folder or ours
        moved = folder not in (ours, FOLDERS[past.verdict])  # the owner's own move counts for more than what we said
        verdict = next((said for said, place in FOLDERS.items() if moved and place == folder), past.verdict)
        labels = _ruled(judgement, _spoke(judgement), judgement.score, enriched, rules).labels
        return _made(judgement, Ruled(verdict, "joins-request", labels=labels), rules, folder)
    memory = judgement.request.memory
    lifts = memory is not None and memory.verdict == "good"
    alone = untaught = _ruled(judgement, _spoke(judgement), judgement.score, enriched, rules)
    if rules.lessons and memory is not None and _may_not_lift(memory):
        untaught = _ruled(judgement, _spoke(judgement), judgement.score, enriched, rules.untaught)
    if memory is None or (_may_not_lift(memory) and untaught.verdict == "ugly"):
        return _made(judgement, alone, rules)
    slug = "always-good" if memory.verdict == "good" else "never-again"
    by_word = Ruled(memory.verdict, slug, labels=alone.labels, notify=alone.notify if lifts else "")
    return _made(judgement, by_word, rules).model_copy(update={"without_veto": alone.verdict})


def without_added(judgement: Judgement) -> Judgement:
    """The judgement as the signals made it: without the points that rules added."""
    reasons = tuple(reason for reason in judgement.reasons if not reason.signal.startswith(ADDED))
    return judgement if len(reasons) == len(judgement.reasons) else _with(judgement, reasons)


def _with(judgement: Judgement, reasons: tuple[Reason, ...]) -> Judgement:
    return judgement.model_copy(update={"reasons": reasons, "score": sum(reason.points for reason in reasons)})


def _unsaid(judgement: Judgement) -> Judgement:
    return judgement.model_copy(update={"request": judgement.request.model_copy(update={"said": None})})


def by_lesson(decision: Decision) -> Taught | None:
    """What was learned, if that decided."""
    if decision.rule_at is not None and decision.rule_at.line is not None:
        return None  # a rule of the owner's, of the same name
    return next((each for each in decision.taught if each.rule == decision.rule), None)


def by_memory(decision: Decision) -> Memory | None:
    """What the owner said of all requests of the person or company, if that decided."""
    at, judged = decision.rule_at, decision.judgement
    named = decision.rule in ("always-good", "never-again") and (at is None or at.line is None)  # no rule of that name
    return judged.request.memory if named and by_lesson(decision) is None else None


def not_lifted(decision: Decision) -> Memory | None:
    """The owner's word that a company is always good, where it did not help: the request is ugly by itself."""
    judged = decision.judgement
    memory = judged.request.memory
    if memory is None or not _may_not_lift(memory) or decision.verdict != "ugly" or judged.veto is not None:
        return None
    return None if judged.request.said is not None or follows_another(judged) else memory


def _may_not_lift(memory: Memory) -> bool:
    """Whether it leaves ugly what is ugly: a company is what a stranger says of themselves, a profile is not."""
    return memory.scope == "company" and memory.verdict == "good"


def follows_another(judgement: Judgement) -> bool:
    """Whether the request was decided before, and this mail says nothing new. A safety signal speaks all the same."""
    past = judgement.request.past
    return judgement.request.joins and past.verdict is not None and not past.says_more


def _made(judgement: Judgement, ruled: Ruled, rules: Rules, folder: str | None = None) -> Decision:
    line = ruled.rule.line if ruled.rule else None
    own = ruled.rule.folder if ruled.rule else ""
    return Decision(
        judgement=_with(judgement, (*judgement.reasons, *ruled.added)) if ruled.added else judgement,
        verdict=ruled.verdict,
        rule=ruled.slug,
        rule_at=RuleAt(file=rules.file, version=rules.version, line=line) if rules.file else None,
        thresholds=rules.marks,
        folder=folder or own or FOLDERS[ruled.verdict],
        labels=ruled.labels,
        notify=ruled.notify,
        held=ruled.held,
        taught=ruled.taught,
    )


def _spoke(judgement: Judgement) -> dict[str, float]:
    return {reason.signal: reason.points for reason in judgement.reasons}


def _ruled(judgement: Judgement, spoke: Mapping[str, float], score: float, enriched: Enriched, rules: Rules) -> Ruled:
    """What rules and thresholds say about these signals and this score."""
    case = Case(judgement, enriched, spoke, score)
    ruled = _by(rules.in_order, rules.marks, case)
    if rules.lessons and ruled.verdict in ("good", "ugly"):
        plain = _by(rules.rule, rules.thresholds, case)
        by_own_rule = plain.rule is not None and plain.verdict == "ugly"
        if (ruled.verdict == "ugly" and plain.verdict == "good") or (ruled.verdict == "good" and by_own_rule):
            ruled = ruled._replace(verdict="intriguing", rule=None, held=True)
    if ruled.verdict == "follow_up" and enriched.kind == "inmail":
        ruled = ruled._replace(verdict="intriguing")
    if ruled.verdict == "ugly" and not enriched.layout_known:
        # what we may have misread must not be lost unseen
        return ruled._replace(verdict="intriguing", slug="unknown-layout", rule=None)
    return ruled


def _by(rules: Iterable[Rule], marks: Thresholds, case: Case) -> Ruled:
    found = read_through(rules, case)
    taught = tuple(Taught(lesson=each.lesson, rule=each.name, says=each.says) for each in found.applied if each.lesson)
    more = (found.reasons, found.labels, found.notify, False, taught)
    if found.rule is not None and found.rule.verdict is not None:
        return Ruled(found.rule.verdict, found.rule.name, found.rule, *more)
    if found.score >= marks.good:
        return Ruled("good", "score-good", None, *more)
    if found.score >= marks.intriguing:
        return Ruled("intriguing", "score-intriguing", None, *more)
    return Ruled("ugly", "score-ugly", None, *more)
