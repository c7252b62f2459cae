"""What `salver accept`, `decline` and `lessons forget` do: by a running Salver through the log, else at once."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Sequence

from pipeline.clock import now
from pipeline.commands import CommandError, reading_store
from pipeline.configuration import Configuration
from pipeline.following_up import deadline_from_now, outcome
from pipeline.learning.file import load_lessons
from pipeline.learning.teaching import decides, learn
from pipeline.settings import stage_settings
from pipeline.store import proposals
from pipeline.store.lock import served
from pipeline.store.log import Log
from stages.header import clean
from stages.learning import LearningWanted, LessonAnswered, Teaching

POLL_SECONDS = 0.1
NEXT_START = "Salver is not running: it counts from the next start."


async def say(configuration: Configuration, lessons: Sequence[str], answer: Teaching) -> list[str]:
    """What came of an answer to each, in words. Raises CommandError."""
    store = await reading_store(configuration)
    try:
        return [await _one(store, configuration, each.strip(), answer) for each in lessons]
    except (sqlite3.OperationalError, OSError) as error:
        raise CommandError(f"it could not be written ({error}): try again in a moment") from None
    finally:
        await store.close()


async def _one(store: Log, configuration: Configuration, lesson: str, answer: Teaching) -> str:
    wanted = LearningWanted(
        mail=lesson,
        owner=await _owner_of(store, configuration, lesson, answer),
        lesson=lesson,
        answer=answer,
        by="terminal",
        at=now(),
    )
    serving = served(configuration.store.path)
    answered = await (_by_the_server if serving else _at_once)(store, configuration, wanted)
    if answered is None:
        return f"{lesson}: noted. Salver is busy and has not come to it yet; `salver log {lesson}` tells its story."
    if answered.why:
        raise CommandError(f"{lesson}: {answered.why}")
    return await _told(store, answered, serving)


async def _owner_of(store: Log, configuration: Configuration, lesson: str, answer: Teaching) -> str:
    """Whose it is. Raises CommandError: there is no such lesson."""
    kept = await proposals.proposal(store.read, lesson) if lesson.isprintable() else None
    if kept is not None:
        return kept.owner
    found = [each for each in load_lessons(configuration.lessons) if each.id == lesson] if answer == "forget" else []
    if not found:
        lists = "`salver lessons` lists those that count" if answer == "forget" else "`salver proposals` lists them"
        raise CommandError(f"there is no lesson {clean(lesson, 40)}; {lists}")
    return found[0].owner or configuration.owner[0].id


async def _by_the_server(store: Log, configuration: Configuration, wanted: LearningWanted) -> LessonAnswered | None:
    """None: it has not come to it. Raises CommandError: it could not be done."""
    id = f"{wanted.lesson}.{wanted.answer}.{wanted.at}"
    await store.ask(id, wanted)
    came = await outcome(store, id, True, deadline_from_now())
    if came.state == "dead" or came.troubles:
        why = came.troubles[0] if came.troubles else "the reason is not known"
        tries = f"`salver retry {id}` tries again" if came.state == "dead" else "it is tried again"
        raise CommandError(f"{wanted.lesson}: it is not done ({why}); {tries}")
    return next((event for event in came.events if isinstance(event, LessonAnswered)), None)


async def _at_once(store: Log, configuration: Configuration, wanted: LearningWanted) -> LessonAnswered:
    rules = (await asyncio.to_thread(stage_settings, configuration)).rules
    answered = await learn(store, configuration, wanted, rules)
    if not answered.why:
        await store.record(f"{wanted.lesson}.{wanted.answer}.{wanted.at}", answered)
    return answered


async def _told(store: Log, answered: LessonAnswered, serving: bool) -> str:
    lesson, says = answered.lesson, f": {clean(answered.says, 500)}" if answered.says else "."
    if answered.answer == "decline":
        return f"Declined{says} It is not proposed again, unless twice as many corrections say so."
    counts = answered.answer == "accept"
    now_so = NEXT_START if not serving else await _taken_over(store, lesson, counts)
    if counts:
        return f"Learned{says} {now_so} `salver lessons forget {lesson}` takes it back."
    back = f"What it filed stays where it lies; `salver undo --lesson {lesson}` shows how to move that back."
    return f"Forgotten{says} {now_so} {back}"


async def _taken_over(store: Log, lesson: str, counts: bool) -> str:
    """Whether the running Salver decides by it, or without it, now."""
    loop, deadline = asyncio.get_running_loop(), deadline_from_now()
    done = await decides(store, lesson) == counts
    while not done and loop.time() < deadline:
        await asyncio.sleep(POLL_SECONDS)
        done = await decides(store, lesson) == counts
    if done:
        return "Mail that comes now is judged by it." if counts else "Mail that comes now is judged without it."
    return "The running Salver has not taken it over yet; `salver status` says why, or start it anew."
