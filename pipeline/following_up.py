"""What `salver asked`, `good`, `snooze` and their like do with a request: try the state table, tell the log, wait."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import NamedTuple, get_args
from zoneinfo import ZoneInfo

from pipeline.called import is_called, several
from pipeline.clock import moment, now
from pipeline.commands import SHORTEST, CommandError, reading_store
from pipeline.configuration import Configuration
from pipeline.settings import told_settings
from pipeline.store import state
from pipeline.store.follow_ups import Came, came_of, holds, listed, opening_of, requests_of, standing
from pipeline.store.lock import served
from pipeline.store.log import BUSY_SECONDS, Log
from pipeline.store.steps import steps_of
from stages.conversation import OPEN, Advanced, Conversation, Ordered, Refused, Rejudged
from stages.durations import DAY, MINUTE
from stages.events import Filed, Order, Verdict
from stages.flow import TALK
from stages.header import clean
from stages.keeping import Scope
from stages.settings import Settings
from stages.standing import PHASES
from stages.steps import last_words

END = 8
"""Characters of an id's end that are shown."""
POLL_SECONDS = 0.05
LATER = "Salver is not running; this is done as soon as it is (`salver serve`)."


class Told(NamedTuple):
    """What is said about one request, and whether what was ordered is done, noted, or was so already."""

    text: str
    ok: bool
    waits: bool = False
    """something about it is still to be done"""


class _Asked(NamedTuple):
    """An order that went into the log. `new`: it was not there before."""

    id: str
    event: Ordered
    name: str
    zone: ZoneInfo
    new: bool


async def follow(
    configuration: Configuration,
    references: Sequence[str],
    order: Order,
    rest: int | None = None,
    always: Scope | None = None,
) -> list[Told]:
    """Carry out an order about each request, in turn. `rest`: how long a snooze lasts, ms. Raises CommandError.

    `always`: whose further requests are the same.
    """
    settings, _ = told_settings(configuration)
    told: list[Told | _Asked] = []
    async with _store(configuration) as store:
        for reference in references:
            try:
                told.append(await _one(store, settings, reference.strip(), order, rest, always))
            except CommandError as error:
                told.append(Told(str(error), False))
        serving = served(configuration.store.path)
        deadline = deadline_from_now()
        return [await _came(store, settings, each, serving, deadline) for each in told]


@asynccontextmanager
async def _store(configuration: Configuration) -> AsyncIterator[Log]:
    store = await reading_store(configuration)
    try:
        yield store
    except sqlite3.OperationalError as error:
        raise CommandError(f"the store cannot be written to now ({error}): try again in a moment") from None
    finally:
        await store.close()


async def _one(
    store: Log, settings: Settings, reference: str, order: Order, rest: int | None, always: Scope | None
) -> Told | _Asked:
    """Put the order into the log, where the table allows it."""
    request = await meant(store, reference, order)
    event, known, waits = await _event(store, settings, request, order, rest)
    event = event.model_copy(update={"always": always})
    about = known.about if known is not None else event.opens.about if event.opens is not None else None
    name = clean(about.name.value or "", 60) if about is not None else ""
    zone = settings.owner(event.owner).zone
    if known is not None and (already := _already(known, event, name, zone)):
        return Told(already, True, waits)
    refused = _refused(known, event, settings)
    if refused is not None:
        return Told(f"{name or request[-END:]}: {refused}", False)
    version = known.version if known is not None else 0
    id = (
        f"{request}.said{version}.{order}" + (f".{rest}" if rest is not None else "") + (f".{always}" if always else "")
    )
    return _Asked(id, event, name, zone, await store.ask(id, event))  # pressed twice at once, it is one


async def _event(
    store: Log, settings: Settings, request: str, order: Order, rest: int | None
) -> tuple[Ordered, Conversation | None, bool]:
    """The order as an event, how the conversation will stand when it is read, and whether anything comes before it."""
    try:
        opens = await opening_of(store, request, settings)
        known, waits = await standing(store.read, request, opens.mail if opens is not None else request, settings)
        at = opens if opens is not None else known
        if at is None:
            raise CommandError(f"{request[-END:]} is being read still: try again in a moment")
        settings.owner(at.owner)
    except KeyError as error:
        raise CommandError(f"{request[-END:]} is of the owner {error}, who is not in this configuration") from None
    event = Ordered(
        mail=at.mail,
        owner=at.owner,
        request=request,
        order=order,
        span=rest,
        by="terminal",
        at=now(),
        opens=opens if known is None else None,
    )
    if order == "forget" and known is not None:
        last = last_words(await steps_of(store.read, request, known.mail, settings))
        event = event.model_copy(update={"before": last.before if last is not None else None})
    return event, known, waits


