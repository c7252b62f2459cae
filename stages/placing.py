"""(what the log tells of one mail) -> where we put it in one mailbox, by which its owner's moves are told from ours.

A filing is one FilingWanted, called by its id. FilingStarted is recorded before it touches the mailbox, so between that
and its Filed the mail lies where it lay, or where it was to go: both are our doing, and nothing else is.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from stages.events import Event, Filed, FilingStarted, FilingWanted, Moved, Returned
from stages.keeping import Removed

READ = (FilingWanted, FilingStarted, Filed, Moved, Returned, Removed)
"""What is read of a mail's story."""


class Step(NamedTuple):
    """One event of the log."""

    id: str
    state: str
    event: Event


class Placed(NamedTuple):
    """How a mail stands in a mailbox."""

    filed: bool
    """it was filed there once"""
    place: str | None
    """the folder where we put it last, or where its owner's move was accepted; None: nowhere, or it was put back"""
    name: str
    """what the mailbox called it then"""
    pending: tuple[tuple[str, str], ...]
    """(filing, folder) of each filing that was begun, and whose end is not known"""
    later: bool
    """a later filing was asked for, which counts instead of this one"""
    waits: bool
    """an earlier one is being done just now"""
    at_rest: bool
    """no filing is begun, waits or is being done"""
    removed: bool = False
    """we took it away, and it was not filed again since"""

    @property
    def ours(self) -> frozenset[str]:
        """The folders in which it may lie by our doing."""
        return frozenset({*((self.place,) if self.place is not None else ()), *(folder for _, folder in self.pending)})

    def begun(self, filing: str) -> bool:
        """Whether an attempt at this filing may have got through."""
        return any(id == filing for id, _ in self.pending)

    def others(self, filing: str) -> bool:
        """Whether another one may have got through."""
        return any(id != filing for id, _ in self.pending)


def placed(steps: Iterable[Step], mailbox: str, filing: str = "") -> Placed:
    """Read a mail's steps, in the order of the log, for one mailbox and the filing with this id."""
    here = [step for step in steps if getattr(step.event, "mailbox", None) == mailbox]
    filed, place, name, removed = False, None, "", False
    begun: list[tuple[str, str]] = []
    for _, _, event in here:
        if isinstance(event, FilingStarted):
            begun.append((event.of, event.folder))
        elif isinstance(event, Filed):
            if not _left(event, place, begun):
                place, name = event.folder, event.name
            elif place is None and begun:  # it was moved before its first filing was on record
                place = begun[-1][1]
            filed, removed, begun = True, False, []
        elif isinstance(event, Moved):
            place, name = event.folder, ""
        elif isinstance(event, Returned) or (isinstance(event, Removed) and not event.kept):
            removed = isinstance(event, Removed) and bool(event.name)  # else its owner had deleted it
            filed, place, name, begun = not removed, None, "", []
    wanted = [(step.id, step.state) for step in here if isinstance(step.event, FilingWanted)]
    own = next((index for index, (id, _) in enumerate(wanted) if id == filing), len(wanted))
    return Placed(
        filed=filed,
        place=place,
        name=name,
        pending=tuple(begun),
        later=any(state != "dead" for _, state in wanted[own + 1 :]),
        waits=any(state == "claimed" for _, state in wanted[:own]) and own < len(wanted),
        at_rest=not begun and all(state not in ("ready", "claimed") for _, state in wanted),
        removed=removed,
    )


def _left(event: Filed, place: str | None, begun: list[tuple[str, str]]) -> bool:
    """Whether it says where the owner had put the mail. Before `left` was recorded, that was told by the folder."""
    ours = {place, *(folder for _, folder in begun)}
    return event.left or (event.found and event.folder not in ours)
