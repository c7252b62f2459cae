"""`salver shadow report`: where the rules in the shadow say something else than the live ones, and who was right."""

from __future__ import annotations

import json
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from pipeline.clock import iso, moment, now
from pipeline.configuration import Configuration
from pipeline.settings import stage_settings
from pipeline.shadow.file import load_shadow, off
from pipeline.store import shadows
from pipeline.store.log import Log
from pipeline.store.reads import Read
from pipeline.store.shadows import Disagreement, Earlier, Judged, Said, Seen, Turn
from pipeline.table import table
from stages.header import clean
from stages.names import FOLDERS
from stages.settings import Settings

LISTED = 10
"""disagreements that are named, the last ones; as JSON all are"""
_END = 8
"""characters of an id's end that are shown"""
_HINT = "To make them live: `salver shadow promote`, which shows first what they would have changed."
_UTC = ZoneInfo("UTC")
_OWN = {str(verdict): folder for verdict, folder in FOLDERS.items()}


class Report(NamedTuple):
    """What is known of the rules that run in the shadow."""

    seen: Seen
    turns: list[Turn]
    last: list[Disagreement]
    judged: Judged
    earlier: Earlier


async def gathered(read: Read, version: str, owner: str | None, since: int, most: int) -> Report:
    """The last `most` disagreements are named; -1: all."""
    asked = (read, version, owner, since)
    return Report(
        seen=await shadows.seen(*asked),
        turns=await shadows.turns(*asked),
        last=await shadows.disagreements(*asked, most),
        judged=await shadows.judged(*asked),
        earlier=await shadows.earlier(read, version, owner),
    )


async def report(
    read: Read,
    found: Configuration,
    owner: str | None = None,
    since: int = 0,
    *,
    as_json: bool = False,
    hint: bool = True,
) -> str:
    """Of one owner (an id), or of all; of requests that were decided since then (ms). hint: with what can be done."""
    settings = stage_settings(found)
    mistakes = () if settings.shadow else load_shadow(found, settings).mistakes
    version = settings.shadow.version if settings.shadow else ""
    told = await gathered(read, version, owner, since, -1 if as_json else LISTED)
    if as_json:
        return json.dumps(_object(settings, found.shadow, mistakes, told), ensure_ascii=True)
    zone = next((each.zone for each in found.owner if owner in (None, each.id)), _UTC)
    texts = _texts(settings, found.shadow, mistakes, told, zone)
    return "\n\n".join(filter(None, (*texts, _HINT if hint and told.seen.since is not None else "")))


def _texts(settings: Settings, name: str, mistakes: tuple[str, ...], told: Report, zone: ZoneInfo) -> tuple[str, ...]:
    before = _before(told.earlier)
    if settings.shadow is None:
        return ("\n".join(off(name, mistakes)), before)
    seen = told.seen
    if seen.since is None:
        who = f"{settings.shadow.file} (version {settings.shadow.version})"
        return (f"{who} runs in the shadow, and has seen no request yet.", before)
    return (
        _head(settings, seen, zone),
        _turned(told.turns),
        _named(told, zone),
        _right(told.judged),
        before,
    )


def _head(settings: Settings, seen: Seen, zone: ZoneInfo) -> str:
    assert settings.shadow is not None
    assert seen.since is not None
    shadow, all_ = settings.shadow, seen.decided + seen.foregone
    parts = [
        f"{shadow.file} (version {shadow.version}) runs in the shadow beside {settings.rules.file}.",
        f"It saw {count(all_, 'request')} since {moment(seen.since, now(), zone)}"
        f" and would have decided {seen.differ or 'none'} otherwise.",
    ]
    if seen.foregone:
        parts.append(
            f"{count(seen.foregone, 'of them was', 'of them were')} decided before all rules (by a veto, by what you "
            "said of all requests of somebody, or as the request that they repeat), where rules change nothing."
        )
    return "\n".join(parts)


def count(number: int, one: str, many: str = "") -> str:
    return f"{number} {one if number == 1 else many or f'{one}s'}"


