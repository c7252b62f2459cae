"""What Salver itself writes to an owner, as octets: the head and body of a reminder or an alarm.

Headers after RFC 5322, RFC 3834 (automatic, never to be answered automatically) and RFC 2047; CRLF line ends.
"""

from __future__ import annotations

import hashlib
import re
import textwrap
from binascii import b2a_qp
from email.utils import format_datetime

from stages.conversation import DigestWanted, ReminderWanted, ReplyWanted
from stages.events import AlarmWanted, Event
from stages.header import REMINDER, clean, field, plain_field, when
from stages.settings import Owner

_WIDTH = 72


KINDS: dict[type[Event], str] = {
    ReminderWanted: "reminder",
    DigestWanted: "digest",
    ReplyWanted: "reply",
    AlarmWanted: "alarm",
}
"""What becomes a mail to the owner, and what such a mail is called."""


def own_id(event: Event) -> str:
    """Names the mail that this event asks for: the same for every attempt, 32 hex digits, like a mail id."""
    told = [KINDS[type(event)], event.mail]
    if isinstance(event, ReminderWanted):
        told += [event.request, *([str(event.version)] if event.version else [])]
    return hashlib.sha256("\0".join(told).encode("utf-8", "replace")).hexdigest()[:32]


def head(owner: Owner, subject: str, kind: str, id: str, at: int, answers: str = "") -> tuple[tuple[str, ...], bytes]:
    """(names, octets) of the fields. `id` marks the mail, the same for every attempt; `answers` is a Message-ID."""
    local, _, given = owner.addresses[0].rpartition("@")
    domain = _ascii_domain(given)
    fields = [
        ("From", f"Salver <salver@{domain}>", plain_field),
        ("To", _to(local, domain), plain_field),
        ("Subject", subject, field),
        ("Date", format_datetime(when(at).astimezone(owner.zone)), plain_field),
        ("Message-ID", f"<{kind}.{id}@{domain}>", plain_field),
    ]
    if answers:
        fields += [(name, answers, plain_field) for name in ("In-Reply-To", "References")]
    fields += [
        ("Auto-Submitted", "auto-generated", plain_field),
        ("X-Auto-Response-Suppress", "All", plain_field),
        (REMINDER, id, plain_field),
        ("MIME-Version", "1.0", plain_field),
        ("Content-Type", "text/plain; charset=utf-8", plain_field),
        ("Content-Transfer-Encoding", "quoted-printable", plain_field),
    ]
    return tuple(name for name, _, _ in fields), b"".join(write(name, value) for name, value, write in fields)


_MARK = re.compile(rb"^" + REMINDER.encode() + rb":[ \t]*([A-Za-z0-9_-]{1,64})[ \t]*\r?$", re.IGNORECASE | re.MULTILINE)


def mark_of(raw: bytes) -> str:
    """What a mail says that it is of ours; empty: nothing. Anybody can write that: the log knows whether it is true."""
    found = _MARK.search(raw[:20_000].partition(b"\r\n\r\n")[0])
    return found[1].decode() if found else ""


def whole(head: bytes, lines: list[str]) -> bytes:
    """The mail."""
    body = "\r\n".join(lines).encode() + b"\r\n"
    return head + b"\r\n" + b2a_qp(body, quotetabs=False, istext=True, header=False)


def greeting(owner: Owner) -> list[str]:
    return [f"Hello {clean(owner.name, 60)}," if clean(owner.name) else "Hello,", ""]


def paragraph(text: str) -> list[str]:
    return [*textwrap.wrap(text, _WIDTH, break_long_words=False, break_on_hyphens=False), ""]


def part(title: str, items: list[str]) -> list[str]:
    """A list under its title; empty where there is nothing to list."""
    if not items:
        return []
    lines = [f"{title}:", ""]
    for item in items:
        lines += textwrap.wrap(item, _WIDTH, initial_indent="  - ", subsequent_indent="    ", break_on_hyphens=False)
    return [*lines, ""]


def _ascii_domain(domain: str) -> str:
    """A domain as header fields may hold it (RFC 5890); what cannot be one becomes localhost."""
    try:
        domain = domain.encode("idna").decode("ascii")
    except UnicodeError:
        return "localhost"
    return domain if re.fullmatch(r"[A-Za-z0-9.-]{1,255}|\[[A-Za-z0-9.:]{1,64}\]", domain) else "localhost"


def _to(local: str, domain: str) -> str:
    """The owner's address, and nothing that could end the field. A name outside ASCII cannot be written in one."""
    if re.fullmatch(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}", local):
        return f"{local}@{domain}"
    if re.fullmatch(r"[!#-\[\]-~]{1,64}", local):
        return f'"{local}"@{domain}'
    return "undisclosed-recipients:;"
