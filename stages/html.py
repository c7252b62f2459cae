"""HTML text -> Page: guarded first (a mail may be built to stall a parser), then flattened in document order."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from typing import NamedTuple

from selectolax.lexbor import LexborHTMLParser, LexborNode

from stages.fields import scrub
from stages.parts import TooComplex
from stages.settings import Limits

_TAG = re.compile(
    r"<!--(?:>|->|.*?--!?>|.*)"
    r"|<(?P<close>/?)(?P<name>[a-zA-Z][^\s/>]{0,40})(?P<rest>(?:=\s*+(?:\"[^\"]*\"|'[^']*')|[^>])*+)(?P<end>>?)",
    re.DOTALL,
)


def _names(words: str) -> frozenset[str]:
    return frozenset(words.split())


_VOID = _names("area base br col embed hr img input link meta param source track wbr")
_RAW_TEXT = _names("style script title textarea xmp iframe noembed noframes")
_FORMATTING = _names("a b big code em font i nobr s small strike strong tt u")
_REBUILT_NODES = 200_000
_BLOCKS = _names(
    "address article aside blockquote body caption center dd div dl dt fieldset figcaption figure footer form h1 "
    "h2 h3 h4 h5 h6 header hr html li main nav ol p pre section table tbody td tfoot th thead tr ul"
)
_UNSEEN = _names("head style script title template noscript textarea iframe object svg math select option")
PADDING = re.compile("[\u00ad\u034f\u061c\u180e\u200b-\u200c\u200e\u200f\u2060-\u2064\ufeff]")
_DECLARATION = re.compile(r"([a-z-]+)\s*:\s*([^;]*)")
_ZERO = re.compile(r"0*(?:\.0*)?(?:px|pt|em|rem|%|ex|ch)?")


@dataclass(frozen=True)
class Item:
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
    text: str = ""
    """all visible text, one block a line"""
    preheader: str = ""
    """text of the hidden leading block, padding removed"""


def guard(html: str, limits: Limits) -> None:
    """Refuse what would stall the parser, in one linear pass. Raises TooComplex."""
    if len(html.encode("utf-8", "replace")) > limits.html_bytes:
        raise TooComplex(f"its HTML is larger than {limits.html_bytes // 1024} kB")
    open_tags: Counter[str] = Counter()
    depth = formatting = rebuilt = 0
    raw_text = ""
    for tag in _TAG.finditer(html):
        name = (tag["name"] or "").lower()
        if not name:
            continue
        size = tag.end() - tag.start() if tag["end"] else len(html) - tag.start()
        if size > limits.html_tag_bytes // 4 and len(html[tag.start() :][:size].encode()) > limits.html_tag_bytes:
            raise TooComplex(f"an HTML tag in it is larger than {limits.html_tag_bytes // 1024} kB")
        rebuilt += formatting  # a parser opens unclosed formatting again in every new block
        if rebuilt > _REBUILT_NODES:
            raise TooComplex("its HTML nests too much formatting")
        if tag["close"]:
            if raw_text and name != raw_text:
                continue  # no tag at all, but text: it must not make the depth look smaller
            raw_text = ""
            if open_tags[name]:
                open_tags[name] -= 1
                depth -= 1
                formatting -= name in _FORMATTING
            continue
        if name in _VOID:
            continue
        raw_text = raw_text or (name if name in _RAW_TEXT else "")
        open_tags[name] += 1
        depth += 1
        formatting += name in _FORMATTING
        if depth > limits.html_depth:
            raise TooComplex(f"more than {limits.html_depth} HTML tags in it are opened and not closed")


class _Place(NamedTuple):
    """What an element hands down to what it holds."""

    href: str = ""
    tag: str = "body"
    anchor: int = 0
    block: int = 0
    unseen: bool = False
    zero_size: bool = False
    invisible: bool = False

    @property
    def hidden(self) -> bool:
        return self.unseen or self.zero_size or self.invisible


@lru_cache(maxsize=256)
def _style(text: str) -> Mapping[str, str]:
    """The declarations of a style attribute; a page repeats few of them many times."""
    declared = _DECLARATION.findall(text.lower())
    return MappingProxyType({name: value.replace("!important", "").strip() for name, value in declared})


def _is_zero(value: str | None) -> bool:
    return bool(value) and _ZERO.fullmatch(value or "") is not None


def _inside(place: _Place, name: str, attributes: dict[str, str | None], number: int) -> _Place:
    """The place of what an element holds. Sizes and visibility may be set back by a descendant, the rest may not."""
    style = _style((attributes.get("style") or "")[:4096])
    unseen = (
        style.get("display") == "none"
        or _is_zero(style.get("opacity"))
        or style.get("mso-hide") == "all"
        or (_is_zero(style.get("max-height")) and style.get("overflow") == "hidden")
        or "hidden" in attributes
        or "data-email-preheader" in attributes
    )
    place = place._replace(
        unseen=place.unseen or unseen,
        zero_size=_is_zero(style["font-size"]) if style.get("font-size") else place.zero_size,
        invisible=style["visibility"] in ("hidden", "collapse") if style.get("visibility") else place.invisible,
    )
    if name == "a":
        href = (attributes.get("href") or "").strip()
        return place._replace(href=scrub(href) or place.href, tag="a", anchor=number)
    if name in _BLOCKS:
        return place._replace(tag=name, block=number)
    return place


def fold(text: str) -> str:
    """White space folded, padding that nobody sees removed; line breaks stay."""
    lines = (" ".join(line.split()) for line in PADDING.sub("", scrub(text)).split("\n"))
    return "\n".join(lines).strip()


class _Runs:
    """Gathers text into items (one an anchor or block) and into lines (one a block)."""

    def __init__(self) -> None:
        self.items: list[Item] = []
        self.lines: list[list[str]] = []
        self.words: list[str] = []
        self.place = _Place()
        self.line: tuple[int, bool] = (-1, False)

    def text(self, words: str, place: _Place) -> None:
        key = (place.anchor, place.block, place.hidden)
        if key != (self.place.anchor, self.place.block, self.place.hidden):
            self.close()
        self.place = place
        self.words.append(words)
        if not place.hidden:
            if (place.block, True) != self.line:
                self.lines.append([])
                self.line = (place.block, True)
            self.lines[-1].append(words)

    def close(self) -> None:
        text = fold("".join(self.words))
        if text:
            self.items.append(Item(text, self.place.href, self.place.tag, hidden=self.place.hidden))
        self.words = []

    def end_line(self) -> None:
        self.close()
        self.line = (-1, False)


def flatten(html: str, limits: Limits) -> Page:
    """The visible leaves, link targets and text of an HTML part. Raises TooComplex beyond the limits."""
    guard(html, limits)
    root = LexborHTMLParser(html).root
    if root is None:
        return Page()
    runs, hrefs = _Runs(), []
    stack: list[tuple[LexborNode, _Place]] = [(root, _Place())]
    number = 0
    while stack:
        node, place = stack.pop()
        if node.next is not None:
            stack.append((node.next, place))
        name = node.tag or ""
        if node.is_text_node:
            runs.text(re.sub(r"\s+", " ", node.text_content or ""), place)
            continue
        if not node.is_element_node or name in _UNSEEN:
            continue
        attributes = node.attributes
        target = attributes.get("action" if name == "form" else "href")
        if target and name in ("a", "area", "form"):
            hrefs.append(scrub(target.strip()))
        number += 1
        inner = _inside(place, name, attributes, number)
        if name == "br":
            runs.text("\n", place)
        elif name == "img":
            runs.close()
            alt = fold(attributes.get("alt") or "").replace("\n", " ")
            source = scrub((attributes.get("src") or "").strip())
            runs.items.append(Item(alt, inner.href, "img", source, inner.hidden))
        elif name in _BLOCKS:
            runs.end_line()
        if node.first_child is not None:
            stack.append((node.first_child, inner))
    runs.close()
    lines = (fold("".join(line)) for line in runs.lines)
    language = (root.attributes.get("lang") or root.attributes.get("xml:lang") or "").strip()
    return Page(
        lang=scrub(language)[:35],
        items=tuple(runs.items),
        hrefs=tuple(hrefs),
        text="\n".join(line for line in lines if line),
        preheader=_preheader(runs.items),
    )


def _preheader(items: list[Item]) -> str:
    leading: list[str] = []
    for item in items:
        if item.text and item.tag != "img" and not item.hidden:
            break
        if item.hidden and item.tag != "img":
            leading.append(item.text)
    return fold(" ".join(leading).replace("\n", " "))
