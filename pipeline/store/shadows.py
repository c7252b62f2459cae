"""The read model of rules in the shadow: what they said beside what was decided, where the two differ, who was right.

Of a request that several mails brought, the last one that rules decided on counts. Times are in ms.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from pipeline.store.reads import Read
from pipeline.store.writer import Statement
from stages.durations import DAY
from stages.events import Routed
from stages.rules.language import Rules
from stages.shadowing import Otherwise, ShadowWeek, compared

NAMED = 3
"""disagreements that a digest names, the last ones"""

# --- written ------------------------------------------------------------------------------------------------------

_ROW = """INSERT INTO shadows (version, mail, request, owner, at, verdict, rule, folder,
 shadow_verdict, shadow_rule, shadow_folder, agrees, foregone) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
 ON CONFLICT (version, mail, request) DO UPDATE SET verdict = excluded.verdict, rule = excluded.rule,
 folder = excluded.folder, shadow_verdict = excluded.shadow_verdict, shadow_rule = excluded.shadow_rule,
 shadow_folder = excluded.shadow_folder, agrees = excluded.agrees, foregone = excluded.foregone"""


def rows_of(event: Routed, at: int) -> Iterator[Statement]:
    """The statements that note what the shadow said, at `at`. Of a mail that is judged again the last counts."""
    for each in compared(event):
        ours, shadow = each.decision, each.shadow
        yield Statement(
            _ROW,
            (
                shadow.version,
                event.mail,
                each.request,
                event.owner,
                at,
                ours.verdict,
                ours.rule,
                ours.folder,
                shadow.verdict,
                shadow.rule,
                shadow.folder,
                each.agrees,
                each.foregone,
            ),
        )


# --- asked of it --------------------------------------------------------------------------------------------------

_LAST = """(SELECT request, owner, at, verdict, rule, folder, shadow_verdict, shadow_rule, shadow_folder, agrees,
 max(mail) AS mail FROM shadows WHERE version = ?1 AND (?2 IS NULL OR owner = ?2) AND at >= ?3 AND NOT foregone
 GROUP BY request)"""
"""Each request that rules decided on. Beside one max(), SQLite takes the other columns from the row that has it ("Bare
columns in an aggregate query"); a mail's id begins with its time."""


class Seen(NamedTuple):
    """What one version of the rules in the shadow has seen."""

    since: int | None
    """when it decided first beside the live rules; None: not yet"""
    decided: int
    """requests that rules decided on"""
    differ: int
    foregone: int
    """requests that were decided before all rules"""


async def seen(read: Read, version: str, owner: str | None = None, since: int = 0) -> Seen:
    asked = (version, owner, since)
    ((first, requests),) = await read(
        "SELECT min(at), count(DISTINCT request) FROM shadows WHERE version = ?1 AND (?2 IS NULL OR owner = ?2)"
        " AND at >= ?3",
        asked,
    )
    ((decided, differ),) = await read(f"SELECT count(*), coalesce(sum(NOT agrees), 0) FROM {_LAST}", asked)  # noqa: S608
    return Seen(None if first is None else int(first), int(decided), int(differ), int(requests) - int(decided))


class Said(NamedTuple):
    """What a set of rules says of a request."""

    verdict: str
    rule: str
    folder: str


class Turn(NamedTuple):
    """From where to where requests would go. `rule` is empty in both: by whichever."""

    live: Said
    shadow: Said
    requests: int


async def turns(read: Read, version: str, owner: str | None = None, since: int = 0) -> list[Turn]:
    """The disagreements, summed up; the most frequent first."""
    rows = await read(
        f"SELECT verdict, folder, shadow_verdict, shadow_folder, count(*) FROM {_LAST} WHERE NOT agrees"  # noqa: S608
        " GROUP BY verdict, folder, shadow_verdict, shadow_folder ORDER BY count(*) DESC, 1, 2, 3, 4",
        (version, owner, since),
    )
    return [Turn(Said(v, "", f), Said(sv, "", sf), int(count)) for v, f, sv, sf, count in rows]


class Disagreement(NamedTuple):
    """One request that the shadow would have decided otherwise."""

    request: str
    mail: str
    owner: str
    name: str
    """of the person, as shown; empty: not known"""
    headline: str
    at: int
    live: Said
    shadow: Said


async def disagreements(
    read: Read, version: str, owner: str | None = None, since: int = 0, limit: int = -1
) -> list[Disagreement]:
    """The last first; -1: all."""
    rows = await read(
        "SELECT last.request, last.mail, last.owner, coalesce(requests.name, ''), coalesce(requests.headline, ''),"  # noqa: S608
        " last.at, last.verdict, last.rule, last.folder, shadow_verdict, shadow_rule, shadow_folder"
        f" FROM {_LAST} AS last LEFT JOIN requests ON requests.id = last.request WHERE NOT agrees"
        " ORDER BY last.at DESC, last.mail DESC, last.request LIMIT ?4",
        (version, owner, since, limit),
    )
    return [
        Disagreement(request, mail, whose, name, headline, int(at), Said(*said[:3]), Said(*said[3:]))
        for request, mail, whose, name, headline, at, *said in rows
    ]


class Judged(NamedTuple):
    """What owners said themselves of requests that rules had decided on, and who was right."""

    said: int
    corrected: int
    """of which they said something else than the live rules"""
    live: int
    shadow: int


async def judged(read: Read, version: str, owner: str | None = None, since: int = 0) -> Judged:
    """Both where owners corrected a verdict and where they said the same: else the live rules could only be wrong."""
    rows = await read(
        "SELECT count(*), coalesce(sum(said != verdict), 0), coalesce(sum(said = verdict), 0),"  # noqa: S608
        " coalesce(sum(said = shadow_verdict), 0) FROM (SELECT last.verdict, last.shadow_verdict,"
        "  json_extract(conversations.body, '$.said') AS said"
        f"  FROM {_LAST} AS last JOIN conversations ON conversations.request = last.request) WHERE said IS NOT NULL",
        (version, owner, since),
    )
    return Judged(*(int(value) for value in rows[0]))


async def week_of(read: Read, rules: Rules, owner: str, at: int) -> ShadowWeek:
    """What these rules would have decided of an owner's requests in the last seven days."""
    since = at - 7 * DAY
    found = await seen(read, rules.version, owner, since)
    last = await disagreements(read, rules.version, owner, since, NAMED)
    return ShadowWeek(
        file=rules.file,
        requests=found.decided + found.foregone,
        differ=found.differ,
        named=tuple(
            Otherwise.model_validate(
                {
                    "name": each.name,
                    "verdict": each.live.verdict,
                    "folder": each.live.folder,
                    "shadow_verdict": each.shadow.verdict,
                    "shadow_folder": each.shadow.folder,
                }
            )
            for each in last
        ),
    )


class Earlier(NamedTuple):
    """Other versions, taken together."""

    versions: int
    decided: int
    differ: int


async def earlier(read: Read, version: str, owner: str | None = None) -> Earlier:
    """What other rules in the shadow saw: earlier texts of the file, or other files."""
    rows = await read(
        "SELECT DISTINCT version FROM shadows WHERE version != ?1 AND (?2 IS NULL OR owner = ?2)", (version, owner)
    )
    found = [await seen(read, str(other), owner) for (other,) in rows]
    return Earlier(len(found), sum(each.decided for each in found), sum(each.differ for each in found))
