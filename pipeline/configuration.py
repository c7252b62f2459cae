"""Everything the configuration file can say: one model a table; every field carries its default, unit and help."""

from __future__ import annotations

import re
from contextlib import suppress
from ipaddress import ip_address, ip_network
from pathlib import Path

from pydantic import Field, field_validator, model_validator

from pipeline.accounts.account import Account
from pipeline.declared import fault_of
from pipeline.outgoing import Outgoing
from stages.buttons import EXAMPLES, button_of
from stages.durations import MaybeDuration
from stages.events import Value
from stages.settings import AuthenticitySettings, Duration, FollowUp, Limits, Owner, Requests

MB = 1_000_000


def host_and_port(text: str) -> tuple[str, int]:
    """`"127.0.0.1:2525"`, `"[::1]:2525"` -> host, port. ValueError, with what to write instead."""
    match = re.fullmatch(r"(?:\[(?P<six>[0-9A-Fa-f:.]+)\]|(?P<host>[^\s:\[\]]+)):(?P<port>[0-9]{1,5})", text)
    if match is None or int(match["port"]) > 65535:
        raise ValueError(f'"{text}" is no address to listen on; write host:port, such as "127.0.0.1:2525"')
    return match["six"] or match["host"], int(match["port"])


def reachable(host: str) -> str:
    """Where to knock for what listens on every address."""
    with suppress(ValueError):
        if ip_address(host).is_unspecified:
            return "::1" if ":" in host else "127.0.0.1"
    return host


