"""The sample mails: sent to the first owner over SMTP, so that there is something to see; and taken away again."""

from __future__ import annotations

import re
from pathlib import Path

import aiosmtplib

from pipeline.configuration import Configuration
from pipeline.mailboxes.maildir import Maildir, maildir_path
from pipeline.mailboxes.targets import given_to
from pipeline.settings import shipped
from stages.header import REMINDER

MARK = "X-Salver-Sample"
"""Header field that every sample mail carries."""

_CAF = re.compile(r"^X-Forwarded-For:\s*(\S+)@(\S+)\s+(\S+)@(\S+)", re.MULTILINE | re.IGNORECASE)


def samples() -> list[Path]:
    """The sample mails that ship with Salver, in order."""
    return sorted(shipped("sample").glob("*.eml"))


async def send(host: str, port: int, recipient: str) -> int:
    """Send every sample mail to `recipient`, as a network or a forwarder would. Returns how many were taken."""
    count = 0
    async with aiosmtplib.SMTP(hostname=host, port=port, start_tls=False) as client:
        for path in samples():
            raw = path.read_bytes()
            raw = b"\r\n".join(raw.replace(b"\r\n", b"\n").split(b"\n"))
            mark = f"{MARK}: {path.stem}\r\n".encode()
            await client.sendmail(_reverse_path(raw), [recipient], mark + raw)
            count += 1
    return count


def _reverse_path(raw: bytes) -> str:
    """What the envelope of this mail would name: Gmail's `caf_` form for a forwarded one, else LinkedIn's bounces."""
    found = _CAF.search(raw[:20_000].decode("utf-8", "replace").replace("\r\n", "\n"))
    if found:
        user, domain, local, there = found.groups()
        return f"{user}+caf_={local}={there}@{domain}"
    return "m-sample@bounce.linkedin.com"


def remove(configuration: Configuration) -> int:
    """Delete the sample mails, and reminders about them, from the owners' mailboxes. Returns how many went."""
    gone = 0
    for owner in configuration.owner:
        for target in (target for target in owner.targets if target.startswith("maildir:")):
            box = Maildir(maildir_path(target), ids=given_to(configuration.imap.user))
            gone += box.threads.run(_removed, box)
    return gone


def _removed(box: Maildir) -> int:
    heads = [(path, _head(path)) for path in box.paths()]
    samples = [(path, head) for path, head in heads if _field(head, MARK)]
    known = {_field(head, "Message-ID") for _, head in samples} - {""}
    reminders = [path for path, head in heads if _field(head, REMINDER) and _field(head, "In-Reply-To") in known]
    for path in (gone := [*(path for path, _ in samples), *reminders]):
        path.unlink(missing_ok=True)
    return len(gone)


def _head(path: Path) -> str:
    with path.open("rb") as file:
        return file.read(64 * 1024).partition(b"\r\n\r\n")[0].decode("latin-1")


def _field(head: str, name: str) -> str:
    found = re.search(rf"^{name}:[ \t]*([^\r\n]*)", head, re.MULTILINE | re.IGNORECASE)
    return found[1].strip() if found else ""
