"""The vocabulary of the conversation "why would you like to connect?": how far it is, what happens, what it asks for.

One conversation a request. It is opened when the owner's rules say to ask, or when somebody asked the owner; the state
table in `stages/follow_up.py` moves it. `mail` of these events is always the mail that brought the request, so that one
mail's story holds its whole conversation. Times are milliseconds since the epoch, UTC.
"""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from stages.events import Event
from stages.keeping import Going, Scope
from stages.learning import Teachable
from stages.refused_rules import RefusedRules
from stages.shadowing import ShadowWeek
from stages.values import UNKNOWN, Asked, Network, Notice, Order, Seen, Value, Verdict

Phase = Literal[
    "to_ask", "asked", "answered", "silent", "snoozed", "owed",
    "settled", "accepted", "expired", "withdrawn", "dismissed",
]  # fmt: skip
"""to_ask: nobody asked yet; asked: the owner did; answered: something came back; silent: nothing did in time;
owed: somebody asked the owner; accepted: they are connected before anybody asked; the others end it."""
OPEN: frozenset[Phase] = frozenset({"to_ask", "asked", "answered", "snoozed", "owed"})
"""Something is still to happen by itself."""
By = Literal["terminal", "mail", "move", "button"]
"""button: a mail was dropped into a folder that says what to do (`stages/buttons.py`)."""
Pace = Literal["quickly", "late"]
Asking = Literal["ask", "second", "maybe", "unseen", "owed"]
"""What a reminder is about: ask them; the same once more; was this their answer?; they answered, the text is not
shown; they asked you."""


class Conversation(Value):
    """All that is known of one conversation. Written whole with every step."""

    request: str
    owner: str
    mail: str = Field(description="the mail that brought the request")
    version: int = Field(description="counts its steps, from 1")
    phase: Phase
    network: Network | None = None
    about: Notice
    known: tuple[str, ...] = Field(default=(), description="what we know, one sentence each")
    why: tuple[str, ...] = Field(default=(), description="its points and strongest reasons, as last judged")
    language: str | None = Field(default=None, description="of the requester, as far as the mail tells; BCP 47")
    mailbox: str = Field(description="where reminders are filed, unless they are sent")
    message_id: str | None = Field(default=None, description="Message-ID of the filed mail, to thread under")
    subject: str = ""
    score: float = Field(default=0.0, description="as first judged; the higher, the sooner to be asked")
    proven: bool = Field(default=False, description="the mail that brought the request is really the network's")
    verdict: Verdict
    folder: str = Field(default="", description="where the request belongs by that; empty: the verdict's own")
    said: Verdict | None = Field(default=None, description="the owner's own verdict, which counts for more than any")
    always: Scope | None = Field(default=None, description="they said it of all requests of the person or company")
    ours: Verdict | None = Field(default=None, description="what Salver said, where the owner said something since")
    came_at: int = Field(description="when the request reached us")
    asked_at: int | None = None
    answered_at: int | None = Field(default=None, description="when their first answer reached us")
    words: str = Field(default="", description="their answers, as far as mails showed them")
    unseen: bool = Field(default=False, description="an answer came whose text no mail showed")
    told: bool = Field(default=False, description="that they answered, the owner said last, and no mail")
    judging: bool = Field(default=False, description="it is to be judged again with their answer, and was not yet")
    pace: Pace | None = Field(default=None, description="of their first answer")
    pitch: bool = Field(default=False, description="their answer sells something, or offers a job")
    maybe_at: int | None = Field(default=None, description="when a message came that may be theirs")
    reminders: int = Field(default=0, description="how often the owner was reminded in this phase")
    reminded_at: int | None = None
    until: int | None = Field(default=None, description="snoozed until then")
    resumes: Phase | None = Field(default=None, description="what a snooze goes back to")
    due_at: int | None = Field(default=None, description="when time acts on it next")
    mails: bool = Field(default=False, description="at `due_at` a mail to the owner is due")
    tell_at: int | None = Field(default=None, description="from when on the owner is to hear of it, however")

    @property
    def since(self) -> int:
        """From when their answer counts as waited for: the question, or else the request."""
        return self.asked_at if self.asked_at is not None else self.came_at

    @property
    def waited(self) -> int | None:
        """How long their first answer was waited for, ms; None: none came."""
        return None if self.answered_at is None else max(0, self.answered_at - self.since)


# --- what happens -------------------------------------------------------------------------------------------------


