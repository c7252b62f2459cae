"""The vocabulary of news at once, and (Enriched, decisions) -> NotificationWanted: a rule asked for the owner to hear.

Times are milliseconds since the epoch, UTC.
"""

from __future__ import annotations

from collections.abc import Iterable

from pydantic import Field

from stages.events import UNKNOWN, Decision, Enriched, Event, Notice
from stages.saying import why
from stages.settings import Settings
from stages.targets import targets_of
from stages.values import Network, Verdict


class NotificationWanted(Event):
    """Tell the owner of a request at once, because a rule of theirs says so."""

    mailbox: str
    request: str
    rule: str = Field(description="which asked for that")
    about: Notice
    network: Network | None = None
    known: tuple[str, ...] = Field(default=(), description="its points and the reasons that weigh most, in words")
    verdict: Verdict
    folder: str
    message_id: str | None = Field(default=None, description="Message-ID of the filed mail, to thread under")
    at: int = Field(description="when the mail reached us; the Date of ours")


class NotificationStarted(Event):
    """It is about to be told, and counts against the owner's measure from now on."""

    request: str


class NotificationFiled(Event):
    """It lies in the owner's INBOX."""

    mailbox: str
    request: str
    name: str = ""
    found: bool = False


class NotificationDropped(Event):
    """It was not told, and will not be: the mail itself lies where it belongs."""

    request: str
    why: str = Field(description="for a person")


def notifications(event: Enriched, decisions: Iterable[Decision], settings: Settings) -> tuple[NotificationWanted, ...]:
    """One a request that a rule wants told. Only where it is judged for the first time, in a mail that comes in now.

    KeyError: an owner that is not configured.
    """
    parsed = event.parsed
    if event.again or parsed.imported or event.kind == "spoof" or event.authenticity.verdict == "forged":
        return ()
    told = [each for each in decisions if each.notify and not each.judgement.request.joins]
    if not told:
        return ()
    mailbox = next(iter(targets_of(event, settings)), settings.owner(event.owner).targets[0])
    return tuple(
        NotificationWanted(
            mail=event.mail,
            owner=event.owner,
            mailbox=mailbox,
            request=each.judgement.request.id,
            rule=each.notify,
            about=_shown(each.judgement.request.notice),
            network=parsed.network,
            known=why(each.judgement),
            verdict=each.verdict,
            folder=each.folder,
            message_id=parsed.message_id,
            at=parsed.received_at,
        )
        for each in told
        if each.judgement.veto is None
    )


def _shown(notice: Notice) -> Notice:
    """What the mail to the owner shows of it: who it is, and none of their words."""
    return notice.model_copy(update={"note": UNKNOWN, "message": UNKNOWN})
