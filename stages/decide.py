"""(Judgement, Enriched, Rules) -> Decision: a veto, else what was said before, else the first rule, else the points.

What was said before: of this very request by its owner, which is before any veto; then of the request that a mail only
repeats; then what they said of all requests of the person or company; that a company is always good lifts nothing out
of ugly. A veto decides ugly whatever the rules say; what they would have said without it is kept beside it.
"""

from __future__ import annotations

from typing import NamedTuple

from stages.events import Decision, Enriched, Judgement, Memory, RuleAt, Verdict
from stages.names import FOLDERS
from stages.rules import first_match
from stages.settings import Rule, Rules


class Ruled(NamedTuple):
    """What rules and thresholds say, the slug of what said it, and the rule if it was one."""

    verdict: Verdict
    slug: str
    rule: Rule | None = None


def decide(judgement: Judgement, enriched: Enriched, rules: Rules) -> Decision:
    """The verdict on one request, with the thresholds it was made with and where in the rules it stands."""
    said = judgement.request.said
    if said is not None:  # the owner's own word; what would have been said stands beside it
        without = decide(_unsaid(judgement), enriched, rules)
        return _made(judgement, Ruled(said, "you-said"), rules).model_copy(update={"without_veto": without.verdict})
    if judgement.veto is not None or enriched.kind == "spoof":
        vetoes = [reason for reason in judgement.reasons if reason.veto]
        rest = judgement.score - sum(reason.points for reason in vetoes)
        silent = {reason.signal for reason in vetoes}
        otherwise = _ruled(judgement, _spoke(judgement) - silent, rest, enriched, rules).verdict
        slug = f"veto-{judgement.veto.replace('_', '-')}" if judgement.veto else "spoof"
        return _made(judgement, Ruled("ugly", slug), rules).model_copy(update={"without_veto": otherwise})
    past = judgement.request.past
    if follows_another(judgement) and past.verdict is not None:
        folder = past.folder or FOLDERS[past.verdict]
        moved = folder != FOLDERS[past.verdict]  # the owner's own move counts for more than what we said
        verdict = next((said for said, place in FOLDERS.items() if moved and place == folder), past.verdict)
        return _made(judgement, Ruled(verdict, "joins-request"), rules, folder)
    memory = judgement.request.memory
    alone = _ruled(judgement, _spoke(judgement), judgement.score, enriched, rules)
    if memory is None or (_may_not_lift(memory) and alone.verdict == "ugly"):
        return _made(judgement, alone, rules)
    slug = "always-good" if memory.verdict == "good" else "never-again"
    return _made(judgement, Ruled(memory.verdict, slug), rules).model_copy(update={"without_veto": alone.verdict})


def _unsaid(judgement: Judgement) -> Judgement:
    return judgement.model_copy(update={"request": judgement.request.model_copy(update={"said": None})})


def by_memory(decision: Decision) -> Memory | None:
    """What the owner said of all requests of the person or company, if that decided."""
    at, judged = decision.rule_at, decision.judgement
    named = decision.rule in ("always-good", "never-again") and (at is None or at.line is None)  # no rule of that name
    return judged.request.memory if named else None


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
    return Decision(
        judgement=judgement,
        verdict=ruled.verdict,
        rule=ruled.slug,
        rule_at=RuleAt(file=rules.file, version=rules.version, line=line) if rules.file else None,
        thresholds=rules.thresholds,
        folder=folder or FOLDERS[ruled.verdict],
    )


def _spoke(judgement: Judgement) -> set[str]:
    return {reason.signal for reason in judgement.reasons}


def _ruled(judgement: Judgement, spoke: set[str], score: float, enriched: Enriched, rules: Rules) -> Ruled:
    """What rules and thresholds say about these signals and this score."""
    rule = first_match(rules, judgement.request.notice, spoke, score, enriched)
    if rule is not None:
        ruled = Ruled(rule.verdict, rule.name, rule)
    elif score >= rules.thresholds.good:
        ruled = Ruled("good", "score-good")
    elif score >= rules.thresholds.intriguing:
        ruled = Ruled("intriguing", "score-intriguing")
    else:
        ruled = Ruled("ugly", "score-ugly")
    if ruled.verdict == "follow_up" and enriched.kind == "inmail":
        ruled = ruled._replace(verdict="intriguing")
    if ruled.verdict == "ugly" and not enriched.layout_known:
        return Ruled("intriguing", "unknown-layout")  # what we may have misread must not be lost unseen
    return ruled
