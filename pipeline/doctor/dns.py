"""Does the resolver answer, and give the keys of LinkedIn's signatures? Where does mail for the owners' domains go?"""

from __future__ import annotations

import asyncio
import re
from ipaddress import ip_address

from pipeline.configuration import host_and_port
from pipeline.doctor.finding import Case, Finding, Findings
from pipeline.doctor.tls import local
from pipeline.lookups.resolver import DnsTrouble, NobodyToAsk, Resolver

KEY = "d2048-202308-00._domainkey.linkedin.com"
"""Where LinkedIn's key lay in 2023 and since; a network may change it any day."""
_NOT_REAL = re.compile(
    r"(?:.*\.)?(?:test|example|invalid|localhost|local|internal|home\.arpa|example\.(?:com|net|org))"
)
"""RFC 2606, 6761, 6762, 8375, 9476: names that lie in no public DNS."""


async def check(case: Case) -> Findings:
    key = await _key(case)
    if key.level == "fault":
        return (key,)
    domains = sorted({address.rpartition("@")[2] for owner in case.configuration.owner for address in owner.addresses})
    found = await asyncio.gather(*(_mail_for(domain, case) for domain in domains), _own_name(case))
    return (key, *found)


async def _key(case: Case) -> Finding:
    cannot = "Without it no signature can be checked, and no request shown to be real."
    try:
        asked = ", ".join(address for address, _ in case.resolver.nameservers)
        record = await case.resolver.key(KEY)
    except NobodyToAsk:
        return Finding("fault", f"no DNS resolver is known. {cannot}", 'name one in [dns] resolvers = ["host:port"]')
    except DnsTrouble as trouble:
        return Finding(
            "fault",
            f"the DNS resolver does not answer: {trouble}. {cannot}",
            "look at this machine's network, or name another resolver in [dns]",
        )
    if record is None or b"p=" not in record:
        return Finding(
            "warning",
            f"the DNS resolver ({asked}) answers, but has no key of LinkedIn's at {KEY}",
            "LinkedIn may have changed it; see whether `salver explain` of a fresh mail says that it is really theirs",
        )
    return Finding("ok", f"the DNS resolver ({asked}) answers, and has a key of LinkedIn's signatures")


async def _mail_for(domain: str, case: Case) -> Finding:
    if not real(domain):
        return Finding("ok", f"{domain} lies in no public DNS: its MX is not checked")
    try:
        exchanges = [record.split()[-1].rstrip(".") for record in await case.resolver.records(domain, "MX")]
        direct = () if exchanges else await _addresses(case.resolver, domain)
    except DnsTrouble as trouble:
        return Finding("warning", f"{domain}: MX not checked: {trouble}", "try again later")
    if exchanges == [""] or not (exchanges or direct):
        return Finding(
            "warning",
            f"mail to {domain} can go nowhere: it has no MX",
            "needed if mail is forwarded to you there: add an MX record that names the host where mail comes in",
        )
    smtp = case.configuration.smtp
    to = ", ".join(exchanges) or domain
    ours = smtp.hostname.lower() in {exchange.lower() for exchange in exchanges or [domain]}
    if not ours and not local(host_and_port(smtp.listen)[0]):
        return Finding(
            "warning",
            f"mail to {domain} goes to {to}; Salver calls itself {smtp.hostname}",
            "is that this machine? Then set hostname in [smtp] to that name, else let the MX point here",
        )
    return Finding("ok", f"mail to {domain} goes to {to}")


async def _own_name(case: Case) -> Finding:
    """Our address and its name (PTR): other servers distrust a host whose names do not agree."""
    smtp = case.configuration.smtp
    if local(host_and_port(smtp.listen)[0]):
        return Finding("ok", "Salver takes mail on this machine only: its address and PTR are not checked")
    if not real(smtp.hostname) or "." not in smtp.hostname:
        return Finding(
            "warning",
            f"Salver calls itself {smtp.hostname} in front of the world, which is no name of the public DNS",
            "set hostname in [smtp] to this machine's name",
        )
    try:
        addresses = await _addresses(case.resolver, smtp.hostname)
        names = {address: await _names(case.resolver, address) for address in addresses}
    except DnsTrouble as trouble:
        return Finding("warning", f"{smtp.hostname}: address and PTR not checked: {trouble}", "try again later")
    if not addresses:
        return Finding(
            "warning", f"{smtp.hostname} has no address", "add an A record, so that mail can be brought here"
        )
    for address, called in names.items():
        if smtp.hostname.lower() not in called:
            return Finding(
                "warning",
                f"{address} is called {', '.join(called) or 'nothing'} (PTR), Salver calls itself {smtp.hostname}",
                "ask who gave you the address to set its PTR to that name",
            )
    return Finding("ok", f"{smtp.hostname} is {', '.join(addresses)}, and called so (PTR)")


async def _addresses(resolver: Resolver, name: str) -> tuple[str, ...]:
    four, six = await asyncio.gather(resolver.records(name, "A"), resolver.records(name, "AAAA"))
    return (*four, *six)


async def _names(resolver: Resolver, address: str) -> list[str]:
    records = await resolver.records(ip_address(address).reverse_pointer, "PTR")
    return [record.rstrip(".").lower() for record in records]


def real(domain: str) -> bool:
    """May it lie in the public DNS?"""
    return not domain.startswith("[") and _NOT_REAL.fullmatch(domain.lower()) is None
