"""Letter -> the original inside an inline forward (shapes B and D), as far as its text or its page shows it.

What the forwarder wrote above and below is left out: the stages see the original's words and no others. The block is
looked for in the text and in the page; where both have it, the page is what is read, for a client makes its text part
of the page, with links and images in between. `quoted` of a `quoted` letter gives the mail forwarded inside it: the
first is what the owner forwarded, the last what a network may have sent.

A time without a zone is the forwarder's own, so that it is read in the zone of the forwarder's Date field; without
one, and wherever a date can be read in two ways, the date is unknown.
"""

from __future__ import annotations

import re
from dataclasses import replace
from email.utils import parsedate_to_datetime
from functools import lru_cache

from stages.fields import mailboxes, sender
from stages.forwards import inline_dates, inline_end, inline_page, inline_shape
from stages.forwards.inline_block import Block, find
from stages.forwards.inline_page import Line
from stages.html import Page
from stages.letter import Letter

_FEW = 200
"""letters of a text part that may stand for nothing but "see the page" """
_MAILTO = re.compile(r" ?[<\[]mailto: ?([^\s<>\[\]]{1,320})[>\]]", re.IGNORECASE)
_BEHALF = re.compile(r" on behalf of ", re.IGNORECASE)
_NAME_AND_ADDRESS = re.compile(r"([^<>]*)(<[^<>]+>)")
_LONGEST = 2_000


def quoted(letter: Letter) -> Letter | None:
    """The original of an inline forward, or None if the mail is none; an answer that quotes is none.

    What the block does not show is empty, and so is a date that could be read in two ways.
    """
    block, marked, shown = _blocks(letter.subject, letter.text, letter.page.lines, letter.to)
    said = block or marked
    if said is None:
        return None
    text, text_ends = _text_below(letter.text.split("\n"), block) if block else ("", False)
    page, page_ends = _page_below(letter.page, shown, marked, block)
    if inline_page.is_written_out(page):
        ends = text_ends if text else page_ends
        text, page = text or inline_page.written(page), Page()
    elif page.items:
        text, ends = "", page_ends
    else:
        ends = text_ends
    if text and (made := inline_page.of_text(text)):
        text, page = "", made
    found = _original(letter, said, block and marked, text, page)
    return replace(found, unended=letter.unended or not ends)


def language_of(letter: Letter) -> str | None:
    """The language of the forwarder's client, where its block shows one."""
    block, marked, _ = _blocks(letter.subject, letter.text, letter.page.lines, letter.to)
    said = block or marked
    return next(iter(said.languages)) if said and len(said.languages) == 1 else None


@lru_cache(maxsize=4)
def _blocks(
    subject: str, text: str, page: tuple[str, ...], to: tuple[str, ...]
) -> tuple[Block | None, Block | None, tuple[Line, ...]]:
    """(the block in the text, the block in the page, the lines of the page as far as they were needed).

    All who ask about one mail, every source among them, are answered by one search.
    """
    lines = text.split("\n")
    block = find(lines, subject) or inline_shape.find(lines, subject, to)
    if block is None and len(text.strip()) > _FEW:
        return None, None, ()
    shown = inline_page.shown_lines(page)
    lines = [line.text for line in shown]
    marked = find(lines, subject, known=block is not None) or inline_shape.find(lines, subject, to)
    return block, marked, shown


def holds_one(letter: Letter) -> bool:
    """Whether the mail is an inline forward: what it says is then another's."""
    block, marked, _ = _blocks(letter.subject, letter.text, letter.page.lines, letter.to)
    return block is not None or marked is not None


def _original(letter: Letter, said: Block, also: Block | None, text: str, page: Page) -> Letter:
    fields = (also.fields if also else {}) | {kind: value for kind, value in said.fields.items() if value}
    name, address = _mailbox(fields.get("from", ""))
    if also and address and (other := _mailbox(also.fields.get("from", ""))[1]) and other != address:
        address = ""  # text and page disagree
    reply_name, reply_address = _mailbox(fields.get("reply_to", ""))
    return replace(
        letter,
        fields=(),
        from_name=name,
        from_address=address,
        from_count=1 if "from" in fields else 0,
        reply_to_name=reply_name,
        reply_to_address=reply_address,
        to=_addresses(fields.get("to", "")) + _addresses(fields.get("cc", "")),
        subject=" ".join(fields.get("subject", "").split()),
        message_id=None,
        date=inline_dates.milliseconds(fields.get("date", ""), said.languages, _zone(letter)),
        text=text,
        page=page,
        attached=(),
    )


