"""A real Salver in a process of its own, that can be killed at a random instant or at a named point.

Run as a program (`python -m tests.builders.server CONFIG [POINT NUMBER]`) it serves CONFIG and kills itself, as
`kill -9` would, the NUMBERth time it comes to POINT. The product knows nothing of the points: they are put in here.
"""

from __future__ import annotations

import asyncio
import contextlib
import functools
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]

POINTS: dict[str, tuple[str, str, str]] = {
    "committed, not answered": ("pipeline.app", "App", "accept"),
    "claimed, not worked on": ("pipeline.store.log", "Log", "claim"),
    "renamed, not recorded": ("pipeline.mailboxes.maildir", "Maildir", "file"),
    "filing recorded, not begun": ("pipeline.store.log", "Log", "record"),
    "stages done, not committed": ("pipeline.worker", "Worker", "_through_stages"),
}
"""Point -> the method after which the process dies."""


CALM = '[follow_up]\ndigest = "off"\nquiet_hours = ""\n'
"""Reminders come one by one and at once, whatever time it is here."""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Server:
    """Starts, kills and restarts a Salver over one folder."""

    def __init__(self, folder: Path, *more: str) -> None:
        self.folder = folder
        self.port = free_port()
        self.store = folder / "salver.db"
        self.mailbox = folder / "mail"
        self.config = folder / "salver.toml"
        self.config.write_text(
            "\n".join(
                [
                    f'[smtp]\nlisten = "127.0.0.1:{self.port}"',
                    f'[store]\nurl = "sqlite:///{self.store}"',
                    '[dns]\nresolvers = ["127.0.0.1:9"]',
                    '[log]\nlevel = "warning"',
                    *more,
                    "" if any("[follow_up]" in each for each in more) else CALM,
                    f'[[owner]]\naddresses = ["amy@salver.test"]\nmailbox = "maildir:{self.mailbox}"\n',
                ]
            ),
            "utf-8",
        )
        self.process: subprocess.Popen[bytes] | None = None

    def start(self, point: str = "", number: int = 0) -> None:
        arguments = [point, str(number)] if point else []
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.builders.server", str(self.config), *arguments],
            cwd=ROOT,
            stdout=subprocess.DEVNULL,
            stderr=(self.folder / "stderr").open("ab"),
        )
        try:
            self.wait_until_listening()
        except RuntimeError:
            if not point or self.process.wait() != -signal.SIGKILL:  # it may come to its point before it listens
                raise

    def wait_until_listening(self, seconds: float = 30) -> None:
        """Until the port answers. Raises RuntimeError, with what the server said, if it ends or takes too long."""
        deadline = time.monotonic() + seconds
        while True:
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.port), 1):
                return
            if not self.alive() or time.monotonic() > deadline:
                said = self.folder / "stderr"
                raise RuntimeError(said.read_text("utf-8", "replace")[-3000:] if said.exists() else "no word")
            time.sleep(0.03)

    def alive(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def kill(self) -> None:
        if self.process is not None:
            self.process.kill()
            self.process.wait()

    def stop(self) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(20)
            except subprocess.TimeoutExpired:
                self.kill()
                raise

    def settled(self, seconds: float = 60, mails: int = 0) -> None:
        """Wait until at least `mails` are taken and nothing is left to do. Raises TimeoutError.

        Reminders that are due are waited for too, for a while: a test may hold them back.
        """
        deadline, rested = time.monotonic() + seconds, 0
        while time.monotonic() < deadline:
            with contextlib.closing(sqlite3.connect(f"file:{self.store}?mode=ro", uri=True)) as db:
                ((left,),) = db.execute("SELECT count(*) FROM events WHERE state IN ('ready', 'claimed')").fetchall()
                ((due,),) = db.execute(
                    "SELECT count(*) FROM conversations WHERE due_at <= ?", (time.time_ns() // 1_000_000,)
                ).fetchall()
                ((taken,),) = db.execute("SELECT count(*) FROM mails").fetchall()
            rested = 0 if left or taken < mails else rested + 1
            if rested and (not due or rested > 40):
                return
            time.sleep(0.05)
        raise TimeoutError("the server did not work everything off")

    def files(self) -> list[Path]:
        """Every mail in every folder."""
        return sorted(
            path for part in ("new", "cur") for box in (".", ".*") for path in self.mailbox.glob(f"{box}/{part}/*")
        )


def _die_after(method: Callable[..., Any], number: int) -> Callable[..., Any]:
    seen = 0

    def count(result: Any) -> Any:
        nonlocal seen
        if result is not None or "accept" in method.__qualname__ or "record" in method.__qualname__:
            seen += bool(result) if isinstance(result, list) else 1
        if seen >= number:
            os.kill(os.getpid(), signal.SIGKILL)
        return result

    if asyncio.iscoroutinefunction(method):

        @functools.wraps(method)
        async def patched(*args: Any, **named: Any) -> Any:
            return count(await method(*args, **named))

        return patched

    @functools.wraps(method)
    def plain(*args: Any, **named: Any) -> Any:
        return count(method(*args, **named))

    return plain


def main() -> None:
    import importlib

    from pipeline import logs, serving, worker
    from pipeline.reload.origin import Origin
    from pipeline.settings import load

    worker.POLL_SECONDS = 0.1  # what commands write is seen sooner, so that tests wait less
    if len(sys.argv) > 2:
        module, owner, name = POINTS[sys.argv[2]]
        holder = getattr(importlib.import_module(module), owner)
        setattr(holder, name, _die_after(getattr(holder, name), int(sys.argv[3])))
    configuration = load(Path(sys.argv[1]), environment={})
    logs.configure(configuration.log.level, "json")
    origin = Origin(Path(sys.argv[1]), {}, {})
    asyncio.run(serving.serve(configuration, sys.argv[1], print, origin))


if __name__ == "__main__":
    main()
