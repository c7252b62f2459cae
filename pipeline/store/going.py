"""The read model of what goes out of Ugly: which mails a digest named, what may go now, and why one stays."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import NamedTuple

from pipeline.store.migrations import decode
from pipeline.store.ran import SINCE_TOLD
from pipeline.store.reads import Read
from pipeline.store.writer import Statement
from stages.conversation import OPEN, DigestWanted
from stages.durations import DAY
from stages.emptying import MOST, NO_TRASH, Terms
from stages.events import Enriched, Event
from stages.header import clean
from stages.keeping import Going, Removed
from stages.names import FOLDERS

COUNTS = 7
"""So many notices after its date a mail may still go; then a digest names it anew. Salver was off, or mostly."""
ASKED_AGAIN = 30 * DAY
"""After so long it is tried again whether an account has a \\Trash."""
_PAGE = 500
"""Mails whose verdicts are asked for at once."""


# --- written ------------------------------------------------------------------------------------------------------


def rows_of(event: Event) -> Iterator[Statement]:
    """The statements that keep what goes in step with `event`."""
    if isinstance(event, DigestWanted):
        for one in event.going:
            yield Statement(
                "INSERT INTO going (mailbox, mail, owner, digest, listed_at, leaves_at, kept)"
                " SELECT mailbox, mail, owner, ?1, ?2, ?3, '' FROM places"
                " WHERE mail = ?4 AND owner = ?5 AND folder = ?6"
                " ON CONFLICT (mailbox, mail) DO UPDATE SET digest = excluded.digest,"
                " listed_at = excluded.listed_at, leaves_at = excluded.leaves_at, kept = ''",
                (event.mail, event.at, one.leaves_at, one.mail, event.owner, FOLDERS["ugly"]),
            )
    elif isinstance(event, Removed) and event.kept and not event.again:
        yield Statement(
            "UPDATE going SET kept = ? WHERE mailbox = ? AND mail = ?", (event.kept, event.mailbox, event.mail)
        )
    elif isinstance(event, Removed):
        yield Statement("DELETE FROM going WHERE mailbox = ? AND mail = ?", (event.mailbox, event.mail))


# --- asked of it --------------------------------------------------------------------------------------------------

_IN_UGLY = f"p.folder = '{FOLDERS['ugly']}'"
_UGLY = (
    "'ugly' = (SELECT json_extract(body, '$.verdict') FROM events WHERE mail = p.mail AND kind = 'Routed'"  # noqa: S608
    " ORDER BY seq DESC LIMIT 1)"
    " AND NOT EXISTS (SELECT 1 FROM events AS e, json_each(e.body, '$.requests') AS r"
    " LEFT JOIN requests AS q ON q.id = json_extract(r.value, '$.id')"
    " LEFT JOIN conversations AS c ON c.request = json_extract(r.value, '$.id')"
    " WHERE e.mail = p.mail AND e.kind = 'Enriched' AND ((q.id IS NOT NULL AND q.verdict IS NOT 'ugly')"
    " OR json_extract(c.body, '$.verdict') != 'ugly' OR json_extract(c.body, '$.said') != 'ugly'"
    f" OR c.phase IN ({', '.join(repr(phase) for phase in sorted(OPEN))})))"
)
"""Judged so last, and so is every request that it brought or joined, by the owner's word too; nothing is to come."""
_AT_REST = (
    "NOT EXISTS (SELECT 1 FROM events WHERE mail = p.mail AND state IN ('ready', 'claimed')"
    " AND kind != 'RemovalWanted')"
)
_TOLD = (
    "EXISTS (SELECT 1 FROM events WHERE mail = g.digest AND kind IN ('Sent', 'ReminderFiled')"
    " AND created_at <= ?1 - ?3)"
)
"""The digest that named it was sent or filed, so long ago."""
_DUE = {
    "it is to be named in a digest once more, for that was long ago": f"g.leaves_at > ?1 - {COUNTS} * ?3",
    "it is not yet time": "g.leaves_at <= ?1 AND g.listed_at <= ?1 - ?3 AND p.since + ?2 <= ?1",
    "no digest told you in time": _TOLD,
    "Salver was off for a part of the time that you had": f"?3 <= {SINCE_TOLD}",
    "you moved it": f"{_IN_UGLY} AND p.since <= g.listed_at",
    "its request is not ugly any more, or something is still to happen to it": _UGLY,
}
"""Why a mail stays -> what must hold for it to go. ?1: now; ?2, ?3: the terms."""
_LISTED = "going AS g JOIN places AS p ON p.mailbox = g.mailbox AND p.mail = g.mail"


