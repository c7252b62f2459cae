"""(raw bytes, envelope) -> Letter: the one typed adapter over mail-parser. Everything that enters is scrubbed here."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from email.message import Message
from functools import cached_property

import mailparser  # type: ignore[import-untyped]

from stages import html, parts
from stages.attached import attached_mails
from stages.fields import (
    Fields,
    decode,
    decode_words,
    header_end,
    mail_start,
    mailboxes,
    milliseconds,
    raw_fields,
    scrub,
    sender,
    unfold,
)
from stages.html import Item as Item, Page as Page
from stages.parts import TooComplex
from stages.provenance import Slice
from stages.settings import Limits

_URL = re.compile(r"https?://[^\s<>\"\[\]]+", re.IGNORECASE)
_LIST_FOOTER = re.compile(r"^_{20,}[ \t]*$", re.MULTILINE)
_ODD_BLANK = re.compile(r"[^\S\n ]")


@dataclass(frozen=True)
class Letter:
    """A mail as typed values. Missing text is empty, and so is a missing page; a missing date or Message-ID is None."""

    fields: tuple[tuple[str, str], ...] = ()
    """every header field in order: name in lower case, value unfolded and RFC 2047-decoded"""
    from_name: str = ""
    from_address: str = ""
    from_count: int = 0
    reply_to_name: str = ""
    reply_to_address: str = ""
    to: tuple[str, ...] = ()
    """addresses of To and Cc, lower case"""
    subject: str = ""
    message_id: str | None = None
    """with its angle brackets"""
    date: int | None = None
    """milliseconds since the epoch, UTC"""
    text: str = ""
    """the text/plain parts, decoded and joined; LF line ends, runs of white space of at most 8 blanks or 3 line ends"""
    page: Page = field(default_factory=Page)
    """the text/html parts, one after the other"""
    mail_from: str = ""
    """reverse-path of the envelope"""
    rcpt_to: tuple[str, ...] = ()
    """recipients of the envelope"""
    attached: tuple[Slice, ...] = ()
    """where the mails attached to this one lie in its octets, in order"""
    markup: int = 0
    """characters of its HTML, which is what takes the time"""
    unended: bool = False
    """quoted in another mail that does not show where it ends: its last words may be those of who forwarded it"""
    unread: str | None = None
    """why the body was not read, in words for a person; the header fields may still be there"""

    @property
    def words(self) -> str:
        """What it says: its text, or that of its page where it has none."""
        return self.text or self.page.text

    @property
    def all_words(self) -> str:
        """Its text and that of its page, which mostly say the same."""
        return f"{self.text}\n{self.page.text}"

    @cached_property
    def written(self) -> tuple[str, ...]:
        """The URLs written out in its text."""
        return urls_in(self.text)

    @cached_property
    def _named(self) -> dict[str, tuple[str, ...]]:
        """The values of its fields by name; it is asked for dozens of them, most of which it has not."""
        named: dict[str, list[str]] = {}
        for name, value in self.fields:
            named.setdefault(name, []).append(value)
        return {name: tuple(values) for name, values in named.items()}

    def every(self, name: str) -> tuple[str, ...]:
        """The values of all fields called `name` (lower case), in order."""
        return self._named.get(name, ())

    def first(self, name: str) -> str:
        """The value of the topmost field called `name` (lower case), or empty."""
        return self.every(name)[0] if name in self._named else ""

    def last(self, name: str) -> str:
        """The value of the lowest field called `name` (lower case), the one a signature covers first; or empty."""
        return self.every(name)[-1] if name in self._named else ""


def read_letter(raw: bytes, mail_from: str, rcpt_to: tuple[str, ...], limits: Limits) -> Letter:
    """A mail, or a bare HTML or text body, as a Letter. Never raises, whatever the bytes.

    Beyond the limits, or when the parser fails, `unread` says why and the header fields are there as far as possible.
    """
    envelope = Letter(mail_from=scrub(mail_from).strip(), rcpt_to=tuple(scrub(to).strip() for to in rcpt_to))
    start = mail_start(raw)
    end, body = header_end(raw, start, limits.header_bytes)
    block = raw[start : min(end, start + limits.header_bytes)]
    try:
        fields = raw_fields(block)
        letter = _with_fields(envelope, fields)
    except Exception:
        return replace(envelope, unread="its header fields could not be read")
    if end - start > limits.header_bytes:
        return replace(letter, unread=f"its header block is larger than {limits.header_bytes // 1000} kB")
    try:
        return _with_body(letter, raw, fields, body, limits)
    except TooComplex as error:
        return replace(letter, unread=str(error))
    except Exception:
        # mail-parser raises TypeError, AttributeError and more on odd mails: an unreadable mail is filed, not lost.
        return replace(letter, unread="its parts could not be read")


def _with_fields(letter: Letter, fields: Fields) -> Letter:
    """The letter with what its header block says. Of repeated fields the lowest counts: it is what signatures cover."""
    raw_values = [(name, unfold(value)) for name, value in fields]
    lowest = dict(raw_values)
    from_name, from_address = sender(lowest.get("from", ""))
    reply_to_name, reply_to_address = sender(lowest.get("reply-to", ""))
    recipients = [value for name, value in raw_values if name in ("to", "cc")]
    return replace(
        letter,
        fields=tuple((name, decode_words(value)) for name, value in raw_values),
        from_name=from_name,
        from_address=from_address,
        from_count=sum(name == "from" for name, _ in raw_values),
        reply_to_name=reply_to_name,
        reply_to_address=reply_to_address,
        to=tuple(address for value in recipients for _, address in mailboxes(value) if address),
        subject=decode_words(lowest.get("subject", "")),
        message_id=lowest.get("message-id") or None,
        date=milliseconds(lowest.get("date", "")),
    )


def _with_body(letter: Letter, raw: bytes, fields: Fields, body: int, limits: Limits) -> Letter:
    """The letter with its texts, its page and the mails attached to it."""
    if not letter.fields:
        return _bare_body(letter, raw[body:], limits)
    found = parts.structure(raw, fields, body, limits)
    letter = replace(letter, attached=attached_mails(raw, found))
    texts, pages = _texts(*parts.text_tree(raw, body, found, limits))
    flat = [html.flatten(page, limits) for page in pages]
    page = Page(
        lang=next((one.lang for one in flat if one.lang), ""),
        items=tuple(item for one in flat for item in one.items),
        hrefs=tuple(href for one in flat for href in one.hrefs),
        lines=tuple(line for one in flat for line in one.lines),
        preheader=flat[0].preheader if flat else "",
        quoted=tuple(quoted for one in flat for quoted in one.quoted),
        marked=tuple(line for one in flat for line in one.marked or one.text.split("\n")),
    )
    return replace(letter, text="\n".join(texts), page=page, markup=sum(map(len, pages)))


def _bare_body(letter: Letter, body: bytes, limits: Limits) -> Letter:
    """A body without header fields: HTML if it begins with `<`, else text."""
    text = decode(body[: 4 * limits.html_bytes])
    if text.lstrip("\ufeff \t\r\n").startswith("<"):
        return replace(letter, page=html.flatten(text, limits))
    return replace(letter, text=_lines(text[: parts.TEXT_BYTES]))


def _texts(tree: Message, texts: dict[str, str]) -> tuple[list[str], list[str]]:
    """(texts, HTML texts) of a mail, by mail-parser; attached text only when there is no other body.

    In the tree stand the keys of `texts`.
    """
    parsed = mailparser.MailParser(tree)
    plain, pages = list(parsed.text_plain), list(parsed.text_html)
    if not plain and not pages:
        for part in tree.walk():
            into = {"text/plain": plain, "text/html": pages}.get(part.get_content_type())
            if into is not None:
                into.append(part.get_payload())
    if not plain and not pages:  # a boundary that never comes: better its raw text than nothing
        plain = list(parsed.text_not_managed)
    return [_lines(scrub(texts[key][: parts.TEXT_BYTES])) for key in plain], [texts[key] for key in pages]


def urls_in(text: str) -> tuple[str, ...]:
    """The http and https URLs written out in a text, in order; a mailing list's footer is left out."""
    footer = _LIST_FOOTER.search(text)
    return tuple(url.rstrip(").,;>'") for url in _URL.findall(text, 0, footer.start() if footer else len(text)))


def _lines(text: str) -> str:
    """Plain text with LF line ends, without invisible padding; long runs of white space are shortened."""
    text = html.PADDING.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    text = re.sub(" {9,}", " " * 8, _ODD_BLANK.sub(" ", text))
    text = "\n".join(line.rstrip(" ") for line in text.split("\n"))
    return re.sub(r"\n{4,}", "\n\n\n", text)
