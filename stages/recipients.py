"""Whose mail is it? The owner comes from the envelope's recipient, never from To: (FORWARDING guide, section 0)."""

from __future__ import annotations

from stages.settings import Owner


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
    plain = f"{local.split('+')[0]}@{domain}"
    for owner in owners:
        if address in owner.addresses or plain in owner.addresses:
            return owner
    if local == "postmaster" and any(known.endswith(f"@{domain}") for owner in owners for known in owner.addresses):
        return owners[0]
    return None


def names_owner(to: tuple[str, ...], owner: Owner) -> bool:
    """Whether To names the owner; where the owner's accounts, or To, are not known, it is not said otherwise."""
    if not owner.accounts or not to:
        return True
    return any(address.lower() in owner.accounts or owner_of(address, (owner,)) for address in to)
