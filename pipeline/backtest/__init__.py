"""(the log, live Settings, new Settings) -> Tried: what other rules or points would have made of recorded decisions.

`await tried(read, live, new, owner=None, since=0, until=None, latest=None, rescore=False, keep=0) -> Tried`
(stages/backtest/tried.py): how many decisions were compared and how many would change (`decisions`, `changed`,
`moves`, the first `keep` of them as `changes`; `beside` and `besides`: other labels, notifications or points of rules
only), what could not be compared (`unread`, `unasked`), how often each side is right where the owner corrected Salver
(`before`, `after`), and what each new rule did (`rules`). To see how the live rules stand, give them twice.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import get_args

from pipeline.store.corrections import corrections
from pipeline.store.decisions import pages
from pipeline.store.reads import Read
from stages.backtest.trial import Trial
from stages.backtest.tried import Changed, Tried
from stages.events import Verdict
from stages.replay import Recorded
from stages.settings import Settings


def _nobody(changed: Changed) -> None:
    """Nobody asks for each change as it is found."""


def _no_bar(seq: int) -> None:
    """Nobody watches how far it is."""


async def tried(
    read: Read,
    live: Settings,
    new: Settings,
    *,
    owner: str | None = None,
    since: int = 0,
    until: int | None = None,
    latest: int | None = None,
    rescore: bool = False,
    keep: int = 0,
    found: Callable[[Changed], None] = _nobody,
    tick: Callable[[int], None] = _no_bar,
) -> Tried:
    """Both sides decide what is recorded, in order: the rules alone; with `rescore`, today's signals speak first.

    Other points count only with `rescore`. Mails that came in [since, until) (ms); latest: only the last so many
    decisions. found: is told each change, in a thread, `besides` too. tick: how far in the log (seq) it is. Heavy
    work is done in a thread, a page at a time.
    """
    said = await _said(read, owner)
    trial = Trial(live, new, said, rescore=rescore, keep=keep, found=found)
    each_page: AsyncIterator[tuple[int, list[Recorded]]] = pages(
        read, owner=owner, since=since, until=until, latest=latest, lost=trial.lost
    )
    async for seq, page in each_page:
        await asyncio.to_thread(_decide, trial, page)
        tick(seq)
    return trial.result()


def _decide(trial: Trial, page: list[Recorded]) -> None:
    for each in page:
        trial.decide(each)


async def _said(read: Read, owner: str | None) -> dict[str, Verdict]:
    """By request, what its owner said against the verdict, where that stands."""
    found: dict[str, Verdict] = {}
    for each in await corrections(read, owner, False):
        verdict = next((verdict for verdict in get_args(Verdict) if verdict == each.said), None)
        if verdict is not None:
            found.setdefault(each.request, verdict)
    return found