def _zone(letter: Letter) -> int | None:
    """The forwarder's offset from UTC in minutes, as their Date field says it; `-0000` says nothing (RFC 5322 3.3)."""
    try:
        offset = parsedate_to_datetime(letter.last("date")[:200]).utcoffset()
    except (TypeError, ValueError, IndexError, OverflowError):
        return None
    return None if offset is None else round(offset.total_seconds() / 60)


# --- addresses --------------------------------------------------------------------------------------------------


def _plain(value: str) -> str:
    """An address field without the links that a client wrote out beside its addresses."""
    value = value[:_LONGEST]
    targets = _MAILTO.findall(value)
    plain = _MAILTO.sub("", value)
    return f"{plain} <{targets[0]}>" if len(targets) == 1 and "@" not in plain else plain


def _mailbox(value: str) -> tuple[str, str]:
    """(name, address) in all spellings of the guide; a name alone has no address, a bare address no name."""
    plain = _BEHALF.split(_plain(value), maxsplit=1)[0].strip()
    shown = _NAME_AND_ADDRESS.fullmatch(plain)
    name, address = sender(plain)
    if shown:  # clients write a name as it is, with commas and parentheses that an address field would have to quote
        name, address = shown[1], sender(shown[2])[1]
    name = name.strip(" *\"'")
    targets = [target.lower() for target in _MAILTO.findall(value[:_LONGEST])]
    if targets and address not in targets:
        address = ""  # it shows one and leads to another
    return ("" if name.casefold() == address else name), address


def _addresses(value: str) -> tuple[str, ...]:
    """The addresses of a list, in order; `[mailto:...]` counts where nothing else is written."""
    plain = _MAILTO.sub("", value) if "@" in _MAILTO.sub("", value) else _MAILTO.sub(r" <\1>", value)
    return tuple(dict.fromkeys(address for _, address in mailboxes(plain[:_LONGEST]) if address))


# --- text and page below the block ------------------------------------------------------------------------------


def _text_below(lines: list[str], block: Block) -> tuple[str, bool]:
    """(the text behind the block, whether it shows its end): without the marks of quoting, and without what stands
    unquoted below a quoted one or is signed by the forwarder."""
    rest = lines[block.end :]
    if block.depth:
        last = max((at for at, line in enumerate(rest) if line.lstrip().startswith(">")), default=-1)
        rest = rest[: last + 1]
    depth = block.depth or (1 if _all_quoted(rest) else 0)
    if depth:
        rest = [_less(line, depth) for line in rest]
    elif block.strength == "sentence":
        rest = [line.removeprefix("    ") for line in rest]
    return "\n".join(rest if depth else inline_end.unsigned(rest)), depth > 0


def _all_quoted(lines: list[str]) -> bool:
    """Missive marks the original, and not the block above it."""
    return all(line.lstrip().startswith(">") for line in lines if line.strip()) and any(lines)


def _less(line: str, depth: int) -> str:
    """A line without its first `depth` marks of quoting."""
    for _ in range(depth):
        rest = line.lstrip()
        if not rest.startswith(">"):
            break
        line = rest[1:].removeprefix(" ")
    return line


def _page_below(page: Page, shown: tuple[Line, ...], marked: Block | None, block: Block | None) -> tuple[Page, bool]:
    """(the page behind its block, whether it shows its end): without what stands unquoted below a quoted block or is
    signed by the forwarder. Without a block it is used if nothing stands above that of the text."""
    if marked is None:
        whole = block is not None and not block.above
        return inline_end.unsigned_page(replace(page, lang="", marked=())) if whole else Page(), False
    quoted = True in page.quoted[shown[marked.end - 1].block :][:1]
    page = inline_end.quoted_page(page) if quoted else page
    found = inline_page.below(page, shown, marked.end)
    return found if quoted else inline_end.unsigned_page(found), quoted
