"""The read model of where mails lie, and of what their owners said by moving them: rows, and what is asked of them."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator
from typing import NamedTuple

from pipeline.store.reads import Read
from pipeline.store.writer import Statement
from stages.conversation import Advanced
from stages.events import Event, Filed, Moved, Returned
from stages.keeping import Forgotten, Remembered, Removed

_SAID = ("good", "intriguing", "ugly")
_PLACED = (
    "INSERT INTO places (mailbox, mail, owner, folder, name, since) VALUES (?1, ?2, ?3, ?4, ?5, ?6)"
    " ON CONFLICT (mailbox, mail) DO UPDATE SET folder = excluded.folder, name = excluded.name, since ="
    " CASE WHEN folder = excluded.folder THEN since ELSE excluded.since END"
)
_LEFT = (
    "INSERT INTO places (mailbox, mail, owner, folder, name, since) VALUES (?1, ?2, ?3, '', '', ?4)"
    " ON CONFLICT (mailbox, mail) DO NOTHING"
)
"""Its owner had moved it: where we put it, if anywhere, stays as it was."""


# --- written ------------------------------------------------------------------------------------------------------


def rows_of(event: Event, at: int) -> Iterator[Statement]:
    """The statements that keep places, corrections and standing words in step with `event`."""
    if isinstance(event, Filed | Moved | Returned) or (isinstance(event, Removed) and not event.kept):
        yield _place(event, at)
    if isinstance(event, Advanced):
        yield from _corrections(event)
    elif isinstance(event, Remembered):
        network = event.network or "" if event.scope == "person" else ""
        yield Statement(
            "INSERT OR REPLACE INTO remembered (request, owner, scope, network, key, name, verdict, proven, at)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                event.request,
                event.owner,
                event.scope,
                network,
                event.key,
                event.name,
                event.verdict,
                event.proven,
                event.at,
            ),
        )
    elif isinstance(event, Forgotten):
        yield Statement("DELETE FROM remembered WHERE request = ?", (event.request,))


def _place(event: Filed | Moved | Returned | Removed, at: int) -> Statement:
    if isinstance(event, Filed) and event.left:
        return Statement(_LEFT, (event.mailbox, event.mail, event.owner, at))
    if isinstance(event, Returned | Removed):
        return Statement("DELETE FROM places WHERE mailbox = ? AND mail = ?", (event.mailbox, event.mail))
    name = event.name if isinstance(event, Filed) else ""
    return Statement(_PLACED, (event.mailbox, event.mail, event.owner, event.folder, name, at))


def _corrections(event: Advanced) -> Iterator[Statement]:
    """Of a request at most one counts: the owner's last word, where it is not what Salver had said."""
    now = event.conversation
    if event.cue not in (*_SAID, "undo", "forget"):
        return
    yield Statement(
        "UPDATE corrections SET taken_back_at = ? WHERE request = ? AND taken_back_at IS NULL",
        (event.at, now.request),
    )
    ours = now.ours or now.verdict
    if now.said is None or now.said == ours:
        return
    if event.cue in _SAID:
        yield Statement(
            "INSERT OR IGNORE INTO corrections (request, number, owner, mail, was, said, by, at)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (now.request, now.version, now.owner, now.mail, ours, now.said, event.by, event.at),
        )
    else:
        yield Statement(
            "UPDATE corrections SET taken_back_at = NULL WHERE request = ?1 AND number ="
            " (SELECT max(number) FROM corrections WHERE request = ?1 AND said = ?2)",
            (now.request, now.said),
        )


# --- asked of it --------------------------------------------------------------------------------------------------


class Place(NamedTuple):
    """Where a mail lies, as far as we know."""

    mail: str
    folder: str
    """empty: its owner had moved it before its filing was on record"""
    name: str


async def places_of(read: Read, mailbox: str, mails: Collection[str]) -> dict[str, Place]:
    """Of those mails that were filed into this mailbox."""
    rows = await read(
        "SELECT mail, folder, name FROM places WHERE mailbox = ? AND mail IN (SELECT value FROM json_each(?))",
        (mailbox, json.dumps(list(mails))),
    )
    return {str(mail): Place(str(mail), str(folder), str(name)) for mail, folder, name in rows}


async def names_in(read: Read, mailbox: str) -> frozenset[str]:
    """What the mailbox calls every mail of ours in it, as far as that is known and means one folder only.

    Some servers number every folder alike: there a name (UIDVALIDITY/UID) says nothing without its folder.
    """
    rows = await read("SELECT folder, name FROM places WHERE mailbox = ? AND name != ''", (mailbox,))
    folders: dict[str, set[str]] = {}
    for folder, name in rows:
        folders.setdefault(str(name).partition("/")[0], set()).add(str(folder))
    return frozenset(str(name) for _, name in rows if len(folders[str(name).partition("/")[0]]) == 1)


async def mails_with(read: Read, owners: Collection[str], fingerprints: Collection[str]) -> dict[str, str]:
    """Fingerprint -> the mail of one of these owners that has it."""
    rows = await read(
        "SELECT fingerprint, id FROM mails WHERE owner IN (SELECT value FROM json_each(?))"
        " AND fingerprint IN (SELECT value FROM json_each(?))",
        (json.dumps(list(owners)), json.dumps(list(fingerprints))),
    )
    return {str(print_): str(mail) for print_, mail in rows}


async def used(read: Read, mailbox: str) -> bool:
    """Whether any mail was filed there."""
    return bool(await read("SELECT 1 FROM places WHERE mailbox = ? LIMIT 1", (mailbox,)))
