"""(Settings) -> what is doubtful in live rules and lessons, and which examples fail: told, and nothing hangs on it."""

from __future__ import annotations

import structlog

from stages.rules.checking import doubts
from stages.rules.examples import failing_examples
from stages.rules.lesson_doubts import Doubt, lesson_doubts
from stages.settings import Settings

log = structlog.get_logger()


def doubtful(settings: Settings) -> list[str]:
    """What is hardly meant in rules and lessons that load, one line each."""
    odd = doubtful_lessons(settings)
    return [
        *doubts(settings.rules, settings.told_points),
        *(f"lesson {each.lesson}: {each.says}; `salver lessons forget {each.lesson}` takes it out" for each in odd),
    ]


def doubtful_lessons(settings: Settings) -> tuple[Doubt, ...]:
    """What is odd about the lessons that count."""
    return lesson_doubts(settings.rules, settings.told_points, [owner.id for owner in settings.owners])


def announce(settings: Settings) -> None:
    """Rules that are hardly meant judge all the same: a server that would not start for them would lose mail."""
    for doubt in doubts(settings.rules, settings.told_points):
        log.warning("rules_doubted", why=doubt)
    if failing := failing_examples(settings):
        log.warning("examples_failed", examples=len(failing), told_by="salver check")
