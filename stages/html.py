"""HTML text -> Page: guarded first, then flattened in document order, in one walk over the parsed tree."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import NamedTuple

from selectolax.lexbor import LexborHTMLParser, LexborNode

from stages.fields import PADDING as PADDING, plain, scrub
from stages.html_guard import guard as guard
from stages.parts import TooComplex as TooComplex
from stages.settings import Limits


def _names(words: str) -> frozenset[str]:
    return frozenset(words.split())


_BLOCKS = _names(
    "address article aside blockquote body caption center dd div dl dt fieldset figcaption figure footer form h1 "
    "h2 h3 h4 h5 h6 header hr html li main nav ol p pre section table tbody td tfoot th thead tr ul"
)
_QUOTING = _names(
    "gmail_quote gmail_extra gmail_attr moz-cite-prefix yahoo_quoted protonmail_quote divrplyfwdmsg appendonsend "
    "mail-editor-reference-message-container gmail_quote_container zmail_extra tutanota_quote"
)
"""Classes and ids by which clients say that what follows is not their writer's."""
_PARTING = _BLOCKS | {"a", "area", "img"}
"""These matter even where they say nothing of being seen."""
_UNSEEN = _names("head style script title template noscript textarea iframe object svg math select option")
_DECLARATION = re.compile(r"([a-z-]+)\s*:\s*([^;]*)")
_STYLE = 4_096
"""characters of a style attribute that are read"""
_ZERO = re.compile(r"0*(?:\.0*)?(?:px|pt|em|rem|%|ex|ch)?")


class Item(NamedTuple):
    """One visible leaf of an HTML part, in document order: a run of text, or an image."""

    text: str
    """visible text, white space folded, `<br>` kept as a line feed; of an image its alt text"""
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
    lines: tuple[str, ...] = ()
    """all visible text, one block a line, with its white space and padding"""
    preheader: str = ""
    """text of the hidden leading block, padding removed"""
    quoted: tuple[bool, ...] = ()
    """of each line: whether it stands in a blockquote"""
    marked: tuple[str, ...] = ()
    """the lines as a text part would have them: `> ` before quoted ones, `---` where a client says that more begins"""

    @cached_property
    def text(self) -> str:
        """All visible text, one block a line; folded only when asked for, for most mails say it in plain text, too."""
        return "\n".join(line for line in map(fold, self.lines) if line)


class _Seen(NamedTuple):
    """What is known of an element being seen: of its own style (None: it says nothing), or handed down to it."""

    unseen: bool = False
    zero_size: bool | None = None
    invisible: bool | None = None

    def below(self, above: _Seen) -> _Seen:
        """The two together. Sizes and visibility may be set back by a descendant, the rest may not."""
        return _Seen(
            self.unseen or above.unseen,
            above.zero_size if self.zero_size is None else self.zero_size,
            above.invisible if self.invisible is None else self.invisible,
        )


_SEEN = _Seen()


class _Place(NamedTuple):
    """What an element hands down to what it holds."""

    href: str = ""
    tag: str = "body"
    seen: _Seen = _SEEN
    anchor: int = 0
    block: int = 0
    hidden: bool = False
    quoted: bool = False


_RUN = slice(3, 6)
"""anchor, block, hidden: text of places that agree in these is one run"""


@lru_cache(maxsize=512)
def _style(style: str) -> _Seen:
    """What a style attribute says of being seen: read once, for a page, and all of a network, repeat a few of them."""
    said: dict[str, str] = dict(_DECLARATION.findall(style.lower()))

    def value(name: str) -> str:
        return said.get(name, "").replace("!important", "").strip()

    unseen = (
        value("display") == "none"
        or _is_zero(value("opacity"))
        or value("mso-hide") == "all"
        or (_is_zero(value("max-height")) and value("overflow") == "hidden")
    )
    size, visibility = value("font-size"), value("visibility")
    return _Seen(unseen, _is_zero(size) if size else None, visibility in ("hidden", "collapse") if visibility else None)


def _is_zero(value: str) -> bool:
    return bool(value) and _ZERO.fullmatch(value) is not None


def fold(text: str) -> str:
    """White space folded, padding that nobody sees removed; line breaks stay."""
    if text.isascii() and text.isprintable():  # nearly always: one line, and nothing in it to be removed
        return " ".join(text.split())
    lines = (" ".join(line.split()) for line in plain(text).split("\n"))
    return "\n".join(lines).strip()


