"""(Enriched, Settings) -> what a mail means for conversations: an answer, a connection made, a question to the owner.

What the network says for certain, of the same profile or of the one person of that name, is theirs. What only may be
theirs is not guessed at: the owner is asked. A conversation's events belong to the mail that brought its request.

A message of somebody who is asked is an answer, and no question to the owner: they wrote first. Only of a person whom
the owner invited, too, and whose shown words ask why, is it both.
"""

from __future__ import annotations

from typing import NamedTuple

from stages.conversation import Accepted, Answered, Opened
from stages.events import UNKNOWN, Enriched, Notice, Seen, Talk
from stages.settings import Settings
from stages.targets import targets_of
from stages.wording.asks_why import asks_why
from stages.wording.automatic import is_automatic

Meant = Answered | Accepted | Opened

_LIVE = frozenset({"to_ask", "asked", "answered", "silent", "snoozed", "accepted"})
"""An answer is waited for, or would still be news."""
_OLD = frozenset({"expired"})
"""An answer counts if nobody else can have written it."""
_RIVALS = frozenset({"settled", "none"})
"""Somebody whose message changes nothing, but who may well have written it."""


class _Person(NamedTuple):
    """One of those who may have written: all their conversations, and the one that a message answers, if any."""

    talks: tuple[Talk, ...]
    answers: Talk | None

    @property
    def live(self) -> bool:
        return self.answers is not None and self.answers.phase in _LIVE


def meant(event: Enriched, settings: Settings) -> tuple[Meant, ...]:
    """What a message, or news of a connection, means. Nothing for any other mail, or one to somebody else."""
    parsed = event.parsed
    if event.kind not in ("message", "invitation_accepted") or not parsed.notices or parsed.imported:
        return ()
    if event.authenticity.verdict == "forged" or not event.addressed:
        return ()
    if event.kind == "invitation_accepted":
        return _accepted(event)
    return tuple(each for of in range(len(parsed.notices)) for each in _said(event, of, settings))


def _people(event: Enriched, of: int) -> tuple[_Person, ...]:
    """Those who may be this person of the mail, each once: of the same profile, if there are any; else of the name."""
    talks = [talk for talk in event.talks if talk.of == of and not talk.owed]
    talks = [talk for talk in talks if talk.surely] or talks
    came = [talk for talk in talks if talk.came_at <= event.parsed.received_at]  # what came before is no answer
    people: dict[str, list[Talk]] = {}
    for talk in came:
        people.setdefault(talk.person or talk.request, []).append(talk)
    found = tuple(_Person(tuple(theirs), _latest(theirs)) for theirs in people.values())
    live = any(person.live for person in found)
    return tuple(person for person in found if person.live or not live or _is_rival(person))


def _latest(talks: list[Talk]) -> Talk | None:
    """The conversation that a message of its person answers: the one that was asked last."""
    answerable = [talk for talk in talks if talk.phase in _LIVE | _OLD]
    return max(answerable, key=lambda t: (t.phase in _LIVE, t.asked_at or 0, t.came_at, t.request), default=None)


def _is_rival(person: _Person) -> bool:
    return any(talk.phase in _RIVALS for talk in person.talks)


def _said(event: Enriched, of: int, settings: Settings) -> tuple[Answered | Opened, ...]:
    """What the message of one of the mail's people means."""
    people, said = _people(event, of), _text(event.parsed.notices[of])
    owed = _owed(event, of, said, settings)
    answered = [person.answers for person in people if person.answers is not None]
    live = any(person.live for person in people)
    if owed and not live:
        return owed
    # Nobody asked them yet: then the mail must surely be meant for the owner, or anybody's would do.
    asked = all(talk.asked_at is not None for talk in answered)
    sure = event.heard and len(people) == 1 and (asked or event.met is not None)
    asks = owed if said.value is not None and of in event.invited else ()
    return (*(_answered(event, talk, said, sure) for talk in answered), *asks)


def _text(notice: Notice) -> Seen[str]:
    return notice.message if notice.message.state == "shown" else UNKNOWN


def _accepted(event: Enriched) -> tuple[Accepted, ...]:
    """The network says that two are connected. Where it may be somebody else, nothing is closed."""
    people = _people(event, 0)
    if not event.heard or len(people) != 1:
        return ()
    at = event.parsed.received_at
    return tuple(
        Accepted(mail=talk.mail, owner=event.owner, request=talk.request, message=event.mail, at=at)
        for talk in people[0].talks
        if talk.phase in _LIVE | _OLD
    )


def _answered(event: Enriched, talk: Talk, said: Seen[str], sure: bool) -> Answered:
    return Answered(
        mail=talk.mail,
        owner=event.owner,
        request=talk.request,
        message=event.mail,
        answer=said,
        automatic=said.value is not None and is_automatic(said.value),
        sure=sure,
        at=event.parsed.received_at,
    )


def _owed(event: Enriched, of: int, said: Seen[str], settings: Settings) -> tuple[Opened, ...]:
    """Somebody asks the owner why they wanted to connect; or may, where the text is not shown: they were invited.

    A person is answered once: while that waits nothing is added, and later only words that ask again.
    """
    asks = said.value is not None and asks_why(said.value)
    before = [talk for talk in event.talks if talk.of == of and talk.owed]
    if not event.heard or (said.value is not None and not asks) or (said.value is None and of not in event.invited):
        return ()
    if any(talk.phase in ("owed", "snoozed") for talk in before) or (before and not asks):
        return ()
    parsed = event.parsed
    return (
        Opened(
            mail=event.mail,
            owner=event.owner,
            request=f"{event.mail}-{of}" if of else event.mail,
            owed=True,
            network=parsed.network,
            about=parsed.notices[of],
            language=parsed.note_language,
            mailbox=next(iter(targets_of(event, settings)), ""),
            message_id=parsed.message_id,
            subject=parsed.subject,
            verdict="follow_up",
            at=parsed.received_at,
        ),
    )
