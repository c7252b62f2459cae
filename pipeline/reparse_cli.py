"""`salver reparse`: what a newer reader would read in the mails of the store, and that applied where it is told to."""

from __future__ import annotations

import asyncio
import hashlib
import json
import re
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from pipeline.clock import now, utc
from pipeline.commands import CommandError, reading_store
from pipeline.configuration import Configuration
from pipeline.following_up import deadline_from_now, outcome
from pipeline.options import config_option, configuration_of, set_option
from pipeline.reader import Reader
from pipeline.rereading import Seen, seen_since
from pipeline.settings import stage_settings
from pipeline.store.lock import served
from pipeline.store.log import Log
from stages.durations import milliseconds
from stages.events import Routed
from stages.header import clean
from stages.rereading import Change, RereadWanted
from stages.sources import SOURCES

_EVERY = 200
"""mails after which it is said how far it is"""
_END = 8
_VALUE = 60


@click.command("reparse")
@click.option("--since", required=True, metavar="DATE", help="2026-11-01 (UTC), or how long ago: 7d, 12h")
@click.option("--apply", is_flag=True, help="do it: judge and file them anew; your own moves and words stay")
@click.option("--network", default="", help="only mails of this network, such as linkedin")
@click.option("--json", "as_json", is_flag=True, help="one JSON object a mail that is read otherwise, one a line")
@config_option
@set_option
def reparse_(
    since: str, apply: bool, network: str, as_json: bool, config: Path | None, settings: tuple[str, ...]
) -> None:
    """Read the stored mails again, and show field by field what is read otherwise now, and what that would decide.

    Nothing is asked of the network: each mail is judged with the answers that were given when it came. Without --apply
    nothing is changed.
    """
    configuration = configuration_of(config, settings)
    asyncio.run(reparse(configuration, instant(since, now()), apply, network, as_json, click.echo))


def instant(text: str, here: int) -> int:
    """A day (UTC), a time, or how long ago, as ms. Raises CommandError."""
    said = text.strip()
    try:
        if re.fullmatch(r"\d+(?:\.\d+)?\s*[a-z]+", said):
            ago = milliseconds(said)
            if isinstance(ago, int):
                return here - ago
        when = datetime.fromisoformat(said)
        at = int((when if when.tzinfo else when.replace(tzinfo=UTC)).timestamp() * 1000)
    except (ValueError, OverflowError):
        raise CommandError(
            f"--since {clean(text, 40)} is no day: write 2026-11-01, or how long ago, such as 7d or 12h"
        ) from None
    if at > here:
        raise CommandError(f"--since {clean(text, 40)} is still to come: name a day on which mail came")
    return at


async def reparse(
    configuration: Configuration, since: int, apply: bool, network: str, as_json: bool, tell: Callable[[str], Any]
) -> None:
    """Show, and apply if told, what today's reader reads otherwise. Raises CommandError."""
    if network and network not in SOURCES:
        raise CommandError(f"no network is called {clean(network, 40)}; known are {', '.join(sorted(SOURCES))}")
    settings = stage_settings(configuration)
    store = await reading_store(configuration)
    reader = Reader(configuration.reader, settings)
    counted: Counter[str] = Counter()
    asked: list[str] = []
    troubles: Counter[str] = Counter()
    at = now()
    try:
        await reader.start()
        async for seen in seen_since(store, reader, settings, since, at, network):
            counted["mails"] += 1
            if seen.trouble:
                troubles[seen.trouble] += 1
            if seen.changes:
                counted["otherwise"] += 1
                counted["elsewhere"] += seen.moves
                tell(json.dumps(_object(seen)) if as_json else "\n".join(_lines(seen)))
                if apply:
                    asked += await _ask(store, seen, at)
            if not counted["mails"] % _EVERY:
                click.echo(f"{counted['mails']} mails read ...", err=True)
        left = await _settled(store, asked, served(configuration.store.path))
    finally:
        await reader.stop()
        await store.close()
    for line in _summary(counted, troubles, since, apply, len(asked), left):
        click.echo(line, err=as_json)


