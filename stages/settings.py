"""What stages can be told. Every field carries its default, its unit and its help text.

`config/default.toml` is printed from these models (and those of `pipeline/configuration.py`), so help lives here only.
"""

from __future__ import annotations

import hashlib
import re
from functools import cached_property
from typing import Annotated, Literal, TypeVar
from zoneinfo import ZoneInfo, available_timezones

from pydantic import BeforeValidator, Field, field_validator, model_validator

from stages.calm import FollowUp as FollowUp
from stages.durations import Duration as Duration, milliseconds as milliseconds
from stages.events import Value
from stages.rules.language import Condition as Condition, Lesson as Lesson, Rule as Rule, Rules as Rules
from stages.sealers import AuthenticitySettings as AuthenticitySettings
from stages.texts import Question, Texts
from stages.values import Thresholds as Thresholds
from stages.weights import Weights


def _named(field: str) -> BeforeValidator:
    """Lets a plain text stand for a table that has only `field`: `open_jobs = ["Data engineer"]`."""

    def table(given: object) -> object:
        return {field: given} if isinstance(given, str) else given

    return BeforeValidator(table)


def _elsewhere(given: object) -> object:
    raise ValueError("unknown key; the address that Salver's mails come from is `sender` in [outgoing]")


class Job(Value):
    """A job the owner is filling."""

    title: str = ""
    place: str = ""
    employer: str = Field(default="", alias="for")
    keywords: tuple[str, ...] = ()
    referrals_welcome: bool = False


class Published(Value):
    """Something the owner published, with the points people quote."""

    kind: str = ""
    title: str = ""
    points: tuple[str, ...] = ()
    year: int | None = None


class Tenure(Value):
    """An employer of the owner."""

    name: str = ""
    start: int | None = Field(default=None, alias="from")
    end: int | None = Field(default=None, alias="to")


MOST_ENTRIES = 500
"""entries of one list of a profile: each is compared with every note"""
_T = TypeVar("_T")
Several = Annotated[tuple[_T, ...], Field(max_length=MOST_ENTRIES)]


class Profile(Value):
    """What the owner told us about themselves; every field optional."""

    id: str = ""
    name: str = ""
    languages: Several[str] = ()
    industry: Several[str] = ()
    roles: Several[str] = ()
    employers: Several[Annotated[Tenure, _named("name")]] = ()
    schools: Several[str] = ()
    open_jobs: Several[Annotated[Job, _named("title")]] = ()
    published: Several[Annotated[Published, _named("title")]] = ()
    events: Several[str] = ()
    groups: Several[str] = ()
    known_people: Several[str] = ()
    wants: Several[str] = ()
    does_not_want: Several[str] = ()
    tools_used: Several[str] = ()


SENDABLE = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9.-]{1,255}")
"""An address that can be written into an envelope and a header field as it is."""


