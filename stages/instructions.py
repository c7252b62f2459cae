"""Lines of an answer -> instructions: `asked`, `2 good, 3 never`, `1-4 asked`, `später 3 Tage`.

Only what matches word for word counts, so `not good` says nothing; a typo in one part of a line leaves the others
standing, any other word makes the whole line unclear. Every step goes forward: the time is linear in the text.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from stages.durations import DAY, HOUR, MINUTE, SECOND
from stages.header import clean
from stages.tokens import Instruction, Said

SAID = 100
"""characters of what was not understood that are kept"""
MOST = 400
"""instructions of one answer"""
_LARGEST = 999
_LONGEST_SPAN = 366 * DAY
_DASH = "-"

_ASKED = ("asked", "just asked", "already asked", "i asked", "i have asked", "ive asked")
_PHRASES: dict[Said, str] = {
    "asked": ", ".join(f"{asked}{whom}" for asked in _ASKED for whom in ("", " them", " him", " her"))
    + ", gefragt, nachgefragt, schon gefragt, habe gefragt, hab gefragt, ich habe gefragt, ich hab gefragt",
    "answered": "answered, they answered, he answered, she answered, has answered, replied, they replied, he replied, "
    "she replied, geantwortet, hat geantwortet, er hat geantwortet, sie hat geantwortet",
    "good": "good, accept, gut, annehmen",
    "intriguing": "intriguing, interesting, interessant",
    "ugly": "ugly, delete, spam, weg, loeschen, haesslich",
    "snooze": "snooze, later, remind me later, spaeter, erinnere mich spaeter",
    "dismiss": "dismiss, ignore, never, nie, egal, ignorieren",
    "withdrawn": "withdrawn, they withdrew, zurueckgezogen",
    "done": "done, erledigt, i answered, i have answered, ive answered, i replied, ich habe geantwortet, "
    "habe geantwortet",
    "undo": "undo, rueckgaengig",
    "yes": "yes, yes it was, yes it is, it was, it is, yes it was them, it was them, that was them, yes that was them, "
    "ja, war es, ja war es, das war es, ja das war es",
    "no": "no, nein, not them, not theirs, it was not, no it was not, it wasnt, no it wasnt, somebody else, "
    "someone else, it was somebody else, it was someone else, that was somebody else, that was someone else, "
    "no that was somebody else, no that was someone else, war es nicht, nein war es nicht, das war es nicht, "
    "nein das war es nicht, jemand anderes, jemand anders, das war jemand anderes, das war jemand anders, "
    "nein das war jemand anderes, nein das war jemand anders",
    "fine": "fine, all fine, passt, passt so, alles passt, passt alles",
}
_ALL = "all of them, all, both, alle, beide"
_REST = "all the others, all others, the others, the rest, others, rest, alle anderen, die anderen, den rest, der rest"
_COURTESIES = frozenset(
    """hi hello hey hallo moin servus dear liebe lieber liebes guten tag thanks thank you many danke dank vielen schoen
    sehr best kind warm regards wishes viele herzliche beste mit freundlichen gruss gruesse lg vg mfg cheers bye ciao
    tschuess salver team""".split()  # noqa: SIM905
)
_COURTEOUS = frozenset("thanks thank danke vielen many best kind viele beste liebe herzliche mit lg vg mfg".split())  # noqa: SIM905
"""First words of a line that is a courtesy as a whole, where it holds nothing of ours."""
_GREETINGS = (("good", "morning"), ("good", "afternoon"), ("good", "evening"), ("good", "day"))
_PLEASE = frozenset({"please", "bitte"})
_COPULA = frozenset({"is", "are", "ist", "sind"})
_TO = frozenset({"to", "bis", "through", "-"})
_AND = frozenset({"and", "und"})
_NEGATIONS = frozenset("not no dont doesnt isnt never nor neither nicht kein keine keinen nein nie ohne".split())  # noqa: SIM905
_TURNING = frozenset("not dont doesnt isnt didnt wont cant nor neither nicht kein keine keinen ohne mind".split())  # noqa: SIM905
"""They may turn round what stands in the line above; `never` and `no` are orders."""
_ONE = frozenset("a an one ein eine einen einem einer".split())  # noqa: SIM905
_IN = frozenset("for in until till um fuer bis".split())  # noqa: SIM905
_UNITS: dict[str, int] = {
    **dict.fromkeys(("s", "sec", "secs", "second", "seconds", "sekunde", "sekunden"), SECOND),
    **dict.fromkeys(("min", "mins", "minute", "minutes", "minuten"), MINUTE),
    **dict.fromkeys(("h", "hr", "hrs", "hour", "hours", "std", "stunde", "stunden"), HOUR),
    **dict.fromkeys(("d", "day", "days", "tag", "tage", "tagen"), DAY),
    **dict.fromkeys(("w", "week", "weeks", "woche", "wochen"), 7 * DAY),
    **dict.fromkeys(("month", "months", "monat", "monate", "monaten"), 30 * DAY),
}
_SPANS: dict[tuple[str, ...], int] = {
    ("tomorrow",): DAY,
    ("morgen",): DAY,
    ("next", "week"): 7 * DAY,
    ("naechste", "woche"): 7 * DAY,
}

_TOKEN = re.compile(r"[0-9]+|[^\W\d_]+|[-\u2010-\u2015]|\S")
_GLUED = re.compile(r"[0-9][.:/][0-9]")
"""A time, a date, a fraction: no numbers of requests."""
_SILENT = frozenset('.!:)(#"*\u2022\u00b7\u2192=_\u201c\u201d\u201e\u201a')
_PARTS = frozenset(",;&+/|")
_SPELT = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "'": "", "\u2019": "", "`": ""})


def _phrases(words: str) -> Iterator[tuple[str, ...]]:
    return (tuple(phrase.split()) for phrase in words.split(", "))


_ORDERS: dict[tuple[str, ...], Said] = {
    phrase: order for order, words in _PHRASES.items() for phrase in _phrases(words)
}
_MANY = {**dict.fromkeys(_phrases(_ALL), "all"), **dict.fromkeys(_phrases(_REST), "rest")}
_WORDS = frozenset(phrase[0] for phrase in (*_ORDERS, *_MANY) if len(phrase) == 1) - {"yes", "no", "ja", "nein"}
"""Words that tell that an order is meant, even where it is not understood."""
_LONGEST = max(map(len, (*_ORDERS, *_MANY)))


class Understood(NamedTuple):
    """What a text tells to do; and its first line that was not understood, cut short."""

    instructions: tuple[Instruction, ...]
    unclear: str


def instructions_in(lines: Iterable[str], name: str = "") -> Understood:
    """What these lines tell to do. `name` is their writer's, who may sign."""
    known = _COURTESIES | frozenset(_tokens(name))
    found: list[Instruction] = []
    unclear = ""
    above = 0  # how many were found before the line above, while it may go on in this one
    parted = signed = prose = talking = False
    for line in lines:
        if not line:
            parted, prose, above = True, False, len(found)
            continue
        tokens = _tokens(line)
        read = None if prose else _signing(tokens, line) or _line(tokens, line, known)
        if read is not None and not read.instructions and not read.unclear:  # a courtesy
            signed, above = bool(found), len(found)
            continue
        talking = talking or (read is None and not found and not unclear)
        if read is not None and talking and any(map(_lone, read.instructions)):
            read = None
        before = len(found)
        if read is not None:
            found.extend(read.instructions[: MOST - len(found)])
        elif above < before and not _TURNING.isdisjoint(tokens):
            del found[above:]
            before = above
            signed = False
        odd = line if read is None else read.unclear
        talk = found and (parted or signed) and not _tells(tokens)
        if odd and not unclear and not talk:
            unclear = clean(odd, SAID)
        parted = False
        ended = line[-1] in ".!?:;"
        prose = read is None and not ended
        above = len(found) if ended else before
    return Understood(tuple(found), unclear)


