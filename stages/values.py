"""The values that events are made of: what a mail shows, what is known, what was judged."""

from __future__ import annotations

from typing import Annotated, Generic, Literal, Self, TypeVar

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

T = TypeVar("T")
State = Literal["shown", "absent", "unknown"]
Network = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,30}$")]
"""A network's name, that of its module in `stages/sources`. Any, for events live longer than a source."""
Kind = Literal[
    "invitation",
    "invitation_reminder",
    "inmail",
    "spoof",
    "digest",
    "invitation_accepted",
    "message",
    "suggestion",
    "forwarding_confirmation",
    "other",
]
Verdict = Literal["good", "intriguing", "ugly", "follow_up"]
Tier = Literal["correspondent", "contact", "connection"]
"""How well the owner knows somebody, best first: wrote to them twice at least; has them in the address book, or wrote
to them once; is connected with them on a network."""
JUDGED: frozenset[Kind] = frozenset({"invitation", "invitation_reminder", "inmail", "spoof"})
"""Kinds whose one request gets a verdict; a digest gets that of its best request."""
ClaimKind = Literal[
    "published",
    "met",
    "sent",
    "connections",
    "school",
    "employer",
    "group",
    "job",
    "application",
    "role",
    "tool",
    "language",
    "name",
    "contact",
]
Truth = Literal["true", "false", "unknown"]
Order = Literal[
    "asked", "answered", "not_theirs", "good", "intriguing", "ugly", "snooze", "dismiss", "withdrawn", "done", "undo",
    "forget",
]  # fmt: skip
"""What the owner may say about a request."""
INBOX = "INBOX"
NOTE = 2_000
"""characters of a note that are read; LinkedIn lets a person write 300"""


class Value(BaseModel):
    """A part of an event: frozen, and closed to unknown keys."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    def but(self, **changed: object) -> Self:
        """The same with other fields, unchecked. Nothing is taken over that was worked out of the old ones."""
        copied = self.model_copy(update=changed)
        for name in copied.__dict__.keys() - type(self).model_fields.keys():
            del copied.__dict__[name]
        return copied


class Seen(Value, Generic[T]):
    """What a mail shows of one thing.

    `shown`: here is its value. `absent`: the layout has a place for it, and the place is empty.
    `unknown`: this layout says nothing about it. Unknown is neither empty nor absent.
    """

    state: State = "unknown"
    value: T | None = None

    @model_validator(mode="after")
    def _value_only_when_shown(self) -> Seen[T]:
        if (self.state == "shown") != (self.value is not None):
            raise ValueError("a thing has a value exactly when it is shown")
        return self


_Text, _Number = Seen[str], Seen[int]
"""Bound once, for pydantic looks a bound model up anew wherever it is spelt out."""


def shown(text: str) -> Seen[str]:
    """`text` as a shown thing."""
    return _Text(state="shown", value=text)


def counted(number: int) -> Seen[int]:
    """`number` as a shown thing."""
    return _Number(state="shown", value=number)


UNKNOWN = _Text()
ABSENT = _Text(state="absent")
UNCOUNTED = _Number()


class Notice(Value):
    """What a mail says about one request and the person behind it. Never about the recipient."""

    name: Seen[str] = UNKNOWN
    headline: Seen[str] = UNKNOWN
    title: Seen[str] = UNKNOWN
    company: Seen[str] = UNKNOWN
    location: Seen[str] = UNKNOWN
    profile_url: Seen[str] = Field(default=UNKNOWN, description="canonical: no tracking parameters, no /comm")
    photo_url: Seen[str] = UNKNOWN
    note: Seen[str] = Field(default=UNKNOWN, description="the personal note; absent: default text or an empty place")
    default_text: Literal["attested", "guess"] | None = Field(
        default=None, description="how well known the network's default sentence is that stood in the note's place"
    )
    message: Seen[str] = Field(default=UNKNOWN, description="the text of a direct message (InMail), as far as shown")
    mutual_connections: Seen[int] = UNCOUNTED
    invitation_id: Seen[str] = UNKNOWN

    @property
    def words(self) -> str:
        """What the person wrote to the owner: the note's first NOTE characters, else the message; empty: nothing."""
        return (self.note.value or "")[:NOTE] or self.message.value or ""


class Links(Value):
    """Where a mail's links lead: hosts only, for links carry tokens that open accounts."""

    hosts: tuple[str, ...] = Field(default=(), description="every host linked to, lower case, first seen first")
    foreign: tuple[str, ...] = Field(default=(), description="hosts that are not the claimed network's own")
    imitating: tuple[str, ...] = Field(default=(), description="foreign hosts made to look like the network's")
    disguised: tuple[str, ...] = Field(default=(), description="hosts of links whose text shows another host")


