"""How the dialogue speaks with a person: one line in, lines out. Also what may go wrong in front of them."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Callable
from datetime import datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

WIDTH = 100
"""characters of a line"""


class SetupError(Exception):
    """Something cannot be done; the text says what happened and what to do."""


class AnswersEnded(SetupError):
    """Nobody is there to answer any more. What was answered is kept."""


class Talk(NamedTuple):
    """The two ends of a dialogue, and how long it waits for mail."""

    ask: Callable[[str], str]
    """(prompt) -> one line, clean. Raises AnswersEnded"""
    say: Callable[[str], None]
    again: bool
    """whether an answer that will not do is asked for again, as on a terminal, or ends the dialogue"""
    patience: int
    """ms for each wait for a mail"""
    connect: Callable[[str, str, str], None]
    """(kind of account, name to sign in with, TLS or empty): what `salver connect` does"""


def yes(talk: Talk, question: str, default: bool = True) -> bool:
    """A yes or a no; Enter is the default."""
    while True:
        line = talk.ask(f"{question} [{'yes' if default else 'no'}] ").lower()
        if line in ("", "y", "yes", "n", "no"):
            return default if not line else line.startswith("y")
        if not talk.again:
            raise SetupError(f'"{line}" is neither yes nor no; the question was: {question}')
        talk.say("  yes or no?")


def wrapped(line: str) -> str:
    """A long line on several, each as far in as the words of the first; addresses stay whole."""
    inside = re.match(r"\s*(?:\d+\. |- )?", line)
    indent = " " * (inside.end() if inside else 0)
    return textwrap.fill(line, WIDTH, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False)


def clock(at: int, zone: ZoneInfo) -> str:
    """ms -> the time of day where the owner is."""
    return datetime.fromtimestamp(at / 1000, zone).strftime("%H:%M:%S")


def span(milliseconds: int) -> str:
    """Shortly: `4 s`, `3 min`, `2 h`."""
    seconds = round(milliseconds / 1000)
    if seconds < 100:
        return f"{seconds} s"
    return f"{round(seconds / 60)} min" if seconds < 5_400 else f"{round(seconds / 3600)} h"
