"""Makers of conversations and of what happens to them, for tests."""

from __future__ import annotations

from stages.calm import FollowUp
from stages.conversation import Accepted, Advanced, Answered, Conversation, Elapsed, Listed, Opened, Ordered, Rejudged
from stages.events import Event, Notice, Seen, shown
from stages.flow import TALK
from stages.settings import Owner, Settings

MAIL = "0192f3a4b5c6d7e8f90123456789abcd"
REQUEST = MAIL
T0 = 1_764_150_000_000
HOUR = 3_600_000
DAY = 24 * HOUR
ZOE = Notice(
    name=shown("Zoë Okonjo"),
    headline=shown("Buyer at Tidewater Rope"),
    profile_url=shown("https://www.linkedin.com/in/zoe-okonjo"),
)


def told(**changes: object) -> Settings:
    """Settings with single reminders at any hour, unless said otherwise."""
    given = {"digest": "off", "quiet_hours": "", **changes}
    return Settings(owners=(Owner(addresses=("amy@salver.test",)),), follow_up=FollowUp.model_validate(given))


def opened(at: int = T0, **changes: object) -> Opened:
    given = {
        "mail": MAIL, "owner": "amy", "request": REQUEST, "network": "linkedin", "about": ZOE, "language": "en",
        "mailbox": "maildir:mail", "verdict": "follow_up", "at": at,
    }  # fmt: skip
    return Opened.model_validate({**given, **changes})


def ordered(order: str, at: int, **changes: object) -> Ordered:
    given = {"mail": MAIL, "owner": "amy", "request": REQUEST, "order": order, "by": "terminal", "at": at}
    return Ordered.model_validate({**given, **changes})


def answered(at: int, text: str = "", **changes: object) -> Answered:
    answer = shown(text) if text else Seen[str]()
    given = {"mail": MAIL, "owner": "amy", "request": REQUEST, "message": "m2", "answer": answer, "at": at}
    return Answered.model_validate({**given, **changes})


def accepted(at: int) -> Accepted:
    return Accepted(mail=MAIL, owner="amy", request=REQUEST, message="m3", at=at)


def elapsed(known: Conversation, at: int) -> Elapsed:
    return Elapsed(mail=MAIL, owner="amy", request=REQUEST, version=known.version, at=at)


def listed(known: Conversation, at: int) -> Listed:
    return Listed(mail=MAIL, owner="amy", request=REQUEST, version=known.version, at=at)


def rejudged(verdict: str, at: int, pitch: bool = False) -> Rejudged:
    given = {"mail": MAIL, "owner": "amy", "request": REQUEST, "verdict": verdict, "folder": "Good", "at": at}
    return Rejudged.model_validate({**given, "pitch": pitch})


class Talk:
    """One conversation as it goes through the table; `events` is what came of the last happening."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.known: Conversation | None = None
        self.events: tuple[Event, ...] = ()
        self.steps: list[Advanced] = []

    def hears(self, event: Event) -> tuple[Event, ...]:
        self.events = TALK[type(event)](self.known, event, self.settings)
        for made in self.events:
            if isinstance(made, Advanced):
                self.known = made.conversation
                self.steps.append(made)
        return self.events

    @property
    def now(self) -> Conversation:
        assert self.known is not None
        return self.known

    def waits_until_due(self) -> int:
        """Time passes until something is due, and that is told. Returns when."""
        assert self.now.due_at is not None
        at = self.now.due_at
        self.hears(elapsed(self.now, at))
        return at
