"""(Parsed, Signatures, the network's domains) -> Authenticity: does the mail really come from the network it names?

Forged needs positive evidence. What merely lacks proof is unverified, for forwarding takes proofs away.
"""

from __future__ import annotations

from stages.events import Authenticity, Kind, Parsed, Seal, Signature
from stages.seals import called, proves, telling
from stages.sources import title_of
from stages.urls import within

DAY = 86_400_000
"""milliseconds"""
DAYS_APART = 2
"""more days than this between the network's own mail id and Date are no delay on the way"""
HOST = 48
"""characters of a host that a sentence shows; the end of a host is the part that names its owner"""

_NO_REQUEST: frozenset[Kind] = frozenset({"other", "forwarding_confirmation", "spoof"})


def judge(
    parsed: Parsed, signatures: tuple[Signature, ...], domains: tuple[str, ...], seal: Seal | None = None
) -> Authenticity:
    """The verdict, with one short sentence for a recruiter.

    `domains`: the network's own, which sign and send its mail. `seal`: of sealers that are believed. A proof
    (`aligned`) beats all evidence; evidence (`forged`) beats a question that is still open (`temporary`); all else is
    `unverified`.
    """
    if parsed.network is None:
        return Authenticity(verdict="unverified", detail="the mail names no network")
    name = title_of(parsed.network)
    own = tuple(signature for signature in signatures if _within(signature.domain, domains))
    from_own = (
        parsed.from_count == 1 and not _quoted(parsed) and _within(parsed.from_address.rpartition("@")[2], domains)
    )
    told_by = set(parsed.told_by)
    passed = [set(signature.signed) for signature in own if signature.result == "pass"] if from_own else []
    if any(told_by <= covered for covered in passed):
        return Authenticity(verdict="aligned", detail=f"{name} signed it, and it is unchanged since")
    # Seals are of the mail that came, not of one inside it; and somebody's word, so of the very domain in From alone.
    sealable = _of_sender(parsed, domains) if from_own and not _handed_on(parsed) else ()
    seal = telling(seal, sealable) if sealable else None
    if seal is not None and proves(seal, sealable) and told_by <= set(seal.covers):
        detail = f"{called(seal)} found it to be {name}'s when it came there, and sealed it; it is unchanged since"
        return Authenticity(verdict="aligned", detail=detail)
    if passed:  # it is of the network, but what makes it this person's request may be anybody's
        fields = " and ".join(sorted(field.title() for field in told_by))
        detail = f"{name} signed it, but not its {fields}, which tells whose request it is"
        return Authenticity(verdict="unverified", detail=detail)
    carries = any(_within(domain, domains) for domain in parsed.signed_by)
    evidence = (
        parsed.imitates
        or _links_elsewhere(parsed, carries, name)
        or _another_time(parsed, own, from_own, seal, name)
        or _broken(parsed, own, from_own, seal, name)
    )
    if evidence is not None:
        return Authenticity(verdict="forged", detail=evidence)
    if from_own and _undecided(own, seal):
        return Authenticity(verdict="temporary", detail=f"{name}'s signature could not be looked up just now")
    return Authenticity(verdict="unverified", detail=_unsealed(own, seal, name) or _doubt(parsed, own, from_own, name))


def _links_elsewhere(parsed: Parsed, carries: bool, name: str) -> str | None:
    """Look-alike hosts count in any mail; other foreign ones only where the sender wrote the links.

    One foreign host beside the network's own is no evidence: a note may name the person's site, a hop may add its
    footer. A request without a single link of the network is, since the network's always lead to itself. A hop that
    wraps every link excuses only a mail that `carries` a signature of the network, for anybody can claim such a hop.
    """
    links = parsed.links
    if links.imitating:
        return f"it links to {_host(links.imitating[0])}, which is only made to look like {name}"
    if _handed_on(parsed) or (parsed.rewritten_by is not None and carries):
        return None
    disguised = [host for host in links.disguised if host in links.foreign]
    if disguised:
        return f"a link shows another address than {_host(disguised[0])}, where it leads"
    if parsed.claims not in _NO_REQUEST and links.foreign and set(links.hosts) <= set(links.foreign):
        return f"none of its links leads to {name}; they lead to {_host(links.foreign[0])}"
    return None


