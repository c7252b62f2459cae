"""(the log, two Settings) -> how many of the last decisions would be others, whether that is too much, in words."""

from __future__ import annotations

from pipeline import backtest
from pipeline.store.reads import Read
from pipeline.store.rulings import Tried
from stages.backtest.tried import Place, beside_of
from stages.names import FOLDERS
from stages.settings import Settings

FEW = 10
"""So few decisions say nothing by their share: below this number, new rules are taken whatever they change."""
NAMED = 3
"""Changes that are told one by one."""


async def trial(read: Read, live: Settings, new: Settings, latest: int) -> Tried:
    """The last so many decisions by both, as a backtest has them; scored anew where points may be others."""
    if not latest:
        return Tried(0, 0, {})
    found = await backtest.tried(read, live, new, latest=latest, rescore=scores_otherwise(live, new), keep=latest)
    effect: dict[str, dict[str, int]] = {}
    for (was, becomes), count in found.moves.items():
        effect.setdefault(_named(was), {})[_named(becomes)] = count
    first: dict[str, str] = {}
    for each in found.changes:
        told = f"{each.name or 'somebody'}: {_named(each.was)} -> {_named(each.becomes)}"
        first.setdefault(each.recorded.request, told)
    beside = sum(beside_of(each.before)[:2] != beside_of(each.after)[:2] for each in found.besides)
    return Tried(found.changed, found.decisions, effect, tuple(first.values())[:NAMED], beside)


def scores_otherwise(live: Settings, new: Settings) -> bool:
    """Whether a signal may bring other points; else what was recorded of them holds."""
    return (live.points, live.weights, live.profiles) != (new.points, new.weights, new.profiles)


def _named(place: Place) -> str:
    """Where a decision leads: the verdict, and the folder if that is another than the verdict's own."""
    return place.verdict if place.folder == FOLDERS[place.verdict] else f"{place.verdict} in {place.folder}"


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
