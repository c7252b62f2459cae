"""Edge: answers what the store knows about a notice's person and invitation."""

from __future__ import annotations

from pipeline.store.log import Log
from pipeline.store.model import aliases_of, people_of
from stages.events import Network, Notice, Past


async def past_of(log: Log, owner: str, network: Network, notice: Notice, at: int, name_window: int) -> Past:
    """The open request this notice joins, if any, and what is known of its person. `at` in ms."""
    past = await _person(log, owner, network, notice)
    aliases = aliases_of(notice)
    for level, alias in aliases.items():
        rows = await log.read(
            "SELECT aliases.request, aliases.seen_at, requests.folder, requests.verdict,"
            " (SELECT json_group_array(own.level) FROM aliases AS own WHERE own.request = aliases.request)"
            " FROM aliases JOIN requests ON requests.id = aliases.request"
            " WHERE aliases.owner = ? AND aliases.network = ? AND aliases.level = ? AND aliases.alias = ?",
            (owner, network, level, alias),
        )
        for request, seen_at, folder, verdict, levels in rows:
            told_apart = any(str(stronger) in levels for stronger in aliases if stronger < level)
            if told_apart or (level == 2 and seen_at < at - name_window):
                continue
            return past.model_copy(update={"request": request, "folder": folder, "verdict": verdict})
    return past


async def _person(log: Log, owner: str, network: Network, notice: Notice) -> Past:
    for person in people_of(notice)[:1]:
        rows = await log.read(
            "SELECT requests, accepted, messages FROM people WHERE owner = ? AND network = ? AND person = ?",
            (owner, network, person),
        )
        for requests, accepted, messages in rows:
            return Past(requests_before=requests, accepted=accepted > 0, messages=messages)
    return Past()
