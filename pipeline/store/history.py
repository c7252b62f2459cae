"""Edge: answers what the store knows about a notice's person, invitation and words."""

from __future__ import annotations

from pipeline.store.echoes import echoes
from pipeline.store.identities import aliases_of, people_of
from pipeline.store.log import Log
from stages.events import History, Known, Network, Notice


async def history_of(
    log: Log, owner: str, network: Network, notice: Notice, at: int, name_window: int, sketch: tuple[int, ...] = ()
) -> History:
    """The open requests this notice may belong to, what is known of its person, and who said the same before.

    `at` and `name_window` in ms; `sketch` is that of the notice's words.
    """
    aliases = aliases_of(notice)
    known: dict[str, Known] = {}
    for level, alias in aliases.items():
        rows = await log.read(
            "SELECT requests.id, requests.proven, requests.words, requests.folder, requests.verdict, aliases.seen_at,"
            " (SELECT json_group_array(own.level) FROM aliases AS own WHERE own.request = aliases.request)"
            " FROM aliases JOIN requests ON requests.id = aliases.request"
            " WHERE aliases.owner = ? AND aliases.network = ? AND aliases.level = ? AND aliases.alias = ?",
            (owner, network, level, alias),
        )
        for request, proven, words, folder, verdict, seen_at, levels in rows:
            told_apart = any(str(stronger) in levels for stronger in aliases if stronger < level)
            if told_apart or (level == 2 and abs(seen_at - at) > name_window):
                continue
            found = Known(
                request=request, proven=bool(proven), words=words, folder=folder, placed=folder, verdict=verdict
            )
            known.setdefault(request, found)
    person = await _person(log, owner, network, notice)
    echo, proven_echo = await echoes(log, owner, notice, sketch)
    return person.model_copy(update={"known": tuple(known.values()), "echo": echo, "proven_echo": proven_echo})


async def first_mail_of(log: Log, request: str) -> tuple[str, int] | None:
    """(mail id, when it was received in ms) of the mail that opened a request; None if unknown, or lying nowhere yet.

    Before it is filed, where it lies says nothing of its owner's wish: a mail of an account is in the inbox by then.
    """
    rows = await log.read(
        "SELECT mails.id, mails.received_at FROM requests JOIN mails ON mails.id = requests.mail WHERE requests.id = ?"
        " AND EXISTS (SELECT 1 FROM events WHERE events.mail = mails.id AND events.kind = 'Filed')",
        (request,),
    )
    return (str(rows[0][0]), int(rows[0][1])) if rows else None


async def came_with_others(log: Log, request: str) -> bool:
    """Whether the mail that opened a request holds other requests, too: where it lies says nothing of one of them."""
    rows = await log.read(
        "SELECT json_array_length(body, '$.requests') FROM events WHERE kind = 'Enriched'"
        " AND mail = (SELECT mail FROM requests WHERE id = ?) ORDER BY seq LIMIT 1",
        (request,),
    )
    return bool(rows) and int(rows[0][0]) > 1


async def _person(log: Log, owner: str, network: Network, notice: Notice) -> History:
    for person in people_of(notice)[:1]:
        rows = await log.read(
            "SELECT requests, accepted, messages FROM people WHERE owner = ? AND network = ? AND person = ?",
            (owner, network, person),
        )
        for requests, accepted, messages in rows:
            return History(requests_before=requests, accepted=accepted > 0, messages=messages)
    return History()