def _another_time(
    parsed: Parsed, own: tuple[Signature, ...], from_own: bool, seal: Seal | None, name: str
) -> str | None:
    """The network's own mail id was made days from Date: copied from another mail. Date is signed, so a signature
    that may still prove right outweighs it; one without a key does not.

    Only of a mail that names the network as its sender: what somebody hands on, in whatever way, has another date.
    """
    if parsed.mail_time is None or parsed.date is None or not from_own or _handed_on(parsed):
        return None
    days = abs(parsed.date - parsed.mail_time) // DAY
    if days <= DAYS_APART or _undecided(own, seal):
        return None
    order = "before" if parsed.mail_time < parsed.date else "after"
    return f"it carries the mark of a {name} mail made {days} days {order} its own date"


def _broken(parsed: Parsed, own: tuple[Signature, ...], from_own: bool, seal: Seal | None, name: str) -> str | None:
    """A signature of the network that fails, where no forwarder shown could have rewritten the mail.

    Who put another sender into From is such a forwarder, and so is who sealed a mail whose signature then held.
    """
    if parsed.rewritten_by is not None or not from_own or _handed_on(parsed):
        return None
    failed = next((signature for signature in own if signature.result == "fail"), None)
    if failed is None or _undecided(own, seal) or (seal is not None and seal.result == "pass"):
        return None
    return f"{name}'s signature does not hold: {failed.detail}"


def _undecided(own: tuple[Signature, ...], seal: Seal | None) -> bool:
    """The DNS gave no answer about a proof."""
    return any(signature.result == "temporary" for signature in own) or (
        seal is not None and seal.result == "temporary"
    )


def _doubt(parsed: Parsed, own: tuple[Signature, ...], from_own: bool, name: str) -> str:
    """Why nothing is proven, most telling first."""
    results = {signature.result: signature.detail for signature in reversed(own)}
    if _quoted(parsed):
        return "it was forwarded in a way that leaves no proof of its origin"
    if "fail" in results:
        return f"{name}'s signature no longer holds, but {parsed.rewritten_by or 'a hop'} may have changed the mail"
    if "refused" in results:
        return f"{name}'s signature proves nothing: {results['refused']}"
    if "no_key" in results:
        return f"{name}'s signature cannot be checked: {results['no_key']}"
    if own:
        return f"a signature of {name}, but another sender"
    if from_own and parsed.signed_by:
        return f"it names {name} as its sender, but its signatures are not {name}'s or were not checked"
    return f"no signature of {name}"


def _unsealed(own: tuple[Signature, ...], seal: Seal | None, name: str) -> str | None:
    """What the seals tell of why nothing is proven, where they tell more than the signatures do."""
    if seal is None:
        return None
    if seal.result == "pass":
        return f"{called(seal)} found it to be {name}'s when it came there, but {seal.detail}"
    return None if own else f"no signature of {name}, and its seals prove nothing: {seal.detail}"


def _of_sender(parsed: Parsed, domains: tuple[str, ...]) -> tuple[str, ...]:
    """Those of the domains that From lies in."""
    sender = parsed.from_address.rpartition("@")[2]
    return tuple(domain for domain in domains if _within(sender, (domain,)))


def _handed_on(parsed: Parsed) -> bool:
    """Somebody's mail program wrote the mail anew: its date, its signature and its links are no longer the first."""
    return parsed.forwarded is not None and parsed.forwarded.how != "auto"


def _quoted(parsed: Parsed) -> bool:
    """From is that of a mail inside another one, and the signatures are not: no pair.

    Of a mail that was attached, its own octets are verified (FORWARDING guide, section 6), if we know where they lie.
    """
    own = parsed.forwarded is not None and parsed.forwarded.how == "attachment" and bool(parsed.original)
    return _handed_on(parsed) and not own


def _host(host: str) -> str:
    return host if len(host) <= HOST else "…" + host[-HOST:]


def _within(domain: str, domains: tuple[str, ...]) -> bool:
    """`domain` is one of the network's, or a subdomain of one; letter case and a dot at its end are ignored."""
    return within(domain.lower().rstrip("."), domains)
