"""LearningWanted ==learn==> LessonAnswered: write the file of lessons, and how the proposal stands.

First the file is written, then the proposal is answered: whoever is cut off in between begins anew, and nothing is done
twice.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable

import structlog

from pipeline.configuration import Configuration
from pipeline.learning.child import corrections_of
from pipeline.learning.file import MOST, load_lessons, write_lessons
from pipeline.store import proposals, rulings
from pipeline.store.log import Log
from pipeline.store.migrations import StoreError
from stages.learning import LearningWanted, LessonAnswered
from stages.lessons_answered import why_not
from stages.proposing.standing import why_outdated
from stages.rules.language import Lesson, Rules

log = structlog.get_logger()

_REVIVED = ("open", "declined", "forgotten")
"""What can be accepted in the terminal; by mail it must be open."""


async def learn(store: Log, configuration: Configuration, wanted: LearningWanted, rules: Rules) -> LessonAnswered:
    """What came of an answer. `rules`: those that decide now, with their lessons.

    Raises OSError and ConfigError: the file cannot be read or written; it is as it was.
    """
    if wanted.answer == "forget":
        says, why = await _forgotten(store, configuration, wanted)
    else:
        says, why = await _answered(store, configuration, wanted, rules)
    log.info("lesson_answered", lesson=wanted.lesson, owner=wanted.owner, answer=wanted.answer, by=wanted.by, why=why)
    return LessonAnswered(
        mail=wanted.mail,
        owner=wanted.owner,
        lesson=wanted.lesson,
        answer=wanted.answer,
        says=says,
        why=why,
        by=wanted.by,
        at=wanted.at,
    )


async def _answered(store: Log, configuration: Configuration, wanted: LearningWanted, rules: Rules) -> tuple[str, str]:
    """(the lesson in words, why nothing changed)."""
    kept = await proposals.proposal(store.read, wanted.lesson)
    if kept is None or kept.owner != wanted.owner:
        return "", "no lesson of this name was proposed to you"
    try:
        lesson = kept.proposal.lesson
    except StoreError as error:
        return "", str(error)
    may = _REVIVED if wanted.by == "terminal" else ("open",)
    if wanted.answer == "decline":
        may = ("open",)
    if kept.state not in may:
        return lesson.says, why_not(kept.id, kept.state)
    if wanted.answer == "accept":
        path = configuration.lessons
        lessons = await asyncio.to_thread(load_lessons, path)
        there = any(each.id == lesson.id for each in lessons)  # written by whoever was cut off
        if not there and (why := await _outdated(store, lesson, wanted.owner, rules)):
            return lesson.says, why
        if len(lessons) >= MOST:
            return lesson.says, f"at most {MOST} lessons are kept; forget one first"
        if not there:
            taken = _named_apart(lesson, lessons)
            lesson = lesson.model_copy(update={"at": wanted.at, "owner": wanted.owner, "rule": taken})
            await asyncio.to_thread(write_lessons, path, (*lessons, lesson))
    state = "accepted" if wanted.answer == "accept" else "declined"
    await store.write([proposals.answered(kept.id, may, state, wanted.by, wanted.at)])
    return lesson.says, ""


async def _outdated(store: Log, lesson: Lesson, owner: str, rules: Rules) -> str:
    """Why it teaches nothing any more, by the corrections of today; empty: it does."""
    if await proposals.taken_back(store.read, owner, lesson.corrections):
        return why_not(lesson.id, "outdated")
    words = await corrections_of(store.read, owner)
    return await asyncio.to_thread(why_outdated, lesson, words, rules.for_owner(owner))


def _named_apart(lesson: Lesson, others: Iterable[Lesson]) -> object:
    """The lesson's rule, called otherwise if another lesson's has its name."""
    rule = lesson.rule
    if rule is None or all(each.rule is None or each.rule.name != rule.name for each in others):
        return rule
    return rule.model_copy(update={"name": f"{rule.name[:50].rstrip('-')}-{lesson.id}"})


async def _forgotten(store: Log, configuration: Configuration, wanted: LearningWanted) -> tuple[str, str]:
    """Take a lesson out of the file."""
    lessons = await asyncio.to_thread(load_lessons, configuration.lessons)
    lesson = next((each for each in lessons if each.id == wanted.lesson), None)
    if lesson is not None:
        rest = tuple(each for each in lessons if each is not lesson)
        await asyncio.to_thread(write_lessons, configuration.lessons, rest)
    ((*changed,),) = await store.write(
        [proposals.answered(wanted.lesson, ("accepted",), "forgotten", wanted.by, wanted.at)]
    )
    if lesson is None:
        return "", "" if changed else "no lesson of this name counts; `salver lessons` lists those that do"
    return lesson.says, ""


async def decides(store: Log, lesson: str) -> bool:
    """Whether the rules that decide, or did when Salver last ran, hold this lesson."""
    live = await rulings.last_live(store.read)
    try:
        return live is not None and any(each.id == lesson for each in live.rules.lessons)
    except StoreError:
        return False
