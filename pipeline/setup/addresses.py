"""Unguessable addresses: made, listed with what came to them, and retired.

They lie in the configuration (`addresses` of an owner), which is what the receiver goes by: one that is taken out is
refused like any other that never was.
"""

from __future__ import annotations

import re
import secrets
from pathlib import Path
from typing import NamedTuple

from pipeline.configuration import Configuration, SmtpSettings
from pipeline.settings import load
from pipeline.setup.talk import SetupError
from pipeline.setup.writing import change_addresses, has_id
from pipeline.store.arrivals import Count
from stages.recipients import owner_of
from stages.settings import Owner

LETTERS = "abcdefghjkmnpqrstuvwxyz"
"""without i, l and o, which are taken for digits"""
ALPHABET = LETTERS + "23456789"
LENGTH = 17
"""characters: 4.5 bits for the first and 4.95 for each of the others make 83 random bits"""
_DOMAIN = re.compile(r"(?=.{4,253}\Z)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+(?=[a-z0-9-]*[a-z])[a-z0-9-]{2,63}")


def new_local_part() -> str:
    """Random, lower case letters and digits; it begins with a letter."""
    rest = (secrets.choice(ALPHABET) for _ in range(LENGTH - 1))
    return secrets.choice(LETTERS) + "".join(rest)


def domain_of(text: str) -> str:
    """A host name that mail can be sent to, lower case. ValueError, with what to write instead."""
    domain = text.strip().lower().rstrip(".")
    if not _DOMAIN.fullmatch(domain):
        raise ValueError(f'"{text}" is no name mail can be sent to; write one such as requests.example.org')
    return domain


def new(config: Path, owner: str, domain: str) -> str:
    """Make an address and tell the configuration. Raises SetupError, ConfigError."""
    configuration = load(config)
    whose = _owner(configuration, owner)
    try:
        domain = domain_of(domain) if domain else _domain(configuration, whose)
    except ValueError as error:
        raise SetupError(str(error)) from None
    address = f"{new_local_part()}@{domain}"
    change_addresses(config, configuration.owner.index(whose), add=address)
    return address


def retire(config: Path, address: str) -> Owner:
    """Take an address out of the configuration; its owner as left. Raises SetupError, ConfigError."""
    configuration = load(config)
    address = address.strip().lower()
    whose = next((owner for owner in configuration.owner if address in owner.addresses), None)
    if whose is None:
        raise SetupError(f"{address} is no address in {config}; `salver address list` shows those that are")
    if set(whose.addresses) == {address}:
        raise SetupError(f"{address} is the only address of {whose.id}; make a new one first with `salver address new`")
    number = configuration.owner.index(whose)
    rest = tuple(each for each in whose.addresses if each != address)
    for _ in range(whose.addresses.count(address)):
        # An id that is not written down is made of the first address, and the owner's mailbox and history hang on it.
        pin = "" if has_id(config, number) or Owner(addresses=rest).id == whose.id else whose.id
        change_addresses(config, number, take=address, pin=pin)
    return load(config).owner[number]


class Row(NamedTuple):
    """One address, and what came to it."""

    owner: str
    address: str
    mails: int
    last: int | None
    """ms"""


def rows(configuration: Configuration, counts: tuple[Count, ...]) -> list[Row]:
    """Every address in the configuration; what came to address+anything counts for address."""
    found = []
    for owner in configuration.owner:
        for address in owner.addresses:
            theirs = [each for each in counts if _plain(each.address, owner) == address]
            last = max((each.last for each in theirs), default=None)
            found.append(Row(owner.id, address, sum(each.mails for each in theirs), last))
    return found


def retired(configuration: Configuration, counts: tuple[Count, ...]) -> list[Count]:
    """Addresses that mail came to, and that belong to nobody any more."""
    return [each for each in counts if owner_of(each.address, configuration.owner) is None]


def _plain(address: str, owner: Owner) -> str:
    local, _, domain = address.rpartition("@")
    return address if address in owner.addresses else f"{local.split('+')[0]}@{domain}"


def _owner(configuration: Configuration, told: str) -> Owner:
    if not told:
        return configuration.owner[0]
    found = owner_of(told, configuration.owner)
    found = found or next((owner for owner in configuration.owner if owner.id == told), None)
    if found is None:
        known = ", ".join(owner.id for owner in configuration.owner)
        raise SetupError(f"{told} is no owner; known are {known}")
    return found


def _domain(configuration: Configuration, owner: Owner) -> str:
    """Where the owner's mail comes in already; a mailbox of theirs elsewhere does not count."""
    ours = [address.rpartition("@")[2] for address in owner.addresses if address not in owner.accounts]
    if ours:
        return ours[-1]
    if configuration.smtp.hostname != SmtpSettings().hostname:
        return configuration.smtp.hostname.lower()
    raise SetupError("name the host your provider is to send to with --domain, such as --domain requests.example.org")
