"""How fast mails of 30 kB are filed into our Maildir beside Dovecot's LMTP, and how long it takes to see what moved.

`python -m tests.benchmarks.filing [MAILS]`. Both write to the same disk and sync each mail; they take turns, a batch
each, so that a slow moment of the machine slows both. What counts is the ratio: at least 1. Needs dovecot-lmtpd.
"""

from __future__ import annotations

import os
import smtplib
import socket
import statistics
import sys
import tempfile
import time
import tracemalloc
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pipeline.mailboxes import maildir_arrivals
from pipeline.mailboxes.maildir import Maildir
from tests.builders import dovecot

BATCH = 50
MANY = 50_000
SIZE = 30_000
AT = 1_764_150_000_123
_LMTP = """
protocols = imap lmtp
service lmtp {{
  user = {user}
  chroot =
  inet_listener lmtp {{
    address = 127.0.0.1
    port = {port}
  }}
}}
protocol lmtp {{
  mail_fsync = optimized
  mail_location = maildir:{place}
}}
"""


def content(number: int) -> bytes:
    head = f"X-Salver-Mail: {number:032x}\r\nFrom: robin@example.org\r\nSubject: {number}\r\n\r\n".encode()
    return head + (b"x" * 76 + b"\r\n") * ((SIZE - len(head)) // 78)


@contextmanager
def lmtp(place: Path) -> Iterator[smtplib.LMTP]:
    """A connection to Dovecot's delivery agent, which files into `place`."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    user = "nobody" if os.geteuid() == 0 else os.environ.get("USER", "nobody")
    with dovecot.running(more=_LMTP.format(user=user, port=port, place=place)) as server:
        if os.geteuid() == 0:
            os.chown(place, server.uid, server.gid)
        with smtplib.LMTP("127.0.0.1", port, timeout=30) as client:
            yield client


def delivered(client: smtplib.LMTP, mails: list[bytes]) -> float:
    began = time.perf_counter()
    for mail in mails:
        client.sendmail("robin@example.org", [dovecot.USER], mail)
    return (time.perf_counter() - began) / len(mails)


def filed(box: Maildir, mails: list[bytes], first: int) -> float:
    began = time.perf_counter()
    for number, mail in enumerate(mails, first):
        box.file(f"{number:032x}", "Good", mail, AT, search=False)
    return (time.perf_counter() - began) / len(mails)


def filing(mails: int) -> tuple[float, str]:
    """How many times as fast ours is, and the milliseconds of each."""
    with tempfile.TemporaryDirectory(prefix="bench") as folder:
        os.chmod(folder, 0o711)
        theirs = Path(folder) / "dovecot"
        theirs.mkdir(mode=0o700)
        box = Maildir(Path(folder) / "salver")
        box.prepare()
        ours_took, theirs_took = [], []
        with lmtp(theirs) as client:
            for first in range(0, mails, BATCH):
                batch = [content(number) for number in range(first, first + BATCH)]
                ours_took.append(filed(box, batch, first))
                theirs_took.append(delivered(client, batch))
        lying = [len(list(where.glob("**/new/*"))) for where in (box.root, theirs)]
        assert lying == [len(ours_took) * BATCH] * 2, lying
    ours, dovecots = statistics.median(ours_took) * 1000, statistics.median(theirs_took) * 1000
    both = f"Salver {ours:.2f} ms, Dovecot's LMTP {dovecots:.2f} ms"
    return dovecots / ours, f"{SIZE // 1000} kB, synced: {both}; ratio {dovecots / ours:.2f}"


def arrivals() -> str:
    """A look at 50,000 mails in one folder: the first, one without a change, one with a change; and its memory."""
    with tempfile.TemporaryDirectory(prefix="bench") as folder:
        box = Maildir(Path(folder) / "mail")
        box.prepare()
        cur = box.root / ".Ugly" / "cur"
        for number in range(MANY):
            (cur / f"{AT // 1000}.{number:032x}.salver:2,S").touch()
        maildir_arrivals.COARSE_NS = 0  # as if an hour had passed since
        took = [_looked(box, MANY), _looked(box, 0)]
        os.rename(next(cur.iterdir()), box.root / ".Good" / "cur" / f"{AT // 1000}.{MANY:032x}.salver:2,S")
        took.append(_looked(box, 1))
        tracemalloc.start()
        other = Maildir(box.root)
        other.arrived()
        kept, most = (octets / 1e6 for octets in tracemalloc.get_traced_memory())
    return (
        f"a look at {MANY:,} mails: first {took[0]:.0f} ms, unchanged {took[1]:.2f} ms, one moved {took[2]:.0f} ms; "
        f"{kept:.1f} MB are kept, {most:.1f} MB needed"
    )


def _looked(box: Maildir, expected: int) -> float:
    began = time.perf_counter()
    found = box.arrived()
    took = (time.perf_counter() - began) * 1000
    assert len(found) == expected, (len(found), expected)
    return took


def main() -> None:
    ratio, told = filing(int(sys.argv[1]) if len(sys.argv) > 1 else 1000)
    sys.stdout.write(f"{told}\n{arrivals()}\n")
    sys.exit(ratio < 1)


if __name__ == "__main__":
    main()