def place(verdict: str, folder: str) -> str:
    """A verdict in words, and the folder where that is not the verdict's own."""
    return verdict.replace("_", " ") + (f" in {folder}" if folder != _OWN.get(verdict) else "")


def _at(said: Said) -> str:
    return place(said.verdict, said.folder)


def _turned(turns: list[Turn]) -> str:
    rows = [(_at(turn.live), _at(turn.shadow), str(turn.requests)) for turn in turns]
    return table(("live", "in the shadow", "requests"), rows) if rows else ""


def _named(told: Report, zone: ZoneInfo) -> str:
    here = now()
    rows = [
        (
            each.request[-_END:],
            moment(each.at, here, zone),
            clean(each.name, 40) or "Somebody",
            f"{_at(each.live)}, by {each.live.rule}",
            f"{_at(each.shadow)}, by {each.shadow.rule}",
        )
        for each in told.last
    ]
    if not rows:
        return ""
    title = "The last ones:" if told.seen.differ > len(rows) else "These:"
    return f"{title}\n{table(('id', 'when', 'who', 'live', 'in the shadow'), rows)}"


def _right(judged: Judged) -> str:
    if not judged.said:
        return "You have said of none of them yourself what it is, so nobody knows who is right."
    against = f", {judged.corrected or 'none'} of them against the live rules"
    return (
        f"Of {count(judged.said, 'request')} you said yourself what it is{against}."
        f" The live rules were right {_times(judged.live)}, those in the shadow {_times(judged.shadow)}."
    )


def _times(number: int) -> str:
    return {0: "never", 1: "once", 2: "twice"}.get(number, f"{number} times")


def _before(earlier: Earlier) -> str:
    if not earlier.versions:
        return ""
    versions = count(earlier.versions, "other version")
    return (
        f"Before, {versions} of rules in the shadow saw {count(earlier.decided, 'request')} that rules decide, and "
        f"would have decided {earlier.differ or 'none'} otherwise."
    )


# --- for machines -------------------------------------------------------------------------------------------------


def _object(settings: Settings, name: str, mistakes: tuple[str, ...], told: Report) -> dict[str, Any]:
    shadow, seen = settings.shadow, told.seen
    return {
        "file": shadow.file if shadow else name,
        "version": shadow.version if shadow else None,
        "off": list(mistakes),
        "live": {"file": settings.rules.file, "version": settings.rules.version},
        "since": iso(seen.since),
        "requests": seen.decided + seen.foregone,
        "decided_before_rules": seen.foregone,
        "disagreements": seen.differ,
        "turns": [
            {"live": _place(turn.live), "shadow": _place(turn.shadow), "requests": turn.requests} for turn in told.turns
        ],
        "last": [
            {
                "request": each.request,
                "mail": each.mail,
                "owner": each.owner,
                "name": each.name or None,
                "at": iso(each.at),
                "live": each.live._asdict(),
                "shadow": each.shadow._asdict(),
            }
            for each in told.last
        ],
        "said_by_owner": told.judged._asdict(),
        "earlier": told.earlier._asdict(),
    }


def _place(said: Said) -> dict[str, str]:
    return {"verdict": said.verdict, "folder": said.folder}


# --- for `salver status` ------------------------------------------------------------------------------------------


async def lines(store: Log, found: Configuration, settings: Settings | None = None) -> list[str]:
    """One line of how the shadow does, or why it is off; none where there is none."""
    if not found.shadow:
        return []
    settings = settings or stage_settings(found)
    if settings.shadow is None:
        return list(off(found.shadow, load_shadow(found, settings).mistakes))
    seen = await shadows.seen(store.read, settings.shadow.version)
    if seen.since is None:
        return [f"Rules in the shadow ({settings.shadow.file}): they have seen no request yet"]
    return [
        f"Rules in the shadow ({settings.shadow.file}): of {count(seen.decided + seen.foregone, 'request')} they would "
        f"have decided {seen.differ or 'none'} otherwise (`salver shadow report`)"
    ]
