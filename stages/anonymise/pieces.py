"""text -> what it is made of: links, addresses, hosts, ids that hold a time, words, and what stands between."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from stages.html import PADDING

ENDINGS = frozenset(
    """com org net edu gov io co de at ch fr es pt it nl be uk eu us ca au nz in jp cn tw kr ru pl cz sk se no dk fi
    ie il gr hu ro bg hr tr br mx ar cl za app dev ai info biz me tv xyz online site example test invalid""".split()  # noqa: SIM905 - read as a list of words
)
_DIGIT = re.compile(r"\d")
_WORD = "[^\\W_]"
_MARK = "\u0300-\u036f\u0591-\u05c7\u064b-\u065f\u0900-\u0903\u093a-\u094f\u0e31\u0e34-\u0e3a\u0e47-\u0e4e\u3099\u309a"
_INSIDE = "\u00ad\u034f\u200b-\u200d\u2060\ufeff"
_TOKEN = re.compile(
    r"(?P<url>(?:https?|ftp)://[^\s<>\"\[\]]+)"
    r"|(?P<address>[A-Za-z0-9._%+/=#-]{1,128}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){0,8})"
    r"|(?P<host>(?<![\w@.-])(?:[A-Za-z0-9-]{1,63}\.){1,6}[A-Za-z]{2,24}(?![\w]))"
    r"|(?P<id>(?<![A-Za-z0-9])[a-z0-9]{3,9}(?:-[a-z0-9]{8}-|~[a-z0-9]{8}~)[a-z0-9]{1,4}(?![A-Za-z0-9]))"
    rf"|(?P<word>{_WORD}(?:[{_INSIDE}]{{0,200}}[^\W_{_INSIDE}]|[{_MARK}])*)",
    re.IGNORECASE,
)


class Token(NamedTuple):
    """A piece of text, and what it is: url, address, host, id, word, or empty for what stands between."""

    kind: str
    text: str


def tokens(text: str) -> Iterator[Token]:
    """All of the text, in order. Linear: each expression is bounded, or runs over what it takes."""
    at = 0
    for found in _TOKEN.finditer(text):
        if found.start() > at:
            yield Token("", text[at : found.start()])
        kind, piece = found.lastgroup or "", found[0]
        is_host = piece.rpartition(".")[2].lower() in ENDINGS
        if (kind == "host" and not is_host) or (kind == "id" and not _DIGIT.search(piece)):
            for number, word in enumerate(re.split(r"([.~-])", piece)):  # `end.Next`: a sentence without its blank
                if word:
                    yield Token("" if number % 2 else "word", word)
        else:
            yield Token(kind, piece)
        at = found.end()
    if at < len(text):
        yield Token("", text[at:])


def plain(text: str) -> str:
    """Without the padding that nobody sees."""
    return PADDING.sub("", text)


def words_in(text: str) -> list[str]:
    """The words of a text, in lower case; of links, addresses and ids none."""
    return [plain(token.text).lower() for token in tokens(text) if token.kind == "word"]