class Talk(Value):
    """A conversation of the owner that a message may belong to."""

    request: str
    mail: str = Field(description="the mail that brought the request")
    surely: bool = Field(description="the same profile, not only the same name")
    came_at: int
    asked_at: int | None = Field(default=None, description="when the owner asked, if they said so")
    phase: str = Field(default="asked", description="how far it is; `none`: nobody talks of that request")
    person: str = Field(default="", description="their profile, as far as shown; empty: only the name is known")
    owed: bool = Field(default=False, description="it was opened because they asked the owner")
    of: int = Field(default=0, description="which of the mail's people it belongs to")


class Known(Value):
    """An open request that a notice may belong to."""

    request: str
    proven: bool = Field(default=False, description="the mail that opened it was aligned")
    words: str = Field(default="", description="names what was written in that mail (`words_id`)")
    folder: str | None = Field(default=None, description="where that request lies now")
    placed: str | None = Field(default=None, description="where it belongs by what was decided of it; None: unknown")
    verdict: Verdict | None = None


class Acquaintance(Value):
    """Somebody whom the owner told us about, by a name that a mail gave. A full name is no proof of who it is."""

    name: str = Field(description="as it was asked about")
    tier: Tier


class Memory(Value):
    """What the owner said of all requests of a person or a company (`stages/keeping.py`)."""

    scope: Literal["person", "company"]
    name: str = Field(description="of the person or company, as it was shown then")
    verdict: Verdict
    request: str = Field(description="the request of which they said it")
    proven: bool = Field(default=False, description="that request's mail was aligned")
    at: int = Field(description="when they did")


class Echo(Value):
    """How many other persons wrote nearly the same words before."""

    others: int = Field(default=0, description="how many; counted up to a bound")
    share: float = Field(default=0.0, description="how much of these words the nearest of them has, 0 to 1")


class History(Value):
    """What the store knows about a notice's person and invitation."""

    known: tuple[Known, ...] = Field(default=(), description="open requests it may belong to, surest first")
    requests_before: int = 0
    accepted: bool = False
    messages: int = 0
    asked_at: int | None = Field(default=None, description="when a question to this person was asked, or came up, last")
    memories: tuple[Memory, ...] = Field(default=(), description="the owner's word about this person, and company")
    talks: tuple[Talk, ...] = Field(default=(), description="conversations that a message of this person may belong to")
    echo: Echo = Field(default=Echo(), description="in mails of whatever kind")
    proven_echo: Echo = Field(default=Echo(), description="in aligned mails that were addressed to the owner")


class Past(Value):
    """What is known of a request's person and invitation, once it is settled which request it belongs to."""

    request: str | None = Field(default=None, description="the open request this notice joins")
    folder: str | None = Field(default=None, description="where that request lies now")
    placed: str | None = Field(default=None, description="where we filed it; None: unknown, its verdict's own folder")
    verdict: Verdict | None = None
    says_more: bool = Field(default=False, description="it says something that the request did not say before")
    requests_before: int = Field(default=0, description="earlier requests of the same person")
    accepted: bool = Field(
        default=False, description="this person accepted an invitation of the owner, or was accepted"
    )
    messages: int = Field(default=0, description="messages of this person seen before")
    asked_at: int | None = Field(default=None, description="when a question to this person was asked, or came up, last")
    tier: Tier | None = Field(default=None, description="how well the owner knows somebody of this person's name")
    echo: Echo = Field(default=Echo(), description="others who wrote nearly the same words before")


class Asked(Value):
    """The owner asked why somebody wants to connect, and this is what came of it."""

    waited: int = Field(description="milliseconds from the question to the answer, or until now")
    answered: bool = False
    quick: bool = Field(default=False, description="within the time that the owner calls quick")
    told: bool = Field(default=True, description="the owner said so; else the wait counts from the request's arrival")
    answer: Seen[str] = Field(default=UNKNOWN, description="its text; unknown: an answer came, the mail hides its text")


class Request(Value):
    """One request for the owner's attention."""

    id: str
    joins: bool = Field(default=False, description="belongs to a request known before (a reminder, a repeat)")
    notice: Notice
    past: Past = Past()
    acquaintances: tuple[Acquaintance, ...] = Field(default=(), description="people of the owner whom the note names")
    sketch: tuple[int, ...] = Field(
        default=(), description="of the words (`stages.wording.shingles`), for whoever says nearly the same later"
    )
    asked: Asked | None = Field(default=None, description="None: the owner has not asked")
    said: Verdict | None = Field(default=None, description="what the owner said, which counts for more than any points")
    memory: Memory | None = Field(default=None, description="what they said of all requests of this person or company")

    @property
    def words(self) -> str:
        """What the person wrote to the owner in all: with the request, and when asked why."""
        answer = self.asked.answer.value if self.asked else None
        return f"{self.notice.words}\n\n{answer[:NOTE]}".strip() if answer else self.notice.words


