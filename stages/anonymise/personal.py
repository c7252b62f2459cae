"""What a mail was read to say of people -> which of its words are theirs, wherever they stand."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Literal

from rapidfuzz.distance import OSA

from stages.anonymise.pieces import words_in
from stages.anonymise.vocabulary import CONNECTIVES, PROVIDERS
from stages.attached import cut
from stages.events import Parsed
from stages.fields import mailboxes
from stages.letter import Letter, read_letter
from stages.settings import Limits
from stages.sources import SOURCES

Marks = Literal[0, 1, 2]
NOTHING: Marks = 0
PERSONAL: Marks = 1
"""it is replaced, whatever word it is"""
FORCED: Marks = 2
"""it stays, whatever word it is: without it the line would be read as something else"""

_UNNAMED = frozenset({"via", "team"} | {host.partition(".")[0] for host in PROVIDERS})
_FORMS = frozenset("gmbh ag inc ltd llc ltda lda srl spa kg se sa sl bv nv ab as oy plc corp co".split())  # noqa: SIM905
"""What the name of a company ends in."""
_DEEPEST = 5
_ENOUGH = 3
"""words of a value in a row by which it is found where it is cut short"""
_MOST = 400
"""words of a value that are compared"""
_PEOPLE = ("to", "cc", "delivered-to", "reply-to", "x-forwarded-to", "x-forwarded-for", "resent-to", "resent-from")


def is_brand(word: str) -> bool:
    """Whether it is a network's name, or a slip away from it: without that a forgery would not be told."""
    return len(word) >= 6 and any(OSA.distance(word.lower(), brand) <= 1 for brand in SOURCES if len(brand) >= 6)


class Personal:
    """The words of people in one mail."""

    def __init__(
        self, names: Iterable[str], lines: Iterable[str], texts: Iterable[str], companies: Iterable[str] = ()
    ) -> None:
        """`names` of persons; `lines`: headlines, titles, companies, places; `texts`: what somebody wrote."""
        brands = {word for source in SOURCES.values() for word in words_in(source.TITLE)} | _UNNAMED
        named = [[word for word in words_in(name) if word not in brands and not is_brand(word)] for name in names]
        self.words = frozenset(word for name in named for word in name if len(word) > 1)
        """of names: they are replaced wherever they stand"""
        self._values: dict[str, list[tuple[list[str], bool]]] = defaultdict(list)
        for free, values in ((True, texts), (False, lines), (True, map(" ".join, named))):
            for value in {value for value in values if value}:
                found = words_in(value)[:_MOST]
                if found:
                    self._values[found[0]].append((found, free))

        self._companies = [bare for company in companies if (bare := _without_form(words_in(company)))]

    def marks(self, words: list[str]) -> list[Marks]:
        """What holds for each of a text's words, in order."""
        lower = [word.lower() for word in words]
        found: list[Marks] = [NOTHING] * len(words)
        at = 0
        while at < len(lower):
            most, free = 0, True
            for value, is_free in self._values.get(lower[at], ()):
                length = _common(lower, at, value)
                if length > most and (length == len(value) or length >= _ENOUGH):
                    most, free = length, is_free
            for place in range(at, at + most):
                found[place] = PERSONAL if free or lower[place] not in CONNECTIVES else FORCED
            at += most or 1
        self._mark_companies(lower, found)
        return found

    def _mark_companies(self, words: list[str], found: list[Marks]) -> None:
        """A company's name goes as a whole, with its form or without; one of a single word only where it was read."""
        for company in self._companies:
            for at, word in enumerate(words):
                whole = word == company[0] and words[at : at + len(company)] == company
                if whole and (len(company) > 1 or found[at] == FORCED):
                    found[at : at + len(company)] = [PERSONAL] * len(company)


def _without_form(company: list[str]) -> list[str]:
    while company and company[-1] in _FORMS:
        company = company[:-1]
    return company[:_MOST]


def _common(words: list[str], at: int, value: list[str]) -> int:
    length = 0
    for word, wanted in zip(words[at : at + len(value)], value, strict=False):
        if word != wanted:
            break
        length += 1
    return length


def letters(raw: bytes, limits: Limits, depth: int = 0) -> Iterator[tuple[int, Letter]]:
    """(how deep it lies, the letter) of a mail and of those attached to it."""
    letter = read_letter(raw, "", (), limits)
    yield depth, letter
    if depth < _DEEPEST:
        for one in letter.attached:
            yield from letters(cut(raw, (one,)), limits, depth + 1)


def personal_of(parsed: Parsed, raw: bytes, limits: Limits) -> Personal:
    """Who and what the mail was read to be about, who sent it to whom, and those of the mails inside it."""
    names, lines, texts = [parsed.recipient_first_name or ""], [], []
    companies = [notice.company.value or "" for notice in parsed.notices]
    for notice in parsed.notices:
        names.append(notice.name.value or "")
        for seen in (notice.headline, notice.title, notice.company, notice.location):
            lines.append(seen.value or "")
        texts += [notice.note.value or "", notice.message.value or ""]
    for _, letter in letters(raw, limits):
        names += _named(letter)
    return Personal(names, lines, texts, companies)


def _named(letter: Letter) -> Iterator[str]:
    """Who a letter is from and to."""
    for name, value in letter.fields:
        if name in _PEOPLE:
            yield from (called for called, address in mailboxes(value) if not _is_machine(address))
    brands = {word for source in SOURCES.values() for word in words_in(source.TITLE)}
    if not brands & set(words_in(letter.from_name)) and not _is_role(letter.from_address):
        yield letter.from_name


def _is_machine(address: str) -> bool:
    domain = address.rpartition("@")[2]
    return any(domain == own or domain.endswith(f".{own}") for source in SOURCES.values() for own in source.DOMAINS)


def _is_role(address: str) -> bool:
    """Whether no person writes from there: `forwarding-noreply@...`."""
    return bool(re.search(r"no-?reply|notif", address.partition("@")[0]))
