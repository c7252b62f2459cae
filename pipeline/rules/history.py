"""`salver rules history`: every set of rules that decided, what changed with it, and what that did."""

from __future__ import annotations

import json
from typing import Any

from pipeline.clock import utc
from pipeline.reload.trial import beside
from pipeline.rules.changes import changes, changes_since
from pipeline.store import rulings
from pipeline.store.log import Log
from pipeline.store.rulings import Line, Tried
from pipeline.table import table
from stages.rules.differences import in_short
from stages.settings import Settings

BY = {
    "start": "a start",
    "file": "a changed file",
    "signal": "SIGHUP",
    "apply": "`rules apply`",
    "promote": "`shadow promote`",
    "lesson": "a lesson",
}
"""What took a set over, in words."""


async def told(store: Log, as_json: bool = False) -> str:
    """Newest first."""
    found = await rulings.lines(store.read)
    if as_json:
        return json.dumps(await objects(store, found), ensure_ascii=False, indent=2)
    if not found:
        return "Salver has not decided by any rules yet; the first start begins the history."
    made = await rulings.made_under(store.read)
    rows = [
        (
            utc(each.at), each.version, BY.get(each.by, each.by), str(made.get(each.id, 0)), effect(each.tried),
            _what(each),
        )
        for each in found
    ]  # fmt: skip
    return f"{table(_HEAD, rows)}\n{_BELOW}"


_HEAD = ("since (UTC)", "version", "by", "decisions", "changes", "what changed")
_BELOW = (
    "decisions: made by these; changes: of the decisions before, how many would be others by these. In whole words: "
    "`salver rules diff VERSION VERSION`."
)


async def objects(store: Log, found: list[Line]) -> list[dict[str, Any]]:
    """The same for programs."""
    made = await rulings.made_under(store.read)
    return [
        {
            "at": each.at,
            "version": each.version,
            "settings": each.settings,
            "by": each.by,
            "file": each.file,
            "changes": list(each.changes),
            "effect": None
            if each.tried is None
            else {
                "changed": each.tried.changed,
                "of": each.tried.of,
                "moves": each.tried.effect,
                "labels_or_notifications": each.tried.beside,
            },
            "decisions": made.get(each.id, 0),
        }
        for each in found
    ]


def _what(each: Line) -> str:
    if not each.changes:
        return f"the first that are known, of {each.file}"
    said = "; ".join(in_short(each.changes))
    return f"{said}; {beside(each.tried)}" if each.tried is not None and each.tried.beside else said


def effect(tried: Tried | None) -> str:
    """How much it changed of what was decided lately: `2 of 40`."""
    return f"{tried.changed} of {tried.of}" if tried is not None and tried.of else "-"


async def compared(store: Log, first: str, second: str) -> str:
    """What is other in the second version."""
    before, after = await rulings.ruling_of(store.read, first), await rulings.ruling_of(store.read, second)
    if before.set == after.set:
        both = before.version if before.version == after.version else f"{before.version} and {after.version}"
        return f"{both}: they are the same."
    head = f"From {before.version} ({utc(before.at)} UTC) to {after.version} ({utc(after.at)} UTC):"
    return "\n".join((head, *(f"  - {line}" for line in changes(before, after))))


async def compared_with_files(store: Log, new: Settings) -> str:
    """What is other in the files than in the rules that decide."""
    live = await rulings.last_live(store.read)
    if live is None:
        return "Salver has not decided by any rules yet, so there is nothing to compare the files with."
    if live.set == rulings.set_of(new):
        return f"The rules in the files and those that decide (version {live.version}): they are the same."
    head = f"From {live.version}, which decides since {utc(live.at)} UTC, to the files ({new.rules.version}):"
    return "\n".join((head, *(f"  - {line}" for line in changes_since(live, new))))