def _lone(each: Instruction) -> bool:
    return each.number is None and not each.every


def turns(line: str) -> bool:
    """Whether it may turn round what stands beside it."""
    return not _TURNING.isdisjoint(_tokens(line))


def meant_by(unclear: str) -> str:
    """The known word that a mistyped one is nearest to; empty: none is near."""
    for word in _tokens(unclear):
        near = [known for known in sorted(_WORDS) if len(known) > 3 and word != known and _near(word, known)]
        if len(word) > 3 and word not in _WORDS and near:
            return min(near, key=lambda known: abs(len(known) - len(word)))
    return ""


def _near(word: str, known: str) -> bool:
    """One letter apart, two in a long word; letters that changed places count once."""
    most = 1 if len(known) < 6 else 2
    if abs(len(word) - len(known)) > most:
        return False
    before: list[int] = []
    row = list(range(len(known) + 1))
    for at, letter in enumerate(word, 1):
        older, before, row = before, row, [at]
        for to, other in enumerate(known, 1):
            least = min(before[to] + 1, row[-1] + 1, before[to - 1] + (letter != other))
            if at > 1 and to > 1 and letter == known[to - 2] and word[at - 2] == other:
                least = min(least, older[to - 2] + 1)
            row.append(least)
    return row[-1] <= most


