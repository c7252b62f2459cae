"""The vocabulary: every value and every event.

An event is a frozen fact about one mail or one request; a name that ends in `Wanted` asks an edge for I/O.
Times are integers, milliseconds since the epoch in UTC. Events lie on disk longer than code lives: a new field
has a default, and a changed meaning raises `VERSION` and brings a migration (`pipeline/store/migrations.py`).
"""

from __future__ import annotations

from typing import Generic, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, model_validator

VERSION = 1

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


class Value(BaseModel):
    """A part of an event: frozen, and closed to unknown keys."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Event(Value):
    """Something that happened to one mail of one owner."""

    mail: str = Field(description="mail id: 128 random bits, sortable, 32 hex digits")
    owner: str = Field(description="owner id, as in the configuration")


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


# --- what the mail says -----------------------------------------------------------------------------------------


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
        """What the person wrote to the owner: the note, else the message; empty when nothing is shown."""
        return self.note.value or self.message.value or ""


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


class Received(Event):
    """A mail was accepted for one owner. Its bytes lie in the store under `blob`."""

    blob: str
    size: int = Field(description="octets, as received")
    mail_from: str = Field(description="reverse-path of the envelope; empty for a bounce")
    rcpt_to: tuple[str, ...] = Field(description="this owner's recipients of the envelope")
    recipients: int = Field(default=1, description="how many recipients the envelope named in all")
    helo: str = ""
    peer: str = Field(default="", description="address of the client")
    protocol: str = Field(default="ESMTP", description="RFC 3848 keyword")
    received_at: int


class Repeated(Event):
    """The same mail came again for this owner; the first one is filed, this one is only noted."""

    first: str = Field(description="mail id of the first delivery")


class Parsed(Event):
    """What a mail claims. Whether the claim is true is decided by `enrich`, with the answers of the lookups."""

    received_at: int
    network: Network | None = None
    claims: Kind = "other"
    template: str | None = None
    from_name: str = ""
    from_address: str = ""
    from_count: int = Field(default=1, description="From fields; only exactly one can be aligned")
    reply_to: str = ""
    to: tuple[str, ...] = Field(default=(), description="addresses of To and Cc, lower case")
    subject: str = ""
    message_id: str | None = None
    date: int | None = None
    mail_time: int | None = Field(default=None, description="send time hidden in the network's mail id")
    signed_by: tuple[str, ...] = Field(default=(), description="d= of every DKIM-Signature, lower case")
    imitates: str | None = Field(default=None, description="what in the sender imitates the network, in words")
    rewritten_by: str | None = Field(default=None, description="a shown hop that may have changed the text, in words")
    language: str | None = Field(default=None, description="of the mail's frame, BCP 47")
    note_language: str | None = Field(default=None, description="of what the person wrote, BCP 47")
    recipient_first_name: str | None = None
    forwarded: Forwarded | None = None
    confirmation: Confirmation | None = None
    links: Links = Links()
    notices: tuple[Notice, ...] = ()
    layout_known: bool = Field(default=True, description="False: a mail of the network whose layout we do not know")
    unread: str | None = Field(default=None, description="why the mail could not be read, for a person; else None")


# --- questions and answers --------------------------------------------------------------------------------------


class LookupWanted(Event):
    """Everything we want to know about this mail, asked at once."""

    parsed: Parsed
    signatures: bool = Field(description="verify the mail's DKIM signatures")
    histories: bool = Field(description="ask what is known of each notice's person and invitation")


class Signature(Value):
    """One DKIM-Signature and what came of verifying it (RFC 6376)."""

    domain: str = Field(description="d=, lower case")
    selector: str = ""
    result: Literal["pass", "fail", "no_key", "refused", "temporary"]
    detail: str = Field(default="", description="for a person, without personal data")


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


class LookedUp(Event):
    """The answers, kept so that a replay needs no network. What stayed unanswered says so."""

    parsed: Parsed
    signatures: tuple[Signature, ...] = ()
    histories: tuple[History, ...] = Field(default=(), description="one for each notice, in order")


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


class Enriched(Event):
    """What the mail really is, and the requests in it."""

    parsed: Parsed
    kind: Kind
    authenticity: Authenticity
    requests: tuple[Request, ...] = ()
    met: Notice | None = Field(default=None, description="who for certain accepted, or wrote to, the owner")


# --- judgement --------------------------------------------------------------------------------------------------


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


class Scored(Event):
    """Every signal has spoken about every request."""

    enriched: Enriched
    judgements: tuple[Judgement, ...] = ()
    settings_hash: str = ""


class Decision(Value):
    """What the owner's rules say about one request."""

    judgement: Judgement
    verdict: Verdict
    rule: str = Field(description="slug of the rule that matched")
    without_veto: Verdict | None = Field(default=None, description="what the score alone would have said")
    folder: str


class Routed(Event):
    """The decision about the whole mail."""

    kind: Kind
    decisions: tuple[Decision, ...] = ()
    verdict: Verdict | None = None
    score: float | None = None
    rule: str | None = None
    folder: str = INBOX
    settings_hash: str = ""

    @property
    def best(self) -> Decision | None:
        """The decision that speaks for the mail: that of its best request."""
        said = (self.verdict, self.rule, self.score)
        return next((d for d in self.decisions if (d.verdict, d.rule, d.judgement.score) == said), None)


# --- what is to be done, and what was done ----------------------------------------------------------------------


class FilingWanted(Event):
    """File the mail's own bytes, below these fields, into one mailbox of the owner."""

    mailbox: str = Field(description="target, as configured: maildir:PATH")
    folder: str
    fields: tuple[tuple[str, str], ...] = Field(default=(), description="header fields to prepend, in order")


class FilingStarted(Event):
    """Recorded before a filing touches the mailbox: from now on look before writing."""

    mailbox: str
    folder: str


class Filed(Event):
    """The mail lies in this folder."""

    mailbox: str
    folder: str
    name: str = Field(default="", description="name of the file, or what the target calls it")
    found: bool = Field(default=False, description="it lay there already, from an attempt that was cut short")


class ReminderWanted(Event):
    """Tell the owner to ask this person why they want to connect."""

    mailbox: str
    request: str
    about: Notice
    known: tuple[str, ...] = Field(default=(), description="what we know, one sentence each")
    message_id: str | None = Field(default=None, description="Message-ID of the filed mail, to thread under")
    subject: str = Field(default="", description="subject of the filed mail")
    at: int = Field(description="when the mail was received; the reminder's Date")


class ReminderFiled(Event):
    """The reminder lies in the owner's INBOX."""

    mailbox: str
    request: str
    name: str = ""
    found: bool = False


class Failed(Event):
    """A step could not be done. The mail lies raw in the INBOX; `salver retry` tries the step again."""

    step: str = Field(description="the kind of event that could not be handled")
    input: str = Field(description="its event id")
    error: str = Field(description="what happened, for a person; never the mail's text")
    tries: int = 1
