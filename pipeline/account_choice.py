"""Which account `salver connect` is about: one that is told already and signs in anew, or a new one."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple, Protocol

from pydantic import ValidationError

from pipeline.accounts import providers, secrets
from pipeline.accounts.account import LOOPBACK, Account
from pipeline.accounts.providers import Provider
from pipeline.configuration import Configuration
from stages.recipients import owner_of

KINDS = ("gmail", "outlook", "imap")
Tell = Callable[[str], None]


class ConnectError(Exception):
    """An account cannot be connected; the text says why and what to do, and no secret."""


class Ask(Protocol):
    def __call__(self, question: str, option: str, hidden: bool = False) -> str:
        """A person's answer, empty or not. `option` would have told it. ConnectError: nobody is there to answer."""
        ...


class Wanted(NamedTuple):
    """What was told on the command line; empty: not told."""

    kind: str
    """of KINDS, or the name of an account that is to sign in anew"""
    name: str = ""
    host: str = ""
    tls: str = ""
    ca: str = ""
    user: str = ""
    owner: str = ""
    secret: str = ""
    client_id: str = ""
    client_secret: str = ""
    issuer: str = ""
    app_password: bool = False
    device: bool = False
    browser: bool = True


def choose(configuration: Configuration, wanted: Wanted, ask: Ask) -> tuple[Account, bool]:
    """The account, and whether the configuration tells it already. Raises ConnectError."""
    found, known = _chosen(configuration, wanted, ask)
    if known and wanted.secret and wanted.secret != found.secret:
        raise ConnectError(
            f"{found.name} keeps its secret at {found.secret}; to keep it elsewhere, `salver disconnect {found.name}` "
            "first"
        )
    return found, known


def _chosen(configuration: Configuration, wanted: Wanted, ask: Ask) -> tuple[Account, bool]:
    named = configuration.account_named(wanted.name or wanted.kind)
    if wanted.kind not in KINDS:
        if named is None or wanted.name:
            raise ConnectError(
                f"{wanted.kind} is none of {', '.join(KINDS)}, and no account in the configuration has that name"
            )
        return named, True
    if named is not None and not (wanted.name or wanted.user or wanted.host):
        return named, True  # `salver connect gmail`, where the account is called gmail
    account = _new(configuration, wanted, ask)
    same = next((known for known in configuration.account if _same(known, account)), None)
    if same is not None and wanted.name in ("", same.name):
        return same, True
    if same is not None:
        raise ConnectError(f"that account is there already: {same.name}; `salver connect {same.name}` signs in anew")
    if named is not None and wanted.name:
        raise ConnectError(f"{named.name} is there already: {named.user} at {named.host}; choose another --name")
    return account, False


def provider_for(kind: str, account: Account) -> Provider | None:
    return {"gmail": providers.GMAIL, "outlook": providers.OUTLOOK}.get(kind) or providers.provider_at(account.host)


def _same(one: Account, other: Account) -> bool:
    return (one.endpoint, one.user.lower()) == (other.endpoint, other.user.lower())


def _new(configuration: Configuration, wanted: Wanted, ask: Ask) -> Account:
    user = wanted.user or ask("Your address, or the name you sign in with", "--user").strip()
    if not user:
        raise ConnectError("an account is somebody's: name the address with --user")
    fixed = {"gmail": providers.GMAIL, "outlook": providers.OUTLOOK}.get(wanted.kind)
    known = fixed or (providers.provider_at(wanted.host) if wanted.host else providers.provider_of(user))
    if known is not None and not known.app_passwords and not wanted.issuer and wanted.kind == "imap":
        raise ConnectError(f"{known.title} takes no passwords by IMAP; use `salver connect {known.key}`")
    if wanted.app_password and known is not None and not known.app_passwords:
        raise ConnectError(f"{known.title} has no app passwords for IMAP; leave --app-password out")
    host = wanted.host or (known.host if known else "")
    host = host or ask("Host of the IMAP server, such as imap.example.org", "--host").strip()
    if known is not None and known.local_part:
        user = user.partition("@")[0]
    by_token = bool(wanted.issuer) or (fixed is not None and not wanted.app_password)
    name = wanted.name or _free_name(configuration, known.key if known else _label(host))
    told = {
        "name": name,
        "owner": _owner(configuration, wanted.owner),
        "host": host,
        "tls": wanted.tls or (known.tls if known else "starttls" if host.endswith((":143", ":1143")) else "implicit"),
        "ca": wanted.ca,
        "user": user,
        "sign_in": "xoauth2" if by_token else "password",
        "secret": wanted.secret or place_of(configuration, name, user),
    }
    try:
        return Account.model_validate(told)
    except ValidationError as error:
        raise ConnectError(str(error.errors()[0]["msg"]).removeprefix("Value error, ")) from None


def place_of(configuration: Configuration, name: str, user: str, keyring: bool = True) -> str:
    """The reference of a new secret: the keyring if one is there, else a file beside the store."""
    if keyring and "/" not in user and secrets.has_keyring():
        return f"keyring:salver-{name}/{user}"
    return f"file:{configuration.store.path.parent / 'secrets' / name}"


def _owner(configuration: Configuration, told: str) -> str:
    """The id of the owner meant; empty for the first one."""
    if not told:
        return ""
    found = owner_of(told, configuration.owner)
    ids = [owner.id for owner in configuration.owner]
    if found is None and told not in ids:
        raise ConnectError(f"{told} is no owner; known are {', '.join(ids)}")
    return found.id if found else told


def _label(host: str) -> str:
    """`imap.example.org` -> `example`."""
    name = re.sub(r":\d+$", "", host).lower()
    parts = [part for part in name.split(".") if part]
    if name in LOOPBACK or not parts or all(part.isdigit() for part in parts):
        return "imap"
    label = re.sub(r"[^a-z0-9-]+", "-", parts[-2] if len(parts) > 1 else parts[0]).strip("-")
    return label[:28] or "imap"


def _free_name(configuration: Configuration, wish: str) -> str:
    names = {account.name for account in configuration.account}
    return next(name for name in (wish, *(f"{wish}-{number}" for number in range(2, 1000))) if name not in names)
