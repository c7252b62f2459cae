"""lines or page of an inline forward -> the same without what the forwarder wrote below the original, where that shows.

It shows where a client marks the original as quoted, and where the forwarder's signature begins. A person's own
signature may stand in the original, so only one that cuts off nothing of what the original links to counts.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import islice

from stages.forwards.inline_block import find
from stages.forwards.inline_page import hrefs_of, items_above, letters
from stages.html import Page, fold
from stages.urls import host_of

_SIGNATURE = "--"
"""RFC 3676, 4.3: the mark of a signature, without its blank"""
_LINKS = 400
_URL = re.compile(r"https?://[^\s<>\"\[\]]+", re.IGNORECASE)


def unsigned(lines: list[str]) -> list[str]:
    """The lines of a text above the forwarder's signature."""
    at = _last_signature(lines)
    if at is None or _holds_more(lines[at + 1 :], _urls(lines[:at]), _urls(lines[at:])):
        return lines
    return lines[:at]


def unsigned_page(page: Page) -> Page:
    """The page above the forwarder's signature."""
    lines = [(block, line) for block, text in enumerate(page.lines) for line in text.split("\n")]
    at = _last_signature([fold(line) for _, line in lines])
    if at is None:
        return page
    cut = _first_lines(page, at)
    below = [line for _, line in lines[at + 1 :]]
    links = (*cut.hrefs, *_urls([line for _, line in lines[:at]]))
    if _holds_more(below, links, (*page.hrefs[len(cut.hrefs) :], *_urls(below))):
        return page
    return cut


def quoted_page(page: Page) -> Page:
    """The page without what stands unquoted below its last quoted line."""
    last = max((number for number, quoted in enumerate(page.quoted) if quoted), default=-1)
    return _first_lines(page, sum(text.count("\n") + 1 for text in page.lines[: last + 1]))


def _urls(lines: Sequence[str]) -> Iterable[str]:
    return (url[0] for url in _URL.finditer("\n".join(lines)))


def _last_signature(lines: Sequence[str]) -> int | None:
    return next((at for at in range(len(lines) - 1, -1, -1) if lines[at].strip() == _SIGNATURE), None)


def _holds_more(below: Sequence[str], links: Iterable[str], links_below: Iterable[str]) -> bool:
    """Whether the original goes on below: another mail is forwarded there, or its links lead to the same place.

    Where nothing above links, whatever does below may be the frame that a network puts around a person's words.
    """
    hosts, hosts_below = ({host_of(url) for url in islice(urls, _LINKS)} for urls in (links, links_below))
    if hosts_below and (not hosts or hosts & hosts_below):
        return True
    return find([fold(line) for line in below], "", known=True) is not None


def _first_lines(page: Page, count: int) -> Page:
    """The page as if it ended behind its first `count` lines, those of a block counted one by one."""
    lines: list[str] = []
    for text in page.lines:
        if count <= 0:
            break
        shown = text.split("\n")[:count]
        lines.append("\n".join(shown))
        count -= len(shown)
    items = items_above(page.items, sum(map(letters, map(fold, lines))))
    kept = hrefs_of(page, len(items))
    return replace(
        page, items=items, hrefs=page.hrefs[:kept], lines=tuple(lines), quoted=page.quoted[: len(lines)], marked=()
    )