class Opened(Event):
    """There is a question to ask, or to answer, about a request."""

    request: str
    owed: bool = Field(default=False, description="somebody asked the owner, who invited them")
    network: Network | None = None
    about: Notice
    known: tuple[str, ...] = ()
    why: tuple[str, ...] = ()
    language: str | None = None
    mailbox: str
    message_id: str | None = None
    subject: str = ""
    score: float = 0.0
    proven: bool = False
    verdict: Verdict
    folder: str = Field(default="", description="where the request belongs; empty: the verdict's own")
    at: int = Field(description="when the mail reached us")
    asked_before: int | None = Field(default=None, description="when this person was asked, or was to be, before")
    reminded_at: int | None = Field(
        default=None, description="the owner was reminded before it was opened: never later"
    )


class Answered(Event):
    """A message of this person came, or one that may be theirs."""

    request: str
    message: str = Field(default="", description="the mail that told of it")
    answer: Seen[str] = Field(default=UNKNOWN, description="its text; unknown: the mail hides its text")
    automatic: bool = Field(default=False, description="out of office and the like: no answer")
    sure: bool = Field(default=True, description="False: somebody else may have written it")
    at: int


class Accepted(Event):
    """The network says that the two are connected."""

    request: str
    message: str = Field(default="", description="the mail that told of it")
    at: int


class Ordered(Event):
    """The owner said what to do with a request."""

    request: str
    order: Order
    span: int | None = Field(default=None, description="of a snooze, ms")
    always: Scope | None = Field(default=None, description="the same for all requests of this person or company")
    by: By
    at: int
    token: str = Field(default="", description="names the token it was said with (its hash)")
    number: int = Field(default=0, description="which of the token's requests")
    answers: str | None = Field(default=None, description="Message-ID of the mail that said it")
    mailbox: str = Field(default="", description="where a reply is filed if this is refused; empty: none is made")
    opens: Opened | None = Field(default=None, description="what would open the conversation, if there is none yet")
    before: Conversation | None = Field(default=None, description="for undo: how it was before its last step")
    version: int = Field(default=0, description="for undo: the conversation's, as it was seen; 0: whatever it is")


class Elapsed(Event):
    """A conversation's time has come."""

    request: str
    version: int = Field(description="the conversation's, when it was seen to be due")
    at: int


class Listed(Event):
    """A digest named the request."""

    request: str
    version: int = Field(description="the conversation's, when it was listed")
    at: int


class Rejudged(Event):
    """The request was judged again, with what came since."""

    request: str
    verdict: Verdict
    pitch: bool = False
    why: tuple[str, ...] = ()
    folder: str
    at: int
    anew: bool = Field(default=False, description="because its mail was read anew")
    without: str = Field(default="", description="because the doing of this rule or lesson was undone")


# --- what comes of it ---------------------------------------------------------------------------------------------


class Advanced(Event):
    """A conversation made a step."""

    request: str
    was: Phase | None = None
    cue: str = Field(description="what moved it")
    reason: str = Field(description="in words, for a person")
    by: By | None = None
    conversation: Conversation
    at: int


class Refused(Event):
    """The owner said what the state table does not allow; nothing changed."""

    request: str
    order: Order
    phase: Phase | None = None
    why: str = Field(description="and what to do instead, for a person")
    by: By
    at: int


class Followed(Value):
    """How a request stands that a mail joins."""

    request: str
    verdict: Verdict
    folder: str = ""


class RejudgingWanted(Event):
    """Judge the request again, with what is known of the question and with what the owner said."""

    request: str
    asked: Asked | None = None
    said: Verdict | None = None
    firmly: bool = Field(default=False, description="the owner ordered it: their order is newer than their moves")
    without: str = Field(default="", description="judge it without this rule, or `lesson:ID`; empty: with all")
    follows: tuple[Followed, ...] = Field(default=(), description="how the requests that it joins stand without it")
    at: int


class Sent(Event):
    """A mail of ours was taken by the relay."""

    id: str = Field(description="names our mail")
    at: int


class SendingStarted(Event):
    """Recorded before a mail of ours is given to the relay: from now on it may have been taken."""

    id: str
    attempt: int
    at: int


class SendingRefused(Event):
    """The relay said that it did not take a mail of ours."""

    id: str
    attempt: int
    why: str
    final: bool = Field(description="it never will")
    at: int


# --- mails to the owner -------------------------------------------------------------------------------------------


