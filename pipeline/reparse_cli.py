"""`salver reparse`: what a newer reader would read in the mails of the store, and that applied where it is told to."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import click

from pipeline.clock import iso, now, utc
from pipeline.commands import CommandError, reading_store
from pipeline.configuration import Configuration
from pipeline.following_up import deadline_from_now, outcome
from pipeline.moments import instant
from pipeline.options import config_option, configuration_of, set_option
from pipeline.reader import Reader
from pipeline.rereading import Seen, seen_now, seen_since
from pipeline.settings import stage_settings
from pipeline.store.lock import served
from pipeline.store.log import Log
from pipeline.store.rereading import still_wanted
from stages.events import Decision, Routed
from stages.header import clean
from stages.rereading import Change, RereadWanted
from stages.settings import Settings
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
    asked: dict[str, Seen] = {}
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
                    asked[await _ask(store, seen, at)] = seen
            if not counted["mails"] % _EVERY:
                click.echo(f"{counted['mails']} mails read ...", err=True)
        became = await _became(store, reader, settings, asked, served(configuration.store.path))
    finally:
        await reader.stop()
        await store.close()
    for line in _summary(counted, troubles, since, apply, became):
        click.echo(line, err=as_json)


async def _ask(store: Log, seen: Seen, at: int) -> str:
    """Put the work into the log, unless it waits there already; its id. What is done needs no memory: see `reread`."""
    mail = seen.kept.mail
    if (waits := await still_wanted(store, mail)) is not None:
        return waits
    id = f"{mail}.reread.{at}"
    await store.ask(id, RereadWanted(mail=mail, owner=seen.kept.owner, at=at))
    return id


async def _became(
    store: Log, reader: Reader, settings: Settings, asked: dict[str, Seen], serving: bool
) -> Counter[str]:
    """What became of it. A running Salver is waited for, for a while; it may run older code, so its word is checked."""
    deadline = deadline_from_now()
    became: Counter[str] = Counter()
    for id, seen in asked.items():
        came = await outcome(store, id, serving, deadline)
        if came.waiting:
            became["waiting"] += 1
        elif came.dead:
            became["dead"] += 1
        else:
            found = await seen_now(store, reader, settings, seen.kept, now())
            became["as before" if found is not None and found.changes else "anew"] += 1
    return became


# --- for people ---------------------------------------------------------------------------------------------------


def _lines(seen: Seen) -> Iterator[str]:
    yield f"{_who(seen)}, {utc(seen.kept.received_at)} UTC ({seen.kept.mail[-_END:]})"
    for change in seen.changes:
        whose = f"person {change.of}, " if change.of > 1 else ""
        yield f"  {whose}{change.field.replace('_', ' ')}: {_value(change.old)} -> {_value(change.new)}"
    if seen.last is not None and seen.routed is not None:
        later = "; its signatures are looked up when this is applied" if seen.unproven else ""
        yield from (f"  {line}" for line in _people(seen.last.routed, seen.routed))
        yield f"  decision: {_decision(seen.last.routed)} -> {_decision(seen.routed)}{later}"


def _people(old: Routed, new: Routed) -> Iterator[str]:
    """Where a mail has several requests, the decision on each; the mail lies where the best of them belongs."""
    if max(len(old.decisions), len(new.decisions)) < 2:
        return
    for name, before, now_ in _decisions(old, new):
        said, says = (
            f"{each.verdict.replace('_', ' ')} {each.judgement.score:g}" if each else "(not read)"
            for each in (before, now_)
        )
        yield f"{clean(name or 'Someone', _VALUE)}: {said} -> {says}"


def _decisions(old: Routed, new: Routed) -> Iterator[tuple[str, Decision | None, Decision | None]]:
    """(name, decision before, decision now) of each request, in the mail's order; those that are gone last."""
    before, after = ({each.judgement.request.id: each for each in routed.decisions} for routed in (old, new))
    for id in (*after, *(id for id in before if id not in after)):
        was, is_ = before.get(id), after.get(id)
        names = (each.judgement.request.notice.name.value for each in (is_, was) if each is not None)
        yield next((name for name in names if name), ""), was, is_


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
    score += f", best of {len(routed.decisions)}" if len(routed.decisions) > 1 else ""
    return f"{routed.verdict.replace('_', ' ')}{score}, in {routed.folder}"


def _summary(
    counted: Counter[str], troubles: Counter[str], since: int, apply: bool, became: Counter[str]
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
        return
    if count := became["anew"]:
        lies = "lies where it belongs" if count == 1 else "lie where they belong"
        yield f"{_are(count)} judged anew, and {lies}, but for what you moved yourself."
    if count := became["as before"]:
        yield (
            f"{_are(count)} read by the running Salver as before: it runs older code. "
            "Stop it, start it again, then say this again."
        )
    if count := became["waiting"]:
        yield f"{_are(count)} to be judged anew as soon as a Salver runs or comes to it (`salver serve`)."
    if count := became["dead"]:
        yield f"{_are(count)} not done: `salver status` says why, and `salver retry` tries again."


def _are(count: int) -> str:
    return "1 is" if count == 1 else f"{count} are"


def _many(count: int) -> str:
    return "1 mail" if count == 1 else f"{count} mails"


# --- for machines -------------------------------------------------------------------------------------------------


def _object(seen: Seen) -> dict[str, Any]:
    assert seen.last is not None
    assert seen.routed is not None
    return {
        "mail": seen.kept.mail,
        "owner": seen.kept.owner,
        "received_at": iso(seen.kept.received_at),
        "changes": [_change(change) for change in seen.changes],
        "decision": {"old": _told(seen.last.routed), "new": _told(seen.routed)},
        "moves": seen.moves,
        "people": [
            {"name": name or None, "old": _judged(was), "new": _judged(is_)}
            for name, was, is_ in _decisions(seen.last.routed, seen.routed)
        ],
    }


def _judged(decision: Decision | None) -> dict[str, Any] | None:
    return None if decision is None else {"verdict": decision.verdict, "score": decision.judgement.score}


def _change(change: Change) -> dict[str, Any]:
    return {"person": change.of or None, "field": change.field, "old": change.old, "new": change.new}


def _told(routed: Routed) -> dict[str, Any]:
    return {"kind": routed.kind, "verdict": routed.verdict, "score": routed.score, "folder": routed.folder}
