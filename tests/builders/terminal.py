"""A terminal of so many columns, and what the real command shows on it."""

from __future__ import annotations

import contextlib
import fcntl
import os
import pty
import struct
import subprocess
import sys
import termios

from tests.builders.server import ROOT


def shown(*arguments: str, columns: int = 80) -> tuple[str, int]:
    """What `salver ARGUMENTS` writes to a terminal of this width, and its exit code."""
    master, slave = pty.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    kept = {name: value for name, value in os.environ.items() if name not in ("COLUMNS", "LINES")}
    command = [sys.executable, "-m", "pipeline.cli", *arguments]
    process = subprocess.Popen(command, cwd=ROOT, env=kept, stdin=slave, stdout=slave, stderr=slave)
    os.close(slave)
    octets = b""
    with contextlib.suppress(OSError):  # the terminal's other end is gone
        while piece := os.read(master, 65_536):
            octets += piece
    os.close(master)
    return octets.decode("utf-8", "replace").replace("\r\n", "\n"), process.wait(60)