class Finding(Value):
    """What a signal found: points in quarter steps (so that sums are exact) and the words that showed it."""

    points: float
    evidence: str

    @model_validator(mode="after")
    def _quarter_steps(self) -> Finding:
        if self.points * 4 != int(self.points * 4):
            raise ValueError("points go in steps of 0.25")
        return self


class Reason(Finding):
    """A signal that spoke."""

    signal: str
    veto: bool = False


class Claim(Value):
    """Something a note says about its reader, and what came of checking it. Unknown is never shown as verified."""

    kind: ClaimKind
    truth: Truth
    words: str = Field(description="the words that say it, as the person wrote them")
    fact: str = Field(default="", description="what it was checked against, or why it could not be, for a person")


class Judgement(Value):
    """One request with its reasons; the points of the reasons sum to the score, exactly."""

    request: Request
    claims: tuple[Claim, ...] = Field(default=(), description="what the note claims about the owner, checked")
    reasons: tuple[Reason, ...] = ()
    score: float = 0.0
    veto: str | None = Field(default=None, description="the safety signal that decides whatever the score")

    @model_validator(mode="after")
    def _adds_up(self) -> Judgement:
        if sum(reason.points for reason in self.reasons) != self.score:
            raise ValueError("the points of the reasons must sum to the score")
        return self


class Thresholds(Value):
    """What the score decides when no rule matched."""

    good: float = Field(default=3.0, strict=True, allow_inf_nan=False, description="points; this many or more is good")
    intriguing: float = Field(
        default=-0.75,
        strict=True,
        allow_inf_nan=False,
        description="points; this many or more is intriguing, less is ugly",
    )
    """Below the -0.5 of a mail that proves nothing about its sender: that alone is never ugly. As in `rules.toml`."""

    @model_validator(mode="after")
    def _in_order(self) -> Thresholds:
        if self.good <= self.intriguing:
            raise ValueError("the threshold of good must lie above that of intriguing")
        return self


class RuleAt(Value):
    """Where in the owner's rules stands what decided. Without a line no rule did, but thresholds or a veto."""

    file: str = Field(description="as the owner named it")
    version: str = Field(description="of its text: the first 8 hex digits of SHA-256")
    line: int | None = None


class Turn(Value):
    """A signal that would have to speak, or to be silent."""

    signal: str
    points: float = Field(description="what it would bring, or what it counts now")
    speaks: bool


class Change(Value):
    """The smallest change that would have put a request into a better folder, found by deciding once more."""

    signals: tuple[Turn, ...]
    verdict: Verdict
    rule: str = Field(description="slug of what would then decide")
    lifts: bool = Field(default=False, description="the rule that decided would not apply any more")
    untried: bool = Field(default=False, description="it was not looked for to the end, so nothing is known of it")


class Shadow(Value):
    """What the shadow rules would say about one request. They change nothing."""

    version: str = Field(description="of their text")
    verdict: Verdict
    rule: str
    folder: str


class Taught(Value):
    """A rule that was learned from the owner's corrections, and that decided or added points."""

    lesson: str = Field(description="its id")
    rule: str
    says: str = Field(description="what was learned, in words")


class Decision(Value):
    """What the owner's rules say about one request."""

    judgement: Judgement = Field(description="with the points that rules added")
    verdict: Verdict
    rule: str = Field(description="slug of the rule that matched")
    rule_at: RuleAt | None = None
    thresholds: Thresholds | None = Field(default=None, description="those it was made with")
    without_veto: Verdict | None = Field(
        default=None, description="what would have been said without the veto, or without the owner's word"
    )
    change: Change | None = Field(default=None, description="what would have put it into a better folder")
    folder: str
    labels: tuple[str, ...] = Field(default=(), description="that rules put on it")
    notify: str = Field(default="", description="the rule by which the owner is told at once; empty: none")
    held: bool = Field(
        default=False,
        description="what was learned would have made ugly what is good without it, or good what a rule of the owner's "
        "makes ugly: it is intriguing",
    )
    taught: tuple[Taught, ...] = Field(default=(), description="what was learned, as far as it took part")
    shadow: Shadow | None = Field(default=None, description="None: no rules run in the shadow, or they cannot decide")
