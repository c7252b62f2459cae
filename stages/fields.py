"""header block -> fields: where it ends, unfolding, encoded words, strict addresses; all linear in its size."""

from __future__ import annotations

import binascii
import codecs
import re
import unicodedata
from datetime import UTC
from email.utils import parsedate_to_datetime

_FIELD = re.compile(rb"([!-9;-~]+)[ \t]*:[ \t]*(.*)", re.DOTALL)
_LINE = re.compile(rb"[^\n]*\n?")
_MARK = b"\xef\xbb\xbf"
_MBOX = re.compile(rb">?From (?![ \t]*:)")
_WORD = re.compile(r"=\?([^?\s]{1,80})\?([bBqQ])\?([^?]*)\?=")
_BETWEEN_WORDS = re.compile(r"(?<=\?=)\s+(?==\?[^?\s]{1,80}\?[bBqQ]\?)")
_UNWANTED = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufffe\uffff]"
)
_JOINING = "\u0600-\u0dff"
"""Persian and its neighbours, and the scripts of India: between two of their letters ZWNJ is part of the spelling."""
PADDING = re.compile(
    "(?:[\u00ad\u034f\u061c\u180e\u200b\u200e\u200f\u2060-\u2064\ufeff]"
    f"|\u200c(?![{_JOINING}])|(?<![{_JOINING}])\u200c)"
)
"""What nobody sees. An expression of its own, in a group."""
_PIECE = re.compile("(?:.{1,1000})[\u0300-\u036f]{0,30}", re.DOTALL)
_NO_CHARSETS = frozenset({"idna", "punycode", "unicode_escape", "raw_unicode_escape", "undefined", "mbcs", "oem"})
_WIDE = ("utf_16", "utf_32")
_LONGEST_CHARSET = 80
_NOT_IN_DOMAIN = r"\s@<>()\[\]\\,;:\"\x00-\x1f"
_ADDRESS = re.compile(
    r"(?:[^\s@<>()\[\]\\,;:\"\x00-\x1f]+|\"(?:[^\"\\\x00-\x1f]|\\[^\x00-\x1f])*\")"
    rf"@(?:[^{_NOT_IN_DOMAIN}]+|\[[0-9A-Za-z.:]+\])"
)
_TOKEN = re.compile(
    r"(?P<word>=\?[^?\s]{1,80}\?[bBqQ]\?[^?]*\?=)"
    r'|(?P<quoted>"(?:[^"\\]|\\.)*+"?)'
    r"|(?P<angle><[^<>]*>)"
    r"|(?P<mark>[(),;:<>\"\\])"
    r"|(?P<plain>[^(),;:<>\"\\=]+|=)",
    re.DOTALL,
)


Fields = tuple[tuple[str, bytes], ...]
"""(name in lower case, value still folded) of every field of a header block, in order."""


def scrub(text: str) -> str:
    """Text that JSON, SQLite and terminals take: lone surrogates, NUL, other controls and bidi overrides replaced."""
    if text.isprintable():  # nearly every text is one line of letters, and none of what is unwanted can be printed
        return text
    return _UNWANTED.sub(" ", text.encode("utf-8", "replace").decode("utf-8"))


def composed(text: str) -> str:
    """Letters and their accents as one character (NFC), a piece at a time: a heap of accents takes quadratic time."""
    if text.isascii():
        return text
    pieces = _PIECE.findall(text)  # hardly any holds more than ASCII, of which there is nothing to compose
    return "".join(piece if piece.isascii() else unicodedata.normalize("NFC", piece) for piece in pieces)


def plain(text: str) -> str:
    """Scrubbed text in the one form in which header and body can be compared: composed, without what nobody sees."""
    return text if text.isascii() and text.isprintable() else PADDING.sub("", composed(scrub(text)))


