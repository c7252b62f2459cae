"""(raw, Letter) -> the original that was handed on in it, and the way there: through attachments, then quotes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from stages.attached import cut
from stages.events import Forwarded, Slice
from stages.forwards import attached, automatic, by_rule, rewritten_by
from stages.forwards.inline import quoted
from stages.letter import Letter, read_letter
from stages.settings import Limits

Reader = TypeVar("Reader")
Knows = Callable[[Letter], Reader | None]

LEVELS = 5
"""mails inside each other that are opened"""
OPENED = 20
"""attached mails that are opened in all: who sends more wants to keep us busy"""
PAGES = 2
"""and how many pages of the largest size that is read"""

_WEAKNESS = {"auto": 0, "attachment": 1, "rule": 2, "inline": 2}


@dataclass(frozen=True)
class Original(Generic[Reader]):
    """The mail that counts, who can read it, and how it came."""

    letter: Letter
    reader: Reader
    forwarded: Forwarded | None
    slices: tuple[Slice, ...]
    """where its octets lie, from the outermost mail inwards; none if it is the mail itself, or only quoted"""
    depth: int
    """mails that it was handed on in"""
    rewritten_by: str | None


class _Walk(Generic[Reader]):
    """The search through one mail."""

    def __init__(self, knows: Knows[Reader], limits: Limits) -> None:
        self.knows = knows
        self.limits = limits
        self.left = OPENED
        self.markup = PAGES * limits.html_bytes

    def search(
        self, raw: bytes, letter: Letter, slices: tuple[Slice, ...], hops: tuple[Forwarded, ...], depth: int
    ) -> Original[Reader] | None:
        reader = self.knows(letter)
        if reader is not None:
            return Original(letter, reader, _weakest(hops), slices, depth, _changed_by(letter, hops))
        if depth == LEVELS:
            return None
        for lies in attached(letter):
            if not self.left or self.markup <= 0:
                break
            self.left -= 1
            octets = cut(raw, (lies,))
            inner = read_letter(octets, "", (), self.limits)
            self.markup -= inner.markup
            way = (*hops, Forwarded(by=letter.from_address or None, how="attachment"))
            found = self.search(octets, inner, (*slices, lies), way, depth + 1) if inner.unread is None else None
            if found is not None:
                return found
        text = quoted(letter)
        if text is None:
            return None
        hop = Forwarded(by=letter.from_address or None, how="rule" if by_rule(letter) else "inline")
        return self.search(b"", text, (), (*hops, hop), depth + 1)


def original(raw: bytes, letter: Letter, knows: Knows[Reader], limits: Limits) -> Original[Reader] | None:
    """The first mail on the way inwards that is known: `letter` itself, or one attached to it or quoted in it.

    `raw` are the octets that `letter` was read from. None: nothing that is known lies in it, as deep as we look.
    """
    as_it_is = automatic(letter)
    return _Walk(knows, limits).search(raw, letter, (), (as_it_is,) if as_it_is else (), 0)


def _weakest(hops: tuple[Forwarded, ...]) -> Forwarded | None:
    """By the first who is named, in the way that proves least: what one hop took away, no other brings back."""
    if not hops:
        return None
    how = max(hops, key=lambda hop: _WEAKNESS[hop.how]).how
    return Forwarded(by=next((hop.by for hop in hops if hop.by), None), how=how)


def _changed_by(letter: Letter, hops: tuple[Forwarded, ...]) -> str | None:
    weakest = _weakest(hops)
    if weakest is None or weakest.how == "auto":
        return rewritten_by(letter)
    return "the forwarding as an attachment" if weakest.how == "attachment" else "the forwarding inside another mail"
