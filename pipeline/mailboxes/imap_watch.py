"""Tells when mail may have come to lie elsewhere in an account, on connections of its own.

By NOTIFY (RFC 5465), which tells of all folders on one connection; else by IDLE (RFC 2177), one connection a folder: a
move between Good, Intriguing and Ugly leaves or enters one of the first and the last, so that two will do (where there
are other folders all three are heard: a move that says something leaves or enters one of them); else by asking for the
STATUS of the folders, as often as a move has to be noticed. What keeps a connection open goes on between two questions,
so that nothing is missed.
"""

from __future__ import annotations

import asyncio
import contextlib
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import structlog
from imapclient import IMAPClient
from imapclient.exceptions import IMAPClientAbortError, IMAPClientError

from pipeline.accounts import wire
from pipeline.accounts.folders import select
from pipeline.accounts.session import AccountTrouble, Slower, asks_for_pause, hang_up
from pipeline.mailboxes import SORTED
from pipeline.mailboxes.imap import ImapMailbox

log = structlog.get_logger()

STATUS_SECONDS = 4.0
"""How often a server that cannot tell is asked."""
BEHIND_SECONDS = 0.5
"""As long as there is more to look into."""
RENEWED_SECONDS = 540.0
"""A connection on which nothing is said is forgotten by some routers after ten minutes, by servers after thirty."""
CROWDED_SECONDS = 3600.0
"""After a server refused one more connection it is asked for STATUS on one alone."""
_TICK_SECONDS = 0.25
_SETTLE_SECONDS = 0.3
"""A client that moves many mails is let finish a little."""
_CLOSE_SECONDS = 2.0
_EVENTS = b"(MessageNew MessageExpunge)"


