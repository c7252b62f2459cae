"""What lies in an account of the real Dovecot, seen and changed by a client that is not ours: the owner's."""

from __future__ import annotations

import re
from typing import NamedTuple

from stages.events import Received
from tests.builders.dovecot import USER, Dovecot

AT = 1_772_532_000_000
"""When the mails that are put there came, ms."""


class Lies(NamedTuple):
    """One mail."""

    raw: bytes
    flags: frozenset[str]
    at: str
    """INTERNALDATE"""


def put(server: Dovecot, raw: bytes, folder: str = "INBOX", flags: str = "", mail: str = "0" * 31 + "1") -> Received:
    """Add a mail as a provider would, and tell of it as of one that was read there."""
    with server.client() as client:
        kind, told = client.append(folder, flags, '"03-Mar-2026 10:00:00 +0000"', raw)
        assert kind == "OK", told
        validity, uid = re.findall(rb"\[APPENDUID (\d+) (\d+)\]", told[0])[0]
    return Received(
        mail=mail, owner="amy", blob="b", size=len(raw), mail_from="", rcpt_to=("amy@salver.test",), protocol="IMAP",
        received_at=AT, account="work", place=f"{int(validity)}/{int(uid)} {folder}",
    )  # fmt: skip


def lying(server: Dovecot, user: str = USER) -> dict[str, list[Lies]]:
    """Every mail of every folder, in the order of the UIDs; folders without mail are left out."""
    found: dict[str, list[Lies]] = {}
    with server.client(user) as client:
        for folder in folders(server, user):
            client.select(f'"{folder}"', readonly=True)
            for number in client.search(None, "ALL")[1][0].split():
                told = client.fetch(number, "(FLAGS INTERNALDATE BODY.PEEK[])")[1]
                head = b" ".join(part[0] if isinstance(part, tuple) else part for part in told).decode()
                flags = re.findall(r"FLAGS \(([^)]*)\)", head)[0].split()
                raw = next(part[1] for part in told if isinstance(part, tuple))
                lies = Lies(raw, frozenset(flags) - {r"\Recent"}, re.findall(r'INTERNALDATE "([^"]+)"', head)[0])
                found.setdefault(folder, []).append(lies)
    return found


def folders(server: Dovecot, user: str = USER, command: str = "LIST") -> list[str]:
    """Names of all folders that hold mail; with LSUB, of those that are subscribed."""
    with server.client(user) as client:
        rows = [row.decode() for row in getattr(client, command.lower())()[1] if row]
    names = [re.findall(r'\) "." (.+)$', row)[0].strip('"') for row in rows if "Noselect" not in row]
    return sorted(names)


def do(server: Dovecot, command: str, *words: str, select: str = "INBOX") -> None:
    """What the owner's client does in a folder: `do(server, "uid", "STORE", "1", "+FLAGS", r"(\\Deleted)")`."""
    with server.client() as client:
        client.select(f'"{select}"')
        kind, told = getattr(client, command)(*words)
        assert kind == "OK", (command, words, told)
