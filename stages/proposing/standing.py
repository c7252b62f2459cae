"""(a proposed lesson, the owner's words of today, Rules) -> why it teaches nothing any more: counted, not searched."""

from __future__ import annotations

from collections.abc import Iterable

from stages.decide import decide
from stages.proposing.candidates import candidate_of, taught
from stages.proposing.corrected import Correction
from stages.proposing.weighing import AGAINST, BROKEN, apart, fits, spoken
from stages.rules.language import Lesson, Rules

STRANGE = "Salver proposes no such lesson any more"
AGAINST_IT = "your corrections no longer say so: {speaking} for it, {against} against it"
MOOT = "it would change nothing any more: your rules decide so without it"


def why_outdated(lesson: Lesson, corrections: Iterable[Correction], rules: Rules) -> str:
    """Why it is not to be accepted; empty: it may be, as far as the corrections tell that are still known."""
    candidate = candidate_of(lesson)
    if candidate is None:
        return STRANGE
    asked, with_it = frozenset(candidate.traits), taught(rules, lesson)
    known, speaking, mended, against = False, 0, 0, 0
    for each in spoken(corrections, rules):
        said, decision = each.correction.said, each.correction.decision
        known = known or each.correction.id in lesson.corrections
        if not asked <= each.traits:
            continue
        then = decide(decision.judgement, decision.enriched, with_it).verdict
        speaking += fits(then, said) and (bool(asked) or then != each.live)
        mended += fits(then, said) and not each.right
        against += apart(then, said) > apart(each.live, said)
    if BROKEN * against > AGAINST * speaking:
        return AGAINST_IT.format(speaking=speaking, against=against)
    return MOOT if (known or speaking) and not mended else ""
