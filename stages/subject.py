"""(verdict, score) -> words before a filed mail's subject; (fields, raw) -> both with them; and back, octet for octet.

For people whose clients show no header fields. Of the mail itself only its first Subject field changes, by octets that
are put in where its text begins. X-Salver-Subject says what they are, so that no sender's words are taken for ours.
"""

from __future__ import annotations

import re

from stages.events import Verdict
from stages.header import CLOSING, SUBJECT, WIDTH
from stages.saying import number

_WORDS: dict[Verdict, str] = {"good": "good", "intriguing": "intriguing", "ugly": "ugly", "follow_up": "ask why"}
_END = re.compile(rb"^\r?\n", re.MULTILINE)
"""The empty line behind a header. A field begins its line; what begins with white space continues one."""
_FIELD = re.compile(rb"^subject[ \t]*:[ \t]*", re.IGNORECASE | re.MULTILINE)
_CLOSING = re.compile(rf"^{CLOSING}:[^\n]*\n".encode(), re.IGNORECASE | re.MULTILINE)
_SAID = re.compile(rf"^{SUBJECT}:([^\r\n]*)".encode(), re.IGNORECASE | re.MULTILINE)
_GAP = re.compile(rb" |\r?\n ")


def prefix(verdict: Verdict | None, score: float | None) -> str:
    """`[good 4.5]`, `[ask why]`; empty for a mail without a verdict. ASCII."""
    if verdict is None:
        return ""
    points = "" if score is None or verdict == "follow_up" else f" {number(score)}"
    return f"[{_WORDS[verdict]}{points}]"


def dressed(fields: tuple[tuple[str, str], ...], raw: bytes, words: str) -> tuple[tuple[tuple[str, str], ...], bytes]:
    """The fields to prepend, and the mail, with `words` where its subject begins.

    A mail without a Subject field gets one among our fields. One whose line would become long is folded there, so that
    no line of the sender's grows (RFC 5322 2.1.1, RFC 2047 2).
    """
    if not words:
        return fields, raw
    said = (*fields, (SUBJECT, words))
    at = _text_at(raw)
    if at is None:
        return (*said, ("Subject", words)), raw
    start, end = raw.rfind(b"\n", 0, at) + 1, raw.find(b"\n", at)
    text = raw[at:end].removesuffix(b"\r") if end >= 0 else b""
    gap = b" "
    if text and at - start + len(words) + 1 + len(text) > WIDTH:
        gap = raw[at + len(text) : end + 1] + b" "  # as its own line ends
    return said, raw[:at] + words.encode("ascii") + gap + raw[at:]


def undressed(content: bytes) -> bytes:
    """The mail as it came, of one that was filed with such words; any other as it is.

    For what is read again elsewhere: a signature that covers the Subject is only true of the mail as it came.
    """
    closing = _CLOSING.search(content, 0, _head_of(content))
    said = _SAID.search(content, 0, closing.start()) if closing else None
    if closing is None or said is None:
        return content
    words, raw = said[1].strip(), content[closing.end() :]
    at = _text_at(raw)
    if at is None or not raw.startswith(words, at):
        return raw
    gap = _GAP.match(raw, at + len(words))
    return raw[:at] + raw[gap.end() :] if gap else raw


def _head_of(octets: bytes) -> int:
    """Where the header ends."""
    end = _END.search(octets)
    return end.start() if end else len(octets)


def _text_at(raw: bytes) -> int | None:
    """Where the text of the first Subject field begins."""
    found = _FIELD.search(raw, 0, _head_of(raw))
    return found.end() if found else None
