"""The read model: which rows of requests, aliases, people, wordings and conversations follow from an event. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.store import anew, conversations, digests, drifts, forwarders, going, places, readings, shadows, wordings
from pipeline.store.identities import aliases_of, people_of
from pipeline.store.key import Key
from pipeline.store.writer import Statement
from stages.enrich import words_id
from stages.events import Enriched, Event, Notice, Request, Routed

_HAND_OVER = """DELETE FROM aliases WHERE owner = ? AND network = ? AND level = ? AND proven = ? AND alias = ? AND (
 (level = 2 AND seen_at NOT BETWEEN ? AND ?)
 OR EXISTS (SELECT 1 FROM aliases AS own WHERE own.request = aliases.request AND own.level < aliases.level
            AND own.level IN (SELECT value FROM json_each(?))))"""
"""A weaker alias is handed over when its holder is told apart by a stronger one, or when its time is over."""


def rows_of(event: Event, at: int, name_window: int, key: Key) -> Iterator[Statement]:
    """The statements that keep the read model in step with `event`, which happened at `at` (ms).

    A request that another mail opened meanwhile raises IntegrityError on `aliases`: the caller asks for the
    history again and joins it.
    """
    if isinstance(event, Enriched):
        yield from _enriched(event, at, name_window, key)
    elif isinstance(event, Routed):
        for decision in event.decisions:
            request, judged = decision.judgement.request, decision.judgement
            if not request.joins:
                yield Statement(
                    "UPDATE requests SET verdict = ?, score = ?, rule = ?, folder = ? WHERE id = ?",
                    (decision.verdict, judged.score, decision.rule, decision.folder, request.id),
                )
        yield from shadows.rows_of(event, at)
    else:
        yield from conversations.rows_of(event, key)
        yield from digests.rows_of(event)
        yield from places.rows_of(event, at)
        yield from going.rows_of(event)
        yield from drifts.rows_of(event)


def _enriched(event: Enriched, at: int, name_window: int, key: Key) -> Iterator[Statement]:
    network = event.parsed.network
    if event.anew:
        yield from anew.rows_of(event)
    if network is None or event.again:  # judged again, it brings nothing that was not counted
        return
    if event.parsed.imported:  # what came long ago happened then, not when it was read
        at = event.parsed.received_at
    yield from forwarders.rows_of(event, at)
    proven = event.authenticity.verdict == "aligned"
    yield from readings.reading(event, network, proven, key)
    if event.met is not None:
        yield from _met(event, network, event.met)
    for request in event.requests:
        if not request.joins or request.past.says_more:
            theirs = proven and event.addressed
            yield from wordings.statements(key, event.owner, theirs, request.notice, request.sketch, at)
        if request.joins:
            yield Statement("UPDATE aliases SET seen_at = max(seen_at, ?) WHERE request = ?", (at, request.id))
            continue
        notice = request.notice
        yield Statement(
            "INSERT INTO requests (id, owner, network, name, headline, words, mail, proven, created_at)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                request.id,
                event.owner,
                network,
                notice.name.value,
                notice.headline.value,
                words_id(notice),
                event.mail,
                proven,
                at,
            ),
        )
        if event.kind == "spoof":  # a forger must not open, join or count anything in the forged name
            continue
        yield from _opened(event, network, request, at, name_window)
        for person in people_of(notice):
            yield _counted(event.owner, network, person, "requests")


def _opened(event: Enriched, network: str, request: Request, at: int, name_window: int) -> Iterator[Statement]:
    aliases = aliases_of(request.notice)
    levels = str(list(aliases))
    proven = event.authenticity.verdict == "aligned"
    for level, alias in aliases.items():
        key = (event.owner, network, level, proven, alias)
        yield Statement(_HAND_OVER, (*key, at - name_window, at + name_window, levels))
        yield Statement(
            "INSERT INTO aliases (owner, network, level, proven, alias, request, seen_at) VALUES (?, ?, ?, ?, ?, ?, ?)",
            (*key, request.id, at),
        )


def _met(event: Enriched, network: str, notice: Notice) -> Iterator[Statement]:
    """An accepted invitation settles the person's open requests; a message is counted."""
    for person in people_of(notice):
        yield _counted(event.owner, network, person, "accepted" if event.kind == "invitation_accepted" else "messages")
    if event.kind != "invitation_accepted":
        return
    at = event.parsed.received_at
    for level, alias in aliases_of(notice).items():
        yield Statement(
            "UPDATE requests SET settled_at = ? WHERE settled_at IS NULL AND id IN"
            " (SELECT request FROM aliases WHERE owner = ? AND network = ? AND proven AND level = ? AND alias = ?)",
            (at, event.owner, network, level, alias),
        )
    yield Statement("DELETE FROM aliases WHERE request IN (SELECT id FROM requests WHERE settled_at IS NOT NULL)")


def _counted(owner: str, network: str, person: str, column: str) -> Statement:
    return Statement(
        f"INSERT INTO people (owner, network, person, {column}) VALUES (?, ?, ?, 1)"  # noqa: S608 - a constant
        f" ON CONFLICT (owner, network, person) DO UPDATE SET {column} = {column} + 1",
        (owner, network, person),
    )
