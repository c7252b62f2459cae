"""(Words, Hits) -> evidence: the sentence of the note that showed it, or as much of it as fits, in quotation marks."""

from __future__ import annotations

from dataclasses import dataclass

from stages.wording import EVIDENCE, Hit, Words, evidence, find
from stages.wording.vocabulary import GREETINGS

_BREAKS = frozenset(",;:—–()\n")
_CLOSING = frozenset(".!?…。！？\"'”’»)]}>%")
_OPENING = frozenset("\"'“‘«([{<¿¡%")
_TITLES = frozenset(("mr", "mrs", "ms", "dr", "prof", "st", "hr", "fr"))
_LEAST = 60
"""Characters that are left to a quotation beside a long name of a fact."""

_OPENS = 4
"""Words up to which the beginning of a sentence is only an address ("Dear Ms Ferrand,")."""


@dataclass(frozen=True)
class _Span:
    """Indexes of the first and last word quoted."""

    first: int
    last: int


def said(words: Words, *hits: Hit, about: str = "") -> str:
    """The sentences that hold `hits`, the first ones first, as long as they fit; after `about`, the fact they name."""
    lead = f"{about}: " if about else ""
    room = max(_LEAST, EVIDENCE - len(lead))
    spans: list[_Span] = []
    quotes: list[str] = []
    for hit in hits:
        if any(span.first <= hit.first and hit.last <= span.last for span in spans):
            continue
        span = _span(words, hit, room - 2)
        quote = f'"{_text(words, span, room - 2)}"'
        if quotes and len("; ".join((*quotes, quote))) > room:
            continue
        spans.append(span)
        quotes.append(quote)
    return evidence(lead + "; ".join(quotes))


def whole(words: Words) -> str:
    """The note from its beginning, as evidence."""
    text = evidence(words.source)
    return f'"{text}"' if len(text) <= EVIDENCE - 2 else f'"{text[: EVIDENCE - 3]}…"'


def _span(words: Words, hit: Hit, room: int) -> _Span:
    """The sentence around `hit`; where it is too long, the clauses around it; where they are, the words around it."""
    begin, end = _sentence(words, hit)
    if _fits(words, begin, end, room):
        return _Span(begin, end)
    first, last = hit.first, hit.last
    while first > begin and not breaks(words, first):
        first -= 1
    while last < end and not breaks(words, last + 1):
        last += 1
    if not _fits(words, first, last, room):
        return _window(words, hit, (first, last), room)
    while last < end and _fits(words, first, (wider := _clause_end(words, last + 1, end)), room):
        last = wider
    while first > begin and _fits(words, (wider := _clause_begin(words, first - 1, begin)), last, room):
        first = wider
    return _Span(first, last)


def _sentence(words: Words, hit: Hit) -> tuple[int, int]:
    """First and last word of the sentence, without the address it may open with."""
    begin, end = hit.first, hit.last
    while begin and _goes_on(words, begin):
        begin -= 1
    while end + 1 < len(words) and _goes_on(words, end + 1):
        end += 1
    if any(greeting.first == begin for greeting in find(words, GREETINGS)):
        for at in range(begin + 1, min(begin + _OPENS, hit.first) + 1):
            if breaks(words, at):
                return at, end
    return begin, end


def _goes_on(words: Words, at: int) -> bool:
    """In one sentence with the word before? A dot before a small letter or digit, or after "Dr", is no end."""
    before, word = words.words[at - 1], words.words[at]
    if before.sentence == word.sentence:
        return True
    between = words.source[before.end : word.start]
    small = words.source[word.start].islower() or words.source[word.start].isdecimal()
    return between.strip() == "." and "\n" not in between and (small or before.text in _TITLES)


def breaks(words: Words, at: int) -> bool:
    """Does a clause end between word `at` and the one before it?"""
    between = words.source[words.words[at - 1].end : words.words[at].start]
    return any(char in _BREAKS for char in between) or " - " in between


def _clause_end(words: Words, at: int, end: int) -> int:
    while at < end and not breaks(words, at + 1):
        at += 1
    return at


def _clause_begin(words: Words, at: int, begin: int) -> int:
    while at > begin and not breaks(words, at):
        at -= 1
    return at


def _window(words: Words, hit: Hit, within: tuple[int, int], room: int) -> _Span:
    """As many words around `hit` as fit, a few of them before it."""
    first, last = hit.first, hit.last
    for _ in range(3):
        if first > within[0] and _fits(words, first - 1, last, room):
            first -= 1
    while last < within[1] and _fits(words, first, last + 1, room):
        last += 1
    return _Span(first, last)


def _fits(words: Words, first: int, last: int, room: int) -> bool:
    return words.words[last].end - words.words[first].start + 6 <= room  # six for signs and ellipses at both ends


def _text(words: Words, span: _Span, room: int) -> str:
    """The person's own spelling with the signs that belong to it, and an ellipsis where a sentence was cut."""
    begin, end = words.words[span.first].start, words.words[span.last].end
    while begin and words.source[begin - 1] in _OPENING:
        begin -= 1
    while end < len(words.source) and words.source[end] in _CLOSING:
        end += 1
    text = " ".join(words.source[begin:end].split())
    opens, closes = _sentence(words, Hit(span.first, span.last, ""))
    text = ("…" if span.first > opens else "") + text + ("…" if span.last < closes else "")
    return text if len(text) <= room else text[: room - 1] + "…"