class ReminderWanted(Event):
    """Tell the owner of one request: to ask this person why they want to connect, or what became of it."""

    mailbox: str
    request: str
    asking: Asking = "ask"
    version: int = Field(default=0, description="the conversation's, by which several reminders of one are told apart")
    about: Notice
    network: Network | None = None
    language: str | None = None
    known: tuple[str, ...] = Field(default=(), description="what we know, one sentence each")
    reason: str = Field(default="", description="what happened, for a reminder that does not ask for the first time")
    verdict: Verdict | None = Field(default=None, description="as last judged")
    folder: str = Field(default="", description="where it belongs by that; empty: the verdict's own")
    message_id: str | None = Field(default=None, description="Message-ID of the filed mail, to thread under")
    subject: str = Field(default="", description="subject of the filed mail")
    answer_until: int = Field(default=0, description="how long it can be answered by mail; 0: it cannot")
    at: int = Field(description="the reminder's Date")


class ReminderFiled(Event):
    """A mail of ours about requests lies in the owner's INBOX."""

    mailbox: str
    request: str = Field(default="", description="empty: about several")
    name: str = ""
    found: bool = False


class Line(Value):
    """One request in a digest."""

    number: int = Field(description="by which the owner names it in an answer")
    request: str
    mail: str
    asking: Asking | None = Field(default=None, description="what the owner is asked to do; None: it is only told")
    about: Notice
    network: Network | None = None
    language: str | None = Field(default=None, description="of the requester")
    known: tuple[str, ...] = Field(default=(), description="what we know, or why it was judged so; one sentence each")
    score: float = 0.0
    verdict: Verdict
    folder: str = Field(default="", description="where it belongs by that; empty: the verdict's own")
    phase: Phase | None = None
    pace: Pace | None = None
    waited: int | None = Field(default=None, description="for their answer, ms")
    unseen: bool = False
    pitch: bool = False
    at: int = Field(description="when the request came")


class Estimate(Value):
    """How many good requests may lie among the ugly ones, from those that the owner looked at."""

    ugly: int = Field(description="how many there are in all")
    shown: int = Field(default=0, description="how many of them were shown, drawn at random")
    looked: int = Field(description="how many of them, drawn at random, the owner judged")
    good: int = Field(description="how many of those were good")
    least: int = Field(description="of all ugly ones, at 90 %")
    most: int


class Week(Value):
    """The last seven days."""

    requests: int
    needed: int = Field(description="how many of them needed the owner")


class DigestWanted(Event):
    """Tell the owner of everything that waits, in one mail. `mail` names the digest."""

    mailbox: str
    asks: tuple[Line, ...] = Field(default=(), description="to be asked, the best known first")
    unlisted: int = Field(default=0, description="how many more wait for a later digest")
    owed: tuple[Line, ...] = ()
    changed: tuple[Line, ...] = Field(default=(), description="what became of others since the last digest")
    sample: tuple[Line, ...] = Field(default=(), description="ugly ones, drawn at random")
    going: tuple[Going, ...] = Field(default=(), description="ugly ones whose mail goes soon, unless it is kept")
    lessons: tuple[Teachable, ...] = Field(default=(), description="what Salver could learn, if the owner says so")
    estimate: Estimate | None = None
    shadow: ShadowWeek | None = Field(default=None, description="None: no rules run in the shadow")
    refused: RefusedRules | None = Field(default=None, description="changed rules that were not taken over")
    week: Week
    overflow: bool = Field(default=False, description="made because there were too many for single reminders")
    answer_until: int = Field(default=0, description="how long it can be answered by mail")
    at: int

    @property
    def lines(self) -> tuple[Line, ...]:
        """All that can be answered, in the order of their numbers."""
        return (*self.asks, *self.owed, *self.changed, *self.sample)


class ReplyWanted(Event):
    """Tell the owner what became of what they answered by mail, where something of it was not done."""

    mailbox: str
    said: str = Field(default="", description="what was not understood, cut short")
    meant: str = Field(default="", description="a known word that is much like it")
    name: str = Field(default="", description="of the person, where it was about one request")
    asking: Asking = Field(default="ask", description="what can be answered, where it is about one request")
    troubles: tuple[str, ...] = Field(description="one sentence each: what was not done, and why")
    done: tuple[str, ...] = Field(default=(), description="what was done, one sentence each")
    requests: tuple[str, ...] = Field(default=(), description="that a new token is made for, by number")
    sample: tuple[int, ...] = Field(default=(), description="numbers of those that were drawn at random")
    token: str = Field(default="", description="names the token of their mail (its hash), if nothing came of it")
    turn: int = Field(default=0, description="how many replies to answers of no use, in a row, with this one")
    answers: str | None = Field(default=None, description="Message-ID of their mail")
    answer_until: int = Field(default=0, description="how long it can be answered by mail")
    at: int


OwnMail = ReminderWanted | DigestWanted | ReplyWanted
"""What becomes a mail to the owner that can be answered."""
