"""How far each account's inbox was read."""

from __future__ import annotations

from pipeline.store.log import Log
from pipeline.store.writer import Statement


async def seen_of(log: Log, account: str) -> tuple[int, int] | None:
    """(UIDVALIDITY, last UID) that was read; None where nothing was."""
    rows = await log.read("SELECT validity, uid FROM watches WHERE account = ?", (account,))
    return (int(rows[0][0]), int(rows[0][1])) if rows else None


async def saw(log: Log, account: str, validity: int, uid: int) -> None:
    """Note how far it is read; what was read before that is in the log already."""
    await log.write(
        [
            Statement(
                "INSERT INTO watches (account, validity, uid) VALUES (?, ?, ?)"
                " ON CONFLICT (account) DO UPDATE SET validity = excluded.validity, uid = excluded.uid",
                (account, validity, uid),
            )
        ]
    )
