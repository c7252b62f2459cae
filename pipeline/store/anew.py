"""The rows of requests, aliases and people that follow from a mail that was read anew. Pure.

What was counted when the mail came is not counted again, and what is settled stays settled.
"""

from __future__ import annotations

import json
from collections.abc import Iterator

from pipeline.store.identities import aliases_of, people_of
from pipeline.store.writer import Statement
from stages.enrich import words_id
from stages.events import Enriched, Request

_OPEN = "SELECT 1 FROM requests WHERE id = ? AND mail = ? AND settled_at IS NULL"


def rows_of(event: Enriched) -> Iterator[Statement]:
    """For an Enriched that is `anew`: its requests as they are read now, those of them that are new, those that end."""
    ids = json.dumps([request.id for request in event.requests])
    ended = "mail = ?1 AND settled_at IS NULL AND id NOT IN (SELECT value FROM json_each(?2))"
    yield Statement(
        f"DELETE FROM aliases WHERE request IN (SELECT id FROM requests WHERE {ended})",  # noqa: S608 - a constant
        (event.mail, ids),
    )
    yield Statement(f"UPDATE requests SET settled_at = ?3 WHERE {ended}", (event.mail, ids, event.again))  # noqa: S608
    if event.parsed.network is None:
        return
    for request in event.requests:
        if not request.joins:
            yield from _request(event, event.parsed.network, request)


def _request(event: Enriched, network: str, request: Request) -> Iterator[Statement]:
    notice, proven = request.notice, event.authenticity.verdict == "aligned"
    told = (notice.name.value, notice.headline.value, words_id(notice))
    if event.kind != "spoof":
        for person in people_of(notice):
            yield Statement(
                "INSERT INTO people (owner, network, person, requests) SELECT ?, ?, ?, 1"
                " WHERE NOT EXISTS (SELECT 1 FROM requests WHERE id = ?)"
                " ON CONFLICT (owner, network, person) DO UPDATE SET requests = requests + 1",
                (event.owner, network, person, request.id),
            )
    yield Statement(
        "INSERT INTO requests (id, owner, network, name, headline, words, mail, proven, created_at)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET network = excluded.network,"
        " name = excluded.name, headline = excluded.headline, words = excluded.words, proven = excluded.proven",
        (request.id, event.owner, network, *told, event.mail, proven, event.parsed.received_at),
    )
    if event.kind == "spoof":
        yield Statement("DELETE FROM aliases WHERE request = ?", (request.id,))
        return
    for level, alias in aliases_of(notice).items():
        yield Statement(
            "INSERT OR IGNORE INTO aliases (owner, network, level, proven, alias, request, seen_at)"
            f" SELECT ?, ?, ?, ?, ?, ?, ? WHERE EXISTS ({_OPEN})",
            (event.owner, network, level, proven, alias, request.id, event.parsed.received_at, request.id, event.mail),
        )
