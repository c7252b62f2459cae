"""(raw, Letter) -> the original that was handed on in it, and the way there: through attachments, then quotes.

A mail that is asked about (a request) goes before one that is not. Where several are, none of them is taken for the
whole: what is judged by one would lose the others.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from stages.attached import cut
from stages.events import Forwarded, Slice
from stages.forwards import attached, automatic, by_rule, rewritten_by
from stages.forwards.inline import quoted
from stages.letter import Letter, read_letter
from stages.settings import Limits

Reader = TypeVar("Reader")
Knows = Callable[[Letter], Reader | None]
Matters = Callable[[Reader], bool]

SEVERAL = "it holds several forwarded requests: forward each of them by itself"
NOT_ALL = "not all of the mails forwarded in it could be read: forward each of them by itself"

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


@dataclass(frozen=True)
class Found(Generic[Reader]):
    """What the search found: an original, nothing, or why none of several counts."""

    original: Original[Reader] | None = None
    unread: str | None = None
    """in words for a person"""


@dataclass
class _Walk(Generic[Reader]):
    """The search through one mail."""

    knows: Knows[Reader]
    matters: Matters[Reader]
    limits: Limits
    left: int = OPENED
    markup: int = 0
    found: list[Original[Reader]] = field(default_factory=list)
    missed: bool = False
    """an attached mail was not read"""

    def search(
        self, raw: bytes, letter: Letter, slices: tuple[Slice, ...], hops: tuple[Forwarded, ...], depth: int
    ) -> bool:
        """Whether a mail that matters was found."""
        reader = self.knows(letter)
        if reader is not None:
            self.found.append(Original(letter, reader, _weakest(hops), slices, depth, _changed_by(letter, hops)))
            return self.matters(reader)
        if depth == LEVELS:
            return False
        found = False
        for lies in attached(letter):
            if not self.left or self.markup <= 0:
                self.missed = True
                break
            self.left -= 1
            octets = cut(raw, (lies,))
            inner = read_letter(octets, "", (), self.limits)
            self.markup -= inner.markup
            way = (*hops, Forwarded(by=letter.from_address or None, how="attachment"))
            if inner.unread is not None:
                self.missed = True
            elif self.search(octets, inner, (*slices, lies), way, depth + 1):
                found = True
        text = quoted(letter) if not found else None
        if text is None:
            return found
        hop = Forwarded(by=letter.from_address or None, how="rule" if by_rule(letter) else "inline")
        return self.search(b"", text, (), (*hops, hop), depth + 1)


def original(
    raw: bytes, letter: Letter, knows: Knows[Reader], matters: Matters[Reader], limits: Limits
) -> Found[Reader]:
    """The mail that counts: `letter` itself, if it is known, else the one on the way inwards that is known and matters.

    Where none matters it is the first that is known. The same mail, attached twice, is one. `raw` are the octets that
    `letter` was read from.
    """
    as_it_is = automatic(letter)
    walk = _Walk(knows, matters, limits, markup=PAGES * limits.html_bytes)
    walk.search(raw, letter, (), (as_it_is,) if as_it_is else (), 0)
    if not walk.found:
        return Found()
    asked = [each for each in walk.found if matters(each.reader)]
    if any(each.letter != asked[0].letter for each in asked[1:]):
        return Found(unread=SEVERAL)
    return Found(unread=NOT_ALL) if walk.missed else Found((asked or walk.found)[0])


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
