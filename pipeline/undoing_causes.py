"""`salver undo --rule NAME`, `--lesson ID`: show what a rule did, undo it mail by mail, look, and list what stayed."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

from pipeline.clock import moment, now
from pipeline.commands import CommandError, reading_store
from pipeline.configuration import Configuration
from pipeline.following_up import outcome
from pipeline.settings import stage_settings
from pipeline.store.caused import Judged, decided_by, decided_by_points, history, judged, with_the_same_requests
from pipeline.store.conversations import conversation_of
from pipeline.store.follow_ups import Came
from pipeline.store.lock import served
from pipeline.store.log import BUSY_SECONDS, Log
from pipeline.table import table
from stages.conversation import RejudgingWanted
from stages.events import Decision, Filed
from stages.header import clean
from stages.replay import Recorded, replayed
from stages.route import best_of
from stages.rules.language import Lesson, Rules
from stages.saying import verdict
from stages.settings import Settings
from stages.stepping import cause as called

Tell = Callable[[str], None]
_SHOWN = 20
"""mails that are listed; the rest is counted"""


class Cause(NamedTuple):
    """A rule, by its name, or a lesson."""

    rule: str = ""
    lesson: str = ""

    @property
    def without(self) -> str:
        return f"lesson:{self.lesson}" if self.lesson else self.rule


@dataclass(frozen=True)
class Undoing:
    """A mail that would lie elsewhere, or be judged otherwise, without the cause."""

    last: Judged
    was: tuple[Recorded, ...]
    becomes: tuple[Decision, ...]
    left: str = ""
    """why it is left as it is; empty: it is judged anew"""

    @property
    def folder(self) -> str:
        best = best_of(self.becomes)
        assert best is not None
        return best.folder

    @property
    def name(self) -> str:
        names = (each.judgement.request.notice.name.value for each in self.was)
        return clean(next((name for name in names if name), "") or "Someone", 40)


class Found(NamedTuple):
    """What is to be undone."""

    took_part: int
    undoings: tuple[Undoing, ...]


async def look(store: Log, settings: Settings, cause: Cause, since: int) -> Found:
    """What would be otherwise without the cause, of mail that came since then (ms). Raises CommandError."""
    lesson = _lesson(settings.rules, cause)
    mails = await _mails(store, cause, lesson, since)
    if not mails:
        return Found(0, ())
    everything = await judged(store.read, await with_the_same_requests(store.read, mails))
    rules = settings.rules.without(cause.without)
    made_then = list(history(everything))
    last = {time.mail: time for time in everything}
    own: dict[tuple[str, str], tuple[Recorded, Decision | None]] = {}
    for (time, each), made in zip(made_then, replayed((each for _, each in made_then), rules), strict=True):
        own[time.mail, each.request] = (each, made)
    found = []
    for mail, time in last.items():
        of_mail = [pair for (of, _), pair in own.items() if of == mail]
        told = [(each, made) for each, made in of_mail if made is not None]
        if any((each.verdict, each.folder) != (made.verdict, made.folder) for each, made in told):
            left = await _why_left(store, time)
            found.append(Undoing(time, tuple(each for each, _ in told), tuple(made for _, made in told), left))
    return Found(len(mails), tuple(found))


def _lesson(rules: Rules, cause: Cause) -> Lesson | None:
    if not cause.lesson:
        return None
    found = next((each for each in rules.lessons if each.id == cause.lesson), None)
    if found is None:
        raise CommandError(
            f'there is no lesson "{cause.lesson}"; `salver lessons` lists them. What a lesson did that is forgotten '
            "already is undone by the name of its rule: `salver undo --rule NAME`"
        )
    return found


async def _mails(store: Log, cause: Cause, lesson: Lesson | None, since: int) -> list[str]:
    if lesson is not None and lesson.rule is None:
        return await decided_by_points(store.read, "", max(since, lesson.at))
    return await decided_by(store.read, lesson.rule.name if lesson and lesson.rule else cause.rule, since)


async def _why_left(store: Log, last: Judged) -> str:
    """Why a mail stays as it is, in words; empty: it does not."""
    for each in last.routed.decisions:
        if each.judgement.request.said is not None:
            return f"you said that it is {verdict(each.judgement.request.said)}"
        talk = await conversation_of(store.read, each.judgement.request.id)
        if talk is not None and talk.asked_at is not None:
            return "you asked them already"
    return ""


# --- for people ---------------------------------------------------------------------------------------------------


async def undo(
    configuration: Configuration, cause: Cause, since: int, sure: Callable[[], bool], tell: Tell
) -> tuple[str, bool]:
    """Show, ask, undo, verify. Returns what to say last, and whether all is done. Raises CommandError."""
    settings = stage_settings(configuration)
    store = await reading_store(configuration)
    try:
        found = await look(store, settings, cause, since)
        if not found.took_part:
            raise CommandError(f"{called(cause.without)} took part in no decision{_since(since)}")
        wanted = [each for each in found.undoings if not each.left]
        for line in shown(found, cause, since, settings):
            tell(line)
        if not wanted:
            return "Nothing is to be moved.", True
        if not sure():
            return "Nothing was changed.", True
        return await _undone(store, wanted, cause, served(configuration.store.path))
    finally:
        await store.close()


def shown(found: Found, cause: Cause, since: int, settings: Settings) -> list[str]:
    """What would be moved and what would be left, in lines."""
    name = called(cause.without)
    several = "decision" if found.took_part == 1 else "decisions"
    head = f"{name[:1].upper()}{name[1:]} took part in the {several} of {_mails_of(found.took_part)}{_since(since)}."
    if not found.undoings:
        return [f"{head} Without it all would have been decided alike."]
    zones = {owner.id: owner.zone for owner in settings.owners}
    rows = []
    for each in found.undoings[:_SHOWN]:
        zone = zones.get(each.last.routed.owner)
        at = each.last.enriched.parsed.received_at
        when = moment(at, now(), zone) if zone is not None else ""
        rows.append((each.name, when, _said(each.was), _said(each.becomes), each.left and f"left: {each.left}"))
    columns = shutil.get_terminal_size((120, 24)).columns
    lines = [f"{head} Without it:", table(("who", "when", "was", "becomes", ""), rows, columns, wraps=True)]
    if (more := len(found.undoings) - _SHOWN) > 0:
        lines.append(f"... and {_mails_of(more)} more.")
    return lines


def _said(decisions: tuple[Recorded, ...] | tuple[Decision, ...]) -> str:
    return "; ".join(dict.fromkeys(f"{verdict(each.verdict)}, in {each.folder}" for each in decisions))


def _since(since: int) -> str:
    return " since then" if since else ""


def _mails_of(count: int) -> str:
    return "1 mail" if count == 1 else f"{count} mails"


# --- doing it -----------------------------------------------------------------------------------------------------


async def _undone(store: Log, wanted: list[Undoing], cause: Cause, serving: bool) -> tuple[str, bool]:
    """Judge each anew without the cause, the mail that brought a request before those that join it, and look."""
    done, troubles, waiting, at = 0, list[str](), 0, now()
    for each in wanted:
        id = await _ask(store, each, cause, at)
        came = await outcome(store, id, serving, asyncio.get_running_loop().time() + BUSY_SECONDS)
        if came.waiting:
            waiting += 1
        elif trouble := _trouble(each, came):
            troubles.append(f"{each.name}: {trouble}")
        else:
            done += 1
    lines = [f"{done} of {_mails_of(len(wanted))} {'lies' if done == 1 else 'lie'} where they belong without it."]
    if waiting:
        why = "Salver is busy" if serving else "Salver is not running (`salver serve`)"
        lines.append(f"{_mails_of(waiting)} will be moved as soon as it can be: {why}.")
    if troubles:
        lines += ["Not undone:", *(f"  {trouble}" for trouble in troubles)]
    return "\n".join(lines), not troubles


async def _ask(store: Log, each: Undoing, cause: Cause, at: int) -> str:
    """Put the work into the log; its id."""
    first = each.becomes[0]
    request = first.judgement.request
    wanted = RejudgingWanted(
        mail=each.last.mail,
        owner=each.last.routed.owner,
        request=request.id,
        asked=request.asked,
        said=request.said,
        without=cause.without,
        follows=first.judgement.request.past.verdict if request.joins else None,
        follows_into=(request.past.folder or "") if request.joins else "",
        at=at,
    )
    id = f"{each.last.mail}.without{at}"
    await store.ask(id, wanted)
    return id


def _trouble(each: Undoing, came: Came) -> str:
    """Why the mail does not lie where it belongs now, in words; empty: it does."""
    if came.dead:
        return came.troubles[0] if came.troubles else "it could not be done; `salver status` says why"
    filed = [event for event in came.events if isinstance(event, Filed)]
    if not filed:
        return "nothing was filed: the mail is no longer in the store"
    elsewhere = [event for event in filed if event.folder != each.folder]
    if not elsewhere:
        return ""
    if any(event.mailbox.startswith("lmtp:") for event in elsewhere):
        return "a mail server that is delivered to by LMTP moves nothing"
    if all(event.left for event in elsewhere):
        where = " and ".join(sorted({event.folder for event in elsewhere if event.name})) or "none of our folders"
        return f"it lies in {where}, where you put it"
    return f"it lies in {' and '.join(sorted({event.folder for event in elsewhere}))}"