async def meant(store: Log, reference: str, order: Order) -> str:
    """The id of the request that is named by its id, its end, the id of its mail, or a name. Raises CommandError."""
    if not is_text(reference):
        raise CommandError("what was typed is no valid text: copy the id anew, or type the name")
    found = await requests_of(store, reference)
    if not found and not await holds(store, reference) and len(reference) >= SHORTEST:
        ends_so = await state.meant(store, reference)
        if len(ends_so) > 1:
            raise CommandError(f"{len(ends_so)} ids or more end in {reference}: write more of it")
        reference = ends_so[0] if ends_so else reference
        found = await requests_of(store, reference)
    if len(found) == 1:
        return found[0]
    if found:
        ends = ", ".join(request[-END:] for request in found)
        raise CommandError(f"the mail {reference[-END:]} holds {len(found)} requests, name one of them: {ends}")
    if await holds(store, reference):
        raise CommandError(
            f"the mail {reference[-END:]} holds no request that was judged; `salver log` tells its story"
        )
    return await _named(store, reference, order)


async def _named(store: Log, name: str, order: Order) -> str:
    """The id of the one request of somebody of this name. Raises CommandError: there is none, or several.

    What is to be forgotten is looked for among all of which something was said. A verdict can be on anybody's request;
    what else is said is of an open conversation, if one fits.
    """
    forget, verdict = order == "forget", order in get_args(Verdict)
    steps = [step.conversation for step in await listed(store.read, None, PHASES if forget else OPEN)]
    held = [(known.request, known.about.name.value or "") for known in steps if known.said or not forget]
    called = [(request, of) for request, of in held if is_called(of, name)]
    what = "of your verdicts" if forget else "open conversations"
    if not forget and (verdict or not called):
        what, called = "requests", [each for each in await state.people(store) if is_called(each[1], name)]
    if len(called) > 1:
        raise CommandError(several(what, name, called))
    if called:
        return called[0][0]
    short = "" if len(name) >= SHORTEST else f" (of an id, write the last {SHORTEST} characters at least)"
    lists = "`salver corrections` lists what you said" if forget else "`salver follow-ups` lists what is open"
    raise CommandError(f"nothing is known of {name}{short}; {lists}")


def _refused(known: Conversation | None, event: Ordered, settings: Settings) -> str | None:
    """Why the table does not allow it, and what it does; None: it does."""
    outcomes = TALK[Ordered](known, event, settings)
    refused = next((each for each in outcomes if isinstance(each, Refused)), None)
    if refused is None:
        return None
    if known is None or event.order in ("done", "forget") or event.always:  # it says what to do instead
        return refused.why
    orders: tuple[Order, ...] = get_args(Order)
    others = [
        f"`{order}`"
        for order in orders
        if order not in ("undo", "forget", "not_theirs")  # the latter is said by mail alone
        and not any(
            isinstance(each, Refused)
            for each in TALK[Ordered](known, event.model_copy(update={"order": order}), settings)
        )
    ]
    return f"{refused.why}; you can say {', '.join(others)}"


def _already(known: Conversation, event: Ordered, name: str, zone: ZoneInfo) -> str:
    """In words, that it stands so already; empty: it does not."""
    order, whose = event.order, _whose(name)
    if order == "asked" and known.phase == "asked":
        since = f" on {moment(known.asked_at, event.at, zone)}" if known.asked_at is not None else ""
        return f"You said so already: you asked {name or 'them'}{since}."
    if order == "answered" and known.phase == "answered":
        return f"That is known already: {name or 'they'} answered."
    if order in ("good", "intriguing", "ugly") and known.phase == "settled" and known.said == order:
        if event.always not in (None, known.always):
            return ""
        return f"You said so already: {whose} request is {order}."
    if order == "dismiss" and known.phase == "dismissed":
        return f"You said so already: you dismissed {whose} request."
    if order == "withdrawn" and known.phase == "withdrawn":
        return f"That is known already: {name or 'they'} took the request back."
    if order == "done" and known.phase == "settled":
        return f"Nothing is left to do: {whose} request is settled already."
    if order == "snooze" and known.phase == "snoozed" and known.until is not None:
        until = event.at + (event.span if event.span is not None else DAY)
        if abs(known.until - until) < MINUTE:
            return f"You said so already: you hear of {name or 'them'} again on {moment(known.until, event.at, zone)}."
    return ""


def deadline_from_now() -> float:
    """Until when a command waits for a running Salver, by the loop's clock."""
    return asyncio.get_running_loop().time() + BUSY_SECONDS


