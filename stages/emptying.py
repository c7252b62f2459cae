"""(settings) -> on which terms mail goes out of Ugly: only what a digest named, and not before its owner could act."""

from __future__ import annotations

from typing import NamedTuple

from stages.durations import DAY
from stages.settings import Settings

NO_DIGEST = (
    'ugly_after has no effect, nothing goes out of Ugly: mail goes only after a digest told you, and digest = "off" in '
    '[follow_up]; write digest = "daily" there, or take ugly_after out of [filing]'
)
TOO_SOON = (
    "ugly_after is shorter than a day, and nothing goes out of Ugly so soon: a digest names it first, and then it lies "
    "there for a day more (with weekly digests a week)"
)
NO_TRASH = "the account has no folder for what is thrown away (\\Trash), and your own mail is never deleted"
"""Why nothing goes out of an account whose mail is sorted where it lies."""
FLAGGED = "you flagged it"
MOVED = "you put it into another folder"
CHANGED = "what lies there is not the mail as it came"
MOST = 100
"""Mails that one digest says will go; the others wait for the next."""


class Terms(NamedTuple):
    """Milliseconds."""

    after: int
    """how long a mail must have lain in Ugly"""
    notice: int
    """between its being told and its going, at least: as long as from one digest to the next"""


def terms_of(settings: Settings) -> Terms | None:
    """None: nothing ever goes."""
    if settings.ugly_after is None or settings.follow_up.digest == "off":
        return None
    return Terms(settings.ugly_after, DAY if settings.follow_up.digest == "daily" else 7 * DAY)
