"""(a mail, its anonymised copy) -> what of the one is left in the other: read anew, by the reader, not by who wrote it.

Nothing that is found is ever shown: only what kind of thing it is, how long, and where.
"""

from __future__ import annotations

import binascii
import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple
from urllib.parse import unquote

from stages.anonymise.fields import DATE, IPV4, STRUCTURAL, of_machines
from stages.anonymise.pages import STYLED
from stages.anonymise.personal import Personal, is_brand, letters
from stages.anonymise.vocabulary import ADDRESS, CONNECTIVES, HEADER, PROVIDERS, vocabulary
from stages.letter import Letter
from stages.settings import Limits
from stages.sources import SOURCES

_WORD = re.compile(r"[^\W\d_]{2,}")
_NUMBER = re.compile(r"(?<![\d+-])\d{4,}|(?<=[+-])\d{5,}")
_GROUPS = re.compile(r"(?<![\d:])\d{1,12}(?:[ \u00a0\u2009\u202f.,/()\-\u2010-\u2013]{1,3}\d{1,12}){1,40}(?![\d:])")
_DATED = re.compile(
    r"\d{1,2}([./-] ?)\d{1,2}\1(\d{4})(?!\d)|(?<!\d)(\d{4})([./-] ?)\d{1,2}\4\d{1,2}(?!\d)"
    r"|(?<!\d)\d{1,2},? (\d{4})(?!\d)"
)
_ENOUGH = 5
"""digits of groups in a row by which a number is told: of fewer, chance makes the same ones"""
_ADDRESS = re.compile(r"[A-Za-z0-9._%+-]{2,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,6}")
_TOKEN = re.compile(r"[A-Za-z0-9_+/-]{12,}")
_NOISE = re.compile(r"(?:^|;)\s*(?:a|b|bh|c|h|q|s|v)\s*=[^;]*")
_COVERED = re.compile(r"(?:^|;)\s*h\s*=([^;]*)|(?:^|;)\s*([a-z]{2,4})\s*=")
_MARKUP = re.compile(
    r"\b(?:style|width|height)=(?:3D)?(?:\"[^\"]{0,8000}\"|'[^']{0,8000}'|[^\s>]{1,200})"
    r"|[\w:-]{1,40}=(?:3D)?[\"']|<style.*?</style|\bxmlns[:\w]*=(?:3D)?\"[^\"]*\"",
    re.IGNORECASE | re.DOTALL,
)
_NAMES = re.compile(r"[?&;]([A-Za-z_][\w.\[\]-]{0,30})=")
_PARTS = re.compile(r"[?&;](?:trk|trkEmail|lipi|ek|ref|src|type|medium|lloc)=([^&#\s\"]*)", re.IGNORECASE)
_SIGNED = ("dkim-signature", "arc-seal", "arc-message-signature", "x-google-dkim-signature", "domainkey-signature")
_SAID = ("content-type", "content-transfer-encoding", "mime-version", "content-disposition", "list-unsubscribe-post")
_HOSTS = frozenset(
    word
    for host in (*PROVIDERS, *(d for source in SOURCES.values() for d in source.DOMAINS), "example", "test")
    for word in re.findall(r"[a-z]{2,}", host)
)
_LONG = 7
"""letters or digits of what is looked for in the octets themselves, where chance would find less"""


class Left(NamedTuple):
    """One thing that is left: what it is, and where, in words for a person."""

    what: str
    where: str


def remains(raw: bytes, made: bytes, personal: Personal, kept: Iterable[str], year: str, limits: Limits) -> list[Left]:
    """`kept`: what was meant to stay, such as the name of the template."""
    before, after = list(_surfaces(raw, limits)), list(_surfaces(made, limits))
    told = "\n".join(text for _, text in before)
    meant = {word.lower() for each in kept for word in _WORD.findall(each)}
    usual = vocabulary() | _HOSTS | HEADER | ADDRESS | _words(_names(raw, limits)) | _structural(told) | meant
    usual = (usual - personal.words) | CONNECTIVES | {"test", "example"}
    words, numbers, values = _things(before, usual, personal, year)
    runs = frozenset().union(*(_groups(text, year) for where, text in before if is_free(where)))
    left: list[Left] = []
    for where, text in after:
        said = unquote(text)
        for word in {word.lower() for word in _WORD.findall(said)} & words:
            left.append(Left(f"a word of {len(word)} letters", where))
        for number in set(_NUMBER.findall(said)) & numbers:
            left.append(Left(f"a number of {len(number)} digits", where))
        for value in (set(_ADDRESS.findall(said)) | set(_TOKEN.findall(said))) & values:
            left.append(Left(f"an address or token of {len(value)} characters", where))
        if is_free(where):
            for number in _groups(text, year) & runs:
                left.append(Left(f"a number of {sum(map(str.isdigit, number))} digits in groups", where))
    plain = binascii.a2b_qp(made) if b"quoted-printable" in made.lower() else made
    octets = _MARKUP.sub("", plain.decode("latin-1")).lower()
    found = set(_WORD.findall(octets)) | set(_NUMBER.findall(octets))
    for thing in (word for word in (words - STYLED | numbers) & found if len(word) >= _LONG):
        left.append(Left(f"a word or number of {len(thing)} characters", "the mail's octets"))
    return left


