"""Whose mailboxes mail is forwarded from: how often each did, for an owner. Only shown, for anybody can write it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from pipeline.store.reads import Read
from pipeline.store.writer import Statement
from stages.events import Enriched, Parsed
from stages.recipients import mailbox_of

_ASK = "SELECT coalesce(sum(mails), 0) FROM forwarders WHERE owner = ? AND address = ?"


def rows_of(event: Enriched, at: int) -> Iterator[Statement]:
    """One mail more of its forwarder; a spoof counts nowhere."""
    asked = _asked(event.parsed)
    if asked is not None and event.kind != "spoof":
        yield Statement(
            "INSERT INTO forwarders (owner, address, first_at, mails) VALUES (?, ?, ?, 1) ON CONFLICT (owner, address)"
            " DO UPDATE SET mails = mails + 1, first_at = min(first_at, excluded.first_at)",
            (*asked, at),
        )


async def forwarded_before(read: Read, parsed: Parsed) -> int | None:
    """How many mails of networks this mail's forwarder sent on before; None: none is named."""
    asked = _asked(parsed)
    return int((await read(_ASK, asked))[0][0]) if asked is not None else None


def forwarded_before_at(store: Path, parsed: Parsed) -> int | None:
    """The same of a store that is only read; None where there is none, or where it keeps no forwarders yet."""
    asked = _asked(parsed)
    if asked is None:
        return None
    try:
        with closing(sqlite3.connect(f"{store.absolute().as_uri()}?mode=ro", uri=True)) as db:
            return int(db.execute(_ASK, asked).fetchone()[0])
    except sqlite3.Error:
        return None


def _asked(parsed: Parsed) -> tuple[str, str] | None:
    by = parsed.forwarded.by if parsed.forwarded is not None else None
    return (parsed.owner, mailbox_of(by)) if by and parsed.network is not None else None
