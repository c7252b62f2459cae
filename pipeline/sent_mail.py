"""An mbox or Maildir of mail that the owner sent -> the people it was written to. Only headers are read.

Who wrote back to a machine knows nobody by it: automatic mail, mail to many at once, and addresses of lists or of
senders that want no answer do not count.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from email.errors import HeaderParseError
from email.header import decode_header, make_header
from email.message import Message
from email.parser import BytesHeaderParser
from email.utils import getaddresses, parseaddr
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

from pipeline.person import PeopleError, Person
from pipeline.profile import cleaned

MANY = 25
"""Recipients of one mail above which it was an announcement."""

_HEADER = 100_000
"""Octets of a header block that are read."""
_LINE = 1 << 16
_BEGINS = re.compile(rb"From (\s*$|\S+ .*\d:\d\d.*\d{4}\s*$)")
"""The line before a mail in an mbox: address and date, or, as some programs write it, nothing. A sentence is none."""

_SHARE = 0.9
"""Of the mails of one folder, written by one address: then it is the owner's."""

_MACHINE = re.compile(
    r"(^|[._+-])(no-?reply|do-?not-?reply|noreply|bounces?|mailer-daemon|postmaster|notifications?|notify|unsubscribe"
    r"|unsub|auto-?(reply|confirm|mated)|listserv|majordomo|subscribe|daemon|undisclosed[._-]recipients?)([._+-]|$)"
    r"|^reply\+|-(l|list|request|owner|announce|users|devel|discuss|members)$"
    r"|^(list|lists|announce|announcements|everyone|everybody|members|newsletter|all|all-hands|staff)$"
)
_LISTS = re.compile(
    r"^(lists?|groups|reply|bounces?|notifications?)\.|^(googlegroups\.|groups\.io|yahoogroups\.|freelists\.)"
)


class Mail(NamedTuple):
    """Who wrote a mail, to whom (what they are called, address), and its id."""

    author: str
    recipients: tuple[tuple[str, str], ...]
    id: str


def is_mail(head: bytes) -> bool:
    """Whether a file that begins like this is an mbox, or one mail."""
    first = head.lstrip(b"\r\n")
    return (
        first.startswith(b"From ")
        or re.match(rb"(?i)(from|to|date|received|message-id|return-path|subject):", first) is not None
    )


def read_sent(path: Path, own: frozenset[str], sure: bool) -> tuple[tuple[Person, ...], tuple[str, ...]]:
    """The people, and what was left out. `own` are addresses of the owner; `sure`: all they write from is in it.

    Raises PeopleError where it is not clear that the owner wrote these mails.
    """
    try:
        mails = [mail for block in _headers(path) if (mail := _mail(block)) is not None]
    except OSError as error:
        raise PeopleError(f"{path} cannot be read: {error.strerror or error}") from None
    authors = Counter(mail.author for mail in mails if mail.author)
    mine = own & authors.keys()
    if not mine and not sure and authors and authors.most_common(1)[0][1] >= _SHARE * authors.total():
        mine = frozenset((authors.most_common(1)[0][0],))
    if not mine:
        raise PeopleError(_nobodys(path, len(mails), sure, own))
    sent = [mail for mail in mails if mail.author in mine]
    warnings = []
    if others := len(mails) - len(sent):
        warnings.append(f"{path.name}, From: {others} mail{'s' if others > 1 else ''} left out, not written by you")
    if many := sum(len(mail.recipients) > MANY for mail in sent):
        warnings.append(f"{path.name}, To: {many} mail{'s' if many > 1 else ''} to more than {MANY} people left out")
    return _people(sent, own | mine), tuple(warnings)


def _nobodys(path: Path, count: int, sure: bool, own: frozenset[str]) -> str:
    if not count:
        return f"{path}: there is no mail in it"
    if sure:
        return (
            f"{path}, From: you wrote none of its {count} mails; it may be no sent mail, or `accounts` lacks an address"
        )
    return (
        f"{path}, From: several people wrote these mails; name a folder of sent mail, or your addresses in `accounts`"
    )


def _people(sent: list[Mail], own: frozenset[str]) -> tuple[Person, ...]:
    names: dict[str, dict[str, None]] = {}
    mails: dict[str, list[str]] = {}
    for mail in sent:
        if len(mail.recipients) > MANY:
            continue
        for name, address in mail.recipients:
            if address in own or is_machine(address):
                continue
            names.setdefault(address, {}).setdefault(name)
            ids = mails.setdefault(address, [])
            if len(ids) < 2 and mail.id not in ids:
                ids.append(mail.id)
    return tuple(
        Person(tuple(name for name in called if name and "@" not in name), (address,), tuple(mails[address]))
        for address, called in names.items()
    )


def is_machine(address: str) -> bool:
    """Whether it is the address of a list, or of a sender that wants no answer."""
    local, _, domain = address.rpartition("@")
    return len(local) > 50 or _MACHINE.search(local) is not None or _LISTS.search(domain) is not None


def _headers(path: Path) -> Iterator[bytes]:
    """The header block of every mail; bodies are passed over, so that memory does not grow with attachments."""
    if not path.is_dir():
        yield from _blocks(path)
        return
    for file in sorted([*(path / "new").glob("*"), *(path / "cur").glob("*")]):
        yield from _blocks(file)


def _blocks(path: Path) -> Iterator[bytes]:
    """Of an mbox a block for each line `From ` behind an empty one (RFC 4155); of a single mail, its own."""
    with path.open("rb") as file:
        block: list[bytes] = []
        size, inside, empty = 0, True, True
        several = False
        while line := file.readline(_LINE):
            if empty and _BEGINS.match(line) and (several or not block):
                if several and block:
                    yield b"".join(block)
                block, size, inside, several = [], 0, True, True
            elif inside and not line.strip(b"\r\n"):
                inside = not block
            elif inside and size < _HEADER:
                block.append(line)
                size += len(line)
            empty = not line.strip(b"\r\n")
        if block:
            yield b"".join(block)


def _mail(block: bytes) -> Mail | None:
    """None for a mail that was sent by a machine, or whose addresses the standard library cannot take apart."""
    head = BytesHeaderParser().parsebytes(block)
    if str(head.get("Auto-Submitted", "no")).strip().lower() != "no" or head.get("List-Id"):
        return None
    fields = [str(field) for name in ("To", "Cc", "Bcc") for field in head.get_all(name, [])]
    try:
        named = getaddresses(fields)
        author = parseaddr(str(head.get("From", "")))[1].lower()
    except RecursionError:  # hundreds of brackets inside each other: nobody wrote that
        return None
    recipients = tuple((cleaned(_decoded(name)), address.lower()) for name, address in named if address.count("@") == 1)
    return Mail(author, recipients, _id(head, block))


def _id(head: Message, block: bytes) -> str:
    return str(head.get("Message-ID") or "").strip() or sha256(block).hexdigest()


def _decoded(name: str) -> str:
    try:
        return str(make_header(decode_header(name)))
    except (HeaderParseError, LookupError, ValueError):
        return ""
