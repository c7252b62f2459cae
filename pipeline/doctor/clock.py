"""Is this machine's clock right? Told by a signature of the DNS root, and by the mails that came.

IMAP tells no time of its own. The signature (RRSIG, RFC 4034 3.1.5) names from when to when it holds, about two weeks;
it is taken as told, without checking it: whoever forges it gets no more than a line here.
"""

from __future__ import annotations

import asyncio
from statistics import median

from pipeline.doctor.finding import Case, Finding, Findings
from pipeline.lookups.resolver import DnsTrouble
from pipeline.store.migrations import StoreError
from pipeline.store.reading import delays, reading
from stages.rhythm import DAY, HOUR, MINUTE, span

SLACK = 5 * MINUTE
FEWEST = 3
_DO = "set it by NTP: `timedatectl set-ntp true`, or your system's settings for date and time"


async def check(case: Case) -> Findings:
    window, late = await asyncio.gather(_signed(case), _delays(case))
    if window is not None and not window[0] - SLACK <= case.at <= window[1] + SLACK:
        slow = case.at < window[0]
        off = span(window[0] - case.at if slow else case.at - window[1])
        return (Finding("fault", f"this machine's clock is {'behind' if slow else 'ahead'} by {off} or more", _DO),)
    if len(late) >= FEWEST and median(late) < -SLACK:
        behind = span(int(-median(late)))
        return (Finding("warning", f"mails come {behind} before they were written: is the clock behind?", _DO),)
    if len(late) >= FEWEST and min(late) > HOUR:
        what = f"every mail of the last days came {span(min(late))} or more after it was written"
        return (Finding("warning", what, f"if the forward is not that slow, the clock is ahead: {_DO}"),)
    known = [
        *(["the DNS root's signature holds now, so it is right to about a day"] if window else []),
        *(["mails come soon after they were written"] if len(late) >= FEWEST else []),
    ]
    return (Finding("ok", "; ".join(known) or "not checked: the DNS gave no signature, and too few mails came yet"),)


async def _signed(case: Case) -> tuple[int, int] | None:
    """From when to when (ms) a signature of the root's SOA holds; None if none can be had."""
    import dns.asyncquery
    import dns.exception
    import dns.message
    import dns.rdatatype

    try:
        nameservers = case.resolver.nameservers
    except DnsTrouble:
        return None
    for address, port in nameservers[:3]:
        question = dns.message.make_query(".", "SOA", want_dnssec=True)
        try:
            answer, _ = await dns.asyncquery.udp_with_fallback(question, address, case.resolver.timeout, port)
        except (dns.exception.DNSException, OSError, EOFError, ValueError):
            continue
        for rrset in answer.answer:
            if rrset.rdtype == dns.rdatatype.RRSIG:
                return max(each.inception for each in rrset) * 1000, min(each.expiration for each in rrset) * 1000
    return None


async def _delays(case: Case) -> list[int]:
    path = case.configuration.store.path
    if not path.exists():
        return []
    try:
        async with reading(path) as read:
            # What came a day late or more was forwarded by hand, or is a sample: it tells nothing of a clock.
            return [delay for delay in await delays(read, case.at - 7 * DAY) if delay < DAY]
    except StoreError:
        return []  # the check of the store says so
