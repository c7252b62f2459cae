"""SMTP and LMTP in: listen, hand each mail to the commit, and answer 250 only after it."""

from __future__ import annotations

import asyncio
import errno
import logging
import sqlite3

import structlog

from pipeline.configuration import SmtpSettings, host_and_port
from pipeline.errors import place
from pipeline.receiver.admission import Admission, Hold, affordable
from pipeline.receiver.certificate import Certificates
from pipeline.receiver.delivery import Commit, Delivery
from pipeline.receiver.smtp import GuardedLMTP, GuardedSMTP
from stages.settings import Owner

log = structlog.get_logger("receiver")

BACKLOG = 4_096
"""Connections that wait in the system until they are accepted."""
AT_ONCE = 16
"""Connections accepted in one go: each is an open file even when it is refused, and the refusal comes after all."""

__all__ = ["Commit", "Delivery", "Receiver", "SmtpSettings"]


class Receiver:
    """The listening sockets, the clients at them, and the commits that run."""

    def __init__(self, commit: Commit, owners: tuple[Owner, ...], settings: SmtpSettings) -> None:
        self.admission = Admission(settings)
        self.smtp_address: tuple[str, int] | None = None
        self.lmtp_address: tuple[str, int] | None = None
        self._commit = commit
        self._owners = owners
        self._settings = settings
        self._certificates: Certificates | None = None
        self._servers: list[asyncio.Server] = []
        self._clients: set[GuardedSMTP] = set()
        self._commits: set[asyncio.Task[str]] = set()
        # aiosmtpd's own logger writes commands, and with them addresses.
        logging.getLogger("mail.log").setLevel(logging.WARNING)

    async def start(self) -> None:
        """Listen; afterwards `smtp_address` and `lmtp_address` tell where.

        Raises OSError if an address is taken, CertificateError.
        """
        if self._settings.certificate:
            self._certificates = Certificates(self._settings.certificate, self._settings.key)
        self.admission.connections = affordable(self._settings.connections)
        if self.admission.connections < self._settings.connections:
            log.warning(
                "connections_lowered",
                to=self.admission.connections,
                wanted=self._settings.connections,
                why="the system grants no more open files; see ulimit -n or LimitNOFILE",
            )
        try:
            self.smtp_address = await self._listen(self._settings.listen, GuardedSMTP)
            if self._settings.lmtp:
                self.lmtp_address = await self._listen(self._settings.lmtp, GuardedLMTP)
        except OSError:
            self._stop_listening()
            raise

    async def _listen(self, where: str, protocol: type[GuardedSMTP]) -> tuple[str, int]:
        def client() -> GuardedSMTP:
            guarded = protocol(self._deliver, self._owners, self._settings, self.admission, self._certificates)
            self._clients.add(guarded)
            guarded.gone.add_done_callback(lambda _: self._clients.discard(guarded))
            return guarded

        host, port = host_and_port(where)
        server = await asyncio.get_running_loop().create_server(client, host, port, backlog=AT_ONCE)
        self._servers.append(server)
        for listening in server.sockets:
            with listening.dup() as same:  # asyncio takes one number for both, how many wait and how many it accepts
                same.listen(BACKLOG)
        name = server.sockets[0].getsockname()
        return str(name[0]), int(name[1])

    def _deliver(self, delivery: Delivery, hold: Hold) -> asyncio.Task[str]:
        task = asyncio.create_task(self._answer(delivery))
        self._commits.add(task)

        def ended(task: asyncio.Task[str]) -> None:
            self._commits.discard(task)
            hold.release()

        task.add_done_callback(ended)
        return task

    async def _answer(self, delivery: Delivery) -> str:
        """Commit, and the reply. Not kept means not 250, and never for good: the client is to try again."""
        try:
            await self._commit(delivery)
        except (Exception, asyncio.CancelledError) as error:  # cancelled: the writer behind it was
            full = _is_full(error)
            log.error("mail_refused", error=type(error).__name__, at=place(error), full=full, peer=delivery.peer)
            return "452 4.3.1 No room, try again later" if full else "451 4.3.0 Not kept, try again later"
        return "250 2.0.0 Kept"

    def _stop_listening(self) -> None:
        # Not `wait_closed`: since Python 3.12 it waits for every client, also for those who never leave.
        for server in self._servers:
            server.close()
        self._servers.clear()

    async def stop(self, grace: float = 10.0) -> None:
        """Stop listening, send idle clients away, let the others finish for `grace` seconds, then cut them.

        Commits that run are waited for however long they take, and their clients are answered.
        """
        self._stop_listening()
        self.admission.closing = True
        for client in tuple(self._clients):
            if client.idle:
                client.dismiss("421 4.3.2 Shutting down, try again later")
        await self._parted(grace)
        for client in tuple(self._clients):
            if not client.committing:
                client.abort()
        while self._commits:
            await asyncio.wait(self._commits)
        await self._parted(1.0)
        for client in tuple(self._clients):
            client.abort()
        await self._parted(1.0)

    async def _parted(self, seconds: float) -> None:
        gone = [client.gone for client in self._clients]
        if gone:
            await asyncio.wait(gone, timeout=seconds)


def _is_full(error: BaseException | None) -> bool:
    """Whether a disk or the database has no room, here or in what caused this."""
    while error is not None:
        if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
            return True
        if isinstance(error, sqlite3.Error) and getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_FULL:
            return True
        error = error.__cause__ or error.__context__
    return False