def _signing(tokens: list[str], line: str) -> Understood | None:
    """`Later,` above a name is a greeting."""
    return Understood((), "") if line[-1] == "," and tuple(tokens[:-1]) in _ORDERS else None


def _tokens(line: str) -> list[str]:
    folded = unicodedata.normalize("NFKC", line).casefold().translate(_SPELT)
    words = (_DASH if "\u2010" <= word <= "\u2015" else word for word in _TOKEN.findall(folded))
    return [word for word in words if word not in _SILENT]


def _tells(tokens: list[str]) -> bool:
    """Whether a line seems to say what to do, though it was not understood."""
    return bool(tokens) and (tokens[0].isdigit() or not _WORDS.isdisjoint(tokens))


def span_in(text: str) -> int | None:
    """How long `3 days`, `2 weeks` or `tomorrow` is, ms; None: it is no such time."""
    tokens = _tokens(text)
    length, end = _span(tokens, 0)
    return length if end == len(tokens) and not _GLUED.search(text) else None


# --- a line -------------------------------------------------------------------------------------------------------


class _Part(NamedTuple):
    """One part of a line: what it tells, and where the next one begins."""

    instructions: tuple[Instruction, ...]
    end: int
    listed: bool = False
    """the order came before its numbers"""


def _line(tokens: list[str], line: str, known: frozenset[str]) -> Understood | None:
    """What a line tells; nothing at all of a courtesy; None where it is not understood."""
    if _GLUED.search(line):
        return None
    if not _tells(tokens) and tokens and tokens[0] in _COURTEOUS:
        return Understood((), "")
    found: list[Instruction] = []
    manners: set[bool] = set()
    odd: list[str] = []
    at = _past(tokens, 0)
    while at < len(tokens):
        part = _part(tokens, at)
        if part is not None:
            found += part.instructions
            manners.add(part.listed)
            at = _past(tokens, part.end)
            if len(found) > MOST:
                return None
            continue
        _, start = _numbers(tokens, at)
        end = next((to for to in range(start, len(tokens)) if _parts(tokens[to])), len(tokens))
        if not _courteous(tokens[at:end], known):
            if not _is_typo(tokens[at:end]):
                return None
            odd.append(" ".join(tokens[at:end]))
        at = _past(tokens, end)
    if len(manners) > 1:  # `good 1, asked, 2 ugly`: whose is the 2?
        return None
    if odd and any(not each.number and not each.every for each in found):  # `1, good`
        return None
    return Understood(tuple(found), ", ".join(odd))


def _past(tokens: list[str], at: int) -> int:
    while at < len(tokens) and (_parts(tokens[at]) or tokens[at] in _PLEASE or tokens[at] == _DASH):
        at += 1
    return at


def _parts(token: str) -> bool:
    return token in _PARTS or token in _AND


def _courteous(tokens: list[str], known: frozenset[str]) -> bool:
    return tuple(tokens[:2]) in _GREETINGS or all(word in known or word == _DASH for word in tokens)


def _is_typo(tokens: list[str]) -> bool:
    """`2 aksed`, or a number alone: it leaves the other parts of its line standing."""
    words = [word for word in tokens if not word.isdigit() and not _parts(word) and word != _DASH]
    numbered = bool(tokens) and tokens[0].isdigit()
    return numbered and len(words) <= 1 and _NEGATIONS.isdisjoint(words) and _WORDS.isdisjoint(words)


