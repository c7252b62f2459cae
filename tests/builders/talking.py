"""Conversations with a running Salver: what the owner says, and how far it is."""

from __future__ import annotations

import json
import time

from pipeline.app import App
from stages.conversation import Advanced, Conversation, Ordered, ReminderWanted
from tests.builders.asking import HOUR


async def told(app: App) -> list[Conversation]:
    """Every conversation as it stands now, the oldest request first."""
    rows = await app.store.read("SELECT body FROM conversations ORDER BY request")
    return [Conversation.model_validate_json(body) for (body,) in rows]


async def steps(app: App) -> list[Advanced]:
    """Every step that a conversation made, in order."""
    rows = await app.store.read("SELECT body FROM events WHERE kind = 'Advanced' ORDER BY seq")
    return [Advanced.model_validate_json(body) for (body,) in rows]


async def reminders(app: App) -> list[ReminderWanted]:
    rows = await app.store.read("SELECT body FROM events WHERE kind = 'ReminderWanted' ORDER BY seq")
    return [ReminderWanted.model_validate_json(body) for (body,) in rows]


async def verdicts(app: App) -> list[str]:
    """What was decided, in order; nothing for mails that get no verdict."""
    rows = await app.store.read("SELECT body FROM events WHERE kind = 'Routed' ORDER BY seq")
    return [verdict for (body,) in rows if (verdict := json.loads(body)["verdict"]) is not None]


async def say_asked(app: App, of: Conversation, hours_ago: float = 0) -> None:
    """The owner said so many hours ago that they had asked."""
    at = time.time_ns() // 1_000_000 - round(hours_ago * HOUR)
    order = Ordered(mail=of.mail, owner=of.owner, request=of.request, order="asked", by="terminal", at=at)
    assert await app.store.ask(f"{of.request}.said.{at}", order)
