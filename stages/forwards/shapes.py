"""Letter -> who handed it on unchanged (shape A of the FORWARDING guide), by its envelope and its fields.

Everything but the envelope can be written by anybody: it says who claims to have forwarded, and proves nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple

from stages.fields import mailboxes, sender
from stages.letter import Letter
from stages.recipients import mailbox_of
from stages.urls import within

ADDRESS = re.compile(r"[A-Za-z0-9._%+/=-]{1,128}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,20}")
_MICROSOFT = re.compile(r"bounces\+srs=[^=@]{1,64}=[^=@]{1,64}@[^@]{1,255}", re.IGNORECASE)
_SRS = re.compile(r"srs[01][=+-]([^@]{1,512})@[^@]{1,255}", re.IGNORECASE)
_HOST = re.compile(r"[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63}){1,20}", re.IGNORECASE)
_ENVELOPE_FROM = re.compile(r"envelope-from=\"?<?([^\s;\">]{1,512})", re.IGNORECASE)
_LONGEST = 998
_YANDEX = ("yandex.ru", "yandex.com", "yandex.by", "yandex.kz", "yandex.com.tr", "ya.ru", "yandex-team.ru")


class Shape(NamedTuple):
    """A forward that left the mail as it was; `by` is empty where nothing shows the mailbox."""

    by: str = ""


def handed_on(letter: Letter) -> Shape | None:
    """How it came here unchanged; None: nothing shows that it was forwarded.

    The mailbox is the first one named, in the guide's order (section 6): the envelope of Gmail, X-Forwarded-For,
    Delivered-To, the mark of an Exchange rule; then Mail.ru's field and Resent-From, which that order does not name.
    An address rewritten by SRS, and a mark without an address, show only that there was a forward.
    """
    unnamed = None
    for look in _LOOKS:
        shape = look(letter)
        if shape is not None and shape.by:
            return shape
        unnamed = unnamed or shape
    return unnamed


def reverse_path(letter: Letter) -> str:
    """The reverse-path; of a stored mail, what the topmost hop wrote down of it."""
    if letter.mail_from:
        return letter.mail_from[:_LONGEST]
    hint = _ENVELOPE_FROM.search(letter.first("received-spf")[:_LONGEST])
    return hint[1] if hint else ""


def srs_domain(envelope: str) -> str | None:
    """Whose mail an SRS address stands for, lower case; empty where that is sealed, as Microsoft's is; else None.

    `SRS0=HHH=TT=domain=local@forwarder`, and `SRS1=HHH=forwarder==HHH=TT=domain=local@second`; the first separator may
    be `+` or `-` too, and a host on the way may have folded the case.
    """
    if _MICROSOFT.fullmatch(envelope):
        return ""
    told = _SRS.fullmatch(envelope)
    if told is None:
        return None
    own = told[1]
    if envelope[3] == "1":  # the forwarder before is named, and the rest of its own address follows after `==`
        _, _, own = re.sub(r"=[=+-]", "==", own, count=1).partition("==")
    parts = own.split("=", 3)
    return parts[2].lower() if len(parts) == 4 and parts[3] and _HOST.fullmatch(parts[2]) else None


def answers_by_itself(letter: Letter) -> bool:
    """An out-of-office reply carries a rule's mark, too, and a bounce quotes what failed (RFC 3834 5, RFC 3464)."""
    submitted = letter.first("auto-submitted").lower()
    return (
        submitted.startswith("auto-")
        or bool(letter.first("x-ms-exchange-generated-message-source"))
        or bool(letter.first("x-failed-recipients"))
        or letter.from_address.startswith("mailer-daemon@")
    )


def rule_of(letter: Letter) -> str:
    """The mailbox whose Exchange rule forwarded or redirected it; empty if none is shown."""
    said = letter.first("x-ms-exchange-inbox-rules-loop").strip().lower()
    return said if ADDRESS.fullmatch(said) and not answers_by_itself(letter) else ""


def from_a_list(letter: Letter) -> bool:
    """It came through a mailing list."""
    names = ("list-id", "list-post", "x-mailing-list", "x-mailman-version")
    return any(letter.first(name) for name in names)


def _gmail(letter: Letter) -> Shape | None:
    """`user+caf_=local=domain@its-domain`, split at the first mark: the destination may have a detail, as the user."""
    local, _, domain = reverse_path(letter).rpartition("@")
    user, caf, destination = local.partition("+caf_=")
    return Shape(f"{user}@{domain}".lower()) if caf and user and domain and destination else None


def _forwarded_for(letter: Letter) -> Shape | None:
    """Gmail and Cloudflare name the mailbox first; web proxies write addresses of machines into the same field."""
    sent_for = re.split(r"[\s,]+", letter.first("x-forwarded-for")[:_LONGEST].strip())
    known = bool(letter.first("x-forwarded-to")) or srs_domain(reverse_path(letter)) is not None
    return Shape(sent_for[0].lower()) if known and ADDRESS.fullmatch(sent_for[0]) else None


def _delivered_to(letter: Letter) -> Shape | None:
    """It was delivered to another mailbox before it came here; of a mail without envelope nobody can tell."""
    if not letter.mail_from or not letter.rcpt_to or from_a_list(letter):
        return None
    ours = {mailbox_of(recipient) for recipient in letter.rcpt_to}
    for name in ("delivered-to", "x-delivered-to"):  # the second is Fastmail's
        for value in letter.every(name)[:20]:
            said = value.strip().strip("<>").lower()
            if ADDRESS.fullmatch(said) and mailbox_of(said) not in ours:
                return Shape(said)
    return None


def _rule(letter: Letter) -> Shape | None:
    """A mailbox that is the sender, too, did not hand it on as it is: its rule wrote the mail."""
    by = rule_of(letter)
    return Shape(by) if by and by != letter.from_address else None


def _rewritten_envelope(letter: Letter) -> Shape | None:
    return Shape() if srs_domain(reverse_path(letter)) is not None else None


def _mail_ru(letter: Letter) -> Shape | None:
    if not letter.first("x-mailru-forward"):
        return None
    by = letter.first("x-resentfrom").strip().strip("<>").lower()
    return Shape(by if ADDRESS.fullmatch(by) else "")


def _yandex(letter: Letter) -> Shape | None:
    """Yandex marks every mail that passes through it, its users' own too, so the mark alone is not enough."""
    came_by_smtp = bool(letter.mail_from)
    by_its_user = within(letter.from_address.rpartition("@")[2], _YANDEX)
    return Shape() if came_by_smtp and letter.first("x-yandex-forward") and not by_its_user else None


def _resent(letter: Letter) -> Shape | None:
    """Who sent it again, by the topmost block of Resent fields (RFC 5322 3.6.6); a list is no forwarder."""
    block: dict[str, str] = {}
    for name, value in letter.fields:
        if name.startswith("resent-") and name not in block:
            block[name] = value
        elif block:
            break
    if from_a_list(letter) or not block.get("resent-from"):
        return None
    _, by = sender(block["resent-from"][:_LONGEST])
    if not by and len(mailboxes(block["resent-from"][:_LONGEST])) > 1:
        _, by = sender(block.get("resent-sender", "")[:_LONGEST])
    return Shape(by) if by else None


_LOOKS: tuple[Callable[[Letter], Shape | None], ...] = (
    _gmail,
    _forwarded_for,
    _delivered_to,
    _rule,
    _mail_ru,
    _resent,
    _rewritten_envelope,
    _yandex,
)
"""Those that name the mailbox, in the guide's order, before those that do not."""
