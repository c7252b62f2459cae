"""`salver rules history`: every set of rules that decided, what changed with it, and what that did."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from pipeline.clock import utc
from pipeline.reload.trial import moves
from pipeline.store import rulings
from pipeline.store.log import Log
from pipeline.store.migrations import StoreError
from pipeline.store.rulings import Ruling, Tried
from pipeline.table import table
from stages.rules.differences import differences
from stages.rules.words import number

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
    found = await rulings.history(store.read)
    if as_json:
        return json.dumps(await objects(store, found), ensure_ascii=False, indent=2)
    if not found:
        return "Salver has not decided by any rules yet; the first start begins the history."
    made = await rulings.made_under(store.read)
    rows = [
        (utc(each.at), each.version, BY.get(each.by, each.by), str(made.get(each.id, 0)), _what(each, before))
        for each, before in zip(found, [*found[1:], None], strict=True)
    ]
    return table(("since (UTC)", "version", "by", "decisions", "what changed"), rows, wraps=True)


async def objects(store: Log, found: list[Ruling]) -> list[dict[str, Any]]:
    """The same for programs."""
    made = await rulings.made_under(store.read)
    return [
        {
            "at": each.at,
            "version": each.version,
            "settings": each.settings,
            "by": each.by,
            "file": each.file,
            "changes": list(changes(before, each)) if before is not None else [],
            "effect": None
            if each.tried is None
            else {"changed": each.tried.changed, "of": each.tried.of, "moves": each.tried.effect},
            "decisions": made.get(each.id, 0),
        }
        for each, before in zip(found, [*found[1:], None], strict=True)
    ]


def _what(each: Ruling, before: Ruling | None) -> str:
    if before is None:
        return f"the first that are known, of {each.file}"
    said = "; ".join(line.rstrip(".") for line in changes(before, each))
    return f"{said}. {effect(each.tried)}" if each.tried is not None else f"{said}."


def effect(tried: Tried) -> str:
    """What it changed of what was decided lately."""
    if not tried.of:
        return "Nothing was decided before."
    if not tried.changed:
        return f"It changes none of the last {tried.of} decisions."
    return f"It changes {tried.changed} of the last {tried.of} decisions: {moves(tried)}."


def changes(before: Ruling, after: Ruling) -> Iterator[str]:
    """What is other, one sentence each; always something."""
    found = list(_of_rules(before, after)) + list(_of_the_rest(before.judging, after.judging))
    if not found and before.version != after.version:
        found = ["notes in the file, nothing that decides"]
    yield from found or ["Salver itself, or settings that are no rules"]


def _of_rules(before: Ruling, after: Ruling) -> Iterator[str]:
    try:
        yield from differences(before.rules, after.rules)
    except StoreError as error:
        yield str(error)


def _of_the_rest(before: dict[str, Any], after: dict[str, Any]) -> Iterator[str]:
    old, new = before.get("points", {}), after.get("points", {})
    for signal in sorted({*old, *new}):
        if old.get(signal) != new.get(signal):
            was, becomes = ("its default" if at is None else number(at) for at in (old.get(signal), new.get(signal)))
            yield f"points of {signal}: {becomes} instead of {was}"
    if before.get("folders") != after.get("folders"):
        yield f"folders of your own: {', '.join(after.get('folders', ())) or 'none'}"
    if before.get("weights") != after.get("weights"):
        yield "what was learned of all mails (weights) is another"
    owners = {*before.get("profiles", {}), *after.get("profiles", {})}
    for owner in sorted(owners):
        if before.get("profiles", {}).get(owner) != after.get("profiles", {}).get(owner):
            yield f"the profile of {owner}"


async def compared(store: Log, first: str, second: str) -> str:
    """What is other in the second version."""
    before, after = await rulings.ruling_of(store.read, first), await rulings.ruling_of(store.read, second)
    found = [] if before.set == after.set else list(changes(before, after))
    head = f"From {before.version} ({utc(before.at)} UTC) to {after.version} ({utc(after.at)} UTC):"
    return "\n".join((head, *(f"  - {line}" for line in found or ["nothing is other"])))