class Leaving(NamedTuple):
    """A mail whose time is over."""

    mailbox: str
    mail: str
    listed_at: int


async def leaving(read: Read, owner: str, terms: Terms, at: int, limit: int) -> list[Leaving]:
    """What may go now, the longest due first."""
    rows = await read(
        f"SELECT g.mailbox, g.mail, g.listed_at FROM {_LISTED} WHERE g.owner = ?4 AND g.kept = ''"  # noqa: S608
        f" AND {' AND '.join(_DUE.values())} AND {_AT_REST} ORDER BY g.leaves_at, g.mail LIMIT ?5",
        (at, terms.after, terms.notice, owner, limit),
    )
    return [Leaving(str(mailbox), str(mail), int(listed_at)) for mailbox, mail, listed_at in rows]


async def why_it_stays(read: Read, mailbox: str, mail: str, terms: Terms, at: int) -> str | None:
    """Why a mail that was about to go must not; empty: it may; None: something about it is just being done."""
    rows = await read(
        f"SELECT {_AT_REST}, {', '.join(_DUE.values())} FROM {_LISTED}"  # noqa: S608
        " WHERE g.mailbox = ?4 AND g.mail = ?5 AND g.kept = ''",
        (at, terms.after, terms.notice, mailbox, mail),
    )
    if not rows:
        return "it is named in no digest any more"
    at_rest, *holds = rows[0]
    return next((why for why, held in zip(_DUE, holds, strict=True) if not held), "" if at_rest else None)


_WAITING = (
    f"{_IN_UGLY} AND p.owner = ?1 AND p.since <= ?2 AND p.mailbox NOT LIKE 'lmtp:%'"  # noqa: S608 - constants
    f" AND p.mailbox NOT IN (SELECT mailbox FROM going WHERE kept = '{NO_TRASH}' AND listed_at > ?3 - {ASKED_AGAIN})"
)
"""What has lain in Ugly since ?2, where mail can be taken away; ?3: now."""
_NAMED = (
    "EXISTS (SELECT 1 FROM going AS g WHERE g.mailbox = p.mailbox AND g.mail = p.mail"  # noqa: S608 - constants
    " AND g.listed_at >= p.since"
    f" AND (g.kept != '' OR (g.leaves_at > ?3 - {COUNTS} * ?7 AND g.listed_at <= ?3)))"
)
"""A digest named it, which counts still; or it stays for good. ?7: the notice."""


async def nearing(read: Read, owner: str, terms: Terms, at: int, limit: int = MOST) -> tuple[Going, ...]:
    """What a digest made now is to name: what will have lain in Ugly for long when the notice is over, oldest first."""
    since: dict[str, int] = {}
    until, last, more = at + terms.notice - terms.after, (-1, ""), True
    while more and len(since) < limit:
        rows = await read(
            f"SELECT p.since, p.mail FROM places AS p WHERE {_WAITING} AND NOT {_NAMED}"  # noqa: S608
            " AND (p.since, p.mail) > (?4, ?5) ORDER BY p.since, p.mail LIMIT ?6",
            (owner, until, at, *last, _PAGE, terms.notice),
        )
        more = len(rows) == _PAGE
        last = (int(rows[-1][0]), str(rows[-1][1])) if rows else last
        ugly = await _ugly_ones(read, [str(mail) for _, mail in rows])
        for came, mail in rows:
            if mail in ugly and len(since) < limit:
                since.setdefault(str(mail), int(came))
    shown = await _shown(read, since)
    return tuple(shown[mail].model_copy(update={"leaves_at": at + terms.notice}) for mail in since if mail in shown)


