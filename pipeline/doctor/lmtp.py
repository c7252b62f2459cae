"""Does each mail server that mail is handed over to take mail for its recipient?"""

from __future__ import annotations

import asyncio

from pipeline.doctor.finding import Case, Finding, Findings, in_thread
from pipeline.mailboxes.lmtp import LmtpMailbox, Undelivered
from pipeline.sieve import places_of


async def check(case: Case) -> Findings:
    found = [(owner.id, place) for owner in case.configuration.owner for place in places_of(owner)]
    if not found:
        return (Finding("ok", "no mail is handed over by LMTP"),)
    return tuple(await asyncio.gather(*(in_thread(_look, owner, LmtpMailbox(place)) for owner, place in found)))


def _look(owner: str, mailbox: LmtpMailbox) -> Finding:
    place = mailbox.place
    try:
        mailbox.prepare()
    except Undelivered as error:
        return Finding("fault", str(error), f"look at the mailbox of {owner}, and at that server")
    return Finding("ok", f"{place.where} takes mail for {place.address}; `salver sieve {owner}` prints its script")
