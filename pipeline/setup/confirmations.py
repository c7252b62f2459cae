"""A provider's question whether to forward here -> what `salver setup` shows of it. Its link is never opened by us.

Anybody who knows the address can write such a mail. So the link is shown only if the provider's own signature covers
who asks what, and if it asks about the owner's own mail; else the mail is called doubtful, and lies in the INBOX.
"""

from __future__ import annotations

from typing import NamedTuple

from pipeline.setup.talk import clock
from pipeline.setup.waiting import Watcher
from pipeline.store.arrivals import Arrival
from stages.events import Confirmation, Parsed
from stages.forwards.asked_by import Question, asked_by, question, signers
from stages.header import clean
from stages.settings import Owner

_INDENT = " " * 10


class Shown(NamedTuple):
    """What is said about one mail, and whether it was what is waited for."""

    lines: tuple[str, ...]
    sure: bool
    later: bool = False
    """nothing can be said yet: the key could not be looked up"""


async def asked(watcher: Watcher, arrival: Arrival, owner: Owner, address: str, google: bool) -> Shown | None:
    """What to show of a mail that looks like a provider's question; None if it does not.

    `address` is what it must be written to, and `google` says that Google's question is the one that is waited for.
    """
    parsed = arrival.parsed
    spoof = arrival.enriched is not None and arrival.enriched.kind == "spoof"
    if parsed is None or parsed.confirmation is None or spoof:
        return None
    found, later = await _found(watcher, arrival.received.mail, parsed, parsed.confirmation, owner, address)
    at = clock(arrival.received.received_at, owner.zone)
    if found.doubt:
        doubtful = f"a mail that looks like {found.title}'s question has come, but {found.doubt}."
        return Shown(
            (
                f"{at}  Doubtful: {doubtful}",
                f"{_INDENT}Anybody can write such a mail. Its link and code are not shown; it lies in your INBOX.",
            ),
            sure=False,
            later=later,
        )
    waited_for = not google or parsed.confirmation.provider == "google"
    return Shown((f"{at}  {found.asks} Really {found.title}.", *_answer(found)), sure=waited_for)


async def _found(
    watcher: Watcher, mail: str, parsed: Parsed, confirmation: Confirmation, owner: Owner, address: str
) -> tuple[Question, bool]:
    """What may be shown of it, by what its signatures say now; and whether that may be more in a while."""
    signatures = await watcher.signatures(mail, signers(confirmation))
    authenticity = asked_by(parsed, signatures)
    found = question(parsed, authenticity, owner.model_copy(update={"addresses": (address,)}))
    assert found is not None
    return found, authenticity.verdict == "temporary"


def _answer(found: Question) -> tuple[str, ...]:
    lines = [f"{_INDENT}The code: {found.code}"] if found.code else []
    if found.link:
        lines += [f"{_INDENT}The link, for you to open (Salver never does); press the button behind it:", found.link]
    return tuple(lines) or (f"{_INDENT}It lies in your INBOX. If it is the question you wait for, answer it there.",)


async def other(watcher: Watcher, arrival: Arrival, owner: Owner) -> Shown | None:
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
            f'{clock(arrival.received.received_at, owner.zone)}  A mail has come from {sender}: "{subject}"; {proof}.',
            f"{_INDENT}It lies in your INBOX. If it is the question you wait for, answer it there.",
        ),
        sure=signed,
    )