def known_charset(name: str) -> str | None:
    """Python's name of a character set of mail; None for an unknown one, and for codecs that are no such thing.

    Those are transformations (base64, rot13, punycode), and EBCDIC: a mail program does not know it and shows the text
    as it is written, so that under this name a sender could hide it from us alone.
    """
    try:
        bare = name.split("*")[0].strip().strip("\"'")
        found = codecs.lookup(bare).name.replace("-", "_") if len(bare) <= _LONGEST_CHARSET else ""
        # An empty text never fails, whatever the codec; what is no text encoding raises LookupError here.
        is_charset = found not in _NO_CHARSETS and (found.startswith(_WIDE) or b"Text".decode(found) == "Text")
    except (LookupError, ValueError):
        return None
    return found if is_charset else None


def text_of(octets: bytes, charset: str = "") -> str:
    """Octets as text without lone surrogates: by `charset`, else as UTF-8, else as Windows-1252. Never raises."""
    named = known_charset(charset) if charset else None
    names = (named, "utf-8")
    if named and named.startswith(_WIDE) and 4 * octets.count(0) < len(octets):
        names = ("utf-8", named)  # of two octets a letter many are empty, or else they are hardly UTF-8
    for name in names:
        if name is None:
            continue
        try:
            text = octets.decode(name)
            if name == "utf_7":
                text.encode()  # raises for a lone surrogate, which no other of them can spell
            return text
        except ValueError:
            continue
    if named not in (None, "ascii", "utf_8"):
        return octets.decode(named, "replace").encode("utf-8", "replace").decode()
    # Mislabelled, or a few octets are damaged or cut off: what most of it is.
    damaged = octets.decode("utf-8", "replace")
    odd = len(damaged) - len(damaged.encode("ascii", "ignore"))
    return damaged if 2 * damaged.count("\ufffd") < odd else octets.decode("cp1252", "replace")


def decode(octets: bytes, charset: str = "") -> str:
    """Octets as scrubbed text (`text_of`). Never raises."""
    return scrub(text_of(octets, charset))


def mail_start(raw: bytes) -> int:
    """Where a stored mail begins: past a byte order mark and the "From " line of an mbox, which are no part of it.

    `From : x` is no such line: some readers take it for the sender.
    """
    start = len(_MARK) if raw.startswith(_MARK) else 0
    if _MBOX.match(raw, start):
        after = raw.find(b"\n", start) + 1
        if after and header_end(raw, after, 1_000)[0] > after:
            return after
    return start


def header_end(raw: bytes, start: int = 0, most: int = 10_000_000) -> tuple[int, int]:
    """(end of the header block at `start`, where its body begins).

    The block ends at the first empty line, or before the first line that is no field (a missing separator line).
    Only LF and CRLF end a line, as for DKIM: a bare CR must not let a reader see another body than a verifier.
    The search is given up beyond `most` octets.
    """
    at = start
    while at < len(raw) and at - start <= most:
        line = _LINE.match(raw, at)
        text = line[0] if line else b""
        if not text.strip(b"\r\n"):
            return at, at + len(text)
        folded = text[:1] in (b" ", b"\t") and at > start
        if not folded and not _FIELD.match(text) and not (text.startswith((b"From ", b">From ")) and at == start):
            return at, at
        at += len(text)
    return at, at


def raw_fields(block: bytes) -> Fields:
    """Every field of a header block."""
    fields = re.split(rb"\r?\n(?![ \t])", block)
    found = (_FIELD.match(field) for field in fields)
    return tuple((match[1].decode("ascii").lower(), match[2]) for match in found if match)


def unfold(value: bytes) -> str:
    """A folded value as one line of text; 8-bit octets are UTF-8 or Windows-1252. Encoded words stay."""
    return " ".join(decode(value.translate(None, b"\r\n")).split())


