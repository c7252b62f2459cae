"""Runs Dovecot over the Maildirs of all owners, as a child that is watched, started again, and ended with us."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import os
import socket
import sys
import time
from pathlib import Path
from typing import NamedTuple

import structlog

from pipeline.configuration import Configuration, host_and_port
from pipeline.dovecot import files, guard, program
from pipeline.dovecot.certificate import fingerprint
from pipeline.dovecot.health import knock
from pipeline.dovecot.stale import end_stale
from pipeline.dovecot.trouble import Trouble
from pipeline.dovecot.words import Words

log = structlog.get_logger("imap")


class Pace(NamedTuple):
    """Seconds."""

    start: float = 20.0
    """in which it answers after its start"""
    look: float = 2.0
    """between two looks at the certificate's files"""
    knock: float = 20.0
    """between two visits as a client"""
    answer: float = 10.0
    """of one visit; twice too long is a hang"""
    first: float = 1.0
    """before the second start; then twice as long each time"""
    longest: float = 300.0
    well: float = 60.0
    """after which it is taken to work, so that a later end begins anew with `first`"""


class Served:
    """`start()`, then it serves whenever it can, until `stop()`."""

    def __init__(self, configuration: Configuration, pace: Pace = Pace()) -> None:  # noqa: B008 - a value
        self.configuration = configuration
        self.pace = pace
        self.address: tuple[str, int] | None = None
        """where it answers now"""
        self.trouble = ""
        """why it does not"""
        self._ready: files.Ready | None = None
        self._fresh: dict[str, str] = {}
        self._port = host_and_port(configuration.imap.listen)[1]
        self._words = Words()
        self._tried = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> tuple[str, ...]:
        """Begin, and say what came of the first attempt."""
        self._task = asyncio.create_task(self._run(), name="imap")
        tried = asyncio.create_task(self._tried.wait())
        await asyncio.wait({self._task, tried}, return_when=asyncio.FIRST_COMPLETED)
        tried.cancel()
        return self.lines()

    async def stop(self) -> None:
        if self._task is None:
            return
        self._task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await self._task
        self._task = None
        if self._ready is not None:
            await asyncio.to_thread(files.cleared, self._ready.plan.folder)

    def lines(self) -> tuple[str, ...]:
        """For the greeting."""
        if self.address is None or self._ready is None:
            return (f"  It does not serve IMAP now: {self.trouble}.",)
        host, port = self.address
        lines = [f"  Read it with any mail client: IMAP with TLS at {host} port {port}"]
        for owner, known in self._ready.signs_in:
            if known.file is None:
                how = "the password whose hash stands in your configuration"
            else:
                fresh = self._fresh.get(owner.id)
                how = f"password {fresh} (kept in {known.file})" if fresh else f"the password in {known.file}"
            lines.append(f"    user {owner.id}, {how}")
        print_ = fingerprint(self._ready.plan.certificate)
        whose = "" if self.configuration.smtp.certificate else ", made here, which clients ask you about once"
        lines.append(f"    certificate{whose}; SHA-256 {print_}")
        return (*lines, *(f"    But {doubt}." for doubt in self._ready.doubts))

    async def _run(self) -> None:
        pause = self.pace.first
        while True:
            began, before = time.monotonic(), self.trouble
            try:
                await self._once()
            except Trouble as error:
                self.trouble = str(error)
            except OSError as error:
                self.trouble = f"{error.strerror or error}" + (f": {error.filename}" if error.filename else "")
            if time.monotonic() - began > self.pace.well:
                pause = self.pace.first
            if self._tried.is_set() and self.trouble != before:
                log.error("imap_not_served", why=self.trouble, again_in=f"{pause:g} s")
            self._tried.set()
            await asyncio.sleep(pause)
            pause = min(self.pace.longest, 2 * pause)

    async def _once(self) -> None:
        """One Dovecot, from its start to its end. Raises Trouble, OSError: why it ended, or did not start."""
        path, version = await asyncio.to_thread(program.found, self.configuration.imap.program)
        host, _ = host_and_port(self.configuration.imap.listen)
        self._port = self._port or _free(host)
        ready = await asyncio.to_thread(files.prepared, self.configuration, version, self._port)
        self._ready = ready
        self._fresh |= {owner.id: known.fresh for owner, known in ready.signs_in if known.fresh}
        if await asyncio.to_thread(end_stale, ready.plan, ready.person.uid):
            log.warning("imap_left_over_ended", what="a Dovecot of a run before was still there")
        await _free_soon(host, self._port)
        hears, says = os.pipe()  # none of asyncio's, for it would wait for all who hold it, not for the guard alone
        listening = asyncio.create_task(self._listen(hears))
        try:
            child = await asyncio.create_subprocess_exec(
                sys.executable, "-I", "-S", str(guard.__file__), str(ready.person.uid), str(ready.person.gid),
                path, "-F", "-c", str(ready.plan.file),
                stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.DEVNULL, stderr=says,
                start_new_session=True, cwd=ready.plan.folder,
            )  # fmt: skip
        finally:
            os.close(says)  # where there is no child, that ends the listening
        self._words.last = ""
        try:
            await self._up(child, host)
            await self._watch(child, ready, host)
        finally:
            self.address = None
            await _ended(child)
            listening.cancel()

    async def _up(self, child: asyncio.subprocess.Process, host: str) -> None:
        until, why = time.monotonic() + self.pace.start, ""
        while time.monotonic() < until and child.returncode is None:
            try:
                await knock(host, self._port, self.pace.answer)
            except OSError as error:
                why = str(error)
                await asyncio.sleep(0.05)
            else:
                again, self.address, self.trouble = self._tried.is_set(), (host, self._port), ""
                if again:
                    log.warning("imap_served_again", port=self._port)
                self._tried.set()
                return
        await asyncio.sleep(0.1)  # its last words are on their way
        said = self._words.last or why
        raise Trouble(f"Dovecot did not start ({said[:300]}); `salver doctor` looks closer")

    async def _watch(self, child: asyncio.subprocess.Process, ready: files.Ready, host: str) -> None:
        """Until it ends or hangs; meanwhile a renewed certificate is passed on."""
        seen, next_knock, missed = _mark(self.configuration), time.monotonic() + self.pace.knock, 0
        while True:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(asyncio.shield(child.wait()), self.pace.look)
            if child.returncode is not None:
                raise Trouble(f"Dovecot ended by itself ({self._words.last[:300] or f'exit code {child.returncode}'})")
            if (mark := _mark(self.configuration)) != seen:
                seen = mark
                await self._renew(child, ready)
            if time.monotonic() >= next_knock:
                try:
                    await knock(host, self._port, self.pace.answer)
                    missed = 0
                except OSError as error:
                    missed += 1
                    if missed > 1:
                        raise Trouble(f"Dovecot hangs ({error}), and is started anew") from None
                next_knock = time.monotonic() + (self.pace.knock if not missed else self.pace.look)

    async def _renew(self, child: asyncio.subprocess.Process, ready: files.Ready) -> None:
        try:
            await asyncio.to_thread(files.put_certificate, self.configuration, ready.plan, ready.person)
        except (Trouble, OSError) as error:
            log.error("imap_certificate_not_renewed", why=str(error), what="the one before is kept")
            return
        assert child.stdin is not None
        child.stdin.write(b"h")
        log.info("imap_certificate_renewed")

    async def _listen(self, hears: int) -> None:
        """What is said in this pipe into our log, line by line."""
        reader, rest = asyncio.StreamReader(), b""
        loop = asyncio.get_running_loop()
        transport, _ = await loop.connect_read_pipe(
            lambda: asyncio.StreamReaderProtocol(reader), os.fdopen(hears, "rb")
        )
        try:
            while chunk := await reader.read(65_536):
                *lines, rest = (rest + chunk).split(b"\n")
                rest = rest[-65_536:]
                for line in lines:
                    self._words.hear(line.decode("utf-8", "replace"))
        finally:
            transport.close()