class SmtpSettings(Value):
    """How mail comes in: where to listen, and what one client may ask of us."""

    listen: str = Field(default="127.0.0.1:2525", description="host:port for SMTP; port 0 takes a free one")
    lmtp: str = Field(default="", description="host:port for LMTP, for a mail server in front; empty: off")
    hostname: str = Field(
        default="salver.local", description="what Salver calls itself, in the greeting and in its Received field"
    )
    certificate: str = Field(
        default="",
        description="PEM file with the certificate of `hostname`, its chain below it; with it STARTTLS is offered. "
        "Read again when it changes. Empty: mail comes in unencrypted",
    )
    key: str = Field(default="", description="PEM file with the certificate's private key, without a passphrase")
    size: int = Field(default=36 * MB, gt=0, description="octets of one mail; announced as SIZE, above it 552")
    drain: int = Field(
        default=36 * MB, ge=0, description="octets beyond `size` read and thrown away to answer politely; then the cut"
    )
    in_flight: int = Field(
        default=128 * MB,
        gt=0,
        description="octets of all mails being received or committed at once; above it 452. An eighth is for mails "
        "up to 256 kB; several mails from one address share a quarter, those from loopback a half; forwarders exempt",
    )
    recipients: int = Field(default=100, gt=0, description="recipients of one mail; above it 452")
    hops: int = Field(default=50, gt=0, description="Received fields of one mail; above it 554, a loop")
    connections: int = Field(
        default=1_500, gt=0, description="clients at once; above it 421; fewer where the system grants fewer open files"
    )
    connections_per_address: int = Field(
        default=50,
        gt=0,
        description="clients at once from one IPv4 address or IPv6 /64; loopback and forwarders exempt",
    )
    forwarders: tuple[str, ...] = Field(
        default=(), description="addresses or networks of your own mail servers, such as 192.0.2.0/28"
    )
    errors: int = Field(default=20, gt=0, description="refused commands of one client before it is sent away")
    junk_commands: int = Field(
        default=100, gt=0, description="NOOP, RSET, VRFY and the like between two mails before a client is sent away"
    )
    idle: Duration = Field(
        default="5m",
        validate_default=True,
        gt=0,
        description="longest silence between two commands, and within a mail",
    )
    command: Duration = Field(
        default="5m",
        validate_default=True,
        gt=0,
        description="longest time from the first octet of a command to its end, and for taking our reply",
    )
    stress: Duration = Field(
        default="10s",
        validate_default=True,
        gt=0,
        description="`idle` and `command` while three quarters of `connections` are taken",
    )
    rate: int = Field(default=500, ge=0, description="octets a second a mail must come in with at least; 0: any")
    rate_window: Duration = Field(
        default="60s",
        validate_default=True,
        gt=0,
        description="time over which `rate` is measured",
    )

    @field_validator("listen", "lmtp")
    @classmethod
    def _address(cls, value: str) -> str:
        if value:
            host_and_port(value)
        return value

    @field_validator("hostname")
    @classmethod
    def _host_name(cls, value: str) -> str:
        if not re.fullmatch(r"[A-Za-z0-9](?:[A-Za-z0-9.-]{0,251}[A-Za-z0-9])?", value):
            raise ValueError(f'"{value}" is no host name; write one such as "mail.example.org"')
        return value

    @field_validator("forwarders")
    @classmethod
    def _networks(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for network in value:
            try:
                ip_network(network)
            except ValueError:
                raise ValueError(
                    f'"{network}" is no address or network; write one such as "192.0.2.7" or "192.0.2.0/28"'
                ) from None
        return value

    @model_validator(mode="after")
    def _certificate_and_key(self) -> SmtpSettings:
        if bool(self.certificate) != bool(self.key):
            raise ValueError("certificate and key belong together; name both files, or none")
        return self

    @model_validator(mode="after")
    def _room_for_one_mail(self) -> SmtpSettings:
        if self.in_flight < self.size:
            raise ValueError("in_flight must have room for one mail of `size`")
        return self


class StoreSettings(Value):
    """Where the log lies."""

    url: str = Field(
        default="sqlite:///var/salver.db",
        pattern=r"^sqlite:///.+",
        description="sqlite:///relative/path or sqlite:////absolute/path",
    )

    @property
    def path(self) -> Path:
        return Path(self.url.removeprefix("sqlite:///"))


def endpoint(text: str) -> tuple[str, int]:
    """`"127.0.0.1:53"`, `"[::1]:53"`, or an address alone (port 53). ValueError, in words for a person."""
    host, port = text.strip(), "53"
    if host.startswith("["):
        host, _, rest = host[1:].partition("]")
        port = rest.removeprefix(":") or port
    elif host.count(":") == 1:
        host, _, port = host.partition(":")
    try:
        ip_address(host)
        if not 0 < int(port) < 65536:
            raise ValueError
    except ValueError:
        raise ValueError(f'"{text}" is no nameserver; write an address and a port, such as "127.0.0.1:53"') from None
    return host, int(port)


class DnsSettings(Value):
    """Whom we ask for DKIM keys."""

    resolvers: tuple[str, ...] = Field(default=(), description='"host:port" each; empty: the system\'s')
    time: int = Field(default=5, gt=0, le=5, description="seconds for all questions about one mail")

    @field_validator("resolvers")
    @classmethod
    def _addresses(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for nameserver in value:
            endpoint(nameserver)
        return value


class ReaderSettings(Value):
    """The children that read mails."""

    children: int = Field(default=2, gt=0, le=64, description="processes that read mails side by side")
    time: Duration = Field(
        default="10s",
        validate_default=True,
        description="for one mail; then the child is killed and replaced",
    )
    memory_bytes: int = Field(default=512 * 1024 * 1024, gt=0, description="octets of address space of one child")


class PullSettings(Value):
    """How accounts are watched for new requests."""

    idle: Duration = Field(
        default="14m",
        validate_default=True,
        gt=0,
        description="after this long without news the wait for some is begun anew (RFC 2177: within 29 minutes)",
    )
    poll: Duration = Field(
        default="2m", validate_default=True, gt=0, description="how often servers that cannot tell (no IDLE) are asked"
    )
    batch: int = Field(default=200, gt=0, description="heads of mails asked for at once")


class ImapSettings(Value):
    """Reading the Maildirs with any mail client: Dovecot, run by Salver."""

    serve: bool = Field(default=False, description="run Dovecot over the Maildirs of all owners; needs it installed")
    listen: str = Field(default="127.0.0.1:1993", description="host:port for IMAP over TLS; port 0 takes a free one")
    user: str = Field(
        default="nobody",
        description="only where Salver runs as root (Linux): the system user whose its Maildirs are, as whom all "
        "work in them is done and Dovecot runs, for that serves no mail of root's",
    )
    program: str = Field(default="", description="Dovecot's own program; empty: where systems put it")

    @field_validator("listen")
    @classmethod
    def _address(cls, value: str) -> str:
        host_and_port(value)
        return value


class FilingSettings(Value):
    """How mail lies in its folders, and what moving it says."""

    keywords: bool = Field(
        default=False,
        description="put the verdict among the flags of what is filed (Salver-good and so on), which some clients show "
        "as a label; mail that is sorted in place always gets it",
    )
    subject: bool = Field(
        default=False,
        description='begin the subject of what is filed with the verdict, "[good 4.5] ...", for phones that show no '
        "header fields; mail that is sorted in place is never changed, only a copy of it. A signature (DKIM) over the "
        "subject is no longer true of what is filed so",
    )
    buttons: tuple[str, ...] = Field(
        default=(),
        description="folders that do something with a mail that you drop into them: "
        + ", ".join(f'"{name}"' for name in EXAMPLES),
    )
    folders: tuple[str, ...] = Field(
        default=(),
        description="folders that your rules may file into, besides Good, Intriguing, Ugly and INBOX, such as "
        '["Recruiters", "Events"]',
    )
    ugly_after: MaybeDuration = Field(
        default=None,
        description="mail that has lain in Ugly for so long goes, after a digest told you; moved or flagged it stays. "
        "Empty: it stays for ever",
    )

    @field_validator("folders")
    @classmethod
    def _new_folders(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        seen: list[str] = []
        for folder in value:
            if fault := fault_of(folder, seen):
                raise ValueError(fault)
            seen.append(folder)
        return value

    @field_validator("buttons")
    @classmethod
    def _known_buttons(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for folder in value:
            if button_of(folder) is None:
                raise ValueError(f'"{folder}" is no button; write some of: {", ".join(EXAMPLES)} (or other times)')
        if len({folder.casefold() for folder in value}) < len(value):
            raise ValueError("two buttons have the same name")
        return value


class ReloadSettings(Value):
    """Taking changed rules over while Salver runs."""

    watch: bool = Field(default=True, description="look for changes of the files; a SIGHUP is always heard")
    changed: float = Field(
        default=0.25,
        ge=0,
        le=1,
        description="share of the recent verdicts that new rules may change; above it the old ones stay, until you say "
        "`salver rules apply`, or start Salver anew",
    )
    recent: int = Field(default=200, ge=0, le=10_000, description="verdicts that are tried with new rules; 0: none")


class LearningSettings(Value):
    """What Salver proposes after your corrections. Nothing changes before you accept it."""

    proposals: bool = Field(default=True, description="propose changes, in the digest and by `salver proposals`")
    least: int = Field(default=3, ge=2, le=50, description="corrections that must agree, of as many people")
    file: str = Field(
        default="",
        description="where what you accepted is kept, a TOML file that you can read; empty: lessons.toml, beside the "
        "store",
    )


class LogSettings(Value):
    """What is told on standard error: event names with fields; never a body or a token, addresses masked."""

    level: str = Field(
        default="info", pattern="^(debug|info|warning|error)$", description="debug, info, warning, error"
    )
    format: str = Field(default="text", pattern="^(text|json)$", description="text for people, json for machines")


class SampleSettings(Value):
    """Sample mails of our own, to have something to see."""

    on_first_start: bool = Field(default=False, description="send them to the first owner when the store is new")


class Configuration(Value):
    """Everything the configuration file can say."""

    smtp: SmtpSettings = SmtpSettings()
    store: StoreSettings = StoreSettings()
    dns: DnsSettings = DnsSettings()
    reader: ReaderSettings = ReaderSettings()
    pull: PullSettings = PullSettings()
    imap: ImapSettings = ImapSettings()
    filing: FilingSettings = FilingSettings()
    reload: ReloadSettings = ReloadSettings()
    learning: LearningSettings = LearningSettings()
    log: LogSettings = LogSettings()
    sample: SampleSettings = SampleSettings()
    limits: Limits = Limits()
    authenticity: AuthenticitySettings = AuthenticitySettings()
    requests: Requests = Requests()
    follow_up: FollowUp = FollowUp()
    outgoing: Outgoing = Outgoing()
    rules: str = Field(default="", description="a file of routing rules; empty: the rules Salver ships")
    shadow: str = Field(
        default="", description="a file of rules that decide beside the live ones, and change nothing; empty: none"
    )
    weights: str = Field(default="", description="a file `salver train` wrote; empty: what Salver ships was learned")
    texts: str = Field(
        default="", description="a file of your own words for the mails that Salver writes to you; empty: its own"
    )
    points: dict[str, float] = Field(
        default_factory=dict, description="points of a signal instead of its default, by name, in steps of 0.25"
    )
    owner: tuple[Owner, ...] = Field(default=(), description="the people whose requests are sorted")
    account: tuple[Account, ...] = Field(
        default=(), description="mail accounts elsewhere that Salver sorts in place, or files into"
    )

    @property
    def lessons(self) -> Path:
        """Where what was learned is kept."""
        return Path(self.learning.file) if self.learning.file else self.store.path.with_name("lessons.toml")

    def account_named(self, name: str) -> Account | None:
        return next((account for account in self.account if account.name == name), None)

    def owner_of_account(self, account: Account) -> str:
        """The id of the owner whose requests lie there."""
        return account.owner or self.owner[0].id
