"""For `salver status`: which rules decide, and, where changed ones were not taken over, why and what to do."""

from __future__ import annotations

from pipeline.clock import utc
from pipeline.rules.doubting import doubtful
from pipeline.store import rulings
from pipeline.store.log import Log
from pipeline.store.migrations import StoreError
from pipeline.store.rulings import Ruling, Tried
from stages.rules.examples import failing_examples
from stages.settings import Settings

_NO_START = "Salver cannot start with the files as they are"


async def lines(store: Log, settings: Settings, mistakes: str) -> list[str]:
    """`settings` are those of the files, `mistakes` why these cannot be used, one a line."""
    live, refused = await rulings.last_live(store.read), await rulings.standing(store.read)
    found = []
    if live is not None:
        found.append(f"The rules of version {live.version} decide since {utc(live.at)} UTC.")
        found += _doubted(live, settings, mistakes)
    if refused is not None:
        found.append(f"Your changed rules were not taken over at {utc(refused.at)} UTC:")
        found += [f"  {line}" for line in refused.why.splitlines()]
        found += [f"  {line}" for line in some_of(refused.tried)]
    told = set(refused.why.splitlines()) if refused is not None else set()
    if mistakes:
        same = told.issuperset(mistakes.splitlines())
        found += [f"{_NO_START}, for the same reason."] if same else [f"{_NO_START}:", *_indented(mistakes)]
    return found


def _indented(text: str) -> list[str]:
    return [f"  {line}" for line in text.splitlines()]


def some_of(tried: Tried | None) -> list[str]:
    """The changes that are told one by one, and how many there are besides."""
    if tried is None or not tried.first:
        return []
    more = tried.changed - len(tried.first)
    return [*tried.first, *([f"and {more} more"] if more > 0 else [])]


def _doubted(live: Ruling, settings: Settings, mistakes: str) -> list[str]:
    """That there are doubts about what decides. Examples are tried only where all is known by which they are judged."""
    ours = not mistakes and rulings.set_of(settings) == live.set
    try:
        count = len(doubtful(settings.but(rules=live.rules, points=live.judging.get("points", {}))))
    except StoreError:
        return []
    failing = len(failing_examples(settings)) if ours else 0
    told = [f"{count} doubt{'s' * (count > 1)}"] if count else []
    told += [f"{failing} example{'s' * (failing > 1)} that fail{'s' * (failing == 1)}"] if failing else []
    where = ": `salver check` tells" if ours else "; the files say something else by now"
    return [f"The rules that decide hold {' and '.join(told)}{where}."] if told else []
