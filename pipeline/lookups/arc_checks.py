"""(message, sealers) -> chain: the ARC sets of a mail, with what can be said of them before their keys are known.

RFC 8617. The sets are signed in the order of their numbers, wherever in the header they stand, so that is how they are
put together here; dkimpy puts together whatever stands lowest.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from pipeline.lookups.dkim_checks import (
    SINGLE,
    TRUSTED,
    Claim,
    Settled,
    claim_with,
    holds,
    names_of,
    tags_of,
    unwieldy,
)
from pipeline.lookups.dkim_message import Message

RESULTS, SIGNATURE, SEAL = b"arc-authentication-results", b"arc-message-signature", b"arc-seal"
KINDS = (RESULTS, SIGNATURE, SEAL)
"""of fields; one of each makes a set, and they are signed in this order (section 5.1.1)"""
SETS = 20
"""of one mail; the RFC allows 50, and every one costs a signature over all before it"""
CHAIN = 128 * 1024
"""octets of all their fields together"""
KEYS = 6
"""different keys that are asked for; a sealer seals with one or two"""
SHOWN = frozenset(b"from to cc subject date reply-to content-type content-transfer-encoding".split())
"""fields that decide what a reader is shown, and to whom it was sent"""

Field = tuple[bytes, bytes]

_INSTANCE = re.compile(rb"[1-9][0-9]?")
_RESULTS_INSTANCE = re.compile(rb"[ \t\r\n]*i=([1-9][0-9]?)[ \t\r\n]*;", re.IGNORECASE)
_BASE64 = re.compile(rb"[A-Za-z0-9+/]+={0,2}")
_PARAMETER = rb" ?; ?[a-z0-9-]{1,40}=(?:\"[^ ;\"\\]{1,998}\"|[^ ;\"\\]{1,998})"
_MULTIPART = re.compile(rb" ?multipart/(?:alternative|mixed|related)((?:%b)+) ?;?" % _PARAMETER, re.IGNORECASE)
_BOUNDARY = re.compile(rb"; ?boundary=(?:\"([^\"]+)\"|([^ ;\"]+))", re.IGNORECASE)


@dataclass(frozen=True)
class ArcSet:
    """What one server on the way added."""

    results: Field
    signature: Field
    seal: Field

    @property
    def fields(self) -> tuple[Field, Field, Field]:
        return self.results, self.signature, self.seal

    @property
    def sealer(self) -> str:
        """d= of the seal."""
        return names_of(self.seal)[0]


def sealers_of(message: Message) -> tuple[str, ...]:
    """d= of every seal, the lowest in the header first, where it is one; at most SETS."""
    found = (names_of(field)[0] for field in reversed(message.fields) if field[0].lower() == SEAL)
    return tuple(name for _, name in zip(range(SETS), found, strict=False) if name)


def chain_of(message: Message) -> tuple[ArcSet, ...]:
    """The sets of the mail, the first first; none if it has no ARC field. Raises Settled if they make no chain."""
    fields = [field for field in message.fields if field[0].lower() in KINDS]
    if not fields:
        return ()
    if message.flaw is not None:
        raise Settled("refused", message.flaw)
    if len(fields) > SETS * len(KINDS):
        raise Settled("refused", "it has too many seals to be checked")
    if sum(len(value) for _, value in fields) > CHAIN or any(unwieldy(value) for _, value in fields):
        raise Settled("refused", "its seals are too long to be checked")
    numbered = {(_instance(field), field[0].lower()): field for field in fields}
    numbers = range(1, len(fields) // len(KINDS) + 1)
    if len(numbered) < len(fields) or set(numbered) != {(number, kind) for number in numbers for kind in KINDS}:
        raise Settled("fail", "its seals are not complete")
    chain = tuple(ArcSet(*(numbered[number, kind] for kind in KINDS)) for number in numbers)
    for number, arc_set in zip(numbers, chain, strict=True):
        tags = tags_of(arc_set.seal[1]) or {}
        found = tags.get(b"cv", b"").lower()
        if found == b"fail":
            raise Settled("fail", "a server on the way found the seals before its own broken")
        if found != (b"none" if number == 1 else b"pass") or b"h" in tags:
            raise Settled("fail", "a seal is malformed")
    return chain


def _instance(field: Field) -> int:
    """i= of an ARC field. Raises Settled."""
    if field[0].lower() == RESULTS:
        told = _RESULTS_INSTANCE.match(field[1])
        found = told[1] if told else b""
    else:
        found = (tags_of(field[1]) or {}).get(b"i", b"")
    if not _INSTANCE.fullmatch(found):
        raise Settled("fail", "its seals are not complete")
    return int(found)


def known(chain: tuple[ArcSet, ...], sealers: tuple[str, ...]) -> None:
    """Returns if each set is of one configured sealer alone. Raises Settled ("refused")."""
    for arc_set in chain:
        if arc_set.sealer not in sealers or names_of(arc_set.signature)[0] != arc_set.sealer:
            stranger = arc_set.sealer if arc_set.sealer not in sealers else names_of(arc_set.signature)[0]
            raise Settled("refused", f"it was sealed by {stranger[-48:] or 'nobody'}, whose seals are not trusted here")


def signature_of(message: Message, arc_set: ArcSet) -> Claim:
    """The set's signature over the mail: like DKIM's, but i= is its number and v= is missing (section 4.1.2).

    Raises Settled.
    """
    tags = tags_of(arc_set.signature[1])
    as_dkim = None if tags is None else {**{tag: tags[tag] for tag in tags if tag != b"i"}, b"v": b"1"}
    claim = claim_with(message, arc_set.signature, as_dkim)
    if SEAL in claim.signed:
        raise Settled("fail", "a seal is malformed")
    return claim


def seal_of(chain: tuple[ArcSet, ...], number: int) -> Claim:
    """The seal of the set with this number, as a signature over the sets up to it (section 5.1.1). Raises Settled."""
    field = chain[number - 1].seal
    tags = tags_of(field[1]) or {}
    domain, selector = names_of(field)
    if not domain or not selector or not _well_formed(tags):
        raise Settled("fail", "a seal is malformed")
    if tags[b"a"] != b"rsa-sha256":
        raise Settled("refused", "the method of sealing is outdated or not supported")
    covered = KINDS * number
    tags = {b"a": tags[b"a"], b"b": tags[b"b"], b"d": tags[b"d"], b"c": b"relaxed/relaxed"}
    return Claim(field, tags, covered[:-1], domain, selector)  # of its own set a seal covers the two others


def _well_formed(tags: Mapping[bytes, bytes]) -> bool:
    return bool(tags.get(b"a")) and len(tags.get(b"b", b"")) % 4 == 0 and bool(_BASE64.fullmatch(tags.get(b"b", b"")))


def sealed(chain: tuple[ArcSet, ...], number: int, claim: Claim, key: dict[str, int]) -> bool:
    """Whether the seal of the set with this number holds."""
    fields = [field for arc_set in chain[:number] for field in arc_set.fields]
    # Of fields with one name DKIM takes the lowest first, so the first set must stand lowest.
    return holds(tuple(reversed(fields[:-1])), claim, key)


def left_open(message: Message, claim: Claim) -> str | None:
    """What of the mail may have been changed although the signature holds, for a person; None: nothing that matters.

    Google's covers no Content-Type. Whoever changed that could have another text shown than was sealed; unless the
    text, which is covered, begins with the line that divides its parts, for then no other Content-Type fits it.
    """
    doubled = [name for name in SINGLE | TRUSTED if message.counts[name] > 1]
    if doubled:
        return "a line was added to it"
    # An added line of a name that is not covered goes unseen; one of a name that is makes the signature fail.
    loose = {name for name in SHOWN if message.counts[name]} - set(claim.signed)
    if b"content-type" in loose and _divides(message):
        loose.remove(b"content-type")
    if loose:
        return f"the seal does not cover its {min(loose).decode().title()}"
    return None


def _divides(message: Message) -> bool:
    """Whether the text begins with the dividing line that Content-Type names (RFC 2046 section 5.1.1)."""
    value = next(value for name, value in message.fields if name.lower() == b"content-type")
    found = _MULTIPART.fullmatch(b" ".join(value.split())) if len(value) <= 998 else None
    boundaries = _BOUNDARY.findall(found[1]) if found else []
    if len(boundaries) != 1:
        return False
    line, _, _ = message.body.partition(b"\r\n")
    return line.rstrip(b" \t") == b"--%b" % (boundaries[0][0] or boundaries[0][1])
