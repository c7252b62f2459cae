"""A mail that came through the owner's own forward -> how long it took, and whether it is as it was sent."""

from __future__ import annotations

import secrets
from typing import NamedTuple
from zoneinfo import ZoneInfo

from pipeline.setup.addresses import ALPHABET
from pipeline.setup.talk import clock, span
from pipeline.setup.waiting import Watcher
from pipeline.store.arrivals import Arrival
from stages.events import Parsed, Signature
from stages.header import clean
from stages.sources import domains_of, title_of

LONGEST = 24 * 3_600_000
"""ms; a mail that seems to have taken longer was sent by a clock that is wrong"""


class Proof(NamedTuple):
    """What is said of the test, and whether the forward is as it should be."""

    lines: tuple[str, ...]
    good: bool


def new_token() -> str:
    """What to write into the subject; 50 random bits, so that nobody else's mail is taken for it."""
    return "salver-" + "".join(secrets.choice(ALPHABET) for _ in range(10))


async def look(
    watcher: Watcher, token: str, since: int, address: str, accounts: tuple[str, ...], zone: ZoneInfo
) -> Proof | None:
    """Whether the mail with this token in its subject has come; without a token, any mail of a network."""
    for arrival in await watcher.arrived(since, address):
        parsed = arrival.parsed
        if parsed is None or (token not in parsed.subject.lower() if token else parsed.network is None):
            continue
        way = _way(parsed, address, accounts)
        if way is not None:
            return Proof((f"It arrived {_when(arrival, zone)}, but {way}",), good=False)
        name, domains = _signer(parsed)
        signatures = await watcher.signatures(arrival.received.mail, domains)
        told, good = _intact(name, signatures, parsed)
        return Proof((f"Arrived {_when(arrival, zone)}: {told}",), good)
    return None


def _when(arrival: Arrival, zone: ZoneInfo) -> str:
    at = arrival.received.received_at
    sent = arrival.parsed.date if arrival.parsed else None
    if sent is None or not -60_000 < at - sent < LONGEST:
        return f"at {clock(at, zone)}"
    return f"in {span(max(at - sent, 0))} (sent {clock(sent, zone)}, taken {clock(at, zone)})"


def _way(parsed: Parsed, address: str, accounts: tuple[str, ...]) -> str | None:
    """Why it did not come by a forward that leaves it as it is; None if it did."""
    how = parsed.forwarded.how if parsed.forwarded else None
    if how in ("rule", "inline", "attachment"):
        return (
            "your provider wrote it anew under your name, and what proves the sender is lost. "
            "Choose Redirect, or Send a copy, instead of Forward."
        )
    if how is None and address in parsed.to and not set(parsed.to) & set(accounts):
        return f"straight to Salver, not through your provider. Send it to {accounts[0] if accounts else 'yourself'}."
    if parsed.network is None and parsed.from_address in accounts:
        return (
            "it says that you sent it from your own address. Either send it from another account, or, if you did, "
            "your rule writes it anew: choose Redirect instead of Forward."
        )
    return None


def _signer(parsed: Parsed) -> tuple[str, tuple[str, ...]]:
    """Whose signature it should bear, in words and as domains."""
    if parsed.network is not None:
        return title_of(parsed.network), domains_of(parsed.network)
    labels = parsed.from_address.rpartition("@")[2].split(".")
    domains = tuple(".".join(labels[at:]) for at in range(len(labels) - 1))
    return clean(domains[-1] if domains else "the sender", 80), domains


def _intact(name: str, signatures: tuple[Signature, ...], parsed: Parsed) -> tuple[str, bool]:
    results = {signature.result: signature for signature in reversed(signatures)}
    if "pass" in results and parsed.from_count == 1:
        return f"{results['pass'].domain if parsed.network is None else name}'s signature intact.", True
    if "temporary" in results:
        return f"{name}'s signature could not be looked up just now, so nobody can say whether it was altered.", False
    if "fail" in results:
        by = f", perhaps by {clean(parsed.rewritten_by, 80)}" if parsed.rewritten_by else ""
        return (
            f"altered on the way{by}: {name}'s signature no longer holds. Requests can then not be told from "
            "imitations; let Salver read your account instead, or have the change switched off.",
            False,
        )
    return (
        f"It came, but {name} has signed nothing that could be checked, so nobody can say whether it was altered: send "
        "the test from an account of a provider that signs, such as Gmail.",
        False,
    )


async def came(watcher: Watcher, since: int, address: str, zone: ZoneInfo) -> str:
    """For when it has not come: what did come meanwhile."""
    times = [each.received.received_at for each in await watcher.arrived(since, address)]
    if not times:
        return f"Since {clock(since, zone)} nothing at all has come to {address}."
    count = f"{len(times)} other mail{'' if len(times) == 1 else 's'} came to {address}"
    return f"Since {clock(since, zone)} {count}, the last at {clock(times[-1], zone)}."
