"""Every 250 after DATA comes after a sync: seen from outside, by the system calls of a real server."""

from __future__ import annotations

import os
import re
import shutil
import smtplib
import subprocess
import sys
from pathlib import Path

import pytest

from tests.builders import linkedin
from tests.builders.linkedin import Person
from tests.builders.server import ROOT, Server


def faults(trace: str) -> list[str]:
    """The answers 250 2.0.0 to which no sync came after the 354 before."""
    found, synced = [], False
    for line in trace.splitlines():
        if re.search(r"\b(fsync|fdatasync)\(\d+", line) or "fdatasync resumed" in line or "fsync resumed" in line:
            synced = True
        elif '"354 ' in line:
            synced = False
        elif '"250 2.0.0 ' in line and not synced:
            found.append(line)
    return found


@pytest.mark.timeout(180)
def test_every_250_comes_after_a_sync(tmp_path: Path) -> None:
    if shutil.which("strace") is None:
        if os.environ.get("CI") == "true":
            pytest.fail("strace is missing, and under CI nothing may be")
        pytest.skip("strace is not installed: apt-get install strace")
    server = Server(tmp_path)
    trace = tmp_path / "trace"
    server.process = subprocess.Popen(
        ["strace", "-D", "-f", "-s", "24", "-o", str(trace), "-e", "trace=fsync,fdatasync,sendto,write",
         sys.executable, "-m", "tests.builders.server", str(server.config)],
        cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        server.wait_until_listening()
        with smtplib.SMTP("127.0.0.1", server.port) as client:
            for number in range(20):
                mail = linkedin.invitation_modern(Person(number=10_000 + number), at=linkedin.NOON + number)
                client.sendmail("b@network.test", ["amy@salver.test"], mail)
        server.stop()
    finally:
        server.kill()
    told = trace.read_text("utf-8", "replace")
    assert told.count('"250 2.0.0 ') >= 20
    assert faults(told) == []


def test_a_250_without_a_sync_is_noticed() -> None:
    good = 'sendto(9, "354 End", 7)\n[1] fdatasync(5) = 0\nsendto(9, "250 2.0.0 Kept")\n'
    assert faults(good) == []
    assert faults(good.replace("fdatasync(5)", "lseek(5)"))
    assert faults("fdatasync(5)\n" + good.replace("[1] fdatasync(5) = 0\n", ""))
