"""When the sources of mail were heard: forwards, by owner and network, and accounts."""

from __future__ import annotations

from collections import defaultdict
from typing import NamedTuple

from pipeline.store.log import Log
from pipeline.store.reads import Read
from pipeline.store.writer import Statement

_ALARM = ".quiet"


class Source(NamedTuple):
    """Where mail comes from: an owner's forward of one network's mail, or an account. Without an account, a forward."""

    owner: str
    network: str = ""
    account: str = ""

    @property
    def key(self) -> str:
        return f"account:{self.account}" if self.account else f"forward:{self.owner}/{self.network}"


class Heard(NamedTuple):
    """A mail that came from a source. `at` in ms."""

    at: int
    mail: str


class Silence(NamedTuple):
    """How long a source was not heard since its last mail, while it could have been. Times and `lasted` in ms."""

    mail: str
    heard_at: int
    checked_at: int
    lasted: int
    told: bool
    """its owner was told that it went quiet"""


async def heard(read: Read, since: int) -> dict[Source, list[Heard]]:
    """The mails of every source that came since then (ms), in order of arrival.

    Not what was shown to be forged: it comes without any forward; nor imports: they came some other time.
    """
    rows = await read(
        "SELECT mails.owner, json_extract(enriched.body, '$.parsed.network'),"
        " json_extract(received.body, '$.account'), mails.received_at, mails.id"
        " FROM mails JOIN events AS received ON received.id = mails.id"
        " JOIN events AS enriched ON enriched.mail = mails.id AND enriched.kind = 'Enriched'"
        " WHERE mails.received_at >= ? AND json_extract(enriched.body, '$.parsed.network') IS NOT NULL"
        " AND json_extract(enriched.body, '$.authenticity.verdict') != 'forged'"
        " AND json_extract(received.body, '$.protocol') != 'import'"
        " AND coalesce(json_extract(received.body, '$.imported'), '') = ''"
        " ORDER BY mails.received_at, mails.id",
        (since,),
    )
    found: dict[Source, list[Heard]] = defaultdict(list)
    for owner, network, account, at, mail in rows:
        source = Source(owner, account=account) if account else Source(owner, network)
        found[source].append(Heard(at, mail))
    return dict(found)


async def being_read(read: Read) -> bool:
    """Do mails wait to be read, of which it is not known yet where they come from?"""
    rows = await read(
        "SELECT 1 FROM events WHERE state IN ('ready', 'claimed') AND kind IN ('Received', 'LookupWanted') LIMIT 1", ()
    )
    return bool(list(rows))


async def silences(read: Read) -> dict[str, Silence]:
    """What was noted of each source, by its key."""
    rows = await read(
        "SELECT source, sources.mail, heard_at, checked_at, silence, events.id IS NOT NULL"
        " FROM sources LEFT JOIN events ON events.id = sources.mail || ?",
        (_ALARM,),
    )
    return {row[0]: Silence(row[1], row[2], row[3], row[4], bool(row[5])) for row in rows}


async def note(log: Log, source: Source, silence: Silence) -> None:
    """Keep how long the source has been silent."""
    await log.write(
        [
            Statement(
                "INSERT INTO sources (source, mail, heard_at, checked_at, silence) VALUES (?, ?, ?, ?, ?)"
                " ON CONFLICT (source) DO UPDATE SET mail = excluded.mail, heard_at = excluded.heard_at,"
                " checked_at = excluded.checked_at, silence = excluded.silence",
                (source.key, silence.mail, silence.heard_at, silence.checked_at, silence.lasted),
            )
        ]
    )


def alarm_event(mail: str) -> str:
    """The id of the event that tells of the silence after a mail: there is never more than one."""
    return mail + _ALARM
