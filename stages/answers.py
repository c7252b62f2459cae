"""(Enriched, Settings) -> what a mail means for conversations: an answer, a connection made, a question to the owner.

What the network says for certain, of the same profile or of the one person of that name, is theirs. What only may be
theirs is not guessed at: the owner is asked. A conversation's events belong to the mail that brought its request.
"""

from __future__ import annotations

from stages.conversation import Accepted, Answered, Opened
from stages.events import UNKNOWN, Enriched, Notice, Seen, Talk
from stages.settings import Settings
from stages.targets import targets_of
from stages.wording.asks_why import asks_why
from stages.wording.automatic import is_automatic

Meant = Answered | Accepted | Opened


def meant(event: Enriched, settings: Settings) -> tuple[Meant, ...]:
    """What the mail of one person, a message or news of a connection, means. Nothing for any other mail."""
    parsed = event.parsed
    if event.kind not in ("message", "invitation_accepted") or not parsed.notices or parsed.imported:
        return ()
    if event.authenticity.verdict == "forged" or not event.addressed:
        return ()
    talks = _theirs(event.talks)
    if event.kind == "invitation_accepted":
        return tuple(_accepted(event, talk) for talk in talks) if event.heard and len(talks) == 1 else ()
    said = _text(parsed.notices[0])
    if talks:
        sure = event.heard and len(talks) == 1 and _named(parsed.notices[0], talks[0])
        return tuple(_answered(event, talk, said, sure) for talk in talks)
    return _owed(event, said, settings)


def _theirs(talks: tuple[Talk, ...]) -> tuple[Talk, ...]:
    """Those of the same profile, if there are any; else those of the same name."""
    surely = tuple(talk for talk in talks if talk.surely)
    return surely or talks


def _named(notice: Notice, talk: Talk) -> bool:
    """A first name alone is nobody's in particular."""
    return talk.surely or len((notice.name.value or "").split()) > 1


def _text(notice: Notice) -> Seen[str]:
    return notice.message if notice.message.state == "shown" else UNKNOWN


def _accepted(event: Enriched, talk: Talk) -> Accepted:
    return Accepted(
        mail=talk.mail, owner=event.owner, request=talk.request, message=event.mail, at=event.parsed.received_at
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


def _owed(event: Enriched, said: Seen[str], settings: Settings) -> tuple[Opened, ...]:
    """Somebody asks the owner why they wanted to connect; or may, where the text is not shown: they were invited."""
    if not event.heard:
        return ()
    if said.value is not None and not asks_why(said.value):
        return ()
    if said.value is None and not event.invited:
        return ()
    parsed = event.parsed
    return (
        Opened(
            mail=event.mail,
            owner=event.owner,
            request=event.mail,
            owed=True,
            network=parsed.network,
            about=parsed.notices[0],
            language=parsed.note_language,
            mailbox=next(iter(targets_of(event, settings)), ""),
            message_id=parsed.message_id,
            subject=parsed.subject,
            verdict="follow_up",
            at=parsed.received_at,
        ),
    )
