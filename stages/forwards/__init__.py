"""Letter -> how it was forwarded, and the original that is attached to it."""

from __future__ import annotations

import re

from stages.events import Forwarded
from stages.letter import Letter

_ADDRESS = re.compile(r"[A-Za-z0-9._%+/=-]{1,128}@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+")
_SRS = re.compile(r"(?:bounces\+srs=|srs[01][=+-]).*@.+", re.IGNORECASE | re.DOTALL)
_ENVELOPE_FROM = re.compile(r"envelope-from=\"?<?([^\s;\">]+)", re.IGNORECASE)


def _original_envelope(letter: Letter) -> str:
    """The reverse-path; of a stored mail, what the topmost hop wrote down of it."""
    hint = _ENVELOPE_FROM.search(letter.first("received-spf")) if not letter.mail_from else None
    return letter.mail_from or (hint[1] if hint else "")


def forwarded(letter: Letter) -> Forwarded | None:
    """How the mail came from the owner's own mailbox, by the shapes A to C of the FORWARDING guide; None if directly.

    Everything but the envelope can be written by anybody: it says who claims to have forwarded, and proves nothing.
    """
    envelope = _original_envelope(letter)
    local, _, domain = envelope.rpartition("@")
    user, caf, _ = local.partition("+caf_=")
    if caf and user and domain:
        return Forwarded(by=f"{user}@{domain}".lower(), how="auto")
    sent_for = letter.first("x-forwarded-for").split()
    if letter.first("x-forwarded-to") and sent_for and _ADDRESS.fullmatch(sent_for[0]):
        return Forwarded(by=sent_for[0].lower(), how="auto")
    rule = "" if _is_automatic_answer(letter) else letter.first("x-ms-exchange-inbox-rules-loop").strip().lower()
    if rule and not _ADDRESS.fullmatch(rule):
        rule = ""
    if rule and rule == letter.from_address:
        return Forwarded(by=rule, how="rule" if inner(letter) is None else "attachment")
    if rule or _SRS.fullmatch(envelope):
        return Forwarded(by=rule or None, how="auto")
    if inner(letter) is not None:
        return Forwarded(by=letter.from_address or None, how="attachment")
    return None


def _is_automatic_answer(letter: Letter) -> bool:
    """An out-of-office reply carries the rule's mark, too, but forwards nothing (RFC 3834 5)."""
    submitted = letter.first("auto-submitted").lower()
    return submitted.startswith("auto-") or bool(letter.first("x-ms-exchange-generated-message-source"))


def inner(letter: Letter) -> bytes | None:
    """The raw original of a mail forwarded as an attachment; None for bounces and reports, which quote what failed."""
    kind = letter.first("content-type").lower()
    if not letter.attached or kind.startswith("multipart/report") or _is_automatic_answer(letter):
        return None
    return letter.attached[0]


def rewritten_by(letter: Letter) -> str | None:
    """A shown hop that may have changed what a signature covers, in words; None if none is shown.

    A plain Gmail forward changes nothing (FORWARDING guide, section 5).
    """
    listed = letter.first("list-id") or letter.first("list-post") or letter.first("x-mailing-list")
    if listed or letter.first("x-mailman-version"):
        return "a mailing list"
    tag = re.match(r"\s*(\[[^\]]{1,40}\]|fwd?:|fw:)", letter.subject, re.IGNORECASE)
    if tag:
        return f"whoever put {tag[1]} before the subject"
    if any(name.startswith(("x-ms-exchange-", "x-eopattributedmessage")) for name, _ in letter.fields):
        return "an Exchange or Microsoft 365 server"
    return None
