"""HTML text -> TooComplex, or nothing: a mail may be built to stall a parser, so it is looked at before one sees it."""

from __future__ import annotations

import re
from collections import Counter
from operator import itemgetter

from stages.parts import TooComplex
from stages.settings import Limits

_TAG = re.compile(
    r"<!--(?:>|->|.*?--!?>|.*)"
    r"|<(/?)([a-zA-Z][^\s/>]{0,40}+)([^>=]*+(?:=(?:\s*+(?:\"[^\"]*+\"|'[^']*+'))?+[^>=]*+)*+)(>?)",
    re.DOTALL,
)
"""(`/` or empty, name, attributes, `>` or empty) of a tag; four empty texts for a comment"""


def _names(words: str) -> frozenset[str]:
    return frozenset(words.split())


_VOID = _names("area base br col embed hr img input link meta param source track wbr")
_RAW_TEXT = _names("style script title textarea xmp iframe noembed noframes")
_FORMATTING = _names("a b big code em font i nobr s small strike strong tt u")
_REBUILT_NODES = 200_000


def guard(html: str, limits: Limits) -> None:
    """Refuse what would stall the parser, in one linear pass. Raises TooComplex."""
    if 4 * len(html) > limits.html_bytes and len(html.encode("utf-8", "replace")) > limits.html_bytes:
        raise TooComplex(f"its HTML is larger than {limits.html_bytes // 1024} kB")
    tags = _TAG.findall(html)
    most = limits.html_tag_bytes
    long_ones = [tag for tag in tags if len(tag[2]) > most // 4 - 50]
    if any(sum(len(text.encode()) for text in tag) + 1 > most for tag in long_ones):
        raise TooComplex(f"an HTML tag in it is larger than {most // 1024} kB")
    names = Counter(map(itemgetter(1), tags))
    formatting = sum(often for name, often in names.items() if name.lower() in _FORMATTING)
    # With so few tags neither can be too many, in whatever order they stand: hardly any mail has more.
    if len(tags) > limits.html_depth or len(tags) * formatting > _REBUILT_NODES:
        _guard_nesting([(close, name.lower()) for close, name, _, _ in tags if name], limits)


def _guard_nesting(tags: list[tuple[str, str]], limits: Limits) -> None:
    """Refuse too many open tags, and formatting that is opened again too often. `tags` are (`/` or empty, name)."""
    open_tags: Counter[str] = Counter()
    depth = formatting = rebuilt = 0
    raw_text = ""
    for close, name in tags:
        rebuilt += formatting  # a parser opens unclosed formatting again in every new block
        if rebuilt > _REBUILT_NODES:
            raise TooComplex("its HTML nests too much formatting")
        if close:
            if raw_text and name != raw_text:
                continue  # no tag at all, but text: it must not make the depth look smaller
            raw_text = ""
            if open_tags[name]:
                open_tags[name] -= 1
                depth -= 1
                formatting -= name in _FORMATTING
        elif name not in _VOID:
            raw_text = raw_text or (name if name in _RAW_TEXT else "")
            open_tags[name] += 1
            depth += 1
            formatting += name in _FORMATTING
            if depth > limits.html_depth:
                raise TooComplex(f"more than {limits.html_depth} HTML tags in it are opened and not closed")
