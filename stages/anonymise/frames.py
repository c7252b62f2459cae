"""The words and numbers of a text -> what of them stays: a network's own sentences, and what a forward is known by.

A word stays for the sentence that it stands in, not for itself: `message` in `sent you a message`, or in a line of
nothing but such words. Whatever else people write loses all but its function words, and all of its digits.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Literal, NamedTuple

from stages import language
from stages.anonymise.personal import FORCED, NOTHING, Marks, is_brand
from stages.anonymise.pieces import Token, plain
from stages.anonymise.vocabulary import FRAME, sentences, vocabulary, words_of_forwards

Stay = Literal[0, 1, 2, 3]
GOES: Stay = 0
STAYS: Stay = 1
HOUR: Stay = 2
MINUTE: Stay = 3
"""of a date that a forward shows: its day stays, its time becomes another"""

_REACH = 4
"""words between two of one sentence"""
_LABEL = 6
"""words before a colon that may be the name of a field"""
_DIGITS_OF_DATE = 9
_COUNTED = frozenset(
    """mutual shared common other others new pending connection connections friend friends invitation invitations
    request requests people persons notification notifications message messages gemeinsame gemeinsamer gemeinsamen
    kontakte relations relation contactos contacto conexiones conexões collegamenti connecties gemeenschappelijke
    amigos amis more""".split()  # noqa: SIM905 - read as a list of words
)
"""What a network counts."""
_DAYS = frozenset(
    """mon tue wed thu fri sat sun monday tuesday wednesday thursday friday saturday sunday mo di mi do sa so montag
    dienstag mittwoch donnerstag freitag samstag sonntag lun mar mer jeu ven sam dim lundi mardi mercredi jeudi vendredi
    samedi dimanche mié jue vie sáb dom lunes martes miércoles jueves viernes sábado domingo man tir ons tor fre lør søn
    ma woe don vri zat zon maandag dinsdag woensdag donderdag vrijdag zaterdag zondag gio lunedì martedì mercoledì
    giovedì venerdì sabato domenica seg ter qua qui sex segunda terça quarta quinta sexta feira at um à às om ore alle
    kl uhr pm am""".split()  # noqa: SIM905 - read as a list of words
)
"""What stands in the dates that mail programs write, besides months."""
_ALWAYS = frozenset({"via", "spam", "external", "extern", "other", "others"})
"""Words that mail programs and networks put between what others wrote; they say nothing of anybody."""
_BETWEEN_DATE = re.compile(r"[\s,.:/()+\-\u2009\u200e\u200f\u202f年月日時分년월일|]{0,12}")


class _Said(NamedTuple):
    """A word where it stands."""

    word: str
    before: str
    """what stands between it and the word before, in its line"""
    after: str
    mark: Marks


def staying(pieces: Sequence[Sequence[Token]], marks: Sequence[Marks], year: str) -> list[Stay]:
    """For each word of the pieces of a text, in order. Linear: each looks at a few around it."""
    lines = list(_lines(pieces, marks))
    words = [said for line in lines for said in line]
    out: list[Stay] = []
    for line in lines:
        out += _line(line, words, len(out), year)
    return out


def _lines(pieces: Sequence[Sequence[Token]], marks: Sequence[Marks]) -> Iterator[list[_Said]]:
    """The words of each line; a piece begins a line."""
    each = iter(marks)
    for piece in pieces:
        line: list[_Said] = []
        between = ""
        for token in piece:
            if token.kind == "word":
                if line:
                    line[-1] = line[-1]._replace(after=between)
                line.append(_Said(plain(token.text).lower(), between, "", next(each)))
                between = ""
            elif token.kind:
                between += "\0"  # a link or an address
            else:
                start, newline, rest = token.text.partition("\n")
                between += start
                if newline and line:
                    line[-1] = line[-1]._replace(after=between)
                    yield line
                    line = []
                between = rest if newline else between
        if line:
            line[-1] = line[-1]._replace(after=between)
            yield line


def _line(line: list[_Said], words: list[_Said], at: int, year: str) -> list[Stay]:
    shown = [said for said in line if said.mark == NOTHING and not said.word.isdigit()]
    framed = all(_usual(said.word) for said in shown)
    forwarding = _forwarding(line)
    dated = _dates(line, year)
    copyright = _copyright(line)
    out: list[Stay] = []
    for number, said in enumerate(line):
        word = said.word
        if number in dated:
            out.append(dated[number])
        elif said.mark != NOTHING:
            out.append(STAYS if said.mark == FORCED else GOES)
        elif word.isdigit():
            out.append(STAYS if word == year and copyright else GOES)
        elif (
            word in _small()
            or word in _ALWAYS
            or is_brand(word)
            or (framed and _usual(word))
            or number in forwarding
            or _in_sentence(words, at + number)
        ):
            out.append(STAYS)
        else:
            out.append(GOES)
    for number, said in enumerate(line[:-1]):
        if said.mark == NOTHING and said.word.isdigit() and _counts(line, out, number):
            out[number] = STAYS
    return out


def _usual(word: str) -> bool:
    return word in FRAME or word in vocabulary() or is_brand(word)


def _counts(line: list[_Said], stays: list[Stay], number: int) -> bool:
    """Whether it says how many of what a network counts: `4 mutual connections`, and no end of another number."""
    counted = line[number + 1]
    lone = not number or not line[number - 1].word.isdigit() or line[number].before.strip(" -./") != ""
    return lone and counted.word in _COUNTED and stays[number + 1] == STAYS and not counted.before.strip(" +\u00a0")


def _copyright(line: list[_Said]) -> bool:
    return any("©" in said.before or said.word in ("copyright", "c") for said in line)


def _in_sentence(words: list[_Said], at: int) -> bool:
    """Whether another word of a sentence that holds it stands near."""
    word = words[at].word
    if word not in _held():
        return False
    for place in range(max(0, at - _REACH), min(len(words), at + _REACH + 1)):
        said = words[place]
        if place == at or said.mark != NOTHING or said.word == word:
            continue
        for sentence in _both(word, said.word):
            if said.word not in _small() or (abs(place - at) == 1 and _bank()[sentence] == 1):
                return True
    return False


@lru_cache(maxsize=1)
def _small() -> frozenset[str]:
    return language.stop_words()


@lru_cache(maxsize=20_000)
def _both(word: str, other: str) -> frozenset[int]:
    """The sentences that hold both."""
    return _held().get(word, frozenset()) & _held().get(other, frozenset())


@lru_cache(maxsize=1)
def _bank() -> tuple[int, ...]:
    """For each sentence how many words it has that say something."""
    return tuple(len(said - _small()) for said in sentences())


@lru_cache(maxsize=1)
def _held() -> dict[str, frozenset[int]]:
    held: defaultdict[str, set[int]] = defaultdict(set)
    for number, said in enumerate(sentences()):
        for word in said:
            held[word].add(number)
    return {word: frozenset(numbers) for word, numbers in held.items()}


# --- forwards -----------------------------------------------------------------------------------------------------


def _forwarding(line: list[_Said]) -> set[int]:
    """The words of a line by which a mail program introduces what it forwards: `From:`, `wrote:`, between dashes."""
    known = {number for number, said in enumerate(line) if said.word in words_of_forwards() and said.mark == NOTHING}
    marked = line[0].before + line[-1].after
    if "---" in marked or "___" in marked or line[-1].after.rstrip(" *\u00a0\r").endswith((":", "\uff1a")):
        return known
    for number, said in enumerate(line[:_LABEL]):
        if ":" in said.after or "\uff1a" in said.after:
            return {place for place in known if place <= number}
    return set()


def _dates(line: list[_Said], year: str) -> dict[int, Stay]:
    """What stays of the dates in a line: of those of about the mail's year that say a time of the day, too."""
    found: dict[int, Stay] = {}
    run: list[int] = []
    for number, said in enumerate([*line, None]):
        told = said is not None and said.mark == NOTHING and (
            (said.word.isdigit() and len(said.word) <= 4) or said.word in _words_of_dates()
        )  # fmt: skip
        if said is not None and told and (not run or _BETWEEN_DATE.fullmatch(said.before)):
            run.append(number)
            continue
        found |= _date(line, run, year)
        run = [number] if told else []
    return found


@lru_cache(maxsize=1)
def _words_of_dates() -> frozenset[str]:
    """Months, cut short or not, and what stands with them."""
    cut = (word[:most] for word in words_of_forwards() for most in (3, 4))
    return frozenset((*words_of_forwards(), *cut, *_DAYS))


def _date(line: list[_Said], run: list[int], year: str) -> dict[int, Stay]:
    digits = dict.fromkeys(number for number in run if line[number].word.isdigit())
    years = {str(int(year) + by) for by in (-1, 0, 1)} if year else set()
    times: dict[int, Stay] = {}
    for number in digits:
        said = line[number]
        if len(said.word) == 2 and said.before in (":", ".") and number - 1 in digits:
            behind = times.get(number - 1)
            if behind in (HOUR, MINUTE) or (said.before == ":" and len(line[number - 1].word) <= 2):
                times[number] = MINUTE
                times.setdefault(number - 1, HOUR)
    long = sum(len(line[number].word) for number in digits if number not in times)
    dated = any(line[number].word in years for number in digits)
    if not times or not dated or long > _DIGITS_OF_DATE:
        return {}
    return {number: times.get(number, STAYS) for number in run}