def decode_words(text: str) -> str:
    """RFC 2047 encoded words decoded, also inside quotes; words of one character set may share a character."""
    if "=?" not in text:
        return " ".join(plain(text).split())
    out: list[str] = []
    held, held_charset = b"", ""
    at = 0
    text = _BETWEEN_WORDS.sub("", text)
    for word in _WORD.finditer(text):
        if held and (word.start() > at or word[1].lower() != held_charset):
            out.append(decode(held, held_charset))
            held = b""
        out.append(text[at : word.start()])
        held, held_charset = held + _octets(word[2], word[3]), word[1].lower()
        at = word.end()
    if held:
        out.append(decode(held, held_charset))
    out.append(text[at:])
    return " ".join(plain("".join(out)).split())


def _octets(encoding: str, text: str) -> bytes:
    octets = text.encode("utf-8", "replace")
    if encoding in "qQ":
        return binascii.a2b_qp(octets, header=True)
    try:
        return binascii.a2b_base64(octets + b"=" * (-len(octets) % 4))
    except binascii.Error:
        return octets


class _Mailbox:
    """One mailbox of an address field while it is read."""

    def __init__(self) -> None:
        self.words: list[str] = []
        self.comments: list[str] = []
        self.angles: list[str] = []
        self.broken = False

    def read(self) -> tuple[str, str] | None:
        """(display name, address), or None if nothing stood here."""
        text = "".join(self.words).strip()
        candidate = text if not self.angles else self.angles[0].strip()
        sound = not self.broken and len(self.angles) < 2 and _ADDRESS.fullmatch(candidate)
        comment = "".join(self.comments).strip()
        bare_name = comment.strip("()") if sound else text
        name = f"{text} {comment}".strip() if self.angles else bare_name
        return (decode_words(name), candidate.lower() if sound else "") if name or sound else None


def mailboxes(value: str) -> tuple[tuple[str, str], ...]:
    """(display name, address in lower case) of every mailbox of an unfolded address field (RFC 5322 3.4).

    Strict: what can be read in two ways (`alice@example.org)bob@evil.example`) has an empty address, never a wrong one.
    """
    found, depth = [_Mailbox()], 0
    for token in _TOKEN.finditer(value):
        text, mark, now = token[0], token["mark"], found[-1]
        if mark == "(" or depth:
            depth += {"(": 1, ")": -1}.get(mark or "", 0)
            now.comments.append(text)
        elif token["angle"]:
            now.angles.append(text[1:-1])
        elif mark in (",", ";"):
            found.append(_Mailbox())
        elif mark == ":" and not (now.broken or now.angles or "@" in "".join(now.words)):
            found[-1] = _Mailbox()  # what stood before was the name of a group
        else:
            unclosed = bool(token["quoted"]) and not re.fullmatch(r'"(?:[^"\\]|\\.)*"', text, re.DOTALL)
            now.broken = now.broken or bool(mark) or unclosed or (bool(now.angles) and bool(text.strip()))
            quotes_name = token["quoted"] and value[token.end() : token.end() + 1] != "@"
            now.words.append(re.sub(r"\\(.)", r"\1", text.strip('"')) if quotes_name else text)
    found[-1].broken = found[-1].broken or depth > 0
    return tuple(read for mailbox in found if (read := mailbox.read()))


def sender(value: str) -> tuple[str, str]:
    """(display name, address) of a From or Reply-To field; an empty address when there is no single sender.

    A comma in an unquoted name (`Doe, Ann <a@example.org>`) is forgiven: only one address is there to be meant.
    """
    found = mailboxes(value)
    if len(found) == 1:
        return found[0]
    names = ", ".join(name for name, _ in found if name)
    if found and found[-1][1] and not any(address or "@" in name for name, address in found[:-1]):
        return names, found[-1][1]
    return names, ""


def milliseconds(value: str) -> int | None:
    """A Date field as milliseconds since the epoch, UTC; None if it is no RFC 5322 date."""
    try:
        when = parsedate_to_datetime(value[:200])
        return int((when if when.tzinfo else when.replace(tzinfo=UTC)).timestamp() * 1000)
    except (TypeError, ValueError, IndexError, OverflowError, AttributeError):
        return None
