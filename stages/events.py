"""The vocabulary: every event. What they are made of stands in `values.py`, and can be had from here too.

An event is a frozen fact about one mail or one request; a name that ends in `Wanted` asks an edge for I/O.
Times are integers, milliseconds since the epoch in UTC. Events lie on disk longer than code lives: a new field
has a default, and a changed meaning raises `VERSION` and brings a migration (`pipeline/store/migrations.py`).
"""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from stages.fill_rates import Drift, LayoutPasts
from stages.provenance import (
    Authenticity as Authenticity,
    Confirmation as Confirmation,
    Forwarded as Forwarded,
    Seal as Seal,
    Signature as Signature,
    Slice as Slice,
    Trust as Trust,
)
from stages.tokens import (
    Instruction as Instruction,
    Reply as Reply,
    Said as Said,
    Standing as Standing,
    Token as Token,
)
from stages.values import (
    ABSENT as ABSENT,
    INBOX as INBOX,
    JUDGED as JUDGED,
    UNCOUNTED as UNCOUNTED,
    UNKNOWN as UNKNOWN,
    Acquaintance as Acquaintance,
    Asked as Asked,
    Change as Change,
    Claim as Claim,
    ClaimKind as ClaimKind,
    Decision as Decision,
    Echo as Echo,
    Finding as Finding,
    History as History,
    Judgement as Judgement,
    Kind as Kind,
    Known as Known,
    Links as Links,
    Memory as Memory,
    Network as Network,
    Notice as Notice,
    Order as Order,
    Past as Past,
    Reason as Reason,
    Request as Request,
    RuleAt as RuleAt,
    Seen as Seen,
    Shadow as Shadow,
    State as State,
    Talk as Talk,
    Taught as Taught,
    Thresholds as Thresholds,
    Tier as Tier,
    Truth as Truth,
    Turn as Turn,
    Value as Value,
    Verdict as Verdict,
    counted as counted,
    shown as shown,
)

VERSION = 1

Imported = Literal["", "judge", "file"]
"""A mail that came before Salver did: judge: it is filed nowhere; file: it is filed. Neither raises a reminder."""


class Event(Value):
    """Something that happened to one mail of one owner."""

    mail: str = Field(description="mail id: 128 random bits, sortable, 32 hex digits")
    owner: str = Field(description="owner id, as in the configuration")


class Received(Event):
    """A mail was accepted for one owner. Its bytes lie in the store under `blob`."""

    blob: str
    size: int = Field(description="octets, as received")
    mail_from: str = Field(description="reverse-path of the envelope; empty for a bounce")
    rcpt_to: tuple[str, ...] = Field(description="this owner's recipients of the envelope")
    recipients: int = Field(default=1, description="how many recipients the envelope named in all")
    helo: str = ""
    peer: str = Field(default="", description="address of the client")
    protocol: str = Field(default="ESMTP", description="RFC 3848 keyword; IMAP: read from an account; import")
    received_at: int
    account: str = Field(default="", description="account it was read from and stays in; empty: it was delivered to us")
    place: str = Field(default="", description="where it lay there: UIDVALIDITY/UID, then a blank and the folder")
    run: str = Field(default="", description="id of the run that read it, by which a whole run can be undone")
    imported: Imported = Field(default="", description="it came long ago; empty: it comes in now")


class Repeated(Event):
    """The same mail came again for this owner; the first one is filed, this one is only noted."""

    first: str = Field(description="mail id of the first delivery")


class Parsed(Event):
    """What a mail claims. Whether the claim is true is decided by `enrich`, with the answers of the lookups."""

    received_at: int
    account: str = Field(default="", description="account it was read from and stays in; empty: it was delivered to us")
    imported: Imported = Field(default="", description="it came long ago; empty: it comes in now")
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
    sealed_by: tuple[str, ...] = Field(default=(), description="d= of every ARC-Seal, lower case")
    original: tuple[Slice, ...] = Field(
        default=(), description="where the mail that was forwarded as an attachment lies, from the outermost inwards"
    )
    imitates: str | None = Field(default=None, description="what in the sender imitates the network, in words")
    rewritten_by: str | None = Field(default=None, description="a shown hop that may have changed the text, in words")
    language: str | None = Field(default=None, description="of the mail's frame, BCP 47")
    note_language: str | None = Field(default=None, description="of what the person wrote, BCP 47")
    recipient_first_name: str | None = None
    forwarded: Forwarded | None = None
    depth: int = Field(default=0, description="how many mails it was handed on in; 2: a forward of a forward")
    confirmation: Confirmation | None = None
    reply: Reply | None = Field(default=None, description="it is written to an address that we made for one answer")
    links: Links = Links()
    notices: tuple[Notice, ...] = ()
    layout: str = Field(default="", description="structural fingerprint of what was read; empty: none is known")
    layout_known: bool = Field(default=True, description="False: a mail of the network whose layout we do not know")
    told_by: tuple[str, ...] = Field(default=(), description="fields besides From that must be signed to prove it")
    unread: str | None = Field(default=None, description="why the mail could not be read, for a person; else None")


class LookupWanted(Event):
    """Everything we want to know about this mail, asked at once."""

    parsed: Parsed
    signatures: bool = Field(description="verify the mail's DKIM signatures")
    domains: tuple[str, ...] = Field(default=(), description="whose signatures prove anything; empty: the network's")
    histories: bool = Field(description="ask what is known of each notice's person and invitation")
    sketches: tuple[tuple[int, ...], ...] = Field(default=(), description="of each notice's words, in order")
    names: tuple[str, ...] = Field(default=(), description="full names to look up among the people the owner knows")
    token: str = Field(default="", description="names the token to look up (its hash); empty: none")


