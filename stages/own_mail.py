"""What Salver itself writes to an owner, as octets: a head of our own and one text twice, plain and as simple HTML.

Headers after RFC 5322, RFC 3834 (automatic, never to be answered automatically) and RFC 2047; the body after RFC 2046
5.1.4 (multipart/alternative) in quoted-printable, so CRLF line ends, seven bits and short lines whatever is told.
"""

from __future__ import annotations

import hashlib
import re
from binascii import b2a_qp
from email.parser import BytesHeaderParser
from email.utils import format_datetime
from typing import NamedTuple

from stages.blocks import Block, as_html, as_text
from stages.conversation import DigestWanted, OwnMail, ReminderWanted, ReplyWanted
from stages.events import AlarmWanted, Event, Parsed
from stages.header import REMINDER, clean, field, plain_field, when
from stages.inspecting import InspectionWanted
from stages.notifying import NotificationWanted
from stages.settings import Owner

Wanted = OwnMail | AlarmWanted | InspectionWanted | NotificationWanted
KINDS: dict[type[Event], str] = {
    ReminderWanted: "reminder",
    DigestWanted: "digest",
    ReplyWanted: "reply",
    AlarmWanted: "alarm",
    InspectionWanted: "inspection",
    NotificationWanted: "notification",
}
"""What becomes a mail to the owner, and what such a mail is called."""


class Draft(NamedTuple):
    """What a mail of ours says."""

    subject: str
    blocks: tuple[Block, ...]
    otherwise: str
    """the subject without a word of a stranger"""
    answers: str = ""
    """Message-ID of the mail to thread under, as it was written; empty: none"""


def sender_of(owner: Owner) -> str:
    """The address that mails of ours come from: as configured, else ours at the domain of the owner's first address."""
    return owner.sender or f"salver@{_ascii_domain(owner.addresses[0].rpartition('@')[2])}"


def own_id(event: Event) -> str:
    """Names the mail that this event asks for: the same for every attempt, 32 hex digits, like a mail id."""
    told = [KINDS[type(event)], event.mail]
    if isinstance(event, ReminderWanted):
        told += [event.request, *([str(event.version)] if event.version else [])]
    elif isinstance(event, NotificationWanted):
        told += [event.request]
    elif isinstance(event, ReplyWanted):
        told += [*event.requests, str(event.at)]
    return hashlib.sha256("\0".join(told).encode("utf-8", "replace")).hexdigest()[:32]


def whole(event: Wanted, owner: Owner, draft: Draft, answer_to: str = "") -> bytes:
    """The mail. Never raises, whatever a stranger wrote into it. `answer_to`: where it can be answered."""
    names, head = _head(event, owner, draft, answer_to)
    if _names(head) != names:  # text from outside became a field: say it without that text
        _, head = _head(event, owner, draft._replace(subject=draft.otherwise, answers=""), answer_to)
    boundary = _boundary(own_id(event))
    page = as_html(clean(draft.subject), owner.language, draft.blocks)
    parts = (("plain", as_text(draft.blocks)), ("html", page))
    body = b"".join(_part(boundary, kind, lines) for kind, lines in parts)
    return head + b"\r\n" + body + f"--{boundary}--\r\n".encode()


def _head(event: Wanted, owner: Owner, draft: Draft, answer_to: str) -> tuple[tuple[str, ...], bytes]:
    """(names, octets) of the fields. The id marks the mail, the same for every attempt."""
    local, _, given = owner.addresses[0].rpartition("@")
    domain, kind, id = _ascii_domain(given), KINDS[type(event)], own_id(event)
    fields = [
        ("From", f"Salver <{sender_of(owner)}>", plain_field),
        ("To", owner.contact or _to(local, domain), plain_field),
        *([("Reply-To", answer_to, plain_field)] if answer_to else []),
        ("Subject", draft.subject, field),
        ("Date", format_datetime(when(event.at).astimezone(owner.zone)), plain_field),
        ("Message-ID", f"<{kind}.{id}@{domain}>", plain_field),
    ]
    if _sane(draft.answers):
        fields += [(name, draft.answers, plain_field) for name in ("In-Reply-To", "References")]
    fields += [
        ("Auto-Submitted", "auto-generated", plain_field),
        ("X-Auto-Response-Suppress", "All", plain_field),
        (REMINDER, id, plain_field),
        ("MIME-Version", "1.0", plain_field),
        ("Content-Type", f'multipart/alternative; boundary="{_boundary(id)}"', plain_field),
    ]
    return tuple(name for name, _, _ in fields), b"".join(write(name, value) for name, value, write in fields)


def _boundary(id: str) -> str:
    """The same for every attempt; quoted-printable never writes `=_`, so no body can hold it."""
    return f"=_salver_{id}"


def _part(boundary: str, kind: str, lines: list[str]) -> bytes:
    head = f"--{boundary}\r\nContent-Type: text/{kind}; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable"
    body = ("\r\n".join(lines) + "\r\n").encode("utf-8", "replace")
    return head.encode() + b"\r\n\r\n" + b2a_qp(body, quotetabs=False, istext=True, header=False) + b"\r\n"


def _names(head: bytes) -> tuple[str, ...]:
    """The field names a reader finds in what we wrote."""
    return tuple(BytesHeaderParser().parsebytes(head + b"\r\n").keys())


def _sane(message_id: str) -> bool:
    """RFC 5322 3.6.4, without comments and quoting, and short enough for a line."""
    return re.fullmatch(r"\s*<[!-;=?A-~]{1,400}@[!-;=?A-~]{1,255}>\s*", message_id) is not None


_MARK = re.compile(rb"^" + REMINDER.encode() + rb":[ \t]*([A-Za-z0-9_-]{1,64})[ \t]*\r?$", re.IGNORECASE | re.MULTILINE)


def mark_of(raw: bytes) -> str:
    """What a mail says that it is of ours; empty: nothing. Anybody can write that: the log knows whether it is true."""
    found = _MARK.search(raw[:20_000].partition(b"\r\n\r\n")[0])
    return found[1].decode() if found else ""


def came_back(parsed: Parsed) -> Parsed:
    """A mail of ours that comes in, as one without any meaning: nothing of it is judged, or taken for an answer."""
    kept = parsed.model_dump(include={"mail", "owner", "received_at", "account", "imported", "subject", "message_id"})
    return Parsed(**kept)


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
