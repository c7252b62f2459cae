"""(the name of a folder that somebody declares) -> why it will not do."""

from __future__ import annotations

import re
from collections.abc import Iterable

from stages.buttons import button_of
from stages.header import clean
from stages.rules.language import FIXED_FOLDERS

_SHAPE = re.compile(r"[A-Za-z0-9][A-Za-z0-9 _-]{0,63}")
_ORIGINALS = "originals"
"""Salver's own, in accounts that are sorted in place."""
_MAILDIR = frozenset({"cur", "new", "tmp"})
_SPECIAL = frozenset(
    """trash deleted deleteditems deletedmessages bin junk junkmail junk-email junke-mail spam bulk bulkmail draft
    drafts sent sentitems sentmail sentmessages outbox templates""".split()  # noqa: SIM905 - read as a list of words
)
"""Clients put mail there, hide it or empty it by these names, with or without a special use (RFC 6154)."""


def fault_of(folder: str, others: Iterable[str]) -> str:
    """Why this is no name for a folder beside the `others`; empty: it is one."""
    named = f'"{clean(folder, 80)}"'
    if "  " in folder or folder != folder.strip(" "):
        return f"{named} will not do: blanks stand one by one, between words, and not at an end"
    if not _SHAPE.fullmatch(folder):
        return (
            f"{named} will not do; write letters (a to z), digits, blanks, dashes and underscores, at most 64, "
            "a letter or a digit first"
        )
    name = _alike(folder)
    same = next((each for each in others if _alike(each) == name), None)
    if same is not None:
        twice = "is there twice" if same == folder else f'and "{same}" differ only in case or blanks'
        return f"{named} {twice}; servers may take both for one folder, so name another"
    if name in map(_alike, FIXED_FOLDERS) or name == _ORIGINALS or button_of(folder) is not None:
        return f"{named} has a meaning of its own to Salver already; name another"
    if name in _MAILDIR:
        return f"{named} is what the parts of every folder are called on disk (cur, new, tmp); name another"
    if name in _SPECIAL:
        return f"{named} is a folder that mail clients fill, hide or empty by themselves; name another"
    return ""


def _alike(folder: str) -> str:
    """What is left where case and blanks do not count."""
    return folder.casefold().replace(" ", "")
