"""Whose mail is it? The owner comes from the envelope's recipient, never from To: (FORWARDING guide, section 0)."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable

from stages.settings import Owner

_ANSWER = re.compile(r"\+answer-([a-z2-7]{26})@", re.IGNORECASE)
_ATOM = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9.-]+")


def owner_of(recipient: str, owners: tuple[Owner, ...]) -> Owner | None:
    """The owner a recipient address belongs to, or None if it is unknown here.

    `local+anything@domain` belongs to the owner of `local@domain`; `postmaster`, bare or at an owner's domain,
    belongs to the first owner (RFC 5321 4.5.1). Letter case is ignored.
    """
    address = recipient.strip().lower()
    if address == "postmaster":
        return owners[0] if owners else None
    local, at, domain = address.rpartition("@")
    if not at or not local or not domain:
        return None
    # An owner's own address may have a detail, too: then only what we put behind it is taken off.
    for meant in (address, _ANSWER.sub("@", address), f"{local.split('+')[0]}@{domain}"):
        for owner in owners:
            if meant in owner.addresses:
                return owner
    if local == "postmaster" and any(known.endswith(f"@{domain}") for owner in owners for known in owner.addresses):
        return owners[0]
    return None


def answer_address(owner: Owner, token: str) -> str:
    """Where a mail of ours can be answered: `local+answer-TOKEN@domain`; empty where that would be no address."""
    local, _, domain = owner.addresses[0].rpartition("@")
    local = f"{local}+answer-{token}"
    return f"{local}@{domain}" if len(local) <= 64 and _ATOM.fullmatch(f"{local}@{domain}") else ""


def token_in(recipients: Iterable[str]) -> str:
    """The token in an address that we made for answers; empty: none of them is one."""
    found = (_ANSWER.search(recipient) for recipient in recipients)
    return next((match[1].lower() for match in found if match), "")


def without_token(address: str) -> str:
    """The owner's address of one that we made for answers; any other as it is."""
    return _ANSWER.sub("@", address)


def masked(text: str, secrets: Iterable[re.Pattern[str]]) -> str:
    """The text with `***` for whatever the first group of one of these finds: a network's secret in an address."""
    for secret in secrets:
        text = secret.sub(_starred, text)
    return text


def _starred(found: re.Match[str]) -> str:
    start, end = found.start(1) - found.start(), found.end(1) - found.start()
    return f"{found[0][:start]}***{found[0][end:]}"


def hash_of(token: str) -> str:
    """What is kept of a token: it names it, and nobody can answer with it."""
    return hashlib.sha256(token.lower().encode("utf-8", "replace")).hexdigest()


def mailbox_of(address: str) -> str:
    """The mailbox an address leads to, by which two spellings are compared: no detail, lower case, Gmail's dots out."""
    local, _, domain = address.strip().lower().rpartition("@")
    local = local.split("+")[0] or local
    if domain in ("gmail.com", "googlemail.com"):
        local, domain = local.replace(".", "") or local, "gmail.com"
    return f"{local}@{domain}"


def is_account(address: str, owner: Owner) -> bool:
    """Whether it is a mailbox of the owner, here or elsewhere."""
    return mailbox_of(address) in {mailbox_of(own) for own in (*owner.accounts, *owner.addresses)}


def names_owner(to: tuple[str, ...], owner: Owner) -> bool:
    """Whether To names the owner; where the owner's accounts, or To, are not known, it is not said otherwise."""
    if not owner.accounts or not to:
        return True
    return any(is_account(address, owner) or owner_of(address, (owner,)) for address in to)
