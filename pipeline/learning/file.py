"""Lessons <-> the file of what an owner's corrections taught: TOML that a person can read, edit and cut lines from.

The file is written whole or not at all. One that is broken is told like a broken rules file, and never skipped: without
what was learned other decisions would be made, and nobody would have been asked.
"""

from __future__ import annotations

import textwrap
from collections.abc import Collection, Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

from pydantic import BeforeValidator, Field, ValidationError

from pipeline.owners_file import is_absent
from pipeline.toml_file import ConfigError, Mistake, explain, line_of, text_of, toml_of
from pipeline.whole_file import put
from stages.rules.language import Lesson, Rule
from stages.rules.naming import Known, wrong_names
from stages.rules.walking import TESTS, Place, Remark, conditions_of
from stages.rules.written import tree_of
from stages.toml_text import toml_flat, toml_value
from stages.values import Value

MOST = 500
"""lessons of one file"""
_LAST = 253_402_300_799_000
"""ms: the last second of the year 9999, after which TOML writes no time"""
_NO_LIST = 'a lesson reads no file; write the texts here, as ["one", "two"]'
_WIDTH = 116
_HEAD = (
    "What Salver learned from your corrections. Each lesson stands here because you accepted it (`salver accept`, or "
    "`accept` in answer to a digest), and nothing else that was learned counts.",
    "`salver lessons` tells what each of them does; `salver lessons forget ID` takes one out, and so does deleting its "
    "lines here. You may edit them, too: a rule is written as RULES.md describes it. Lessons are read before your own "
    "rules, add at most 2 points together, move a threshold by at most 1, and never make ugly what is good without "
    "them, nor good what a rule of yours makes ugly.",
)


def _milliseconds(given: object) -> object:
    """A time as TOML writes it -> ms since the epoch; one without a zone is UTC."""
    if isinstance(given, datetime):
        aware = given if given.tzinfo is not None else given.replace(tzinfo=UTC)
        return round(aware.timestamp() * 1000)
    return given


class Kept(Lesson):
    """A lesson as it stands in the file."""

    at: Annotated[int, BeforeValidator(_milliseconds)] = Field(ge=0, le=_LAST)


class Lessons(Value):
    """The file."""

    lesson: tuple[Kept, ...] = ()


def load_lessons(path: Path, folders: Collection[str] | None = None) -> tuple[Lesson, ...]:
    """What was learned; nothing where there is no file yet. Raises ConfigError, with every mistake and its line.

    `folders` are those declared in the configuration; None: not known here.
    """
    if is_absent(path):
        return ()
    try:
        text = text_of(path)
    except ConfigError as error:
        raise ConfigError(f"{error}\n{_way_out(path)}") from None
    try:
        found = Lessons.model_validate(toml_of(text, path)).lesson
    except ValidationError as error:
        raise ConfigError(f"{explain(error, text, path, Lessons)}\n{_way_out(path)}") from None
    mistakes = [*_twice(found, text, path), *_wrong(found, folders, text, path)]
    if len(found) > MOST:
        mistakes.append(f"{path}: at most {MOST} lessons are kept; take some out")
    if mistakes:
        raise ConfigError("\n".join((*mistakes, _way_out(path))))
    return tuple(Lesson.model_validate(tree_of(each)) for each in found)


def _way_out(path: Path) -> str:
    return f"Mend {path}, or move it away: without it nothing that was learned counts."


def _twice(found: Iterable[Lesson], text: str, path: Path) -> Iterator[str]:
    """Lessons, or their rules, of one name: nobody could say which of them is meant."""
    ids: set[str] = set()
    names: set[str] = set()
    for at, each in enumerate(found):
        for key, known, name in (("id", ids, each.id), ("rule.name", names, each.rule.name if each.rule else "")):
            if name and name in known:
                line = line_of(text, ("lesson", at, *key.split(".")))
                where = f"{path}, line {line}" if line else str(path)
                yield f'{where}: {key}: "{name}" is there twice; give each lesson its own'
            known.add(name)


def _wrong(found: Iterable[Lesson], folders: Collection[str] | None, text: str, path: Path) -> Iterator[str]:
    """Names in the rules of lessons that nothing has, and lists, which stand in the lesson itself.

    A signal that is no more is only doubted: the lesson does less, and nobody wrote it. So is the name of an owner.
    """
    for at, each in enumerate(found):
        if each.rule is None:
            continue
        place = ("lesson", at, "rule")
        remarks = [one for one in wrong_names(each.rule, place, Known(folders or ())) if _counts(one, folders)]
        remarks += (Remark(where, _NO_LIST) for where in _lists_in(each.rule, place))
        for one in remarks:
            yield Mistake(line_of(text, one.place), f'lesson "{each.id}": {one.says}').at(path)


def _counts(remark: Remark, folders: Collection[str] | None) -> bool:
    """Signals are doubted; rules are not known here, nor perhaps the folders."""
    named = remark.place[-2] if isinstance(remark.place[-1], int) else remark.place[-1]
    return named not in ("signal", "signals", "silent", "rule") and (folders is not None or named != "folder")


def _lists_in(rule: Rule, place: Place) -> Iterator[Place]:
    for at, condition in conditions_of(rule, place):
        for key, name in TESTS.items():
            if (sought := getattr(condition, name)) is not None and sought.file:
                yield (*at, key, "file")


# --- writing ------------------------------------------------------------------------------------------------------


def write_lessons(path: Path, lessons: Iterable[Lesson]) -> None:
    """The file, whole or not at all, readable by its owner only (0600). Raises OSError: what was there is as it was."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    put(path.resolve(), rendered(lessons).encode())


def ordered(lessons: Iterable[Lesson]) -> tuple[Lesson, ...]:
    """As the file has them: the oldest first."""
    return tuple(sorted(lessons, key=lambda lesson: (lesson.at, lesson.id)))


def rendered(lessons: Iterable[Lesson]) -> str:
    """The file's text: a head that says what it is, and a table each, the oldest first."""
    lines = [f"# {line}" for part in _HEAD for line in textwrap.wrap(part, _WIDTH)]
    for each in ordered(lessons):
        lines += ["", *written(each)]
    return "\n".join(lines) + "\n"


def written(lesson: Lesson) -> Iterator[str]:
    """The lines of one lesson."""
    tree = tree_of(lesson)
    rule = tree.pop("rule", {})
    at = datetime.fromtimestamp(tree.pop("at") / 1000, UTC).isoformat(timespec="milliseconds")
    yield "[[lesson]]"
    yield f"id = {toml_flat(tree.pop('id'))}"
    yield f"at = {at.replace('+00:00', 'Z')}"
    yield from (f"{key} = {toml_value(value, len(key) + 3)}" for key, value in tree.items())
    for key, value in rule.items():  # dotted, so that whoever looks for a line finds it within its lesson
        yield f"rule.{key} = {toml_value(value, len(key) + 8)}"
