"""Ends the Dovecot of a run before us that was cut short: by the process id it left, if that is still it."""

from __future__ import annotations

import contextlib
import os
import signal
import stat
import subprocess
import time
from pathlib import Path

from pipeline.dovecot.configuration import Plan
from pipeline.dovecot.trouble import Trouble

SECONDS = 8.0
_FILE = "master.pid"


def end_stale(plan: Plan, uid: int) -> bool:
    """Whether there was one. Raises Trouble if it does not end."""
    try:
        run = _opened(plan.run)
    except OSError:
        return False
    try:
        return _ended(run, plan, uid)
    finally:
        os.close(run)


def _opened(run: Path) -> int:
    """The folder of its sockets. It is Dovecot's user's, who may have put links in its place: they are not followed."""
    how = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
    above = os.open(run.parent, how)
    try:
        return os.open(run.name, how, dir_fd=above)
    finally:
        os.close(above)


def _noted(run: int) -> int:
    """The process id in the file; 0: none that can be read. It may be anything that opens, and is never waited for."""
    try:
        descriptor = os.open(_FILE, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC, dir_fd=run)
    except OSError:
        return 0
    try:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            return 0
        said = os.read(descriptor, 20).strip()
    except OSError:
        return 0
    finally:
        os.close(descriptor)
    return int(said) if said.isdigit() else 0


def _taken_away(run: int) -> None:
    with contextlib.suppress(OSError):
        os.unlink(_FILE, dir_fd=run)


def _ended(run: int, plan: Plan, uid: int) -> bool:
    pid = _noted(run)
    if pid <= 1 or not _is_it(pid, plan, uid):
        _taken_away(run)  # or Dovecot would not start for a process that got this id since
        return False
    for number, patience in ((signal.SIGTERM, SECONDS), (signal.SIGKILL, 2.0)):
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, number)
        until = time.monotonic() + patience
        while time.monotonic() < until:
            if not _is_it(pid, plan, uid):
                with contextlib.suppress(ProcessLookupError, PermissionError):
                    os.killpg(pid, signal.SIGKILL)  # its parts, which may still hold the port
                _taken_away(run)  # nobody may have reaped it yet, which Dovecot takes for running
                return True
            time.sleep(0.05)
    raise Trouble(f"process {pid}, a Dovecot of a run before, does not end; end it: kill -9 {pid}")


def _is_it(pid: int, plan: Plan, uid: int) -> bool:
    """Whether that process is a Dovecot of ours: its user is, and it was started with our configuration file."""
    if os.path.isdir("/proc/self"):
        try:
            words = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
            return os.stat(f"/proc/{pid}").st_uid == uid and os.fsencode(plan.file) in words
        except OSError:
            return False
    command = ("ps", "-ww", "-o", "uid=,command=", "-p", str(pid))
    try:
        said = subprocess.run(command, capture_output=True, text=True, timeout=10).stdout.split(maxsplit=1)  # noqa: S603
    except (OSError, subprocess.TimeoutExpired):
        return False
    return len(said) == 2 and said[0] == str(uid) and str(plan.file) in said[1]
