"""What the owner answers to a mail of ours: text -> instructions; (Enriched, Settings) -> Ordered, ReplyWanted."""

from __future__ import annotations

from stages.conversation import Ordered, ReplyWanted
from stages.events import Enriched
from stages.settings import Settings


def ordered(event: Enriched, settings: Settings) -> tuple[Ordered | ReplyWanted, ...]:
    """What is to be done of a mail to an address for answers. Nothing for any other mail."""
    if event.parsed.reply is None:
        return ()
    return ()
