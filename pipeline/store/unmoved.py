"""Mails that lie in another folder than they belong to now, as their mailbox can only be put into (LMTP)."""

from __future__ import annotations

from pipeline.store.log import Log


async def unmoved(log: Log) -> dict[str, int]:
    """How many, by owner."""
    rows = await log.read(
        "SELECT filed.owner, count(DISTINCT filed.mail) FROM events AS filed"
        " WHERE filed.kind = 'Filed' AND json_extract(filed.body, '$.mailbox') LIKE 'lmtp:%'"
        " AND json_extract(filed.body, '$.left')"
        " AND filed.seq = (SELECT max(seq) FROM events WHERE mail = filed.mail AND kind = 'Filed'"
        " AND json_extract(body, '$.mailbox') = json_extract(filed.body, '$.mailbox'))"
        " AND json_extract(filed.body, '$.folder') != (SELECT json_extract(body, '$.folder') FROM events"
        " WHERE mail = filed.mail AND kind = 'FilingWanted'"
        " AND json_extract(body, '$.mailbox') = json_extract(filed.body, '$.mailbox') ORDER BY seq DESC LIMIT 1)"
        " GROUP BY filed.owner ORDER BY filed.owner"
    )
    return {str(owner): int(count) for owner, count in rows}