async def _ended(child: asyncio.subprocess.Process) -> None:
    """Its guard's pipe closes; that ends it. Waited for even if we are cancelled again."""
    assert child.stdin is not None
    child.stdin.close()
    try:
        await asyncio.wait_for(asyncio.shield(child.wait()), 3 * guard.PATIENCE)
    except TimeoutError:
        child.kill()
        await child.wait()


def _mark(configuration: Configuration) -> tuple[tuple[int, ...], ...]:
    """Another one when the certificate's files changed."""
    smtp = configuration.smtp
    marks: list[tuple[int, ...]] = []
    for path in (smtp.certificate, smtp.key) if smtp.certificate else ():
        try:
            found = Path(path).stat()
            marks.append((found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns))
        except OSError:
            marks.append(())
    return tuple(marks)


def _free(host: str) -> int:
    with _bound(host, 0) as probe:
        return int(probe.getsockname()[1])


async def _free_soon(host: str, port: int) -> None:
    """Raises Trouble: nobody can listen there, even after the moment that one who was just ended may take."""
    for _ in range(10):
        with contextlib.suppress(Trouble):
            return _check_free(host, port)
        await asyncio.sleep(0.1)
    _check_free(host, port)


def _check_free(host: str, port: int) -> None:
    """Raises Trouble: nobody can listen there."""
    try:
        _bound(host, port).close()
    except PermissionError:
        raise Trouble(f"this user may not listen at port {port}; choose one above 1023 in [imap] listen") from None
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise Trouble(f"port {port} is taken; stop who has it, or choose another in [imap] listen") from None
        raise Trouble(f"this machine cannot listen at {host} ({error.strerror or error}); see [imap] listen") from None


def _bound(host: str, port: int) -> socket.socket:
    family, kind, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    probe = socket.socket(family, kind)
    try:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family == socket.AF_INET6 and os.name == "posix":
            probe.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        probe.bind(address)
    except OSError:
        probe.close()
        raise
    return probe
