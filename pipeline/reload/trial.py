"""(recent decisions, two Settings) -> Tried: how many would be decided otherwise; and how that is said."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from pipeline.store.rulings import Tried
from stages.events import Decision
from stages.names import FOLDERS
from stages.replay import Recorded, replayed
from stages.rules.language import Rules
from stages.score import score
from stages.settings import Settings

FEW = 10
"""So few decisions say nothing by their share: below this number, new rules are taken whatever they change."""
NAMED = 3
"""Changes that are told one by one."""


def trial(history: Sequence[Recorded], live: Settings, new: Settings) -> Tried:
    """The recent decisions by both, each made anew from what was recorded; scored anew where points may be others."""
    if scores_otherwise(live, new):
        pairs = [(each, _scored(each, live), _scored(each, new)) for each in history]
        known = [(each, old, made) for each, old, made in pairs if old is not None and made is not None]
        return _compared([each for each, _, _ in known], [old for _, old, _ in known], live.rules,
                         [made for _, _, made in known], new.rules)  # fmt: skip
    return _compared(history, history, live.rules, history, new.rules)


def scores_otherwise(live: Settings, new: Settings) -> bool:
    """Whether a signal may bring other points; else what was recorded of them holds."""
    return (live.points, live.weights, live.profiles) != (new.points, new.weights, new.profiles)


def _scored(each: Recorded, settings: Settings) -> Recorded | None:
    """The same with the points of these settings. None: its owner is nobody's any more."""
    try:
        (scored,) = score(each.enriched, settings)
    except KeyError:
        return None
    made = next((judged for judged in scored.judgements if judged.request.id == each.request), None)
    return None if made is None else each._replace(judgement=made)


def _compared(
    history: Iterable[Recorded], old: Iterable[Recorded], old_rules: Rules, new: Iterable[Recorded], new_rules: Rules
) -> Tried:
    effect: dict[str, Counter[str]] = {}
    first: dict[str, str] = {}
    count = changed = beside = 0
    for each, before, after in zip(history, replayed(old, old_rules), replayed(new, new_rules), strict=True):
        if each.earlier or before is None or after is None:  # None: what came of a question that one would not have put
            continue
        count += 1
        was, becomes = _place(before), _place(after)
        if was == becomes:
            beside += _told(before) != _told(after)
            continue
        changed += 1
        effect.setdefault(was, Counter())[becomes] += 1
        name = each.judgement.request.notice.name
        if len(first) < NAMED:
            first.setdefault(each.request, f"{name.value or 'somebody'}: {was} -> {becomes}")
    told = {was: dict(where) for was, where in effect.items()}
    return Tried(changed, count, told, tuple(first.values()), beside)


def _place(made: Decision) -> str:
    """Where a decision leads: the verdict, and the folder if that is another than the verdict's own."""
    return made.verdict if made.folder == FOLDERS[made.verdict] else f"{made.verdict} in {made.folder}"


def _told(made: Decision) -> tuple[frozenset[str], bool]:
    """What is done beside filing: the labels, and whether the owner is told at once."""
    return frozenset(made.labels), bool(made.notify)


def too_much(tried: Tried, share: float) -> bool:
    """Whether so much changes that somebody is to look at it first."""
    return tried.of >= FEW and tried.changed > share * tried.of


def said(tried: Tried) -> str:
    """`12 of the last 40 decisions would be others (10 good -> ugly, 2 ugly -> intriguing)`."""
    if not tried.of:
        return "there is no decision to try"
    be = "would be others" if tried.changed > 1 else "would be another"
    others = f" ({moves(tried)})" if tried.changed else ""
    more = f"; {beside(tried)}" if tried.beside else ""
    return f"{tried.changed or 'none'} of the last {tried.of} decisions {be}{others}{more}"


def beside(tried: Tried) -> str:
    """`labels or notifications of 3 more`: what leads to the same, and is labelled or told otherwise."""
    return f"labels or notifications of {tried.beside}{' more' if tried.changed else ''}"


def moves(tried: Tried) -> str:
    """From where to where, what happens most first."""
    found = [(count, was, becomes) for was, where in tried.effect.items() for becomes, count in where.items()]
    found.sort(key=lambda each: (-each[0], *each[1:]))
    return ", ".join(f"{count} {was} -> {becomes}" for count, was, becomes in found)