async def outcome(store: Log, id: str, serving: bool, deadline: float) -> Came:
    """What comes of an event of the log; where a Salver serves it, when that is done or the deadline is over."""
    came = await came_of(store.read, id)
    while serving and came.waiting and asyncio.get_running_loop().time() < deadline:
        await asyncio.sleep(POLL_SECONDS)
        came = await came_of(store.read, id)
    return came


def is_text(reference: str) -> bool:
    """False: octets that are no UTF-8, which come as lone surrogates; the store cannot be asked for them."""
    return reference.isprintable()


async def _came(store: Log, settings: Settings, asked: Told | _Asked, serving: bool, deadline: float) -> Told:
    """What became of an order: wait until a running Salver has done it, and all that follows from it."""
    if isinstance(asked, Told):
        return asked._replace(text=f"{asked.text} {LATER}") if asked.waits and not serving else asked
    came = await outcome(store, asked.id, serving, deadline)
    if came.state == "dead":
        why = came.troubles[0] if came.troubles else "the reason is not known"
        return Told(f"{asked.name}: it could not be done ({why}); `salver retry {asked.id}` tries again", False)
    for event in came.events:
        if isinstance(event, Refused):
            return Told(f"{asked.name or asked.event.request[-END:]}: {event.why}", False)
    step = next((event for event in came.events if isinstance(event, Advanced)), None)
    twice = "" if asked.new else "You said so already. "
    if step is None:
        return Told(twice + _noted(asked, serving), True)
    said = _done(step, asked.name, settings, asked.event.at, asked.zone)
    back = "" if step.cue == "forget" else f" `salver undo {step.request[-END:]}` takes this back."
    return Told(f"{twice}{said}{_lies(came)}{back}", True)


def _noted(asked: _Asked, serving: bool) -> str:
    what = f"Noted: {asked.event.order}, {asked.name or asked.event.request[-END:]}."
    if serving:
        return f"{what} Salver is busy and has not come to it yet; `salver status` says what it waits for."
    return f"{what} {LATER}"


def _done(step: Advanced, name: str, settings: Settings, at: int, zone: ZoneInfo) -> str:
    """What happened, and what comes next."""
    after, who, whose = step.conversation, name or "them", _whose(name)
    if step.cue == "asked" and after.asked_at is not None:
        until = moment(after.asked_at + settings.follow_up.answer_within, at, zone)
        return f"Asked. Salver waits for {whose} answer until {until}."
    if step.cue == "answered":
        return f"Noted: {step.reason}."
    if step.cue == "snooze" and after.until is not None:
        return f"Put off. You hear of {who} again on {moment(after.until, at, zone)}."
    if step.cue == "dismiss":
        return f"Dismissed. You hear no more of {whose} request; the mail stays where it lies."
    if step.cue == "withdrawn":
        return f"Noted: {name or 'they'} took the request back. If they ask again, that is a new one."
    if step.cue == "done":
        return f"Done. Nothing more is due to {who}."
    if step.cue == "forget":
        return f"Taken back: what you said of {whose} request counts no more, and Salver judges it itself."
    return f"Settled: {whose} request is {step.cue}, as you say.{_of_all(after)}"


def _of_all(known: Conversation) -> str:
    """That it holds for further requests, too."""
    if known.always is None:
        return ""
    name = clean((known.about.name if known.always == "person" else known.about.company).value or "", 60)
    from_ = name or ("them" if known.always == "person" else "their company")
    proven = ", where its mail is proven to be the network's" if known.said == "good" else ""
    return f" So is every further request from {from_}{proven}; what came before stays where it lies."


def _lies(came: Came) -> str:
    """Where the mail lies now, if the order moved it."""
    filed = [event for event in came.events if isinstance(event, Filed)]
    if came.waiting or came.dead:
        why = f" ({came.troubles[0]})" if came.troubles else ""
        return f" Where the mail belongs now is not settled yet{why}."
    if not filed:
        judged = next((event for event in came.events if isinstance(event, Rejudged)), None)
        return f" It belongs in {judged.folder}." if judged is not None else ""
    return f" {lies_in(filed, ' now')}"


def lies_in(filed: Sequence[Filed], moved: str = "") -> str:
    """Where a mail lies, after a filing that found it where its owner had put it, or `moved` it."""
    there = [event for event in filed if event.name or not event.left]
    if not there:
        return "The mail is in none of the folders any more: you deleted it, or put it elsewhere."
    lies = " and ".join(sorted({event.folder for event in there}))
    return f"The mail lies in {lies}{', where you put it' if all(event.left for event in there) else moved}."


def _whose(name: str) -> str:
    return f"{name}'s" if name else "their"