def is_free(where: str) -> bool:
    """Whether people may have written what stands there: no links, and no field of machines."""
    field = where.removeprefix("the field ").partition(" ")[0]
    return where.startswith(("the text", "the page", "what")) or (
        where.startswith("the field") and not of_machines(field)
    )


def _groups(text: str, year: str) -> frozenset[str]:
    """Runs of digits with something between them, such as numbers of telephones and days of birth: the shortest that
    tell a number. Dates of about the mail's year are no such."""
    years = {str(int(year) + by) for by in (-1, 0, 1)} if year else set()
    said = IPV4.sub(" x ", text)
    said = _DATED.sub(lambda found: " x " if (found[2] or found[3] or found[5]) in years else found[0], said)
    found: set[str] = set()
    for run in _GROUPS.findall(said):
        groups = re.findall(r"\d+", run)
        for at in range(len(groups)):
            for end in range(at + 2, len(groups) + 1):
                if sum(map(len, groups[at:end])) >= _ENOUGH:
                    found.add(" ".join(groups[at:end]))
                    break
    return frozenset(found)


def originals(raw: bytes, limits: Limits) -> frozenset[str]:
    """Every word and number of a mail, in lower case: none of them may stand for another."""
    found: set[str] = set()
    for _, text in _surfaces(raw, limits):
        said = unquote(text).lower()
        found.update(re.findall(r"[^\W\d_]{2,}|\d{4,}", said))
    return frozenset(found)


def _names(raw: bytes, limits: Limits) -> str:
    """What fields are called, and values that say the kind of a mail: they stay."""
    told = []
    for _, letter in letters(raw, limits):
        for name, value in letter.fields:
            covered = " ".join(" ".join(found) for found in _COVERED.findall(value)) if name in _SIGNED else ""
            told.append(f"{name} {value if name in STRUCTURAL else covered}")
    return " ".join(told)


def _words(text: str) -> frozenset[str]:
    return frozenset(word.lower() for word in _WORD.findall(text))


def _things(
    before: list[tuple[str, str]], usual: frozenset[str], personal: Personal, year: str
) -> tuple[set[str], set[str], set[str]]:
    words: set[str] = set()
    numbers: set[str] = set()
    values: set[str] = set()
    for _, text in before:
        said = unquote(text)
        for found in _WORD.findall(said):
            word = found.lower()
            if word not in usual and not is_brand(word) and (len(word) >= 4 or word in personal.words):
                words.add(word)
        numbers.update(_NUMBER.findall(said))
        for value in (*_ADDRESS.findall(said), *_TOKEN.findall(said)):
            if any(word.lower() not in usual for word in _WORD.findall(value)):
                values.add(value)
    return words, numbers - {year, "2001"}, {value for value in values if not _kept_value(value, usual)}


def _kept_value(value: str, usual: frozenset[str]) -> bool:
    """Whether nothing in an address or token says more than the words that stay."""
    return all(word.lower() in usual or len(word) < 4 for word in _WORD.findall(value))


def _structural(text: str) -> frozenset[str]:
    """Names of parameters, and what links say of the part of the mail that they stand in."""
    said = unquote(text)
    parts = (*_NAMES.findall(text), *_NAMES.findall(said), *_PARTS.findall(text))
    found = (word for part in parts for piece in [unquote(part).partition(";")[0]] for word in _WORD.findall(piece))
    return frozenset(word.lower() for word in found if word.islower() or word[1:] != word[1:].upper())


def _surfaces(raw: bytes, limits: Limits) -> Iterator[tuple[str, str]]:
    """(where, text) of all that a reader of the mail can be shown."""
    for depth, letter in letters(raw, limits):
        inside = " of a mail inside it" if depth else ""
        for name, value in letter.fields:
            if name not in _SAID:
                told = _NOISE.sub("", value) if name in _SIGNED else value
                yield f"the field {name}{inside}", DATE.sub("", told)
        yield from _of_body(letter, inside)


def _of_body(letter: Letter, inside: str) -> Iterator[tuple[str, str]]:
    yield f"the text{inside}", letter.text
    yield f"the page{inside}", letter.page.text
    yield f"what the page hides{inside}", "\n".join(item.text for item in letter.page.items)
    yield f"the links{inside}", "\n".join((*letter.page.hrefs, *(item.src for item in letter.page.items)))
