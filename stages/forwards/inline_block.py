"""lines of a mail -> the block that a client puts before what it forwards: its place, and its fields as written."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from stages.forwards.inline_words import (
    ANSWERS,
    ANSWERS_OF,
    COLONLESS,
    DASHED,
    EVERYWHERE,
    FORWARDS,
    GLUED,
    LABELS,
    LONGEST_LABEL,
    NEUTRAL,
    SENTENCES,
    SPOKEN,
    normal,
)

_LINES = 400
"""lines that are looked at: above a forward stands what a person wrote"""
_BLOCK = 40
_CONTINUED = 3
"""lines that a field may be folded over"""
_LONGEST = 2_000
_WRAPS = 60
"""characters of a line that a client may have wrapped"""
_QUOTE = re.compile(r"(?: {0,8}>){1,20}")
_DASHES = re.compile(r"-{3,20}([^-\n]{3,60})(-{3,20})(?: ?Forwarded Message ?-{3,20})?", re.IGNORECASE)
_UNDERSCORES = re.compile(r"_{32}")
UNKNOWN_LABEL = re.compile(r"\*?[^\s:：<@*][^:：<@]{0,25}[:：]\*? ?(.*)", re.DOTALL)
_NAMED = re.compile(r"[\"„“«] ?([^\"„“”«»]{1,500}?) ?[\"”“»]?$")
_ADDRESSED = re.compile(r"\(?[<\[(] ?(?:mailto:)?([^\s<>\[\]()@]{1,200}@[^\s<>\[\]()@]{1,200}) ?[>\])]{1,2}")

Strength = Literal["says", "neutral", "bare", "sentence"]
NOTHING: frozenset[str] = frozenset()
_ADDRESSES = ("from", "to", "cc", "reply_to")


@dataclass(frozen=True)
class Block:
    """Where a block stands, and what it says."""

    end: int
    """index of the first line of the original"""
    strength: Strength
    depth: int = 0
    """how many `>` stand before its lines"""
    fields: dict[str, str] = field(default_factory=dict)
    """from, to, cc, subject, date, reply_to: as written, unfolded; what the block does not show is not there"""
    languages: frozenset[str] = NOTHING
    """those it may be written in; empty if nothing tells"""
    above: bool = False
    """whether words stand above it"""


def says_forward(subject: str) -> str:
    """The prefix by which a subject says that the mail is a forward, lower case; or empty."""
    found = FORWARDS.match(subject)
    return found[1].casefold() if found else ""


def find(lines: Sequence[str], subject: str, known: bool = False) -> Block | None:
    """The outermost block, or None if the lines hold none, or are an answer that quotes.

    `known` says that it is a forward whatever the subject: the mail's other body part showed it.
    """
    prefix = says_forward(subject)
    answers = bool(ANSWERS.match(subject)) and not known
    above = False
    for at, line in enumerate(lines[:_LINES]):
        bare = line.lstrip("> ")
        if not bare:
            continue
        first, last = bare[0], bare[-1]
        if first in "-_" or last in ":：" or ":" in bare[:LONGEST_LABEL] or "：" in bare[:LONGEST_LABEL]:
            block = _separated(lines, at, bare) or _unseparated(lines, at, bare)
            if block is not None:
                wanted = _is_meant(block, lines, at, prefix, answers, known)
                return _with(block, above) if wanted else None
        above = True
    return None


def _with(block: Block, above: bool) -> Block:
    return Block(block.end, block.strength, block.depth, block.fields, block.languages, above)


def _is_meant(block: Block, lines: Sequence[str], at: int, prefix: str, answers: bool, known: bool) -> bool:
    """Whether the block makes the mail a forward: answers have such blocks, too, and quote forwards."""
    if known:
        return True
    if prefix and not (ANSWERS_OF.get(prefix) in block.languages and block.strength != "says"):
        return True
    if block.strength != "says":
        return False
    return not answers and not _is_quoted_answer(lines, at, block.depth)


def _is_quoted_answer(lines: Sequence[str], at: int, depth: int) -> bool:
    """Whether the line belongs to what an answer quotes: `On Tuesday 3 March, Bo wrote:` stands above."""
    for line in reversed(lines[max(0, at - 50) : at]):
        level, text = unquoted(line)
        if text and level < depth:
            return text.endswith((":", "：")) and any(char.isdigit() for char in text)
    return False


def unquoted(line: str) -> tuple[int, str]:
    """(number of `>` before a line, the line without them and without white space around)."""
    marks = _QUOTE.match(line)
    return (marks[0].count(">"), line[marks.end() :].strip()) if marks else (0, line.strip())


def label(line: str) -> tuple[str, frozenset[str], str] | None:
    """(kind, languages, value) of a line of a block; `*From:* x` is how bold letters look in a text part."""
    colons = [at for at in (line.find(":", 0, LONGEST_LABEL), line.find("：", 0, LONGEST_LABEL)) if at > 0]
    if not colons:
        return None
    at = min(colons)
    known = LABELS.get(normal(line[:at].strip("* ")))
    if known is None:
        return None
    value = line[at + 1 :]
    return known[0], known[1], (value.lstrip("*") if line[0] == "*" else value).strip()


# --- what stands before a block ---------------------------------------------------------------------------------


def _separated(lines: Sequence[str], at: int, bare: str) -> Block | None:
    """A block below (or, of Yahoo, behind) a separator."""
    depth, _ = unquoted(lines[at])
    if bare[0] == "-" and (dashes := _DASHES.match(bare)):
        phrase = normal(dashes[1])
        if phrase in NEUTRAL:
            # Ten dashes are those of IONOS, which writes them above forwards; five and QQ's eighteen, answers too.
            return _of(lines, at + 1, depth, "says" if 10 <= len(dashes[2]) <= 12 else "neutral", NEUTRAL[phrase])
        if phrase in DASHED:
            gmail = len(dashes[2]) >= 9 and phrase == EVERYWHERE
            languages = DASHED[phrase]
            behind = bare[dashes.end() : dashes.end() + _LONGEST].strip()
            if behind:
                return _glued(behind, at, depth, languages)
            return _of(lines, at + 1, depth, "says", NOTHING if gmail else languages, gmail)
    elif bare[0] == "_" and _UNDERSCORES.fullmatch(bare):
        found = _of(lines, at + 1, depth, "neutral", NOTHING)
        if found is not None:  # Outlook's labels are English everywhere and say nothing of the language
            languages = found.languages - {"en"}
            return Block(found.end, found.strength, found.depth, found.fields, languages)
    elif bare[-1] in ":：" and len(bare) < _WRAPS and (languages := SPOKEN.get(normal(bare[:-1]), NOTHING)):
        return _of(lines, at + 1, depth, "says", languages)
    return None


def _unseparated(lines: Sequence[str], at: int, bare: str) -> Block | None:
    """A block that begins with its sender (new Outlook), or Outlook's sentence."""
    found = label(bare)
    if found is not None and found[0] == "from":
        block = _of(lines, at, unquoted(lines[at])[0], "bare", NOTHING)
        return block if block is not None and block.fields.keys() & {"to", "date", "subject"} else None
    return _sentence(lines, at) if bare[-1] in ":：" else None