class LookedUp(Event):
    """The answers, kept so that a replay needs no network. What stayed unanswered says so."""

    parsed: Parsed
    signatures: tuple[Signature, ...] = ()
    seal: Seal | None = Field(default=None, description="None: the mail has no ARC chain, or it was not asked about")
    histories: tuple[History, ...] = Field(default=(), description="one for each notice, in order")
    acquaintances: tuple[Acquaintance, ...] = Field(default=(), description="those of the names whom the owner knows")
    token: Token | None = Field(default=None, description="None: the store made no such token")
    forwarded_before: int | None = Field(default=None, description="mails its forwarder sent on before; None: unknown")
    pasts: LayoutPasts = Field(default=LayoutPasts(), description="how mails of the same template were read before")


class Enriched(Event):
    """What the mail really is, and the requests in it."""

    parsed: Parsed
    kind: Kind
    authenticity: Authenticity
    requests: tuple[Request, ...] = ()
    addressed: bool = Field(default=True, description="To names the owner, as far as the owner's accounts are known")
    met: Notice | None = Field(default=None, description="who for certain accepted, or wrote to, the owner")
    heard: bool = Field(default=False, description="the network says so for certain, to the owner as far as is known")
    invited: tuple[int, ...] = Field(
        default=(), description="which of the mail's people the owner had invited, who accepted"
    )
    talks: tuple[Talk, ...] = Field(default=(), description="conversations that it may belong to, surest first")
    token: Token | None = Field(default=None, description="the token it was written with, if the store made it")
    again: int = Field(
        default=0, description="when it was judged again, with what came of asking or what the owner said; 0: the first"
    )
    firmly: bool = Field(default=False, description="judged again because its owner ordered it")
    anew: bool = Field(default=False, description="judged again because its mail is read otherwise now")
    without: tuple[str, ...] = Field(default=(), description="rules and lessons whose doing was undone here")
    undoing: bool = Field(default=False, description="judged again because the doing of the last of these is undone")
    remarks: tuple[str, ...] = Field(default=(), description="what is only noted, for a person; it counts nothing")
    drift: Drift | None = Field(default=None, description="how it differs from other mails of its template")

    @property
    def layout_known(self) -> bool:
        """Whether its source knows the layout, and reads all in it that such mails show."""
        return self.parsed.layout_known and not (self.drift and self.drift.unknown_layout)


class Scored(Event):
    """Every signal has spoken about every request."""

    enriched: Enriched
    judgements: tuple[Judgement, ...] = ()
    settings_hash: str = ""


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

    @property
    def labels(self) -> tuple[str, ...]:
        """Those of all its requests, each once."""
        return tuple(dict.fromkeys(label for decision in self.decisions for label in decision.labels))


class FilingWanted(Event):
    """File the mail's own bytes, below these fields, into one mailbox of the owner."""

    mailbox: str = Field(description="target, as configured; account:NAME sorts the mail where it lies")
    folder: str
    fields: tuple[tuple[str, str], ...] = Field(default=(), description="header fields to prepend, in order")
    verdict: Verdict | None = Field(default=None, description="for a mailbox that shows it in another way")
    score: float | None = Field(default=None, description="for the subject of what is filed")
    labels: tuple[str, ...] = Field(default=(), description="that rules put on it")
    firmly: bool = Field(
        default=False, description="its owner ordered it: also from where they had moved it themselves"
    )


class FilingStarted(Event):
    """Recorded before a filing touches the mailbox: from now on look before writing."""

    mailbox: str
    folder: str
    of: str = Field(default="", description="event id of the FilingWanted that is begun")


class Filed(Event):
    """The mail lies in this folder."""

    mailbox: str
    folder: str
    name: str = Field(default="", description="name of the file, or what the target calls it")
    found: bool = Field(default=False, description="it lay there already, from an attempt that was cut short")
    left: bool = Field(default=False, description="its owner had moved it there, or marked it as deleted: it was left")


class Moved(Event):
    """Its owner moved the mail from where we had put it, which counts as their verdict."""

    mailbox: str
    folder: str
    at: int = Field(description="when it was noticed")


class Returned(Event):
    """What was sorted in an account lies where it lay before; the owner asked for that (`salver undo`)."""

    mailbox: str
    folder: str = Field(description="where it was taken from")
    name: str = Field(default="", description="what the account calls it now: UIDVALIDITY/UID")


class AlarmWanted(Event):
    """Tell the owner that a source went quiet. `mail` is the last one that came from it."""

    mailbox: str
    network: Network | None = Field(default=None, description="whose mail is forwarded to us; None: of an account")
    account: str = Field(default="", description="the account that is read; empty: mail is forwarded to us")
    heard_at: int = Field(description="when that mail came")
    usual: int = Field(description="a usual pause before, ms")
    longest: int = Field(description="about the longest pause before, ms")
    silence: int = Field(description="how long nothing came while Salver could have heard it, ms")
    years: float = Field(description="in how many years such a pause would come once by chance")
    others: tuple[Network, ...] = Field(default=(), description="networks whose mail is still forwarded to us")
    port: str = Field(default="", description="where mail comes in, host:port")
    at: int = Field(description="when it was noticed; the mail's Date")


class AlarmFiled(Event):
    """The alarm lies in the owner's INBOX."""

    mailbox: str
    name: str = ""
    found: bool = False


class Failed(Event):
    """A step could not be done. The mail lies raw in the INBOX; `salver retry` tries the step again."""

    step: str = Field(description="the kind of event that could not be handled")
    input: str = Field(description="its event id")
    error: str = Field(description="what happened, for a person; never the mail's text")
    tries: int = 1
