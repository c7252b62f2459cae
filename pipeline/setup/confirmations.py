"""A provider's question whether to forward here -> what is shown of it. Its link is never opened by us.

Anybody who knows the address can write such a mail. So the link is shown only if the provider's own signature covers
who asks what, and if it asks about the owner's own mail; else the mail is called doubtful, and lies in the INBOX.
"""

from __future__ import annotations

import re
from typing import NamedTuple
from zoneinfo import ZoneInfo

from pipeline.setup.talk import clock
from pipeline.setup.waiting import Watcher
from pipeline.store.arrivals import Arrival
from stages.events import Confirmation, Parsed, Signature
from stages.header import clean

SENDER = "forwarding-noreply@google.com"
SIGNER = "google.com"
COVERED = frozenset({"from", "to", "subject"})
"""fields that must be signed: who asks, for which address, and the code"""


class Shown(NamedTuple):
    """What is said about one mail, and whether it was what is waited for."""

    lines: tuple[str, ...]
    sure: bool
    later: bool = False
    """nothing can be said yet: the key could not be looked up"""


def doubts(
    parsed: Parsed, asked: Confirmation, signatures: tuple[Signature, ...], accounts: tuple[str, ...], address: str
) -> list[str]:
    """Why it may not be Google that asks, or not about this owner's mail; empty: it is."""
    found = []
    if parsed.from_count != 1 or parsed.from_address != SENDER:
        found.append(f"it does not come from {SENDER}")
    own = [signature for signature in signatures if signature.domain == SIGNER]
    if not any(signature.result == "pass" and set(signature.signed) >= COVERED for signature in own):
        found.append(_unsigned(own))
    if address not in parsed.to:
        found.append("it was written to another address than yours here")
    if asked.requester is None or _canonical(asked.requester) not in {_canonical(each) for each in accounts}:
        found.append(f"it asks about the mail of {clean(asked.requester or 'nobody', 80)}, who is not you")
    return found


def _unsigned(own: list[Signature]) -> str:
    results = {signature.result for signature in own}
    if "pass" in results:
        return "Google's signature leaves out what matters"
    if "temporary" in results:
        return "Google's signature could not be looked up just now"
    return "Google's signature does not hold" if results else "Google has not signed it"


def _canonical(address: str) -> str:
    """Gmail ignores dots and what follows a plus; googlemail.com is gmail.com."""
    local, _, domain = address.lower().rpartition("@")
    if domain in ("gmail.com", "googlemail.com"):
        return f"{local.split('+')[0].replace('.', '')}@gmail.com"
    return f"{local}@{domain}"


async def google(
    watcher: Watcher, arrival: Arrival, accounts: tuple[str, ...], address: str, zone: ZoneInfo
) -> Shown | None:
    """What to show of a mail that looks like Google's question; None if it does not."""
    parsed = arrival.parsed
    asked = parsed.confirmation if parsed else None
    if parsed is None or asked is None:
        return None
    signatures = await watcher.signatures(arrival.received.mail, (SIGNER,))
    doubted = doubts(parsed, asked, signatures, accounts, address)
    at = clock(arrival.received.received_at, zone)
    if doubted:
        later = any(each.domain == SIGNER and each.result == "temporary" for each in signatures)
        return Shown(
            (
                f"{at}  Doubtful: a mail that looks like Google's question has come, but {'; '.join(doubted)}.",
                "          Anybody can write such a mail. Its link and code are not shown; it lies in your INBOX.",
            ),
            sure=False,
            later=later,
        )
    lines = [
        f"{at}  Google asks whether mail of {clean(asked.requester or '', 100)} may be forwarded here. Really Google."
    ]
    if asked.code:
        lines.append(f"          The code: {clean(asked.code, 20)}")
    if asked.confirm_url and re.fullmatch(r"[!-~]{1,2000}", asked.confirm_url):
        lines += ["          The link, for you to open (Salver never does); press the button behind it:"]
        lines += [asked.confirm_url]
    return Shown(tuple(lines), sure=True)


async def other(watcher: Watcher, arrival: Arrival, zone: ZoneInfo) -> Shown | None:
    """What to show of a mail that may be another provider's question; None for a network's mail."""
    parsed = arrival.parsed
    if parsed is None or parsed.network is not None:
        return None
    domain = parsed.from_address.rpartition("@")[2]
    signatures = await watcher.signatures(arrival.received.mail, (domain,)) if domain else ()
    signed = parsed.from_count == 1 and any(
        each.result == "pass" and {"from", "subject"} <= set(each.signed) for each in signatures
    )
    proof = f"{clean(domain, 80)} signed it" if signed else "nothing proves who sent it, so be careful with its links"
    sender, subject = clean(parsed.from_address, 80) or "nobody", clean(parsed.subject, 80)
    return Shown(
        (
            f'{clock(arrival.received.received_at, zone)}  A mail has come from {sender}: "{subject}"; {proof}.',
            "          It lies in your INBOX. If it is the question you wait for, answer it there.",
        ),
        sure=signed,
    )