def _of(
    lines: Sequence[str], at: int, depth: int, strength: Strength, languages: frozenset[str], gmail: bool = False
) -> Block | None:
    """The block whose first line is `at` or follows it after empty lines, if it says enough to be one.

    Gmail translates the first label only.
    """
    end, fields, spoken = _fields(lines, at, strength)
    needed = {"says": 1, "neutral": 2}.get(strength, 3)
    if len(fields) < needed or (strength != "says" and "from" not in fields):
        return None
    for said in spoken[:1] if gmail else spoken:
        languages = (languages & said or languages) if languages else said
    level = max([unquoted(line)[0] for line in lines[at:end]], default=depth)
    return Block(end, strength, max(depth, level), fields, languages)


def _fields(lines: Sequence[str], at: int, strength: Strength) -> tuple[int, dict[str, str], list[frozenset[str]]]:
    """(index of the first line behind the block, its fields, the languages of each of its labels)."""
    fields: dict[str, str] = {}
    spoken: list[frozenset[str]] = []
    now, before = "", ""
    table = False
    end = at
    for number in range(at, min(len(lines), at + _BLOCK)):
        _, line = unquoted(lines[number])
        if not line:
            if (not fields and number > at + 3) or (fields and not _parts_subject(lines, number, fields)):
                break
            continue
        found = label(line)
        if found is None and strength == "says" and fields and line.startswith(COLONLESS):
            found = label(line.replace(" ", ":", 1))
        if found is not None and found[0] in fields:
            break  # a second sender is that of a mail further inside
        if found is not None:
            now, before = found[0], line
            table = table or not (fields or found[2])
            fields[now] = found[2][:_LONGEST]
            spoken.append(found[1])
        elif not fields and strength == "says" and "@" in line and (other := UNKNOWN_LABEL.match(line)):
            now, before = "from", line  # the sender comes first, in a language we have no label for
            fields[now] = other[1][:_LONGEST].strip()
        elif not fields or not (
            (table and not fields[now])  # a cell of its own holds the value
            or _continues(lines, number, fields, now, before if strength == "says" else "")
        ):
            break
        elif not UNKNOWN_LABEL.match(line) or "@" not in line:
            before = line
            fields[now] = f"{fields[now]} {line}".strip()[:_LONGEST]
        end = number + 1
    while end < len(lines) and fields and not unquoted(lines[end])[1]:
        end += 1
    return (end if fields else at), fields, [said for said in spoken if said]