async def first_at(read: Read, owner: str, terms: Terms, at: int) -> int:
    """When the first may go at the earliest, if Salver runs from now on: what a digest named, or the next will name."""
    rows = await read(
        f"SELECT min(max(g.leaves_at, p.since + ?2, ?1 + ?3 - {SINCE_TOLD}"  # noqa: S608
        f" * ((SELECT max(ended) FROM ran) > ?1 - ?3))) FROM {_LISTED} WHERE g.owner = ?4 AND g.kept = '' AND"
        f" g.leaves_at > ?1 - {COUNTS} * ?3 AND g.listed_at <= ?1 AND {_IN_UGLY} AND p.since <= g.listed_at",
        (at, terms.after, terms.notice, owner),
    )
    if rows[0][0] is not None:
        return max(int(rows[0][0]), at)
    rows = await read(
        f"SELECT min(p.since) FROM places AS p WHERE {_WAITING} AND NOT EXISTS (SELECT 1 FROM going AS g"  # noqa: S608
        " WHERE g.mailbox = p.mailbox AND g.mail = p.mail AND g.kept != '' AND g.listed_at >= p.since)",
        (owner, at, at),
    )
    return max(at + terms.notice, int(rows[0][0] or 0) + terms.after)


async def _ugly_ones(read: Read, mails: list[str]) -> set[str]:
    rows = await read(
        f"SELECT p.mail FROM (SELECT value AS mail FROM json_each(?)) AS p WHERE {_UGLY}",  # noqa: S608
        (json.dumps(mails),),
    )
    return {str(mail) for (mail,) in rows}


async def count_within(read: Read, owner: str, terms: Terms, at: int, span: int) -> int:
    """How many mails will have lain in Ugly for long enough within that time, and are not to stay."""
    rows = await read(
        f"SELECT DISTINCT p.mail FROM places AS p WHERE {_WAITING} AND NOT EXISTS (SELECT 1 FROM going AS g"  # noqa: S608
        " WHERE g.mailbox = p.mailbox AND g.mail = p.mail AND g.kept != '' AND g.listed_at >= p.since)",
        (owner, at + span - terms.after, at),
    )
    return len(await _ugly_ones(read, [str(mail) for (mail,) in rows]))


async def _shown(read: Read, mails: dict[str, int]) -> dict[str, Going]:
    """Who wrote each of these mails, as its first request shows them."""
    rows = await read(
        "SELECT kind, version, body FROM events AS e WHERE kind = 'Enriched' AND mail IN"
        " (SELECT value FROM json_each(?)) ORDER BY seq",
        (json.dumps(list(mails)),),
    )
    found: dict[str, Going] = {}
    for row in rows:
        event = decode(*row)
        assert isinstance(event, Enriched)
        first = next(iter(event.requests), None)
        notice = first.notice if first is not None else None
        found[event.mail] = Going(
            mail=event.mail,
            request=first.id if first is not None else "",
            name=clean(notice.name.value or "", 80) if notice is not None else "",
            headline=clean(notice.headline.value or "", 160) if notice is not None else "",
            at=event.parsed.received_at,
            leaves_at=0,
        )
    return found


class Gone(NamedTuple):
    """A mail that we took away, and did not bring back."""

    mail: str
    owner: str
    times: int
    """how often it was taken away"""


async def taken_away(read: Read, end: str) -> list[Gone]:
    """Mails with an id that ends so, of which the last thing told is that they were taken away."""
    rows = await read(
        "SELECT last.mail, last.owner, count(*) FROM events AS last"
        " WHERE last.kind = 'Removed' AND last.mail IN (SELECT id FROM mails WHERE substr(id, -length(?1)) = ?1)"
        " AND json_extract(last.body, '$.kept') = '' AND json_extract(last.body, '$.name') != ''"
        " AND NOT EXISTS (SELECT 1 FROM places WHERE places.mail = last.mail"
        "  AND places.mailbox = json_extract(last.body, '$.mailbox'))"
        " GROUP BY last.mail, last.owner ORDER BY last.mail",
        (end,),
    )
    return [Gone(str(mail), str(owner), int(times)) for mail, owner, times in rows]
