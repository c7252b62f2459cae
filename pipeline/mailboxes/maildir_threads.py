"""(a call of a Maildir) -> the same in a thread of that Maildir, which is its user's for all files where we are root.

Linux keeps the file-system identity of each thread (setfsuid(2)), and takes root's rights over files from one that is
somebody else's: whatever links that user puts into the Maildir, they lead where that user may go anyway.
"""

from __future__ import annotations

import ctypes
import errno
import os
import pwd
import stat
import sys
import threading
from collections.abc import Callable
from concurrent.futures import Executor, Future
from contextlib import suppress
from functools import partial, wraps
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Any, Concatenate, ParamSpec, Protocol, TypeVar

Ids = tuple[int, int]
"""User and group whose a Maildir is, where we run as root."""
OURSELVES: Ids = (0, 0)
"""Root, where there is nobody else: it works only where nobody else can put anything in its way."""
COUNT = 4
_CAPABILITIES_3 = 0x20080522
_OVER_FILES = 0b11111
"""CAP_CHOWN, CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH, CAP_FOWNER, CAP_FSETID"""
_ASKS = 0xFFFFFFFF
"""No user's number: the call only tells."""
_libc = ctypes.CDLL(None)
_making = threading.RLock()
P = ParamSpec("P")
T = TypeVar("T")


class Threads(Executor):
    """Made when they are first needed. Whoever ends the program need not wait for one that hangs."""

    def __init__(self, root: Path, ids: Ids | None) -> None:
        self._root, self._ids = root, ids
        self._jobs: SimpleQueue[tuple[Future[Any], Callable[[], Any]] | None] = SimpleQueue()
        self._one = threading.Lock()
        self._made: list[threading.Thread] = []
        self._ended = False
        self._here = threading.local()

    def submit(self, call: Callable[P, T], /, *args: P.args, **more: P.kwargs) -> Future[T]:
        future: Future[T] = Future()
        with self._one:
            if self._ended:
                raise RuntimeError("the mailbox is closed")
            self._jobs.put((future, partial(call, *args, **more)))
            if len(self._made) < COUNT:
                self._made.append(threading.Thread(target=self._work, name=f"maildir {self._root.name}", daemon=True))
                self._made[-1].start()
        return future

    def run(self, call: Callable[P, T], *args: P.args, **more: P.kwargs) -> T:
        """The call, in this thread where it has the right identity."""
        if self._ids is None or getattr(self._here, "mine", False):
            return call(*args, **more)
        return self.submit(call, *args, **more).result()

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        with self._one:
            self._ended = True
            with suppress(Empty):
                while cancel_futures and (job := self._jobs.get_nowait()):
                    job[0].cancel()
            for _ in self._made:
                self._jobs.put(None)
        for thread in self._made if wait else ():
            thread.join()

    def _work(self) -> None:
        self._here.mine = True
        while (job := self._jobs.get()) is not None:
            future, call = job
            if not future.set_running_or_notify_cancel():
                continue
            try:
                if self._ids is not None:
                    _settle(self._root, self._ids)
                result = call()
            except BaseException as error:  # whoever called is told
                future.set_exception(error)
            else:
                future.set_result(result)
            del job, future, call


class _Threaded(Protocol):
    @property
    def threads(self) -> Threads: ...


Self = TypeVar("Self", bound=_Threaded)


def in_threads(method: Callable[Concatenate[Self, P], T]) -> Callable[Concatenate[Self, P], T]:
    """A method that is never done with another identity, from whatever thread it is called."""

    @wraps(method)
    def called(self: Self, /, *args: P.args, **more: P.kwargs) -> T:
        return self.threads.run(method, self, *args, **more)

    return called


def able() -> bool:
    """Whether the system lets a thread be another user's."""
    return sys.platform == "linux" and hasattr(_libc, "setfsuid")


def _settle(root: Path, ids: Ids) -> None:
    """See `_try_to_settle`. Where another thread was just making a folder on the way, once more when it is made."""
    try:
        _try_to_settle(root, ids)
    except OSError:
        with _making:
            _try_to_settle(root, ids)


