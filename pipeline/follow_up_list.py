"""What `salver follow-ups` lists: conversations, as a table that fits a terminal or as JSON."""

from __future__ import annotations

import json
import shutil
from zoneinfo import ZoneInfo

from pipeline.clock import iso, moment, now
from pipeline.commands import CommandError, reading_store
from pipeline.configuration import Configuration
from pipeline.following_up import END
from pipeline.store import follow_ups
from pipeline.store.follow_ups import Step
from pipeline.table import table
from stages.calm import FollowUp
from stages.conversation import OPEN, Conversation, Phase
from stages.header import clean
from stages.settings import Owner
from stages.standing import PHASES

_FIRST: tuple[Phase, ...] = ("owed", "answered", "to_ask", "asked", "snoozed")
"""What needs the owner most comes first."""


async def listed(configuration: Configuration, owner: str, everything: bool, as_json: bool) -> str:
    """Open conversations, or all, of one owner (by id or address) or of everybody. Raises CommandError."""
    whose = owner_called(configuration, owner) if owner else None
    store = await reading_store(configuration)
    try:
        phases = frozenset(PHASES) if everything else OPEN
        steps = await follow_ups.listed(store.read, whose.id if whose is not None else None, phases)
    finally:
        await store.close()
    steps.sort(key=_order)
    if as_json:
        return "\n".join(json.dumps(_object(step, configuration.follow_up)) for step in steps)
    if not steps:
        return "No conversation yet." if everything else "Nothing is open. `salver follow-ups --all` lists the others."
    zones = {each.id: each.zone for each in configuration.owner}
    here = now()
    head = ("id", "who", "how it stands", "since", "next")
    rows = [_row(step, configuration.follow_up, here, zones.get(step.conversation.owner, _UTC)) for step in steps]
    width = shutil.get_terminal_size((80, 24)).columns
    shown = sorted({zones.get(step.conversation.owner, _UTC).key for step in steps})
    times = "Times are UTC." if shown == ["UTC"] else f"Times are those of {' and '.join(shown)}."
    return f"{table(head, rows, width)}\n\n{times} {_hint(steps)}"


_UTC = ZoneInfo("UTC")


def owner_called(configuration: Configuration, named: str) -> Owner:
    """By id or address. CommandError: there is none."""
    for owner in configuration.owner:
        if named in (owner.id, *owner.addresses):
            return owner
    known = ", ".join(owner.id for owner in configuration.owner)
    raise CommandError(f"there is no owner {named}; known are {known}")


def _order(step: Step) -> tuple[int, float, int]:
    """What needs the owner first; of those to ask the best known first; else the latest step first."""
    phase = step.conversation.phase
    score = -step.conversation.score if phase == "to_ask" else 0.0
    if is_wondered(step.conversation):  # as an answer is
        return _FIRST.index("answered"), score, -step.at
    return _FIRST.index(phase) if phase in _FIRST else len(_FIRST), score, -step.at


def _row(step: Step, told: FollowUp, here: int, zone: ZoneInfo) -> tuple[str, ...]:
    known = step.conversation
    who = clean(known.about.name.value or "", 60) or "Someone"
    since, then = _day(_since(step), here, zone), _next(known, told)
    following = then[0] if then[1] is None else f"{then[0]} {_day(then[1], here, zone)}"
    return (known.request[-END:], who, stands(known), since, following)


def stands(known: Conversation) -> str:
    """How a conversation stands, with the owner's own verdict where there is one."""
    if known.phase == "settled" and known.said is not None:
        return f"you said {known.said.replace('_', ' ')}"
    return PHASES[known.phase]


def is_wondered(known: Conversation) -> bool:
    """Whether a message came that may be theirs, and the owner can say so."""
    return known.maybe_at is not None and known.phase in follow_ups.WONDERING


def _since(step: Step) -> int:
    known = step.conversation
    since = {"asked": known.asked_at, "answered": known.answered_at, "to_ask": known.came_at, "owed": known.came_at}
    found = since.get(known.phase)
    return found if found is not None else step.at


def _next(known: Conversation, told: FollowUp) -> tuple[str, int | None]:
    """What comes next, and when."""
    if is_wondered(known):
        return "is it theirs?", None
    if known.phase == "to_ask" and known.tell_at is None and known.reminders:
        return "ask them (no more reminders)", None
    if known.phase == "asked" and known.asked_at is not None:
        return "until", known.asked_at + told.answer_within
    if known.phase == "answered" and known.answered_at is not None:
        return "rests", known.answered_at + told.answer_within
    if known.phase == "snoozed":
        return "back", known.until
    return {"to_ask": "ask them", "owed": "answer them"}.get(known.phase, ""), None


def _day(at: int, here: int, zone: ZoneInfo) -> str:
    """The day, or the time of day where it is today."""
    day, _, time = moment(at, here, zone).partition(", ")
    return time if time and day == moment(here, here, zone).partition(", ")[0] else day


def _hint(steps: list[Step]) -> str:
    """What to say next, about the first of them."""
    known = steps[0].conversation
    id = known.request[-END:]
    if is_wondered(known):
        return f"If the message was their answer: `salver answered {id}`. If not, there is nothing to do."
    if known.phase == "to_ask":
        return f"When you have asked them: `salver asked {id}`. `salver log {id}` tells what is known."
    if known.phase == "owed":
        return f"When you have answered them: `salver done {id}`."
    if known.phase in OPEN:
        return f"Whatever comes of it, you decide: `salver good {id}`, or intriguing, ugly, dismiss."
    return f"`salver log {id}` tells the whole story."


def _object(step: Step, told: FollowUp) -> dict[str, object]:
    """For machines: times in ISO 8601, UTC; null where there is none."""
    known = step.conversation
    return {
        "request": known.request,
        "mail": known.mail,
        "owner": known.owner,
        "network": known.network,
        "name": known.about.name.value,
        "profile_url": known.about.profile_url.value,
        "phase": known.phase,
        "stands": stands(known),
        "verdict": known.said or known.verdict,
        "said": known.said,
        "score": known.score,
        "since": iso(_since(step)),
        "came_at": iso(known.came_at),
        "asked_at": iso(known.asked_at),
        "answered_at": iso(known.answered_at),
        "next_at": iso(_next(known, told)[1]),
    }
