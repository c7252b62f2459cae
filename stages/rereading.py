"""The vocabulary of reading a mail again, with newer code; and what changes by it: field by field, and what stays.

What the owner said, and the answers of the day the mail came, stay: only what the mail was read to say is new.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from pydantic import Field

from stages.enrich import enrich, signers_of
from stages.events import Enriched, Event, History, LookedUp, Notice, Parsed, Request, Seen
from stages.settings import Settings

_TOLD = (
    "network", "claims", "template", "from_name", "from_address", "imitates", "mail_time", "language",
    "recipient_first_name", "unread",
)  # fmt: skip
"""Fields of a mail that are compared: what a person can see, and what decides. Not those that only say how it was read.
"""
_HOSTS = ("foreign", "imitating", "disguised")


class RereadWanted(Event):
    """Read the mail again, and judge and file it anew if it is read otherwise: its owner asked for that."""

    at: int = Field(description="when they did")


class Change(NamedTuple):
    """One thing that is read otherwise. `of`: the person's number in the mail, from 1; 0: of the mail itself."""

    of: int
    field: str
    old: str
    new: str


def changes(old: Parsed, new: Parsed) -> tuple[Change, ...]:
    """All that is read otherwise, in order; a state that is not `shown` stands as `(absent)` or `(unknown)`."""
    return tuple(change for change in _changes(old, new) if change.old != change.new)


def _changes(old: Parsed, new: Parsed) -> Iterator[Change]:
    for field in _TOLD:
        yield Change(0, "kind" if field == "claims" else field, _text(getattr(old, field)), _text(getattr(new, field)))
    for field in _HOSTS:
        told = (" ".join(getattr(parsed.links, field)) for parsed in (old, new))
        yield Change(0, f"links {field}", *(text or "(none)" for text in told))
    ways = (parsed.forwarded.how if parsed.forwarded else "(no)" for parsed in (old, new))
    yield Change(0, "forwarded", *ways)
    yield Change(0, "people", str(len(old.notices)), str(len(new.notices)))
    for number, notice in enumerate(new.notices):
        before = partner(notice, number, old.notices)
        for field in Notice.model_fields:
            told_old, told_new = (_text(getattr(each, field)) for each in (before or Notice(), notice))
            yield Change(number + 1, field, told_old, told_new)


def _text(value: object) -> str:
    if isinstance(value, Seen):
        return str(value.value) if value.state == "shown" else f"({value.state})"
    return "(none)" if value in (None, "") else str(value)


def partner(notice: Notice, number: int, others: tuple[Notice, ...]) -> Notice | None:
    """Of another reading of the same mail, the notice about the same person; of one person there and here, that."""
    at = place(notice, number, others)
    return None if at is None else others[at]


def place(notice: Notice, number: int, others: tuple[Notice, ...]) -> int | None:
    """Where it stands among the others; None: nowhere."""
    for field in ("invitation_id", "profile_url", "name"):
        mine = getattr(notice, field).value
        same = [at for at, other in enumerate(others) if mine is not None and getattr(other, field).value == mine]
        if len(same) == 1:
            return same[0]
    return 0 if len(others) == 1 and number == 0 else None


def asks_for_others(old: Parsed, new: Parsed) -> bool:
    """Whether today's reading asks for proofs that nobody asked for when the mail came."""
    return (signers_of(old), old.original) != (signers_of(new), new.original)


def again(looked_up: LookedUp, last: Enriched, new: Parsed, at: int, settings: Settings) -> Enriched:
    """The mail as it is read now, with the answers that were given when it came, and what became of its requests."""
    answered = looked_up.parsed.notices
    places = [place(notice, number, answered) for number, notice in enumerate(new.notices)]
    told = [
        looked_up.histories[found] if found is not None and found < len(looked_up.histories) else History()
        for found in places
    ]
    came = {name: getattr(last.parsed, name) for name in ("received_at", "account", "imported")}
    kept = new.model_copy(update=came)
    (fresh,) = enrich(looked_up.model_copy(update={"parsed": kept, "histories": tuple(told)}), settings)
    requests = tuple(_carried(last, fresh))
    # Who accepted or wrote was counted when the mail came; nothing of that happens once more.
    now = {"requests": requests, "again": at, "anew": True, "without": last.without}
    return fresh.model_copy(update=now)


def _carried(last: Enriched, fresh: Enriched) -> Iterator[Request]:
    """Each request under the id it had, with what its owner said of it; a person who was not read before opens one."""
    known = tuple(request.notice for request in last.requests)
    used = {request.id for request in last.requests}
    taken: set[int] = set()
    for number, request in enumerate(fresh.requests):
        at = place(request.notice, number, known)
        if at is not None and at not in taken:
            taken.add(at)
            before = last.requests[at]
            stays = {"id": before.id, "joins": before.joins, "asked": before.asked, "said": before.said}
            yield request.model_copy(update={**stays, "memory": before.memory, "past": before.past})
            continue
        id, count = request.id, number
        while id in used:
            count += 1
            id = f"{fresh.mail}-{count}"
        used.add(id)
        yield request.model_copy(update={"id": id})
