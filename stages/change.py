"""(Decision, Enriched, Settings) -> Change: what would have put a request into a better folder, if little enough.

Nothing is said that was not tried: every change is applied to the judgement, and rules and thresholds decide again.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import combinations, takewhile

from stages.decide import by_memory, decide, follows_another, without_added
from stages.events import Change, Decision, Enriched, Judgement, Reason, Turn, Verdict
from stages.otherwise import Fact, others, own, rule_of, silent, weight
from stages.rules.fields import Case
from stages.rules.matching import applies, may_apply, read_through
from stages.settings import Condition, Rule, Rules, Settings

_MOST = 2
"""Facts in one change; more is another request."""

_MOST_ASKED = 150_000
"""What may be asked in all, as `_asks` counts: some tenths of a second. The shipped rules need less than half of it."""

_RANK: dict[Verdict, int] = {"ugly": 0, "follow_up": 1, "intriguing": 1, "good": 2}


def change(decision: Decision, enriched: Enriched, settings: Settings) -> Change | None:
    """The fewest facts that lead to a better folder, at most two, and best what a person could bring.

    None: it is good already, nothing in this mail decides (a spoof, a mail that follows an earlier one, the owner's
    word), or more than two facts are missing. Where a rule decided, its own conditions are tried first; where a veto
    did, only its absence. Where the rules ask so much that this would hold up other mail, it is left (`untried`).
    """
    judged = decision.judgement
    if decision.verdict == "good" or enriched.kind == "spoof" or judged.request.said is not None:
        return None
    settings = settings.but(rules=_possible(judged, enriched, settings.rules))
    if judged.veto is not None:
        vetoes = [silent(reason) for reason in judged.reasons if reason.veto]
        return _better(decision, vetoes, enriched, settings) if len(vetoes) <= _MOST else None
    if follows_another(judged) or by_memory(decision) is not None:
        return None
    first = tuple(own(decision, enriched, settings))
    tries = _MOST_ASKED // _asks(settings.rules)
    groups = tuple(tuple(group) for group in others(decision, enriched, settings))
    for count in range(1, _MOST + 1):
        if count > 1:  # of what is not enough alone, what weighs most; else an idle quarter of a point is named
            groups = tuple(tuple(sorted(group, key=weight, reverse=True)) for group in groups)
        facts = dict.fromkeys((*first, *(fact for group in groups for fact in group)))
        further: Change | None = None
        for some in combinations(facts, count):
            if (tries := tries - 1) < 0:
                return further or Change(signals=(), verdict=decision.verdict, rule="", untried=True)
            found = _better(decision, some, enriched, settings)
            if found and (set(some) <= set(first) or _RANK[found.verdict] == _RANK[decision.verdict] + 1):
                return found
            further = further or found
        if further is not None:
            return further
    return None


def _possible(judged: Judgement, enriched: Enriched, rules: Rules) -> Rules:
    """The rules without those of the owner's that this request cannot meet, whatever signals speak about it."""
    case = Case(judged, enriched, {}, judged.score)
    return rules.but(rule=tuple(rule for rule in rules.rule if may_apply(rule, case)))


def _asks(rules: Rules) -> int:
    """About how much work it is to decide by them: conditions, those about fields fourfold, and what they look for."""
    return 1 + sum(_asked(condition) for rule in rules.in_order for condition in rule.conditions)


def _asked(condition: Condition) -> int:
    texts = sum(len(sought.texts) for sought in (condition.contains, condition.word) if sought is not None)
    return (1 if condition.field is None else 4) + texts + sum(map(_asked, condition.parts))


def _better(decision: Decision, facts: Iterable[Fact], enriched: Enriched, settings: Settings) -> Change | None:
    """The change that these facts are together, if they lead to a better folder."""
    turns = _together(facts)
    made = decide(applied(decision.judgement, turns), enriched, settings.rules)
    if _RANK[made.verdict] <= _RANK[decision.verdict] or made.folder == decision.folder:
        return None
    rule = rule_of(decision, settings)
    lifts = rule is not None and not _would_apply(rule, made.judgement, enriched, settings)
    return Change(signals=turns, verdict=made.verdict, rule=made.rule, lifts=lifts)


def _would_apply(rule: Rule, judged: Judgement, enriched: Enriched, settings: Settings) -> bool:
    """Whether the conditions of a rule hold of this judgement, with the points that those before it add."""
    rules, bare = settings.rules.for_owner(enriched.owner), without_added(judged)
    case = Case(bare, enriched, {reason.signal: reason.points for reason in bare.reasons}, bare.score)
    named = (rule.name, rule.lesson)
    before = read_through(takewhile(lambda each: (each.name, each.lesson) != named, rules.in_order), case)
    return applies(rule, case._replace(score=before.score))


def _together(facts: Iterable[Fact]) -> tuple[Turn, ...]:
    """The turns of several facts, each once, those that speak first."""
    turns = dict.fromkeys(turn for fact in facts for turn in fact)
    return tuple(sorted(turns, key=lambda turn: not turn.speaks))


def applied(judgement: Judgement, turns: Iterable[Turn]) -> Judgement:
    """The judgement as it would be if these signals spoke, or were silent. It adds up again."""
    gone = {turn.signal for turn in turns if not turn.speaks}
    new = (Reason(signal=turn.signal, points=turn.points, evidence="as it would be") for turn in turns if turn.speaks)
    reasons = (*(reason for reason in judgement.reasons if reason.signal not in gone), *new)
    return judgement.model_copy(
        update={
            "reasons": reasons,
            "score": sum(reason.points for reason in reasons),
            "veto": min((reason.signal for reason in reasons if reason.veto), default=None),
        }
    )
