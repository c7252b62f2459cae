"""What a mail of our own is built of: blocks -> lines of text; blocks -> simple HTML that any reader can show.

Blocks hold plain text. Nobody's text is ever markup: all of it is escaped here, in the one place where HTML is made.
"""

from __future__ import annotations

import textwrap
from html import escape
from typing import NamedTuple

_WIDTH = 72
_STYLE = (
    "font-family: system-ui, -apple-system, 'Segoe UI', Roboto, sans-serif; font-size: 16px; line-height: 1.5; "
    "max-width: 40em; margin: 0 auto; padding: 16px; overflow-wrap: anywhere"
)


class Section(NamedTuple):
    """The title of a part."""

    title: str


class Entry(NamedTuple):
    """The title of one of several within a part."""

    title: str


class Paragraph(NamedTuple):
    text: str


class Items(NamedTuple):
    """A list."""

    items: tuple[str, ...]


class Link(NamedTuple):
    """A web address that may be followed; it stands alone."""

    url: str


class Command(NamedTuple):
    """What can be typed in a terminal; it stands alone, and is not broken, so that it can be copied."""

    text: str


class Paste(NamedTuple):
    """Words to be pasted elsewhere, without line breaks of ours."""

    text: str
    language: str


Block = Section | Entry | Paragraph | Items | Link | Command | Paste


def part(title: str, *blocks: Block) -> tuple[Block, ...]:
    """Blocks under their title; nothing where there is nothing to say."""
    return (Section(title), *blocks) if any(block[0] for block in blocks) else ()


def as_text(blocks: tuple[Block, ...]) -> list[str]:
    """Lines without their ends."""
    return [line for block in blocks for line in _lines(block)]


def _lines(block: Block) -> list[str]:
    match block:
        case Section(title):
            return [title, "-" * min(len(title), _WIDTH), ""] if title else []
        case Entry(text):
            return [*_wrapped(text), ""] if text else []
        case Link(text) | Paste(text):
            return [text, ""] if text else []
        case Command(text):
            return [f"    {text}", ""] if text else []
        case Items(items):
            lines = [line for item in items if item for line in _wrapped(item, "  - ")]
            return [*lines, ""] if lines else []
        case Paragraph(text):
            return [*_wrapped(text), ""] if text else []


def _wrapped(text: str, mark: str = "") -> list[str]:
    return textwrap.wrap(
        text,
        _WIDTH,
        initial_indent=mark,
        subsequent_indent=" " * len(mark),
        break_long_words=False,
        break_on_hyphens=False,
    )


def as_html(title: str, language: str, blocks: tuple[Block, ...]) -> list[str]:
    """Lines of one page: one column, the reader's own fonts and colours, nothing that is fetched from anywhere."""
    return [
        "<!DOCTYPE html>",
        f'<html lang="{escape(language)}">',
        "<head>",
        '<meta charset="utf-8">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        '<meta name="color-scheme" content="light dark">',
        f"<title>{escape(title)}</title>",
        "</head>",
        f'<body style="{escape(_STYLE)}">',
        *(line for block in blocks for line in _html(block)),
        "</body>",
        "</html>",
    ]


def _html(block: Block) -> list[str]:
    match block:
        case Section(text):
            return [f'<h2 style="font-size: 1.2em">{escape(text)}</h2>'] if text else []
        case Entry(text):
            return [f'<h3 style="font-size: 1em">{escape(text)}</h3>'] if text else []
        case Link(url):
            return [f'<p><a href="{escape(url)}">{escape(url)}</a></p>'] if url else []
        case Command(text):
            return [f"<p><code>{escape(text)}</code></p>"] if text else []
        case Paste(text, language):
            return [f'<blockquote lang="{escape(language)}" dir="auto">{escape(text)}</blockquote>'] if text else []
        case Items(items):
            lines = [f"<li>{escape(item)}</li>" for item in items if item]
            return ["<ul>", *lines, "</ul>"] if lines else []
        case Paragraph(text):
            return [f"<p>{escape(text)}</p>"] if text else []
