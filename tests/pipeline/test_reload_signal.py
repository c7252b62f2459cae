"""SIGHUP to a Salver in a process of its own."""

from __future__ import annotations

import contextlib
import signal
import smtplib
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner

from pipeline.app import App
from pipeline.cli import main
from pipeline.reload.origin import Origin
from pipeline.serving import HangUps
from tests.builders import reloaded
from tests.builders.reloaded import invitation, rules, write
from tests.builders.server import ROOT, Server


def asked(server: Server, sql: str) -> list[tuple[str, ...]]:
    with contextlib.closing(sqlite3.connect(f"file:{server.store}?mode=ro", uri=True)) as db:
        return db.execute(sql).fetchall()


def until(holds: Callable[[], bool], seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, "it did not come to that"
        time.sleep(0.05)


def deliver(server: Server, number: int) -> None:
    with smtplib.SMTP("127.0.0.1", server.port, timeout=30) as client:
        client.sendmail("bounce@network.test", ["amy@salver.test"], invitation(number))


def hang_up(server: Server) -> None:
    assert server.process is not None
    server.process.send_signal(signal.SIGHUP)


def live(server: Server) -> list[tuple[str, ...]]:
    return asked(
        server,
        "SELECT by, json_extract(text, '$.rules') FROM rulings, ruling_texts"
        " WHERE hash = judging AND state = 'live' ORDER BY id",
    )


def test_without_watching_the_files_are_read_at_a_signal_and_not_before(tmp_path: Path) -> None:
    path = write(tmp_path, rules("good", name="calm"))
    server = Server(tmp_path, "[reload]\nwatch = false", "[reader]\nchildren = 1\n")
    server.config.write_text(f'rules = "{path}"\n' + server.config.read_text())
    server.start()
    try:
        deliver(server, 1)
        server.settled(mails=1)
        write(tmp_path, rules("ugly", name="storm"))
        deliver(server, 2)  # whatever looks by the clock has the time of a whole mail for it
        server.settled(mails=2)
        time.sleep(3)
        assert len(live(server)) == 1
        hang_up(server)
        until(lambda: len(live(server)) == 2)
        assert live(server)[1][0] == "signal"
        assert '"storm"' in live(server)[1][1]
        deliver(server, 3)
        server.settled(mails=3)
        verdicts = asked(
            server, "SELECT json_extract(body, '$.verdict') FROM events WHERE kind = 'Routed' ORDER BY seq"
        )
        assert [verdict for (verdict,) in verdicts] == ["good", "good", "ugly"]
        write(tmp_path, "[[rule]]\n")
        hang_up(server)
        until(lambda: asked(server, "SELECT 1 FROM rulings WHERE state = 'refused' AND ended IS NULL") != [])
        assert server.alive()
        for _ in range(20):
            hang_up(server)
        write(tmp_path, rules("ugly", name="storm"))
        hang_up(server)
        until(lambda: asked(server, "SELECT 1 FROM rulings WHERE state = 'refused' AND ended IS NULL") == [])
        deliver(server, 4)
        server.settled(mails=4)
        assert server.alive()
    finally:
        server.stop()
    said = (tmp_path / "stderr").read_text()
    assert "rules_not_taken_over" in said
    assert "Traceback" not in said


def caught(pid: int) -> bool:
    """Whether a SIGHUP would be heard there, and not end it."""
    status = Path(f"/proc/{pid}/status").read_text("ascii")
    return any(int(line.split()[1], 16) & 1 for line in status.splitlines() if line.startswith("SigCgt:"))


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="nobody tells here what a process hears")
def test_signals_that_come_while_it_starts_do_not_end_it(tmp_path: Path) -> None:
    path = write(tmp_path, rules("good", name="calm"))
    server = Server(tmp_path, "[reload]\nwatch = false", "[reader]\nchildren = 1\n")
    server.config.write_text(f'rules = "{path}"\n' + server.config.read_text())
    with (tmp_path / "stderr").open("wb") as said:
        serve = [sys.executable, "-c", "from pipeline.cli import main; main()", "serve", "-c", str(server.config)]
        server.process = subprocess.Popen(serve, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=said)
    pid = server.process.pid
    try:
        until(lambda: caught(pid) or not server.alive())
        sent = 0
        while server.alive():
            hang_up(server)
            sent += 1
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", server.port), 1):
                break
            time.sleep(0.005)
        assert sent > 3, "some came before it was ready"
        assert server.alive(), (tmp_path / "stderr").read_text()
        write(tmp_path, rules("ugly", name="storm"))
        hang_up(server)
        until(lambda: len(live(server)) == 2)
        server.stop()
        assert server.process.returncode == 0
    finally:
        server.stop()


async def test_a_reload_that_is_asked_for_before_it_runs_is_made_up_for(tmp_path: Path) -> None:
    write(tmp_path, rules("good", name="calm"))
    origin = Origin(reloaded.configure(tmp_path, more="[reload]\nwatch = false\n"), {}, {})
    app = App(origin.load(), origin)
    write(tmp_path, rules("ugly", name="storm"))
    app.reload()
    async with app.running():
        await reloaded.live(app, "storm")


def test_what_hears_them_first_remembers_them() -> None:
    before = signal.getsignal(signal.SIGHUP)
    try:
        early = HangUps()
        assert not early.heard
        signal.raise_signal(signal.SIGHUP)
        assert early.heard
    finally:
        signal.signal(signal.SIGHUP, before)


def test_they_are_heard_before_anything_is_read(tmp_path: Path) -> None:
    before = signal.signal(signal.SIGHUP, signal.SIG_DFL)
    try:
        assert CliRunner().invoke(main, ["serve", "-c", str(tmp_path / "nowhere.toml")]).exit_code == 1
        assert callable(signal.getsignal(signal.SIGHUP))
    finally:
        signal.signal(signal.SIGHUP, before)
