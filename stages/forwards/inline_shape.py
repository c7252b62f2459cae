"""lines of a mail -> a forward's block in a language that we have no words for, by its shape alone.

An answer has the same block, so more than its shape must say forward: the mail's subject is the original's with a few
letters and a colon before it, and it does not go to whom it quotes, as an answer would.
"""

from __future__ import annotations

from collections.abc import Sequence

from stages.fields import sender
from stages.forwards.inline_block import UNKNOWN_LABEL, Block, label, unquoted
from stages.forwards.inline_words import ANSWERS, normal
from stages.html import PADDING

_LINES = 400
"""lines that are looked at: above a forward stands what a person wrote"""
_FEWEST, _MOST = 3, 6
"""fields of a block"""
_PREFIX = 24
"""characters that a client puts before a subject"""
_LONGEST = 998


def find(lines: Sequence[str], subject: str, to: Sequence[str]) -> Block | None:
    """The first block whose shape says that the mail is a forward; `subject` and `to` are the mail's own."""
    if ANSWERS.match(subject) or "@" not in "".join(lines[:_LINES]):
        return None
    above, within = False, False
    for at, line in enumerate(lines[:_LINES]):
        _, text = unquoted(line)
        row = _row(text)
        if row is not None and not within and "@" in row[1]:
            block = _at(lines, at, subject, to, above)
            if block is not None:
                return block
        within = row is not None and label(text) is None  # a block whose sender shows no address begins further up
        above = above or bool(text)
    return None


def _row(text: str) -> tuple[str, str] | None:
    """(label, value) of a line of a block."""
    row = UNKNOWN_LABEL.match(text[:_LONGEST]) if text[:1].isalpha() or text.startswith("*") else None
    return (normal(text[: row.start(1)]), row[1].strip()) if row else None


def _at(lines: Sequence[str], at: int, subject: str, to: Sequence[str], above: bool) -> Block | None:
    """The block whose first line this is: the sender comes first, and each line is a label of its own and a value."""
    rows: dict[str, str] = {}
    depth, _ = unquoted(lines[at])
    known = True
    end = at
    while end < len(lines) and end - at < _MOST:
        level, text = unquoted(lines[end])
        row = _row(text) if level == depth else None
        if row is None or row[0] in rows:
            break
        rows[row[0]] = row[1]
        known = known and label(text) is not None
        end += 1
    values = list(rows.values())
    address = sender(values[0])[1] if values else ""
    own = next((value for value in values[1:] if _is_put_before(subject, value)), None)
    if known or len(rows) < _FEWEST or not address or address in to or own is None:
        return None
    fields = {"from": values[0], "subject": own}
    if (addressed := next((value for value in values[1:] if "@" in value and value != own), None)) is not None:
        fields["to"] = addressed
    while end < len(lines) and not unquoted(lines[end])[1]:
        end += 1
    return Block(end, "bare", depth, fields, above=above)


def _is_put_before(subject: str, original: str) -> bool:
    """Whether the subject is the original one behind a client's short prefix, whatever that means."""
    whole, inner = (normal(PADDING.sub("", words[:_LONGEST])) for words in (subject, original))
    prefix = whole.removesuffix(inner).strip() if inner else whole
    return prefix != whole and 1 < len(prefix) <= _PREFIX and prefix.endswith((":", "："))
