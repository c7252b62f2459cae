"""`salver setup` in a process of its own, answered line by line as its questions come; and a Salver it can find."""

from __future__ import annotations

import contextlib
import os
import pty
import signal
import smtplib
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path
from types import TracebackType

ROOT = Path(__file__).resolve().parents[2]
SECONDS = 60.0


def surroundings(resolver: str = "127.0.0.1:9") -> dict[str, str]:
    """An environment without a keyring, in which keys are asked for at `resolver` (default: where nobody answers)."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("SALVER_")}
    return {
        **kept,
        "PYTHONPATH": str(ROOT),
        "PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring",
        "SALVER_DNS_RESOLVERS": resolver,
        "SALVER_DNS_TIME": "1",
        "TZ": "UTC",
    }


class Dialogue:
    """A running `salver setup` in `folder`, on pipes or, with `terminal`, on a terminal."""

    def __init__(
        self, folder: Path, *arguments: str, resolver: str = "127.0.0.1:9", wait: str = "60s", terminal: bool = False
    ) -> None:
        self._text = ""
        self._read = 0
        self._more = threading.Condition()
        command = [sys.executable, "-m", "pipeline.cli", "setup", "--wait", wait, *arguments]
        self._master, slave = pty.openpty() if terminal else (-1, subprocess.PIPE)
        self.process = subprocess.Popen(
            command,
            cwd=folder,
            env=surroundings(resolver),
            stdin=slave,
            stdout=slave,
            stderr=slave if terminal else subprocess.STDOUT,
        )
        if terminal:
            os.close(slave)
            self._in = self._out = self._master
        else:
            assert self.process.stdin
            assert self.process.stdout
            self._in, self._out = self.process.stdin.fileno(), self.process.stdout.fileno()
        self._reader = threading.Thread(target=self._listen, daemon=True)
        self._reader.start()

    def _listen(self) -> None:
        while True:
            try:
                octets = os.read(self._out, 65_536)
            except OSError:  # a terminal's other end is gone
                octets = b""
            with self._more:
                self._text += octets.decode("utf-8", "replace")
                if not octets:
                    self._read = -1
                self._more.notify_all()
            if not octets:
                return

    @property
    def text(self) -> str:
        """All that was said so far."""
        with self._more:
            return self._text.replace("\r\n", "\n")

    def until(self, words: str, after: int = 0) -> int:
        """Wait for these words beyond `after`; returns where they end."""
        deadline = time.monotonic() + SECONDS
        while True:
            with self._more:
                at = self._text.replace("\r\n", "\n").find(words, after)
                if at >= 0:
                    return at + len(words)
                if self._read < 0 or not self._more.wait(max(0.0, deadline - time.monotonic())):
                    raise AssertionError(f"waited in vain for {words!r}; it said:\n{self._text}")

    def answers(self, *pairs: tuple[str, str]) -> None:
        """For each (words of a question, answer): wait for the words after the one before, then answer."""
        at = 0
        for words, line in pairs:
            at = self.until(words, at)
            self.write(line)

    def write(self, line: str) -> None:
        os.write(self._in, f"{line}\n".encode())

    def interrupt(self) -> None:
        self.process.send_signal(signal.SIGINT)

    def ended(self) -> int:
        """Close its input and wait; returns its exit code."""
        if self.process.stdin:
            self.process.stdin.close()
        code = self.process.wait(SECONDS)
        self._reader.join(SECONDS)
        return code

    def __enter__(self) -> Dialogue:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        self._reader.join(SECONDS)
        for stream in (self.process.stdin, self.process.stdout):
            if stream:
                with contextlib.suppress(OSError):
                    stream.close()
        if self._master >= 0:
            os.close(self._master)


class Serving:
    """`salver serve` over a configuration that is there."""

    def __init__(self, config: Path, port: int, resolver: str = "127.0.0.1:9") -> None:
        self.port = port
        self._said = config.with_name("serve.txt")
        self._process = subprocess.Popen(
            [sys.executable, "-m", "pipeline.cli", "serve", "--config", str(config)],
            cwd=config.parent,
            env=surroundings(resolver),
            stdout=subprocess.DEVNULL,
            stderr=self._said.open("ab"),
        )

    def __enter__(self) -> Serving:
        deadline = time.monotonic() + SECONDS
        while True:
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.port), 1):
                return self
            if self._process.poll() is not None or time.monotonic() > deadline:
                self.stop()
                raise RuntimeError(self._said.read_text("utf-8", "replace")[-3000:])
            time.sleep(0.05)

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.stop()

    def stop(self) -> None:
        self._process.terminate()
        try:
            self._process.wait(20)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def deliver(self, raw: bytes, rcpt: str, mail_from: str = "bounce@sender.test") -> None:
        with smtplib.SMTP("127.0.0.1", self.port, timeout=30) as client:
            client.sendmail(mail_from, [rcpt], raw)

    def refusal(self, rcpt: str) -> tuple[int, str]:
        """The reply to RCPT."""
        with smtplib.SMTP("127.0.0.1", self.port, timeout=30) as client:
            client.ehlo("client.test")
            client.mail("bounce@sender.test")
            code, words = client.rcpt(rcpt)
            return code, words.decode().replace(rcpt, "ADDRESS")
