"""Holds the Dovecot it starts: `python guard.py UID GID PROGRAM ARGUMENTS...`, a program of its own.

Its standard input is a pipe from Salver. An "h" in it makes Dovecot read its configuration again; its end, as when
Salver was killed, ends Dovecot and all its processes.
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import threading
import time

PATIENCE = 5.0
"""Seconds that Dovecot may take to end."""


def main() -> None:
    uid, gid, *command = sys.argv[1:]
    who = {"user": int(uid), "group": int(gid), "extra_groups": []} if os.geteuid() == 0 else {}
    child = subprocess.Popen(  # noqa: S603 - the program that the configuration names
        command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, start_new_session=True, umask=0o077, **who
    )  # type: ignore[call-overload]  # the users, or none

    def until_it_ends() -> None:
        code = child.wait()
        _all(child.pid)
        os._exit(code if code >= 0 else 128 - code)

    threading.Thread(target=until_it_ends, daemon=True).start()
    while word := os.read(0, 1):
        if word == b"h":
            child.send_signal(signal.SIGHUP)
    child.terminate()
    time.sleep(PATIENCE)  # cut short by its end
    _all(child.pid)
    time.sleep(PATIENCE)


def _all(group: int) -> None:
    """Kill what is left of it."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(group, signal.SIGKILL)


if __name__ == "__main__":
    main()
