"""(lessons before, lessons now) -> whether their owners said so: only what they were shown passes however much it does.

The file of lessons is anybody's to edit; what was accepted or forgotten stands in the store.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from pipeline.store import proposals
from pipeline.store.migrations import StoreError
from pipeline.store.reads import Read
from stages.durations import DAY
from stages.rules.language import Lesson
from stages.rules.written import tree_of

LATELY = DAY
"""ms: so long ago at most a lesson was forgotten that goes now"""


async def answered(read: Read, before: Iterable[Lesson], after: Iterable[Lesson], at: int) -> bool:
    """Whether each lesson that came was accepted as it stands there, and each that went was forgotten lately."""
    was, now = list(before), list(after)
    for lesson in now:
        if lesson not in was and not await _accepted(read, lesson):
            return False
    left = {lesson.id for lesson in now}
    return all([await _forgotten(read, each.id, at) for each in was if each.id not in left])


async def _accepted(read: Read, lesson: Lesson) -> bool:
    kept = await proposals.proposal(read, lesson.id)
    if kept is None or kept.state != "accepted" or lesson.owner != kept.owner:
        return False
    try:
        proposed = kept.proposal.lesson
    except StoreError:
        return False
    return lesson.id == proposed.id and _content(lesson) == _content(proposed)


async def _forgotten(read: Read, id: str, at: int) -> bool:
    kept = await proposals.proposal(read, id)
    return kept is not None and kept.state == "forgotten" and abs(at - (kept.answered_at or 0)) < LATELY


def _content(lesson: Lesson) -> dict[str, Any]:
    """What it does: all but when it was taken in, whose it is, and how its rule was named apart from another's."""
    tree: dict[str, Any] = tree_of(lesson)
    rest = {key: each for key, each in tree.items() if key not in ("at", "owner")}
    if lesson.rule is not None:
        rest["rule"] = {key: each for key, each in rest["rule"].items() if key != "name"}
    return rest