async def _ask(store: Log, seen: Seen, at: int) -> list[str]:
    """Put the work into the log: once for each other reading of a mail, however often it is asked for."""
    told = hashlib.sha256(repr(seen.changes).encode()).hexdigest()[:12]
    id = f"{seen.kept.mail}.reread.{told}"
    await store.ask(id, RereadWanted(mail=seen.kept.mail, owner=seen.kept.owner, at=at))
    return [id]


async def _settled(store: Log, asked: list[str], serving: bool) -> int:
    """How many are not done yet; where a Salver is running it is waited for, for a while."""
    deadline = deadline_from_now()
    return sum([(await outcome(store, id, serving, deadline)).waiting for id in asked])


# --- for people ---------------------------------------------------------------------------------------------------


def _lines(seen: Seen) -> Iterator[str]:
    yield f"{_who(seen)}, {utc(seen.kept.received_at)} UTC ({seen.kept.mail[-_END:]})"
    for change in seen.changes:
        whose = f"person {change.of}, " if change.of > 1 else ""
        yield f"  {whose}{change.field.replace('_', ' ')}: {_value(change.old)} -> {_value(change.new)}"
    if seen.last is not None and seen.routed is not None:
        later = "; its signatures are looked up when this is applied" if seen.unproven else ""
        yield f"  decision: {_decision(seen.last.routed)} -> {_decision(seen.routed)}{later}"


def _who(seen: Seen) -> str:
    parsed = seen.last.enriched.parsed if seen.last is not None else None
    names = [notice.name.value for notice in parsed.notices if notice.name.value] if parsed else []
    return clean(names[0] if names else (parsed.from_name if parsed else "") or "Someone", _VALUE)


def _value(text: str) -> str:
    return text if text.startswith("(") and text.endswith(")") else f'"{clean(text, _VALUE)}"'


def _decision(routed: Routed) -> str:
    if routed.verdict is None:
        return f"no request, in {routed.folder}"
    score = f" {routed.score:g}" if routed.score is not None else ""
    return f"{routed.verdict.replace('_', ' ')}{score}, in {routed.folder}"


def _summary(
    counted: Counter[str], troubles: Counter[str], since: int, apply: bool, asked: int, left: int
) -> Iterator[str]:
    if not counted["mails"]:
        yield f"No mail came since {utc(since)} UTC."
        return
    many, otherwise, elsewhere = _many(counted["mails"]), counted["otherwise"], counted["elsewhere"]
    yield f"{many} since {utc(since)} UTC: {otherwise} read otherwise, {elsewhere} would lie elsewhere."
    for why, count in troubles.items():
        yield f"Of {_many(count)} nothing can be said: {why}."
    if not counted["otherwise"]:
        return
    if not apply:
        yield "Nothing was changed. `--apply` judges and files them anew; your own moves and words stay."
    elif left:
        yield f"{asked} are to be judged anew, {left} of them as soon as a Salver runs or comes to it (`salver serve`)."
    else:
        yield f"{asked} are judged anew, and lie where they belong, but for those that you moved yourself."


def _many(count: int) -> str:
    return "1 mail" if count == 1 else f"{count} mails"


# --- for machines -------------------------------------------------------------------------------------------------


def _object(seen: Seen) -> dict[str, Any]:
    assert seen.last is not None
    assert seen.routed is not None
    return {
        "mail": seen.kept.mail,
        "owner": seen.kept.owner,
        "received_at": datetime.fromtimestamp(seen.kept.received_at / 1000, UTC).isoformat(timespec="seconds"),
        "changes": [_change(change) for change in seen.changes],
        "decision": {"old": _told(seen.last.routed), "new": _told(seen.routed)},
        "moves": seen.moves,
    }


def _change(change: Change) -> dict[str, Any]:
    return {"person": change.of or None, "field": change.field, "old": change.old, "new": change.new}


def _told(routed: Routed) -> dict[str, Any]:
    return {"kind": routed.kind, "verdict": routed.verdict, "score": routed.score, "folder": routed.folder}
