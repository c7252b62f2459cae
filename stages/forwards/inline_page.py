"""Page -> the lines that may hold a forward's block, and the page below it; a text made of a page -> that page."""

from __future__ import annotations

import re
from typing import NamedTuple

from stages.forwards.inline_block import label
from stages.html import PADDING, Item, Page, fold

_LINES = 400
_ITEMS = 4_000
_NEAR = 50
_HIDDEN_LINES = 3
_LONGEST_LINE = 4_000
_PADDED = re.compile(f"(?:{PADDING.pattern}\\s?){{9}}")
_LINK = re.compile(r"\s?<(https?://[^\s<>]{1,4000})>", re.IGNORECASE)
_IMAGE = re.compile(r"\[(?:image|cid): ?([^\[\]\n]{0,2000})\]", re.IGNORECASE)
_WEB = ("http://", "https://")
_WIDTHS = range(60, 81)
"""characters of a line at which clients break a text; what cannot be broken, an address, is longer"""


class Line(NamedTuple):
    """One shown line of a page."""

    text: str
    block: int
    """index in `Page.lines`"""
    within: int
    """index of the line among those of its block"""


def shown_lines(lines: tuple[str, ...]) -> tuple[Line, ...]:
    """The first lines that a page shows, parted by its blocks and line breaks as a reader sees them, none empty."""
    found: list[Line] = []
    for number, block in enumerate(lines[:_LINES]):
        for within, line in enumerate(block.split("\n") if "\n" in block else (block,)):
            if text := fold(line):
                found.append(Line(text, number, within))
    return tuple(found)


def below(page: Page, lines: tuple[Line, ...], end: int) -> Page:
    """What stands below the first `end` of these lines: as if the page began there.

    The language that the page says of itself is the forwarder's, and so are the marks of quoting; both are left out.
    """
    items = _items_below(page.items, sum(map(letters, (line.text for line in lines[:end]))))
    if end < len(lines):
        first = lines[end]
        rest = "\n".join(page.lines[first.block].split("\n")[first.within :])
        shown = (rest, *page.lines[first.block + 1 :])
    else:
        shown = page.lines[_LINES:]
    items = _hide_preheader(items, shown)
    hrefs = page.hrefs[hrefs_of(page, len(page.items) - len(items)) :]
    quoted = page.quoted[len(page.lines) - len(shown) :]
    return Page(items=items, hrefs=hrefs, lines=shown, preheader=_preheader(items), quoted=quoted)


def letters(text: str) -> int:
    """How many letters a folded text shows: what its items and its lines have in common."""
    return len(text) - text.count(" ") - text.count("\n")


def _items_below(items: tuple[Item, ...], above: int) -> tuple[Item, ...]:
    """The items behind the first `above` shown letters: lines and items hold the same letters in the same order."""
    for number, item in enumerate(items):
        if above <= 0:
            return items[number:]
        if item.hidden or item.tag == "img":
            continue
        shown = letters(item.text)
        if shown > above:
            return (item._replace(text=_behind(item.text, above)), *items[number + 1 :])
        above -= shown
    return ()


def items_above(items: tuple[Item, ...], above: int) -> tuple[Item, ...]:
    """The items with the first so many shown letters."""
    kept: list[Item] = []
    for item in items:
        if above <= 0:
            break
        shown = 0 if item.hidden or item.tag == "img" else letters(item.text)
        if shown > above:
            kept.append(item._replace(text=item.text[: len(item.text) - len(_behind(item.text, above))].strip()))
            break
        kept.append(item)
        above -= shown
    return tuple(kept)


def _behind(text: str, letters: int) -> str:
    """What follows so many letters of a text."""
    for at, char in enumerate(text):
        if not letters:
            return text[at:].strip()
        letters -= char not in " \n"
    return ""


def hrefs_of(page: Page, first: int) -> int:
    """How many link targets are those of the first items, or stand between them."""
    at, before = 0, ""
    for item in page.items[:first]:
        if item.href and item.href != before:
            near = page.hrefs[at : at + _NEAR]
            at += near.index(item.href) + 1 if item.href in near else 0
        before = item.href
    return at


def _hide_preheader(items: tuple[Item, ...], shown: tuple[str, ...]) -> tuple[Item, ...]:
    """The items with a preheader hidden again.

    Clients drop the styles and attributes that hid it; what is left is its padding, which nobody else writes.
    """
    above = 0
    for line in shown[:_HIDDEN_LINES]:
        above += letters(fold(line))
        if _PADDED.search(line[:_LONGEST_LINE]):
            kept = _items_below(items, above)
            return (*(item._replace(hidden=True) for item in items[: len(items) - len(kept)]), *kept)
    return items


def _preheader(items: tuple[Item, ...]) -> str:
    leading: list[str] = []
    for item in items[:_ITEMS]:
        if item.text and item.tag != "img" and not item.hidden:
            break
        if item.hidden and item.tag != "img":
            leading.append(item.text)
    return fold(" ".join(leading).replace("\n", " "))


def is_written_out(page: Page) -> bool:
    """True for a page that a client made of a plain text: every link shows its own address."""
    linked = [item for item in page.items[:_ITEMS] if item.href.lower().startswith(_WEB)]
    images = any(item.src for item in page.items[:_ITEMS])
    return bool(linked) and not images and all(item.text.lower().startswith((*_WEB, "www.")) for item in linked)


def written(page: Page) -> str:
    """The text of such a page, with its empty lines."""
    lines = "\n".join(page.lines).split("\n")
    return "\n".join(fold(line) for line in lines)


def of_text(text: str) -> Page | None:
    """The page that a client turned into a text, links in angle brackets behind their words; None if it is none.

    Networks write their own text parts without angle brackets. An image is known by its description alone.
    """
    if len(_LINK.findall(text)) < 2:
        return None
    items: list[Item] = []
    for line in _unbroken(text.split("\n")):
        at = 0
        for link in _LINK.finditer(line):
            words = line[at : link.start()].strip()
            if words:
                items.append(_item(words, link[1]))
            elif items and not items[-1].href:
                items[-1] = items[-1]._replace(href=link[1])  # a long address was put on a line of its own
            at = link.end()
        if words := line[at:].strip():
            items.append(_item(words, ""))
        if len(items) >= _ITEMS:
            break
    return Page(
        items=tuple(items),
        hrefs=tuple(item.href for item in items if item.href),
        lines=tuple(item.text for item in items),
    )


def _unbroken(lines: list[str]) -> list[str]:
    """The lines as they were before a client broke them at its width; of a text with longer ones, none was broken.

    A line is broken if the next word did not fit. That may join a line of nearly that length to the next one, too.
    """
    width = max((len(line) for line in lines if " " in line), default=0)
    if width not in _WIDTHS:
        return lines
    whole: list[str] = []
    before = ""
    for line in lines:
        word = line.partition(" ")[0]
        own = not (line and before) or line.startswith(("-", ">", "<")) or label(line) is not None
        if own or before.endswith(">") or len(before) + 1 + len(word) <= width:
            whole.append(line)
        else:
            whole[-1] = f"{whole[-1]} {line}"
        before = line
    return whole


def _item(words: str, href: str) -> Item:
    image = _IMAGE.fullmatch(words)
    return Item(fold(image[1]), href, "img") if image else Item(fold(words), href, "a" if href else "p")