class _Runs:
    """Gathers text into items (one an anchor or block) and into lines (one a block)."""

    def __init__(self) -> None:
        self.items: list[Item] = []
        self.hrefs: list[str] = []
        self.lines: list[list[str]] = []
        self.words: list[str] = []
        self.place = _Place()
        self.line = -1
        """block of the line that is being gathered"""
        self.number = 0
        self.quoted: list[bool] = []
        """of each line"""
        self.rules: set[int] = set()
        """lines before which a client says that the rest is not its writer's"""

    def text(self, words: str, place: _Place) -> None:
        if place is not self.place:
            if place[_RUN] != self.place[_RUN]:
                self.close()
            self.place = place
        self.words.append(words)
        if not place.hidden:
            if place.block != self.line:
                self.lines.append([])
                self.quoted.append(place.quoted)
                self.line = place.block
            self.lines[-1].append(words)

    def close(self) -> None:
        """End the run of text that was gathered."""
        if self.words:
            if text := fold("".join(self.words)):
                self.items.append(Item(text, self.place.href, self.place.tag, "", self.place.hidden))
            self.words = []

    def element(self, name: str, attributes: dict[str, str | None], place: _Place) -> _Place:
        """Take an element, and say what it hands down."""
        self.number += 1
        if name == "br":
            self.text("\n", place)
            return place
        href, tag, seen, anchor, block, hidden, quoted = place
        if not quoted and (name == "hr" or (attributes and _begins_quoting(attributes))):
            self.rules.add(len(self.lines))
            self.line = -1
        if attributes and (any(own := _own(attributes)) or hidden):
            seen = own.below(seen)
            hidden = any(seen)
        elif name not in _PARTING:
            return place
        if name in _BLOCKS:
            self.close()
            self.line = -1
            tag, block, quoted = name, self.number, quoted or name == "blockquote"
            if name == "form" and (target := attributes.get("action")):
                self.hrefs.append(_address(target))
        elif name in ("a", "area"):
            if target := _address(attributes.get("href")):
                self.hrefs.append(target)
            if name == "a":
                href, tag, anchor = target or href, "a", self.number
        elif name == "img":
            self.close()
            alt = fold(attributes.get("alt") or "").replace("\n", " ")
            self.items.append(Item(alt, href, "img", _address(attributes.get("src")), hidden))
            return place
        return _Place(href, tag, seen, anchor, block, hidden, quoted)

    def marked(self) -> tuple[str, ...]:
        """The lines with the marks of a text part; an empty one parts what was quoted from what was not."""
        marked: list[str] = []
        before = False
        for at, (words, quoted) in enumerate(zip(self.lines, self.quoted, strict=True)):
            if at in self.rules:
                marked.append("---")
            if before and not quoted:
                marked.append("")
            text = fold("".join(words))
            marked.extend(f"> {line}" if quoted else line for line in text.split("\n") if line)
            before = quoted
        return tuple(marked)


def _begins_quoting(attributes: dict[str, str | None]) -> bool:
    if "class" not in attributes and "id" not in attributes:
        return False
    named = f"{attributes.get('class') or ''} {attributes.get('id') or ''}".casefold()
    return not _QUOTING.isdisjoint(word.removeprefix("x_") for word in named.split())


def _own(attributes: dict[str, str | None]) -> _Seen:
    """What an element itself says of being seen."""
    style = attributes.get("style")
    seen = _style(style[:_STYLE]) if style else _SEEN
    if "hidden" in attributes or "data-email-preheader" in attributes:
        return seen._replace(unseen=True)
    return seen


def _address(target: str | None) -> str:
    return scrub(target or "").strip()


def flatten(html: str, limits: Limits) -> Page:
    """The visible leaves, link targets and text of an HTML part. Raises TooComplex beyond the limits."""
    guard(html, limits)
    # The parser would leave NUL out, and join what it parted.
    root = LexborHTMLParser(html.replace("\0", " ").encode("utf-8", "replace")).root
    if root is None:
        return Page()
    runs = _Runs()
    waiting: list[tuple[LexborNode | None, _Place]] = [(root, _Place())]
    while waiting:
        node, place = waiting.pop()
        while node is not None:
            below, inner = None, place
            name = node.tag or ""
            if name == "-text":
                runs.text((node.text_content or "").replace("\n", " "), place)
            elif name not in _UNSEEN and node.is_element_node:
                inner = runs.element(name, node.attributes, place)
                below = node.first_child
            if below is not None:
                waiting.append((node.next, place))
                node, place = below, inner
            else:
                node = node.next
    runs.close()
    language = root.attributes.get("lang") or root.attributes.get("xml:lang") or ""
    return Page(
        lang=scrub(language).strip()[:35],
        items=tuple(runs.items),
        hrefs=tuple(runs.hrefs),
        lines=tuple(map("".join, runs.lines)),
        preheader=_preheader(runs.items),
        quoted=tuple(runs.quoted),
        marked=runs.marked() if runs.rules or True in runs.quoted else (),
    )


def _preheader(items: list[Item]) -> str:
    leading: list[str] = []
    for item in items:
        if item.text and item.tag != "img" and not item.hidden:
            break
        if item.hidden and item.tag != "img":
            leading.append(item.text)
    return fold(" ".join(leading).replace("\n", " "))
