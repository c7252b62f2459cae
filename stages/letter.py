"""(raw bytes, envelope) -> Letter: the one typed adapter over mail-parser. Everything that enters is scrubbed here."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Item:
    """One visible leaf of an HTML part, in document order: a run of text, or an image."""

    text: str
    """visible text, white space folded; of an image its alt text"""
    href: str = ""
    """target of the nearest enclosing anchor, as written; empty outside anchors"""
    tag: str = ""
    """name of the nearest block element (p, h1, h3, td, div, a, ...), or img"""
    src: str = ""
    """address of an image"""
    hidden: bool = False
    """in a preheader or otherwise not shown"""


@dataclass(frozen=True)
class Page:
    """An HTML part, flattened."""

    lang: str = ""
    """of <html lang>, as written"""
    items: tuple[Item, ...] = ()
    hrefs: tuple[str, ...] = ()
    """target of every anchor, form and area, in document order"""
    text: str = ""
    """all visible text, one block a line"""
    preheader: str = ""
    """text of the hidden leading block, padding removed"""


@dataclass(frozen=True)
class Letter:
    """A mail as typed values. Missing text is empty; a missing page, date or Message-ID is None."""

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
    """the text/plain parts, decoded and joined"""
    page: Page | None = None
    """the text/html parts"""
    mail_from: str = ""
    """reverse-path of the envelope"""
    rcpt_to: tuple[str, ...] = field(default=())
    """recipients of the envelope"""
    attached: tuple[bytes, ...] = field(default=(), repr=False)
    """raw bytes of message/rfc822 parts, outermost first"""
    unread: str | None = None
    """why the body was not read, in words for a person; the header fields may still be there"""

    def every(self, name: str) -> tuple[str, ...]:
        """The values of all fields called `name` (lower case), in order."""
        return tuple(value for key, value in self.fields if key == name)

    def first(self, name: str) -> str:
        """The value of the topmost field called `name` (lower case), or empty."""
        return next((value for key, value in self.fields if key == name), "")
