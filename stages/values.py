"""The values that events are made of: what a mail shows, what is known, what was judged."""

from __future__ import annotations

from typing import Generic, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, model_validator

T = TypeVar("T")
State = Literal["shown", "absent", "unknown"]
Network = Literal["linkedin", "facebook", "wellfound"]
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
Trust = Literal["aligned", "forged", "unverified", "temporary"]
JUDGED: frozenset[Kind] = frozenset({"invitation", "invitation_reminder", "inmail", "spoof"})
"""Kinds whose one request gets a verdict; a digest gets that of its best request."""
INBOX = "INBOX"
NOTE = 2_000
"""characters of a note that are read; LinkedIn lets a person write 300"""


class Value(BaseModel):
    """A part of an event: frozen, and closed to unknown keys."""

    model_config = ConfigDict(frozen=True, extra="forbid")


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


def shown(text: str) -> Seen[str]:
    """`text` as a shown thing."""
    return Seen[str](state="shown", value=text)


def counted(number: int) -> Seen[int]:
    """`number` as a shown thing."""
    return Seen[int](state="shown", value=number)


UNKNOWN = Seen[str]()
ABSENT = Seen[str](state="absent")
UNCOUNTED = Seen[int]()


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


class Forwarded(Value):
    """How the mail came to us from the owner's own mailbox (FORWARDING guide, shapes A to D)."""

    by: str | None = Field(default=None, description="the forwarding mailbox, as far as shown")
    how: Literal["auto", "rule", "attachment", "inline"]


class Confirmation(Value):
    """A provider's request to confirm that mail may be forwarded here. Its links are never opened by us."""

    requester: str | None = None
    destination: str | None = None
    code: str | None = None
    confirm_url: str | None = None


class Signature(Value):
    """One DKIM-Signature and what came of verifying it (RFC 6376)."""

    domain: str = Field(description="d=, lower case")
    selector: str = ""
    result: Literal["pass", "fail", "no_key", "refused", "temporary"]
    detail: str = Field(default="", description="for a person, without personal data")
    signed: tuple[str, ...] = Field(default=(), description="h=: names of the fields it covers, lower case")


class Known(Value):
    """An open request that a notice may belong to."""

    request: str
    proven: bool = Field(default=False, description="the mail that opened it was aligned")
    words: str = Field(default="", description="names what was written in that mail (`words_id`)")
    folder: str | None = Field(default=None, description="where that request lies now")
    verdict: Verdict | None = None


class History(Value):
    """What the store knows about a notice's person and invitation."""

    known: tuple[Known, ...] = Field(default=(), description="open requests it may belong to, surest first")
    requests_before: int = 0
    accepted: bool = False
    messages: int = 0


class Past(Value):
    """What is known of a request's person and invitation, once it is settled which request it belongs to."""

    request: str | None = Field(default=None, description="the open request this notice joins")
    folder: str | None = Field(default=None, description="where that request lies now")
    verdict: Verdict | None = None
    says_more: bool = Field(default=False, description="it says something that the request did not say before")
    requests_before: int = Field(default=0, description="earlier requests of the same person")
    accepted: bool = Field(
        default=False, description="this person accepted an invitation of the owner, or was accepted"
    )
    messages: int = Field(default=0, description="messages of this person seen before")


class Authenticity(Value):
    """Whether the mail really comes from the network it names, and how we know."""

    verdict: Trust
    detail: str


class Request(Value):
    """One request for the owner's attention."""

    id: str
    joins: bool = Field(default=False, description="belongs to a request known before (a reminder, a repeat)")
    notice: Notice
    past: Past = Past()


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


class Judgement(Value):
    """One request with its reasons; the points of the reasons sum to the score, exactly."""

    request: Request
    reasons: tuple[Reason, ...] = ()
    score: float = 0.0
    veto: str | None = Field(default=None, description="the safety signal that decides whatever the score")

    @model_validator(mode="after")
    def _adds_up(self) -> Judgement:
        if sum(reason.points for reason in self.reasons) != self.score:
            raise ValueError("the points of the reasons must sum to the score")
        return self


class Decision(Value):
    """What the owner's rules say about one request."""

    judgement: Judgement
    verdict: Verdict
    rule: str = Field(description="slug of the rule that matched")
    without_veto: Verdict | None = Field(default=None, description="what the score alone would have said")
    folder: str
