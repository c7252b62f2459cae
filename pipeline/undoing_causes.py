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
from pipeline.store import rulings
from pipeline.store.conversations import conversation_of
from pipeline.store.decisions import recorded
from pipeline.store.follow_ups import Came
from pipeline.store.lock import served
from pipeline.store.log import BUSY_SECONDS, Log
from pipeline.store.migrations import StoreError
from pipeline.table import table
from stages.conversation import Followed, RejudgingWanted
from stages.events import Decision, Enriched, Filed
from stages.header import clean
from stages.replay import Recorded, Replay
from stages.route import best_of
from stages.rules.causes import has, with_cause
from stages.rules.language import Rules
from stages.rules.naming import hint
from stages.saying import verdict
from stages.settings import Settings
from stages.stepping import cause as called

Tell = Callable[[str], None]
_STAYS = "It goes on deciding about new mail: take {name} out of its file if it is not to."
_FOR_GOOD = (
    "These mails are judged without it from now on. That cannot be taken back at once; of each you can say what it is "
    "(`salver good NAME`), or move it."
)
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

    was: tuple[Recorded, ...]
    becomes: tuple[Decision, ...]
    left: str = ""
    """why it is left as it is; empty: it is judged anew"""

    @property
    def enriched(self) -> Enriched:
        return self.was[0].enriched

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
    """mails"""
    undoings: tuple[Undoing, ...]


class _One(NamedTuple):
    """A decision as it was made, and as it would be with the cause and without it, all else being as it is now."""

    was: Recorded
    with_it: Decision
    without: Decision

    @property
    def took_part(self) -> bool:
        told = (("verdict", "folder", "rule", "labels", "notify"), (self.with_it, self.without))
        ours, theirs = ([getattr(each, name) for name in told[0]] for each in told[1])
        return ours != theirs or self.with_it.judgement.score != self.without.judgement.score

    @property
    def differs(self) -> bool:
        return (self.with_it.verdict, self.with_it.folder) != (self.without.verdict, self.without.folder)


async def look(store: Log, settings: Settings, cause: Cause, since: int) -> Found:
    """What would be otherwise without the cause alone, of mail that came since then (ms). Raises CommandError.

    The live rules are held against themselves without the cause; where it is not among them any more, it is put back
    as it stood last. What other changes of the rules would do is no matter of this.
    """
    live = settings.rules
    rules = live if has(live, cause.without) else with_cause(live, await _earlier(store, live, cause), cause.without)
    with_it, without = Replay(rules), Replay(rules.without(cause.without))
    of_mail: dict[str, dict[str, _One]] = {}
    async for each in recorded(store.read):
        told, mail = (with_it.decided(each), without.decided(each)), each.enriched.mail
        if each.enriched.parsed.received_at < since:
            continue
        of_mail.setdefault(mail, {}).pop(each.request, None)
        if told[0] is not None and told[1] is not None:
            one = _One(each, told[0], told[1])
            if one.took_part or len(each.enriched.requests) > 1:  # of the others nothing need be kept
                of_mail[mail][each.request] = one
    took_part = [tuple(ones.values()) for ones in of_mail.values() if any(one.took_part for one in ones.values())]
    differing = [ones for ones in took_part if any(one.differs for one in ones)]
    return Found(len(took_part), tuple([await _undoing(store, ones) for ones in differing]))


async def _earlier(store: Log, live: Rules, cause: Cause) -> Rules:
    """The last rules that had the cause. CommandError: none ever had."""
    names = {rule.name for rule in live.in_order}
    for ruling in await rulings.history(store.read):
        try:
            rules = ruling.rules
        except StoreError:  # written by another Salver
            continue
        if has(rules, cause.without):
            return rules
        names |= {rule.name for rule in rules.in_order}
    if cause.lesson:
        raise CommandError(f'there is and was no lesson "{clean(cause.lesson, 64)}"; `salver lessons` lists them')
    said = f'there is and was no rule "{clean(cause.rule, 64)}"'
    raise CommandError(f"{said}{hint(cause.rule, names)}. `salver rules show` lists them")


async def _undoing(store: Log, ones: tuple[_One, ...]) -> Undoing:
    was, becomes = tuple(one.was for one in ones), tuple(one.without for one in ones)
    return Undoing(was, becomes, await _why_left(store, ones))


async def _why_left(store: Log, ones: tuple[_One, ...]) -> str:
    """Why a mail stays as it is, in words; empty: it does not."""
    for one in ones:
        talk = await conversation_of(store.read, one.was.request)
        if talk is not None and talk.said is not None:
            return f"you said that it is {verdict(talk.said)}"
        if talk is not None and talk.asked_at is not None:
            return "you asked them already"
        if (one.was.verdict, one.was.folder) != (one.with_it.verdict, one.with_it.folder):
            return "your rules have changed in other ways since"
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
            name = called(cause.without)
            said = f"{name[:1].upper()}{name[1:]} took part in no decision{_since(since)}, or what it did is undone."
            return said, True
        wanted = [each for each in found.undoings if not each.left]
        for line in shown(found, cause, since, settings):
            tell(line)
        if not wanted:
            return "Nothing is to be moved.", True
        if has(settings.rules, cause.without):
            tell(_STAYS.format(name=called(cause.without)))
        tell(_FOR_GOOD)
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
        zone = zones.get(each.enriched.owner)
        at = each.enriched.parsed.received_at
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
    lies = "lies where it belongs" if len(wanted) == 1 else "lie where they belong"
    lines = [f"{done} of {_mails_of(len(wanted))} {lies} without it."]
    if waiting:
        why = "Salver is busy" if serving else "Salver is not running (`salver serve`)"
        lines.append(f"{_mails_of(waiting)} will be moved as soon as it can be: {why}.")
    if troubles:
        lines += ["Not undone:", *(f"  {trouble}" for trouble in troubles)]
    return "\n".join(lines), not troubles


async def _ask(store: Log, each: Undoing, cause: Cause, at: int) -> str:
    """Put the work into the log; its id."""
    first = each.becomes[0].judgement.request
    joined = (decision.judgement.request for decision in each.becomes if decision.judgement.request.joins)
    wanted = RejudgingWanted(
        mail=each.enriched.mail,
        owner=each.enriched.owner,
        request=first.id,
        asked=first.asked,
        said=first.said,
        without=cause.without,
        follows=tuple(
            Followed(request=request.id, verdict=request.past.verdict, folder=request.past.folder or "")
            for request in joined
            if request.past.verdict is not None
        ),
        at=at,
    )
    id = f"{each.enriched.mail}.without{at}"
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
