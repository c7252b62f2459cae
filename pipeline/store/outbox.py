"""What the log knows of mails of ours that a relay was to take."""

from __future__ import annotations

from typing import NamedTuple

from pipeline.store.migrations import decode
from pipeline.store.reads import Read
from stages.conversation import SendingRefused, SendingStarted


async def attempts(read: Read, mail: str, id: str) -> tuple[SendingStarted | SendingRefused, ...]:
    """What was recorded of the sending of a mail of ours, in order. `mail` is what it is about, `id` names it."""
    rows = await read(
        "SELECT kind, version, body FROM events WHERE mail = ? AND kind IN ('SendingStarted', 'SendingRefused')"
        " AND json_extract(body, '$.id') = ? ORDER BY seq",
        (mail, id),
    )
    events = (decode(*row) for row in rows)
    return tuple(event for event in events if isinstance(event, SendingStarted | SendingRefused))


class Unsent(NamedTuple):
    """Mails of ours that were filed though a relay was to take them."""

    why: str | None
    """None: the relay may have taken them"""
    mails: int


async def unsent(read: Read, since: int) -> list[Unsent]:
    """Those of this time (ms), by what the relay said last."""
    rows = await read(
        "SELECT json_extract(body, '$.why'), count(*) FROM events AS last"
        " WHERE kind IN ('SendingStarted', 'SendingRefused') AND created_at > ?"
        " AND seq = (SELECT max(seq) FROM events WHERE mail = last.mail AND kind IN ('SendingStarted',"
        " 'SendingRefused', 'Sent') AND json_extract(body, '$.id') = json_extract(last.body, '$.id'))"
        " AND EXISTS (SELECT 1 FROM events WHERE mail = last.mail AND kind = 'FilingStarted'"
        " AND json_extract(body, '$.mailbox') LIKE '%#%-' || json_extract(last.body, '$.id'))"
        " GROUP BY 1 ORDER BY 2 DESC",
        (since,),
    )
    return [Unsent(None if why is None else str(why), int(mails)) for why, mails in rows]