class ImapChanges:
    """Watches from the first question on, until it is closed."""

    def __init__(self, box: ImapMailbox) -> None:
        self.by = ""
        """how the server tells: NOTIFY, IDLE or STATUS; empty: not known yet"""
        self._box = box
        self._session = box.session.another()
        self._client: IMAPClient | None = None
        """the connection on which it was begun"""
        self._ears: list[IMAPClient] = []
        """in IDLE; the first is the session's"""
        self._statuses: tuple[object, ...] = ()
        self._ask_at = self._renew_at = self._crowded_until = 0.0
        self._told = False
        """something may have changed, and nobody was told: whoever asked waits no more"""
        self._stop = threading.Event()
        self._thread = ThreadPoolExecutor(1, f"moves {box.session.account.name}")

    async def changed(self, at_most: float) -> None:
        """See `Changes.changed`. AccountTrouble, an OSError: it cannot be watched now."""
        self._stop = stop = threading.Event()
        until = time.monotonic() + (min(at_most, BEHIND_SECONDS) if self._box.behind else at_most)
        try:
            await asyncio.get_running_loop().run_in_executor(self._thread, self._wait, until, stop)
        finally:
            stop.set()
        self._told = False

    async def close(self) -> None:
        """Sign out; a server that does not answer is left."""
        self._stop.set()
        with contextlib.suppress(TimeoutError, RuntimeError):
            async with asyncio.timeout(_CLOSE_SECONDS):
                await asyncio.get_running_loop().run_in_executor(self._thread, self._let_go)
        self._thread.shutdown(wait=False, cancel_futures=True)
        await asyncio.to_thread(self._session.close)

    # --- in its thread ---

    def _wait(self, until: float, stop: threading.Event) -> None:
        if self._told or stop.is_set():
            return
        try:
            with self._session.use() as client:
                if client is not self._client:
                    self._begin(client)
                    self._told = True  # whatever happened before anybody watched
                    return
                while not stop.is_set() and (now := time.monotonic()) < until:
                    renew = now >= self._renew_at
                    if self._heard(client, renew) if self._ears else self._asked(client, renew):
                        self._told = True
                        stop.wait(_SETTLE_SECONDS)
                        for ear in self._ears:
                            wire.heard(ear, 0)
                        return
                    if not self._ears:
                        stop.wait(min(self._ask_at, until) - time.monotonic())
        except OSError:
            self._hang_up_others()
            raise

    def _let_go(self) -> None:
        with contextlib.suppress(IMAPClientError, OSError):
            for ear in self._ears:
                ear.idle_done()
            for ear in self._ears[1:]:
                ear.logout()
        self._hang_up_others()

    def _hang_up_others(self) -> None:
        ears, self._ears, self._client = self._ears, [], None
        for ear in ears[1:]:
            hang_up(ear)

    def _begin(self, client: IMAPClient) -> None:
        self._hang_up_others()
        by = "NOTIFY" if self._notify(client) else "IDLE" if self._listen(client) else "STATUS"
        if by == "STATUS":
            with contextlib.suppress(IMAPClientError):  # of a folder that is open it need not tell what is new
                client.close_folder()  # it was opened to look only, if at all: nothing is expunged
            self._statuses = self._status(client)
        if by != self.by:
            log.info("account_watched_for_moves", account=self._session.account.name, by=by)
        self.by, self._client = by, client
        self._renew_at = time.monotonic() + RENEWED_SECONDS

    def _notify(self, client: IMAPClient) -> bool:
        """Have it tell of all folders, those that come later too."""
        if not (client.has_capability("NOTIFY") and client.has_capability("IDLE")):
            return False
        paths = b" ".join(client._normalise_folder(path) for path in self._paths(client))
        try:
            kind, _ = client._raw_command(b"NOTIFY", [b"SET", b"(mailboxes (%b) %b)" % (paths, _EVENTS)], uid=False)
        except IMAPClientAbortError:
            raise
        except IMAPClientError as error:
            if asks_for_pause(error):
                raise
            return False
        if kind == "OK":
            client.idle()
            self._ears = [client]
        return bool(kind == "OK")

    def _listen(self, client: IMAPClient) -> bool:
        """Have it tell of a folder on each of a few connections. Not where a folder is missing, or one is too many."""
        if not client.has_capability("IDLE") or time.monotonic() < self._crowded_until:
            return False
        paths = self._paths(client)
        paths = paths[: len(SORTED)] if len(paths) > len(SORTED) else [paths[0], paths[-1]]
        ears: list[IMAPClient] = []
        with contextlib.ExitStack() as undo:
            for path in paths:
                ear = self._another() if ears else client
                if ear is None:
                    return False
                if ears:
                    undo.callback(hang_up, ear)
                ears.append(ear)
                if select(ear, path, readonly=True) is None:
                    return False
            for ear in ears:
                ear.idle()
            undo.pop_all()
        self._ears = ears
        return True

    def _another(self) -> IMAPClient | None:
        """One more connection; None: the server gives none. Slower: it asks to be left alone."""
        try:
            return self._session.one_more()
        except Slower:
            self._crowded_until = time.monotonic() + CROWDED_SECONDS
            raise
        except AccountTrouble:
            self._crowded_until = time.monotonic() + CROWDED_SECONDS
            return None

    def _heard(self, client: IMAPClient, renew: bool) -> bool:
        """Whether any ear was told something within a tick. One of the others that is cut is let be."""
        if renew and self.by == "NOTIFY":  # asked for anew: a server may have given it up under a flood
            client.idle_done()
            self._begin(client)
            return True
        heard = False
        for ear in self._ears:
            try:
                heard |= _hear(ear, renew)
            except (IMAPClientError, OSError) as error:
                if ear is client or wire.too_much(error):
                    raise
                client.idle_done()  # raises, where all are cut
                self._crowded_until = time.monotonic() + CROWDED_SECONDS
                self._begin(client)
                return True
        if renew:
            self._renew_at = time.monotonic() + RENEWED_SECONDS
        return heard

    def _asked(self, client: IMAPClient, renew: bool) -> bool:
        """Whether the folders stand otherwise than when they were asked for last."""
        if renew:
            self._begin(client)  # it may tell by now
            return True
        if time.monotonic() < self._ask_at:
            return False
        before, self._statuses = self._statuses, self._status(client)
        return before != self._statuses

    def _status(self, client: IMAPClient) -> tuple[object, ...]:
        self._ask_at = time.monotonic() + STATUS_SECONDS
        return tuple(_status_of(client, path) for path in self._paths(client))

    def _paths(self, client: IMAPClient) -> list[str]:
        return [self._box.folders.path(client, folder) for folder in self._box.into]


def _hear(ear: IMAPClient, renew: bool) -> bool:
    asked = time.monotonic()
    lines = wire.heard(ear, _TICK_SECONDS)
    hung_up = not lines and time.monotonic() - asked < _TICK_SECONDS / 2  # which the library keeps back
    if renew or hung_up:
        lines += ear.idle_done()[1]  # raises, where it did
        ear.idle()
    return any(_tells(line) for line in lines)


def _tells(line: tuple[Any, ...]) -> bool:
    """Whether mail came, went, or was marked as deleted. Not that it was read."""
    kind = line[1] if len(line) > 1 else b""
    if line[0] == b"STATUS" and len(line) > 2:
        return b"MESSAGES" in line[2]
    if kind == b"FETCH" and len(line) > 2:
        return b"\\Deleted" in dict(zip(line[2][::2], line[2][1::2], strict=False)).get(b"FLAGS", ())
    return (
        kind in (b"EXISTS", b"EXPUNGE")
        or line[0] == b"VANISHED"
        or b"NOTIFICATIONOVERFLOW" in bytes(str(line), "utf-8")
    )


def _status_of(client: IMAPClient, path: str) -> object:
    """None: the folder is gone."""
    try:
        told = client.folder_status(path, ["MESSAGES", "UIDNEXT", "UIDVALIDITY"])
    except IMAPClientAbortError:
        raise
    except IMAPClientError as error:
        if asks_for_pause(error):
            raise
        return None
    return sorted(told.items())
