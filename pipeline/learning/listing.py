"""What `salver proposals` and `salver lessons` list: what could be learned, and what was."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

from pipeline.clock import iso, moment, now
from pipeline.commands import reading_store
from pipeline.configuration import Configuration
from pipeline.follow_up_list import owner_called
from pipeline.following_up import END
from pipeline.learning.file import written
from pipeline.learning.looking import Learning
from pipeline.rules.doubting import doubtful_lessons
from pipeline.settings import stage_settings
from pipeline.store import lessons, proposals
from pipeline.store.lock import served
from pipeline.store.log import Log
from pipeline.store.migrations import StoreError
from pipeline.store.proposals import Kept
from stages.header import clean
from stages.proposals import Changed, Proposal
from stages.rules.language import Lesson
from stages.rules.lesson_doubts import Doubt
from stages.settings import Owner

NAMED = 5
"""Past decisions that are named of those that would change."""
_INDENT = "  "


async def proposed(configuration: Configuration, owner: str, as_json: bool) -> str:
    """What is proposed to one owner (by id or address) or to all. Where no Salver runs, it is looked for first."""
    whose = owner_called(configuration, owner).id if owner else None
    settings = stage_settings(configuration)
    serving = served(configuration.store.path)
    store = await reading_store(configuration)
    try:
        if configuration.learning.proposals and not serving:
            await Learning(store, configuration, lambda: settings).look()
        found = await _readable(store, whose)
    finally:
        await store.close()
    if as_json:
        return "\n".join(json.dumps(_proposal_object(kept, told)) for kept, told in found)
    if not found:
        return _none(configuration, serving)
    owners = {each.id: each for each in configuration.owner}
    return "\n\n".join("\n".join(_proposal(kept, told, owners, len(owners) > 1)) for kept, told in found)


async def _readable(store: Log, owner: str | None) -> list[tuple[Kept, Proposal]]:
    found = []
    for kept in await proposals.proposals(store.read, owner, ("open",)):
        try:
            found.append((kept, kept.proposal))
        except StoreError:
            continue
    return found


def _none(configuration: Configuration, serving: bool) -> str:
    if not configuration.learning.proposals:
        return "Salver proposes nothing, since proposals is off in [learning]."
    when = " Salver looks again a few minutes after each." if serving else ""
    return (
        f"Nothing is proposed. It takes {configuration.learning.least} corrections or more that say the same of as "
        f"many people, over more than an hour; `salver corrections` lists yours.{when}"
    )


def _proposal(kept: Kept, told: Proposal, owners: dict[str, Owner], several: bool) -> Iterator[str]:
    owner = owners.get(kept.owner)
    when = moment(kept.made_at, now(), owner.zone) if owner else ""
    yield f"{kept.id}  {', '.join(part for part in (kept.owner if several else '', when) if part)}"
    yield f"{_INDENT}{clean(told.says, 1_000)}"
    yield f"{_INDENT}{_tried(told)}"
    yield f"{_INDENT}From {_corrections(told.corrections)}."
    yield f"{_INDENT}What would be written into the file of lessons:"
    yield from (f"{_INDENT}+ {line}" for line in written(told.lesson))
    yield f"{_INDENT}Nothing changes before you say so: `salver accept {kept.id}` or `salver decline {kept.id}`."


def _tried(told: Proposal) -> str:
    """How it did on what is past."""
    right = f"It would have been right {told.right} of {told.of} times"
    if not told.uncorrected:
        return f"{right}, and would have changed nothing that you left as it was."
    named = [_changed(each) for each in told.changes if each.said is None][:NAMED]
    more = told.uncorrected - len(named)
    names = ", ".join((*named, *((f"{more} more",) if more > 0 else ())))
    decisions = "1 past decision" if told.uncorrected == 1 else f"{told.uncorrected} past decisions"
    return f"{right}; it changes {decisions} that you left as they were: {names}."


def _changed(each: Changed) -> str:
    was, becomes = (verdict.replace("_", " ") for verdict in (each.was, each.becomes))
    return f"{clean(each.name, 40) or each.request[-END:]} ({was} -> {becomes})"


def _corrections(ids: Iterable[str]) -> str:
    """With the ids that `salver corrections` shows."""
    ends = list(dict.fromkeys(id.rpartition("/")[0][-END:] for id in ids))
    what = "1 correction" if len(ends) == 1 else f"{len(ends)} corrections"
    return f"{what} ({', '.join(ends)})" if ends else "no corrections that are known"


# --- what was learned ---------------------------------------------------------------------------------------------


async def learned(configuration: Configuration, owner: str, as_json: bool) -> str:
    """Every lesson that counts, with its receipt."""
    whose = owner_called(configuration, owner).id if owner else None
    settings = stage_settings(configuration)
    found = [each for each in settings.rules.lessons if whose is None or each.owner in ("", whose)]
    if not found:
        return "" if as_json else "Salver has learned nothing; `salver proposals` lists what it could."
    doubts = doubtful_lessons(settings)
    store = await reading_store(configuration)
    try:
        rows = [
            (each, await lessons.took_part(store.read, each), await proposals.proposal(store.read, each.id))
            for each in found
        ]
        ids = frozenset(id.rpartition("/")[0] for each in found for id in each.corrections)
        names = await lessons.names_of(store.read, ids | {part.request for _, part, _ in rows})
    finally:
        await store.close()
    if as_json:
        return "\n".join(json.dumps(_lesson_object(*row, doubts)) for row in rows)
    owners = {each.id: each for each in configuration.owner}
    blocks = ["\n".join(_lesson(*row, names, doubts, owners)) for row in rows]
    return "\n\n".join((*blocks, f"They stand in {configuration.lessons}. `salver lessons forget ID` takes one back."))


def _lesson(
    lesson: Lesson,
    part: lessons.Part,
    kept: Kept | None,
    names: dict[str, str],
    doubts: Iterable[Doubt],
    owners: dict[str, Owner],
) -> Iterator[str]:
    whose = owners.get(lesson.owner) or next(iter(owners.values()))
    of = lesson.owner if len(owners) > 1 else ""
    yield f"{lesson.id}  {', '.join(each for each in (of, f'since {moment(lesson.at, now(), whose.zone)}') if each)}"
    yield f"{_INDENT}{clean(lesson.says, 500)}"
    yield from (f"{_INDENT}! {doubt.says}" for doubt in doubts if doubt.lesson == lesson.id)
    people = ", ".join(dict.fromkeys(clean(names.get(id.rpartition("/")[0], ""), 40) for id in lesson.corrections))
    yield f"{_INDENT}From {_corrections(lesson.corrections)}{f': {people}' if people.strip(', ') else ''}."
    if kept is not None:
        try:
            yield f"{_INDENT}Before you accepted it: {_tried(kept.proposal)}"
        except StoreError as error:
            yield f"{_INDENT}{error}"
    yield f"{_INDENT}{_part(part, names)}"
    yield from (f"{_INDENT}| {line}" for line in written(lesson))


def _part(part: lessons.Part, names: dict[str, str]) -> str:
    if not part.decisions:
        return "It took part in no decision yet."
    decisions = "1 decision" if part.decisions == 1 else f"{part.decisions} decisions"
    who = clean(names.get(part.request, ""), 40) or part.request[-END:]
    return f"It took part in {decisions} since, the last about {who}; `salver log {part.request[-END:]}` shows it."


# --- for machines -------------------------------------------------------------------------------------------------


def _proposal_object(kept: Kept, told: Proposal) -> dict[str, Any]:
    """With what it would change; times in ISO 8601."""
    return told.model_dump(mode="json", exclude={"lesson", "what"}) | {
        "lesson": kept.id,
        "owner": kept.owner,
        "state": kept.state,
        "made_at": iso(kept.made_at),
        "told_at": iso(kept.told_at),
        "patch": "\n".join(written(told.lesson)),
    }


def _lesson_object(lesson: Lesson, part: lessons.Part, kept: Kept | None, doubts: Iterable[Doubt]) -> dict[str, Any]:
    return {
        "lesson": lesson.id,
        "owner": lesson.owner,
        "says": lesson.says,
        "since": iso(lesson.at),
        "corrections": list(lesson.corrections),
        "decisions": part.decisions,
        "last_request": part.request or None,
        "doubts": [doubt.says for doubt in doubts if doubt.lesson == lesson.id],
        "receipt": _receipt(kept),
        "patch": "\n".join(written(lesson)),
    }


def _receipt(kept: Kept | None) -> dict[str, Any] | None:
    """The proposal as it was accepted; null where it is not known."""
    try:
        return None if kept is None else _proposal_object(kept, kept.proposal)
    except StoreError:
        return None
