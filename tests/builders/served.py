"""A real Salver that serves IMAP by a real Dovecot, in a folder that Dovecot's user may reach, and its clients."""

from __future__ import annotations

import contextlib
import imaplib
import os
import pty
import pwd
import select
import shutil
import smtplib
import ssl
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.builders.server import Server, free_port

DOVECOT = shutil.which("dovecot", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")
OWN = pwd.getpwnam("nobody") if os.geteuid() == 0 else pwd.getpwuid(os.geteuid())
"""Whose the Maildirs are, and Dovecot."""


def require(program: str = "dovecot", package: str = "dovecot-imapd") -> str:
    """Where it is. Skips where it is missing; fails where it must not be (CI=true)."""
    path = DOVECOT if program == "dovecot" else shutil.which(program)
    if path is not None:
        return path
    word = f"{program} is missing: apt-get install {package}"
    if os.environ.get("CI") == "true":
        pytest.fail(word)
    pytest.skip(word)


@contextlib.contextmanager
def folder() -> Iterator[Path]:
    """Short, and open to pass through, unlike pytest's where it runs as root."""
    require()
    with tempfile.TemporaryDirectory(prefix="sv") as name:
        Path(name).chmod(0o711)
        yield Path(name)


class Served:
    """Salver in a process of its own, and how to sign in."""

    def __init__(self, home: Path, *more: str) -> None:
        self.port = free_port()
        self.home = home
        self.server = Server(home, f'[imap]\nserve = true\nlisten = "127.0.0.1:{self.port}"', *more)

    @property
    def password(self) -> str:
        return (self.home / "imap-password-amy").read_text().strip()

    @property
    def certificate(self) -> Path:
        return self.home / "salver-imap" / "certificate.pem"

    def start(self) -> None:
        self.server.start()
        self.client().logout()

    def client(self, user: str = "amy", password: str = "", seconds: float = 60) -> imaplib.IMAP4_SSL:
        """Signed in; tried until it can be."""
        deadline = time.monotonic() + seconds
        while True:
            try:
                return self.attempt(user, password or self.password)
            except (OSError, imaplib.IMAP4.abort):
                if time.monotonic() > deadline or not self.server.alive():
                    said = self.home / "stderr"
                    raise RuntimeError(said.read_text("utf-8", "replace") if said.exists() else "no word") from None
                time.sleep(0.05)

    def attempt(self, user: str, password: str) -> imaplib.IMAP4_SSL:
        """Signed in, or imaplib.IMAP4.error. The certificate is verified by itself alone."""
        client = imaplib.IMAP4_SSL(
            "127.0.0.1", self.port, ssl_context=ssl.create_default_context(cafile=str(self.certificate)), timeout=30
        )
        client.login(user, password)
        return client

    def deliver(self, raw: bytes) -> None:
        with smtplib.SMTP("127.0.0.1", self.server.port, timeout=30) as client:
            client.sendmail("robin@example.org", ["amy@salver.test"], raw)

    def said(self) -> str:
        found = self.home / "stderr"
        return found.read_text("utf-8", "replace") if found.exists() else ""


@contextlib.contextmanager
def running(*more: str) -> Iterator[Served]:
    with folder() as home:
        served = Served(home, *more)
        try:
            served.start()
            yield served
        finally:
            served.server.stop()


def processes(home: Path) -> list[int]:
    """Ids of those started with a file of this folder, and of what these started: Dovecot's parts bear no path."""
    listed = subprocess.run(["ps", "-eww", "-o", "pid=,pgid=,args="], capture_output=True, text=True).stdout
    rows = [line.split(maxsplit=2) for line in listed.splitlines()]
    groups = {group for _, group, args in rows if f"{home}/salver-imap/dovecot.conf" in args}
    return [int(pid) for pid, group, _ in rows if group in groups]


def parts(home: Path) -> dict[int, str]:
    """Dovecot's parts (its login processes and so on): id -> name."""
    (master,) = masters(home)
    listed = subprocess.run(["ps", "-eww", "-o", "pid=,ppid=,args="], capture_output=True, text=True).stdout
    rows = [line.split(maxsplit=2) for line in listed.splitlines()]
    return {int(pid): args.rpartition("/")[2] for pid, parent, args in rows if int(parent) == master}


def guard(home: Path) -> int:
    """The id of what holds it."""
    (master,) = masters(home)
    return int(subprocess.run(["ps", "-o", "ppid=", "-p", str(master)], capture_output=True).stdout)


def is_folder(path: str) -> bool:
    return Path(path).is_dir()


def small_disk(place: Path) -> bool:
    """Mount one of a megabyte, where we may."""
    command = ["mount", "-t", "tmpfs", "-o", "size=1m,mode=0711", "tmpfs", str(place)]
    return os.geteuid() == 0 and subprocess.run(command, capture_output=True).returncode == 0


def unmount(place: Path) -> None:
    subprocess.run(["umount", "-l", str(place)], check=True)


def masters(home: Path) -> list[int]:
    """Ids of Dovecot's own process, without its guard and its parts."""
    listed = subprocess.run(["ps", "-eww", "-o", "pid=,args="], capture_output=True, text=True).stdout
    wanted = f"dovecot -F -c {home}/salver-imap/dovecot.conf"
    rows = [line.split(maxsplit=1) for line in listed.splitlines()]
    return [int(pid) for pid, args in rows if args.endswith(wanted) and "guard.py" not in args]


def neomutt_driven(home: Path, folder: str, *settings: str, keys: str) -> None:
    """The real neomutt in a terminal, until these keys (as its `push` spells them) have led to its end."""
    program = require("neomutt", "neomutt")
    told = home / "muttrc-driven"
    quiet = ("set sleep_time=0", "set wait_key=no", "set imap_check_subscribed=no")
    told.write_text("\n".join((*quiet, *settings, f"push '{keys}'")) + "\n")
    master, slave = pty.openpty()
    environment = {**os.environ, "TERM": "vt100", "HOME": str(home), "LC_ALL": "C.UTF-8"}
    process = subprocess.Popen(
        [program, "-n", "-F", str(told), "-f", folder],
        stdin=slave, stdout=slave, stderr=slave, env=environment, cwd=home, start_new_session=True,
    )  # fmt: skip
    os.close(slave)
    drawn, deadline = b"", time.monotonic() + 30
    try:
        while process.poll() is None and time.monotonic() < deadline:
            if select.select([master], [], [], 0.1)[0]:
                with contextlib.suppress(OSError):
                    drawn += os.read(master, 65_536)
        assert process.poll() == 0, drawn[-1500:].decode("utf-8", "replace")
    finally:
        process.kill()
        process.wait(10)
        os.close(master)
