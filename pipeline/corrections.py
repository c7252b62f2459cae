"""What `salver corrections` lists: where owners said otherwise than Salver had, and what they said of all requests."""

from __future__ import annotations

import json
import shutil
from typing import Any
from zoneinfo import ZoneInfo

from pipeline.clock import iso, moment, now
from pipeline.commands import reading_store
from pipeline.configuration import Configuration
from pipeline.follow_up_list import owner_called
from pipeline.following_up import END
from pipeline.store.corrections import Corrected, Correction, corrected, corrections
from pipeline.store.remembered import Word, words
from pipeline.table import table
from stages.header import clean
from stages.report import report
from stages.saying import number, strongest

_BY = {"move": "moved", "button": "button", "mail": "mail", "terminal": "terminal"}
_HEAD = ("id", "when", "who", "was -> said", "by", "score", "why, then")
_UTC = ZoneInfo("UTC")


async def listed(configuration: Configuration, owner: str, everything: bool, as_json: bool) -> str:
    """Of one owner (by id or address) or of everybody, the last first; standing words after. Raises CommandError."""
    whose = owner_called(configuration, owner).id if owner else None
    store = await reading_store(configuration)
    try:
        found = await corrections(store.read, whose, everything)
        told = await corrected(store.read, found)
        standing = await words(store.read, whose)
    finally:
        await store.close()
    if as_json:
        objects = [_object(each, told.get((each.request, each.number))) for each in found]
        return "\n".join(json.dumps(each) for each in (*objects, *(_word(each) for each in standing)))
    zones = {each.id: each.zone for each in configuration.owner}
    parts = [_corrections(found, told, zones) if found else "You corrected no verdict."]
    if standing:
        parts.append(_words(standing, zones))
    if found or standing:
        last = found[0].request if found else standing[0].memory.request
        parts.append(f"{_times(found, standing, zones)} `salver forget {last[-END:]}` takes the first one back.")
    return "\n\n".join(parts)


def _corrections(found: list[Correction], told: dict[tuple[str, int], Corrected], zones: dict[str, ZoneInfo]) -> str:
    here = now()
    rows = [_row(each, told.get((each.request, each.number)), here, zones.get(each.owner, _UTC)) for each in found]
    return table(_HEAD, rows, shutil.get_terminal_size((120, 24)).columns, wraps=True)


def _row(each: Correction, then: Corrected | None, here: int, zone: ZoneInfo) -> tuple[str, ...]:
    change = f"{each.was.replace('_', ' ')} -> {each.said}" + (" (taken back)" if each.taken_back_at else "")
    when, by = moment(each.at, here, zone), _BY.get(each.by, each.by)
    if then is None:
        return (each.request[-END:], when, "", change, by, "", "not in the log any more")
    judged = then.decision.judgement
    who = clean(judged.request.notice.name.value or then.enriched.parsed.from_name or "", 40) or "Someone"
    why = "; ".join(part for part in (then.decision.rule, strongest(judged.reasons)) if part)
    return (each.request[-END:], when, who, change, by, number(judged.score), clean(why, 200))


def _words(found: list[Word], zones: dict[str, ZoneInfo]) -> str:
    here = now()
    rows = [
        (
            each.memory.request[-END:],
            moment(each.memory.at, here, zones.get(each.owner, _UTC)),
            "always good" if each.memory.verdict == "good" else "never again",
            f"{each.memory.scope} {clean(each.memory.name, 60)}".rstrip(),
        )
        for each in found
    ]
    return f"What you said of all requests of somebody:\n{table(('id', 'since', 'said', 'of the'), rows)}"


def _times(found: list[Correction], standing: list[Word], zones: dict[str, ZoneInfo]) -> str:
    owners = {*(each.owner for each in found), *(each.owner for each in standing)}
    shown = sorted({zones.get(owner, _UTC).key for owner in owners})
    return "Times are UTC." if shown == ["UTC"] else f"Times are those of {' and '.join(shown)}."


# --- for machines -------------------------------------------------------------------------------------------------


def _object(each: Correction, then: Corrected | None) -> dict[str, Any]:
    """With the whole receipt of the decision that was corrected; null where the log has it no more. Times: ISO 8601."""
    told = each._asdict() | {"at": iso(each.at), "taken_back_at": iso(each.taken_back_at)}
    del told["number"]
    return {"kind": "correction", **told, "receipt": _receipt(then) if then is not None else None}


def _receipt(then: Corrected) -> dict[str, Any]:
    """As `salver explain --json` tells it, with this one request; `file` is the mail's id."""
    decision, routed = then.decision, then.routed
    alone = routed.model_copy(
        update={
            "decisions": (decision,),
            "verdict": decision.verdict,
            "score": decision.judgement.score,
            "rule": decision.rule,
        }
    )
    return report(routed.mail, then.enriched, alone) | {"settings_hash": routed.settings_hash}


def _word(each: Word) -> dict[str, Any]:
    memory = each.memory
    return {
        "kind": "standing",
        "request": memory.request,
        "owner": each.owner,
        "scope": memory.scope,
        "name": memory.name,
        "said": memory.verdict,
        "at": iso(memory.at),
    }
