"""(note, names) -> its sketch: a few numbers that nearly the same note of somebody else has too.

How: a note is cut into runs of words (shingles), and the SKETCH smallest hashes of them are kept (Broder's bottom-k
sketch: which ones are kept depends on the text alone, so that two notes with the same shingles keep the same ones).
The share that two sketches have in common is an estimate of how much the notes have in common.

Why not the others: a hash of the whole note fails at the first changed word; MinHash with one minimum for each of
many hash functions (as rspamd does, 32 of them over runs of three words) costs that many passes and needs bands to be
looked up; winnowing keeps a number that grows with the text, made to find a copied passage in a long one. A note has
some forty words: a bottom-k sketch of it holds a third of its shingles or all of them, one row of an index each.

What a bot fills in differs from note to note, so that it must not count: names, numbers, the employer and whatever
else is written with a capital within a sentence become one blank, however many words they are; greetings and the wish
to connect, which every request has, are left out. German writes all its nouns with a capital, so there only names
that we know and numbers become blanks. A note of fewer than OWN words of its own has no sketch: of those, two are
soon alike by chance.
"""

from __future__ import annotations

import hashlib
from functools import lru_cache

from stages.events import Notice, Parsed
from stages.wording import Words, find, read
from stages.wording.vocabulary import CONNECTING, GREETINGS, STOP

SKETCH = 12
"""Shingles that are kept of a note."""

RUN = 3
"""Words of a shingle."""

OWN = 8
"""Words of its own that a note must have."""

ALIKE = 0.6
"""The share of a sketch from which two notes are nearly the same."""

_READ = 400
_BLANK = "_"
_GERMAN = frozenset(("ich", "und", "sie", "der", "mit", "ist"))


@lru_cache(maxsize=64)
def sketch(text: str, *names: str) -> tuple[int, ...]:
    """The sketch of a text: at most SKETCH numbers of 64 bits, smallest first; empty for a text that says too little.

    `names` are texts whose words become blanks: the sender's name, the reader's, an employer's. The numbers are made
    without a key: whoever keeps them puts them through one first, or a word list would tell what was written.
    """
    words = read(text)
    line = _line(words, frozenset(word.text for name in names for word in read(name).words if len(word.text) > 1))
    if sum(part != _BLANK for part in line) < OWN:
        return ()
    runs = {tuple(line[at : at + RUN]) for at in range(len(line) - RUN + 1)}
    told = (run for run in runs if any(part != _BLANK and part not in STOP for part in run))
    return tuple(sorted(_number(" ".join(run)) for run in told)[:SKETCH])


def sketch_of(notice: Notice, parsed: Parsed) -> tuple[int, ...]:
    """The sketch of what a person wrote: it follows from the mail alone, whatever is configured."""
    if not notice.words:
        return ()
    known = (notice.name, notice.headline, notice.company)
    return sketch(notice.words, parsed.recipient_first_name or "", *(each.value or "" for each in known))


def _line(words: Words, names: frozenset[str]) -> list[str]:
    """The words of a note in order: without what every request has, and with blanks for what a bot fills in."""
    covered = {
        at
        for phrases in (GREETINGS, CONNECTING)
        for hit in find(words, phrases)
        for at in range(hit.first, hit.last + 1)
    }
    german = any(word.text in _GERMAN for word in words.words)
    line: list[str] = []
    for at, word in enumerate(words.words[:_READ]):
        if at in covered:
            continue
        part = _BLANK if word.text in names or _filled_in(words, at, german) else word.key
        if part != _BLANK or not line or line[-1] != _BLANK:
            line.append(part)
    return line


def _filled_in(words: Words, at: int, german: bool) -> bool:
    """Whether the word is a number, or written like a name within a sentence."""
    word = words.words[at]
    spelled = words.source[word.start : word.end]
    if any(letter.isdecimal() for letter in spelled):
        return True
    if german or not spelled[:1].isupper() or len(spelled) < 2:
        return False
    opens = at == 0 or words.words[at - 1].sentence != word.sentence
    return not opens and "\n" not in words.source[words.words[at - 1].end : word.start]


def _number(run: str) -> int:
    return int.from_bytes(hashlib.blake2b(run.encode(), digest_size=8).digest(), "big")
