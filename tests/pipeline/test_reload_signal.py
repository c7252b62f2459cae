"""SIGHUP to a Salver in a process of its own."""

from __future__ import annotations

import contextlib
import signal
import smtplib
import sqlite3
import time
from collections.abc import Callable
from pathlib import Path

from tests.builders.reloaded import invitation, rules, write
from tests.builders.server import Server


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
    return asked(server, "SELECT by, json_extract(judging, '$.rules') FROM rulings WHERE state = 'live' ORDER BY id")


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