def _parts_subject(lines: Sequence[str], number: int, fields: dict[str, str]) -> bool:
    """Whether the block's subject follows below this empty line, as QQ has it."""
    following = label(unquoted(lines[number + 1])[1]) if number + 1 < len(lines) else None
    return following is not None and following[0] == "subject" and "subject" not in fields


def _continues(lines: Sequence[str], number: int, fields: dict[str, str], now: str, before: str) -> bool:
    """Whether a line without a label still belongs to the block: another label follows, or the field is unfinished.

    `before` is the line above, of clients that leave an empty line below the block: they may have wrapped it.
    """
    for line in lines[number + 1 : number + 1 + _CONTINUED]:
        _, text = unquoted(line)
        if not text:
            break
        if (found := label(text)) is not None:
            if found[0] in fields:
                break  # it belongs to the original
            return True
    value = fields[now]
    unfinished = now in _ADDRESSES and (value.endswith((",", ";")) or value.count("<") > value.count(">"))
    following = unquoted(lines[number + 1])[1] if number + 1 < len(lines) else ""
    return unfinished or (len(before) >= _WRAPS and not following)


def _glued(behind: str, at: int, depth: int, languages: frozenset[str]) -> Block | None:
    """Yahoo's fields, all on the separator's line in one order; the subject is its rest."""
    marks: list[tuple[str, int, int]] = []
    start = 0
    for kind, words in GLUED.items():
        if found := words.search(behind, start):
            marks.append((kind, found.start(), found.end()))
            start = found.end()
    if not marks or marks[0][:2] != ("from", 0):
        return None
    ends = [begin for _, begin, _ in marks[1:]] + [len(behind)]
    fields = {kind: behind[begin:end].strip() for (kind, _, begin), end in zip(marks, ends, strict=True)}
    return Block(at + 1, "says", depth, fields, languages)


def _sentence(lines: Sequence[str], at: int) -> Block | None:
    """Outlook's sentence, or that of an answer: who wrote when, with the address, and a colon."""
    depth, text = unquoted(lines[at])
    if "@" not in text and at:
        text = f"{unquoted(lines[at - 1])[1]} {text}"
    address = _ADDRESSED.search(text) if len(text) <= 500 else None
    if address is None:
        return None
    spoken = normal(text)
    for language, first, before_name, verb in SENTENCES:
        if spoken.startswith(first) and verb in spoken and (not before_name or before_name in spoken):
            name, when = _who_and_when(text, address, before_name, verb)
            fields = {"from": f"{name} <{address[1]}>" if name else address[1], "date": when}
            end = at + 1
            while end < len(lines) and not unquoted(lines[end])[1]:
                end += 1
            return Block(end, "sentence", depth, fields, frozenset({language}))
    return None


def _who_and_when(text: str, address: re.Match[str], before_name: str | None, verb: str) -> tuple[str, str]:
    head, tail = text[: address.start()].rstrip(), text[address.end() :]
    if quoted := _NAMED.search(head):
        name, head = quoted[1], head[: quoted.start()]
    elif before_name is None:
        name, head = head, ""
    elif before_name:
        head, _, name = head.rpartition(before_name)
    else:
        digits = max((at for at, char in enumerate(head) if char.isdigit()), default=-1) + 1
        head, name = head[:digits], head[digits:]
    when = f"{head} {tail}"
    for word in (before_name, verb):
        when = when.replace(word, " ") if word else when
    return name.strip(" ,\"'"), when.strip(" ,:")
