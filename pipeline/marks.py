"""How far each account was read -> the store, and back."""

from __future__ import annotations

from pipeline.accounts.reading import Seen
from pipeline.store import watches
from pipeline.store.log import Log


class Marks:
    """How far each account's inbox was read, kept in the store."""

    def __init__(self, store: Log) -> None:
        self._store = store

    async def seen(self, account: str) -> Seen | None:
        found = await watches.seen_of(self._store, account)
        return None if found is None else Seen(*found)

    async def saw(self, account: str, seen: Seen) -> None:
        await watches.saw(self._store, account, seen.validity, seen.uid)