class Owner(Value):
    """A person whose requests are sorted."""

    id: str = Field(
        default="",
        description="names the owner in logs and paths; empty: made of the first address",
    )
    name: str = ""
    addresses: tuple[str, ...] = Field(
        min_length=1, description="where mail for this owner comes in; amy+anything@ comes in at amy@ too"
    )
    accounts: tuple[str, ...] = Field(
        default=(),
        description="mailboxes of this owner elsewhere, from which mail is forwarded; if any are named, a request that "
        "was sent to somebody else counts as a replay",
    )
    password: str = Field(
        default="",
        description="what this owner signs in with where Salver serves IMAP: what `salver password` prints, which is a "
        "hash, or a reference to one (env:NAME, file:PATH). Empty: Salver makes one and keeps it beside the store",
    )
    mailbox: str = Field(
        default="",
        description='where mail is filed: "maildir:PATH", "imap://NAME" of an [[account]], or "lmtp://HOST:PORT/ADDRESS"'
        " of a mail server, for which `salver sieve` prints the script; default: maildir:var/mail/ID",
    )
    mailboxes: tuple[str, ...] = Field(default=(), description="several of them, instead of `mailbox`")
    time_zone: str = Field(default="UTC", description="for the dates in reminders")
    language: Literal["en", "de"] = Field(default="en", description="of the mails that Salver writes to you")
    profile: str = Field(default="", description="a TOML or JSON file about the owner; empty: relevance is not judged")
    contact: str = Field(
        default="",
        description="where Salver's own mails are sent, and nowhere else, once there is a relay in [outgoing]; empty: "
        "they are filed in the INBOX",
    )
    sender: Annotated[str, BeforeValidator(_elsewhere)] = Field(
        default="", exclude=True, description="address that Salver's own mails come from, as [outgoing] says"
    )

    @model_validator(mode="before")
    @classmethod
    def _fill_in(cls, given: object) -> object:
        addresses = given.get("addresses") if isinstance(given, dict) else None
        if not isinstance(given, dict) or not isinstance(addresses, list | tuple) or not addresses:
            return given
        filled = dict(given)
        if filled.get("mailbox") and filled.get("mailboxes"):
            raise ValueError("an owner has either `mailbox` or `mailboxes`; keep one of them")
        if not filled.get("id"):
            local = str(addresses[0]).split("@")[0].lower()
            filled["id"] = re.sub(r"[^a-z0-9._-]+", "-", local).strip("-._") or "owner"
        if not filled.get("mailbox") and not filled.get("mailboxes"):
            filled["mailbox"] = f"maildir:var/mail/{filled['id']}"
        return filled

    @field_validator("id")
    @classmethod
    def _safe_id(cls, value: str) -> str:
        if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}", value):
            raise ValueError("an owner's id has letters, digits, dots, dashes and underscores only; set `id`")
        return value

    @field_validator("addresses", "accounts")
    @classmethod
    def _whole_addresses(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for address in value:
            if not re.fullmatch(r"[^@\s<>]+@[^@\s<>]+", address):
                raise ValueError(f'"{address}" is no e-mail address; write it as local@domain')
        return tuple(address.lower() for address in value)

    @field_validator("contact")
    @classmethod
    def _one_address(cls, value: str) -> str:
        if value and not SENDABLE.fullmatch(value):
            raise ValueError(f'"{value}" is no e-mail address that mail can be sent to; write it as local@domain')
        return value

    @field_validator("time_zone")
    @classmethod
    def _known_zone(cls, value: str) -> str:
        if value not in available_timezones():
            raise ValueError(f'"{value}" is no time zone; write one such as "Europe/Paris" or "UTC"')
        return value

    @property
    def targets(self) -> tuple[str, ...]:
        """Every mailbox of the owner, as configured."""
        return self.mailboxes or (self.mailbox,)

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)


class Limits(Value):
    """Above these a mail is not parsed; it is accepted and filed whole in the INBOX all the same."""

    header_bytes: int = Field(default=100_000, gt=0, description="octets of the header block")
    parts: int = Field(default=1_000, gt=0, description="MIME parts")
    depth: int = Field(default=50, gt=0, description="levels of MIME parts inside each other")
    html_bytes: int = Field(default=512 * 1024, gt=0, description="octets of one HTML part")
    html_tag_bytes: int = Field(default=32 * 1024, gt=0, description="octets of one HTML tag")
    html_depth: int = Field(default=3_000, gt=0, description="opening tags without their closing ones")


class Requests(Value):
    """How mails are joined to one request."""

    name_window: Duration = Field(
        default="30d",
        validate_default=True,
        description="without invitation id and profile link: same name and headline within this time is one request",
    )


class Settings(Value):
    """Everything stages are told."""

    owners: tuple[Owner, ...] = ()
    profiles: dict[str, Profile] = Field(default_factory=dict, description="by owner id")
    limits: Limits = Limits()
    authenticity: AuthenticitySettings = AuthenticitySettings()
    requests: Requests = Requests()
    follow_up: FollowUp = FollowUp()
    ugly_after: int | None = Field(
        default=None, exclude=True, description="when mail in Ugly goes, ms after it came to lie there; None: never"
    )
    points: dict[str, float] = Field(default_factory=dict, description="by signal name, instead of its default points")
    rules: Rules = Rules()
    shadow: Rules | None = Field(
        default=None, exclude=True, description="rules that decide beside the live ones, and change nothing"
    )
    folders: tuple[str, ...] = Field(default=(), description="that rules may file into, besides the verdicts' own")
    weights: Weights = Weights()
    texts: dict[str, Texts] = Field(default_factory=dict, exclude=True, description="of our own mails, by language")
    questions: dict[str, Question] = Field(
        default_factory=dict, exclude=True, description="to ask somebody why they would like to connect, by language"
    )

    def owner(self, owner: str) -> Owner:
        """The owner with this id. KeyError if the configuration does not know them (any more)."""
        for candidate in self.owners:
            if candidate.id == owner:
                return candidate
        raise KeyError(owner)

    def profile(self, owner: str) -> Profile | None:
        return self.profiles.get(owner)

    @property
    def told_points(self) -> dict[str, float]:
        """By signal name, the points that count instead of its default: the owner's, before what was learned."""
        return {**self.weights.points, **self.points}

    @cached_property
    def hash(self) -> str:
        """Names the settings and rules a decision was made with: 12 hex digits of SHA-256 over what can change one."""
        told = self.model_dump_json()
        return hashlib.sha256(told.encode()).hexdigest()[:12]