def _part(tokens: list[str], at: int) -> _Part | None:
    order, after = _order(tokens, at)
    if order is not None:
        if order != "snooze" and after < len(tokens) and tokens[after].isdigit():
            return _listed(order, tokens, after)
        return _told(order, (None,), tokens, after)
    which, after = _which(tokens, at)
    if which:
        if after == at + 1 and after < len(tokens) and tokens[after] in ("good", "gut"):
            return None  # `all good`: are they, or is all well?
        order, end = _order(tokens, _past_copula(tokens, after))
        return _told(order, (None,), tokens, end, which) if order is not None else None
    numbers, after = _numbers(tokens, at)
    if not numbers:
        return None
    order, end = _order(tokens, _past_copula(tokens, after))
    return _told(order, numbers, tokens, end) if order is not None else None


def _told(order: Said, numbers: tuple[int | None, ...], tokens: list[str], at: int, which: str = "") -> _Part | None:
    """The order for its numbers, if the part ends well: at the end of the line, at a comma, or at the next number."""
    rest: int | None = None
    if order == "snooze":
        rest, at = _span(tokens, at)
        if at < 0:
            return None
    while at < len(tokens) and tokens[at] in _PLEASE:
        at += 1
    numbered = numbers != (None,) and order != "snooze"
    if at < len(tokens) and not _parts(tokens[at]) and not (numbered and tokens[at].isdigit()):
        return None
    told = (
        Instruction(order=order, number=number, span=rest, every="all" if which == "all" else "rest" if which else "")
        for number in numbers
    )
    return _Part(tuple(told), at)


def _listed(order: Said, tokens: list[str], at: int) -> _Part | None:
    """`good 1, 3`: the numbers after the order, and then the end, or another order with its own."""
    numbers, end = _numbers(tokens, at)
    if not numbers:
        return None
    if end < len(tokens) and not _parts(tokens[end]):
        return None
    return _Part(tuple(Instruction(order=order, number=number) for number in numbers), end, listed=True)


# --- words --------------------------------------------------------------------------------------------------------


def _order(tokens: list[str], at: int) -> tuple[Said | None, int]:
    for length in range(_LONGEST, 0, -1):
        order = _ORDERS.get(tuple(tokens[at : at + length]))
        if order is not None:
            return order, at + length
    return None, at


def _which(tokens: list[str], at: int) -> tuple[str, int]:
    for length in range(_LONGEST, 0, -1):
        which = _MANY.get(tuple(tokens[at : at + length]))
        if which is not None:
            return which, at + length
    return "", at


def _past_copula(tokens: list[str], at: int) -> int:
    while at < len(tokens) and (tokens[at] in _COPULA or tokens[at] == _DASH):
        at += 1
    return at


def _numbers(tokens: list[str], at: int) -> tuple[tuple[int, ...], int]:
    """`1, 3-5 and 7`; nothing where that is no such list. A comma after it that another word follows is not of it."""
    found: list[int] = []
    while at < len(tokens) and (first := _number(tokens[at])) is not None:
        last, at = first, at + 1
        if at + 1 < len(tokens) and tokens[at] in _TO and (to := _number(tokens[at + 1])) is not None:
            last, at = to, at + 2
        if last < first or len(found) + last - first >= MOST:
            return (), at
        found.extend(range(first, last + 1))
        after = at
        while after < len(tokens) and _parts(tokens[after]):
            after += 1
        if after == at or after >= len(tokens) or _number(tokens[after]) is None:
            break
        at = after
    return tuple(dict.fromkeys(found)), at


def _number(token: str) -> int | None:
    return (
        int(token) if token.isascii() and token.isdigit() and len(token) <= 3 and 0 < int(token) <= _LARGEST else None
    )


def _span(tokens: list[str], at: int) -> tuple[int | None, int]:
    """How long a snooze is, and where that ends: None: it does not say; a negative place: it says it badly."""
    start = at
    while at < len(tokens) and tokens[at] in _IN:
        at += 1
    for words, length in _SPANS.items():
        if tuple(tokens[at : at + len(words)]) == words:
            return length, at + len(words)
    count = 1 if at < len(tokens) and tokens[at] in _ONE else _number(tokens[at]) if at < len(tokens) else None
    if count is None or at + 1 >= len(tokens) or tokens[at + 1] not in _UNITS:
        return None, at if at == start else -1
    length = count * _UNITS[tokens[at + 1]]
    return (length, at + 2) if length <= _LONGEST_SPAN else (None, -1)