def _try_to_settle(root: Path, ids: Ids) -> None:
    """Take on the right identity, and have the Maildir's root folder. PermissionError: what to do first, in words.

    Where that user may not pass, and nobody but root can put anything on the way, it stays root's own.
    """
    if ids != OURSELVES:
        _become(ids)
        shut = _shut(root)
        if shut is None:
            return _own(root, ids)
        _become(OURSELVES)
        if not _ours(root):
            raise PermissionError(errno.EACCES, f"{_name(ids)} may not pass through {shut}; run: chmod o+x {shut}")
    elif not _ours(root):
        raise PermissionError(
            errno.EPERM, f"{root} lies where others than root may write; run Salver as the user whose it is"
        )


def _own(root: Path, ids: Ids) -> None:
    try:
        found = os.stat(root)
    except FileNotFoundError:
        with _making:
            if not root.exists():  # else another thread was faster
                _make_missing(root, ids)
        found = os.stat(root)
    if found.st_uid == 0 and _ours(root):
        _become(OURSELVES)
        try:
            _give_empty(root, ids)
        finally:
            _become(ids)
        found = os.stat(root)
    if found.st_uid != ids[0]:
        raise PermissionError(
            errno.EPERM,
            f"it belongs to {_name((found.st_uid, 0))}; run: chown -R {_name(ids)} {root}, or name its user in [imap]",
        )


def _make_missing(root: Path, ids: Ids) -> None:
    if not _ours(root):
        root.mkdir(mode=0o700, parents=True, exist_ok=True)
        return
    _become(OURSELVES)
    try:
        _make(root, ids)
    finally:
        _become(ids)


def _make(root: Path, ids: Ids) -> None:
    """As root, and step by step through folders that are open, so that nobody can put a link in our way."""
    there = next(parent for parent in root.parents if parent.exists())
    above = os.open(there, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        names = root.relative_to(there).parts
        for number, name in enumerate(names, 1):
            os.mkdir(name, 0o700, dir_fd=above)  # FileExistsError: somebody was faster, and the next attempt sees whom
            made = os.open(name, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC, dir_fd=above)
            try:
                last = number == len(names)
                if os.fstat(made).st_uid:
                    raise PermissionError(errno.EPERM, f"{name} was put there by somebody else meanwhile")
                os.fchmod(made, 0o700 if last else 0o711)
                if last:
                    os.fchown(made, *ids)
                os.fsync(made)
                os.fsync(above)
            except OSError:
                os.close(made)
                raise
            os.close(above)
            above = made
    finally:
        os.close(above)


def _give_empty(root: Path, ids: Ids) -> None:
    """One of root's that nothing was put into yet, as where making it was cut short."""
    descriptor = os.open(root, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        if not os.listdir(descriptor):
            os.fchown(descriptor, *ids)
    finally:
        os.close(descriptor)


def _ours(root: Path) -> bool:
    """Whether root alone can put anything on the way to this folder, and into it."""
    for way in (root, Path(os.path.realpath(root))):
        for each in (way, *way.parents):
            try:
                found = each.lstat()
            except FileNotFoundError:
                continue
            others = stat.S_IWOTH | (stat.S_IWGRP if found.st_gid else 0)
            open_to_others = not stat.S_ISLNK(found.st_mode) and found.st_mode & others
            if found.st_uid or (open_to_others and (each == way or not found.st_mode & stat.S_ISVTX)):
                return False
    return True


def _shut(root: Path) -> Path | None:
    """The first folder on the way that this thread may not pass through."""
    for parent in reversed(root.parents):
        try:
            os.stat(f"{parent}/.")
        except PermissionError:
            return parent
        except OSError:
            return None
    return None


def _name(ids: Ids) -> str:
    try:
        return pwd.getpwuid(ids[0]).pw_name
    except KeyError:
        return str(ids[0])


def _become(ids: Ids) -> None:
    """Of this thread alone. PermissionError: it has not come to be so, and nothing may be done."""
    uid, gid = ids
    if uid and os.getgroups():
        os.setgroups([])  # of all threads; root needs none
    _libc.setfsgid(ctypes.c_uint(gid))
    _libc.setfsuid(ctypes.c_uint(uid))
    now = tuple(told(ctypes.c_uint(_ASKS)) & _ASKS for told in (_libc.setfsuid, _libc.setfsgid))
    if now != ids or (uid and (os.getgroups() or _rights() & _OVER_FILES)):
        raise PermissionError(errno.EPERM, f"the system does not let root work as {_name(ids)}; run Salver as a user")


def _rights() -> int:
    header, told = (ctypes.c_uint32 * 2)(_CAPABILITIES_3, 0), (ctypes.c_uint32 * 6)()
    return int(told[0]) if _libc.capget(header, told) == 0 else _OVER_FILES
