"""The one writer: gathers what receiver and workers want written, and commits it in groups."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Sequence
from typing import Any, NamedTuple

import aiosqlite

GROUP = 64
"""How many jobs one transaction takes at most."""


class Statement(NamedTuple):
    """One SQL statement with its parameters."""

    sql: str
    parameters: tuple[Any, ...] = ()


Job = Sequence[Statement]
Rows = list[aiosqlite.Row]


class Writer:
    """Owns the write connection. Every job is written whole or not at all, and durable when `write` returns."""

    def __init__(self, db: aiosqlite.Connection) -> None:
        self._db = db
        self._queue: asyncio.Queue[tuple[Job, asyncio.Future[list[Rows]]] | None] = asyncio.Queue()
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        self._task = asyncio.create_task(self._run(), name="writer")

    async def stop(self) -> None:
        """Write what was asked for so far, then end."""
        if self._task is not None:
            self._queue.put_nowait(None)
            await self._task
            self._task = None

    async def write(self, job: Job) -> list[Rows]:
        """Commit the job; return the rows of each statement.

        Raises what SQLite raised; then nothing of the job is kept. A caller that is cancelled meanwhile
        does not undo the job: it is written all the same.
        """
        if self._task is None:
            raise RuntimeError("the writer is not running")
        future: asyncio.Future[list[Rows]] = asyncio.get_running_loop().create_future()
        self._queue.put_nowait((job, future))
        return await asyncio.shield(future)

    async def _run(self) -> None:
        stopping = False
        while not stopping:
            first = await self._queue.get()
            group = []
            while first is not None:
                group.append(first)
                if len(group) == GROUP or self._queue.empty():
                    break
                first = self._queue.get_nowait()
            stopping = first is None
            await self._commit(group)

    async def _commit(self, group: list[tuple[Job, asyncio.Future[list[Rows]]]]) -> None:
        try:
            results = await self._transaction([job for job, _ in group])
        except Exception as error:
            shared = isinstance(error, aiosqlite.OperationalError)  # locked, full, gone: no job's own fault
            if len(group) > 1 and not shared:  # one bad job must not take the others with it
                for single in group:
                    await self._commit([single])
                return
            for _, future in group:
                if not future.cancelled():
                    future.set_exception(error)
            return
        for (_, future), rows in zip(group, results, strict=True):
            if not future.cancelled():
                future.set_result(rows)

    async def _transaction(self, jobs: list[Job]) -> list[list[Rows]]:
        if not jobs:
            return []
        await self._db.execute("BEGIN IMMEDIATE")
        try:
            results = [
                [list(await self._db.execute_fetchall(sql, parameters)) for sql, parameters in job] for job in jobs
            ]
            await self._db.execute("COMMIT")
        except BaseException:
            if self._db.in_transaction:
                with contextlib.suppress(aiosqlite.Error):
                    await self._db.execute("ROLLBACK")
            raise
        return results
