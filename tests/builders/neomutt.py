"""The real neomutt in a terminal of its own, told by keys, and what its screen has shown."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import shutil
import struct
import subprocess
import termios
import time
from pathlib import Path

import pytest

PROGRAM = shutil.which("neomutt")
_DRAWN = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]|\x1b[()][A-Z0-9]|\x1b[=>78]|[\x0e\x0f]")
_SECONDS = 30


def require() -> None:
    """Skip where neomutt is missing; fail where it must not be (CI=true)."""
    if PROGRAM is None:
        word = "neomutt is missing: apt-get install neomutt"
        if os.environ.get("CI") == "true":
            pytest.fail(word)
        pytest.skip(word)


def shown(home: Path, folder: str, until: str, *settings: str, keys: str = "") -> str:
    """All that neomutt draws of a folder until `until` (a pattern) is there; it is left without a change.

    `settings`: lines of its configuration. `keys`: what is typed, as its `push` spells it. `home`: a folder for its own
    files.
    """
    require()
    quiet = (
        "set sort=date", "set sleep_time=0", "set wait_key=no", "set header_cache=''", f"set folder='{home}'",
        "set ssl_starttls=no", "set ssl_force_tls=no",
    )  # fmt: skip
    told = home / "muttrc"
    told.write_text("\n".join([*quiet, *settings, f"push '{keys}'" if keys else ""]) + "\n", "utf-8")
    master, slave = pty.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 150, 0, 0))
    environment = {**os.environ, "TERM": "vt100", "HOME": str(home), "LC_ALL": "C.UTF-8"}
    process = subprocess.Popen(
        [str(PROGRAM), "-n", "-F", str(told), "-R", "-f", folder],
        stdin=slave, stdout=slave, stderr=slave, env=environment, cwd=home, start_new_session=True,
    )  # fmt: skip
    os.close(slave)
    drawn, deadline = "", time.monotonic() + _SECONDS
    try:
        while not re.search(until, drawn):
            if time.monotonic() > deadline:
                pytest.fail(f"neomutt never showed {until!r}, but: {drawn[-2000:]}")
            if select.select([master], [], [], 1)[0]:
                drawn = _DRAWN.sub("", drawn + os.read(master, 65_536).decode("utf-8", "replace"))
        return drawn
    except OSError:  # it ended
        pytest.fail(f"neomutt ended before it showed {until!r}: {drawn[-2000:]}")
    finally:
        process.terminate()
        process.wait(20)
        os.close(master)
