"""(message, signature, key record) -> result: the rules of RFC 6376, and what we refuse beyond them."""

from __future__ import annotations

import base64
import functools
import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from pipeline.lookups.dkim_message import Message

Result = Literal["pass", "fail", "no_key", "refused", "temporary"]

SIGNATURE = 16 * 1024
"""octets of one DKIM-Signature field"""
BLANKS = 100
"""blanks in a row within it; dkimpy's expressions take quadratic time on long runs"""
SIGNED = 100
"""names in h="""
RECORD = 8 * 1024
"""octets of a key record"""
BITS = range(1024, 8193)
"""of an RSA key (RFC 8301 asks for 1024 at least)"""
SINGLE = frozenset(
    b"from sender reply-to to cc subject date message-id in-reply-to references "
    b"mime-version content-type content-transfer-encoding".split()
)
"""fields a mail has once (RFC 5322 section 3.6, RFC 2045); readers show the topmost, signatures cover the lowest"""
TRUSTED = frozenset(
    b"x-linkedin-template x-linkedin-class x-linkedin-fbl x-linkedin-id list-id list-unsubscribe".split()
)
"""fields of a network that tell what a mail is; two of them are one too many, whether or not one was signed"""

_NAME = re.compile(r"(?!.{254})[a-z0-9_]([a-z0-9_-]{0,62})(\.[a-z0-9_]([a-z0-9_-]{0,62}))*")
_FIELD_NAME = re.compile(rb"[\x21-\x39\x3b-\x7e]{1,77}")
_BASE64 = re.compile(rb"[A-Za-z0-9+/]+={0,2}")


class Settled(Exception):
    """The result is known, and it is not `pass`. `detail` is for a person."""

    def __init__(self, result: Result, detail: str) -> None:
        super().__init__(detail)
        self.result: Result = result
        self.detail = detail


@dataclass(frozen=True)
class Claim:
    """What one DKIM-Signature field claims, as far as it can be believed without its key."""

    field: tuple[bytes, bytes]
    tags: Mapping[bytes, bytes]
    signed: tuple[bytes, ...]
    """names in h=, lower case, in order"""
    domain: str
    selector: str

    @property
    def covers(self) -> tuple[str, ...]:
        """Names of the fields in h=, lower case, each once; what can be no name is left out."""
        names = (name.decode() for name in self.signed if _FIELD_NAME.fullmatch(name))
        return tuple(dict.fromkeys(names))

    @property
    def record(self) -> str:
        """Where the key lies (section 3.6.2.1)."""
        return f"{self.selector}._domainkey.{self.domain}"


def names_of(field: tuple[bytes, bytes]) -> tuple[str, str]:
    """d= and s= in lower case; empty where they are missing or no DNS names."""
    tags = tags_of(field[1][:SIGNATURE]) or {}
    found = (tags.get(key, b"").decode("ascii", "replace").lower() for key in (b"d", b"s"))
    domain, selector = (name if _NAME.fullmatch(name) else "" for name in found)
    return domain, selector


def claim_of(message: Message, field: tuple[bytes, bytes]) -> Claim:
    """Everything that can be said of a signature before its key is known. Raises Settled ("refused")."""
    if message.flaw is not None:
        raise Settled("refused", message.flaw)
    return claim_with(message, field, None if unwieldy(field[1]) else tags_of(field[1]))


def unwieldy(value: bytes) -> bool:
    """Longer, or with longer runs of blanks, than any signature needs."""
    return len(value) > SIGNATURE or re.search(rb"\s{%d}" % (BLANKS + 1), value) is not None


def claim_with(message: Message, field: tuple[bytes, bytes], tags: Mapping[bytes, bytes] | None) -> Claim:
    """Likewise, of a field that is read as if it had these tags; None: it has none. Raises Settled ("refused")."""
    domain, selector = names_of(field)
    if tags is None or not domain or not selector or not all(tags.get(tag) for tag in (b"v", b"a", b"b", b"bh", b"h")):
        raise Settled("refused", "the signature is malformed")
    signed = tuple(name.strip().lower() for name in tags[b"h"].split(b":"))
    claim = Claim(field, tags, signed, domain, selector)
    _refuse_weak(message, claim)
    _refuse_invalid(claim)
    return claim


def _refuse_weak(message: Message, claim: Claim) -> None:
    tags, signed = claim.tags, claim.signed
    if tags[b"a"] != b"rsa-sha256":
        raise Settled("refused", "the method of signing is outdated or not supported")
    if b"from" not in signed:
        raise Settled("refused", "the signature does not cover the sender")
    if len(signed) > SIGNED:
        raise Settled("refused", "the signature names too many fields")
    if any(message.counts[name] > signed.count(name) for name in (SINGLE | TRUSTED).intersection(signed)) or any(
        message.counts[name] > max(1, signed.count(name)) for name in TRUSTED
    ):
        raise Settled("refused", "a line was added that the signature does not cover")
    if b"l" in tags:
        if not re.fullmatch(rb"[0-9]{1,20}", tags[b"l"]):
            raise Settled("refused", "the signature is malformed")
        if int(tags[b"l"]) < len(_body(message, claim)):
            raise Settled("refused", "the signature covers only a part of the text")


def _refuse_invalid(claim: Claim) -> None:
    import dkim  # type: ignore[import-untyped]
    from dkim.canonicalization import (  # type: ignore[import-untyped]
        CanonicalizationPolicy,
        InvalidCanonicalizationPolicyError,
    )

    if not (_BASE64.fullmatch(claim.tags[b"b"]) and _BASE64.fullmatch(claim.tags[b"bh"])):
        raise Settled("refused", "the signature is malformed")
    try:
        CanonicalizationPolicy.from_c_value(claim.tags.get(b"c"))
        dkim.validate_signature_fields(claim.tags)
    except (dkim.ValidationError, InvalidCanonicalizationPolicyError, IndexError, ValueError) as why:
        expired = str(why).startswith("x= value is past")
        raise Settled("refused", "the signature has expired" if expired else "the signature is malformed") from why


def key_of(claim: Claim, record: bytes | None) -> dict[str, int]:
    """The RSA key in a key record (section 3.6.1). Raises Settled ("no_key", or "refused" for a weak one)."""
    import dkim.crypto  # type: ignore[import-untyped]

    if record is None:
        raise Settled("no_key", "the domain publishes no such key")
    unusable = Settled("no_key", "what the domain publishes is no key for this signature")
    tags = tags_of(record) if len(record) <= RECORD else None
    if tags is None or tags.get(b"v", b"DKIM1") != b"DKIM1" or tags.get(b"k", b"rsa") != b"rsa" or b"p" not in tags:
        raise unusable
    if not tags[b"p"]:
        raise Settled("no_key", "the domain has withdrawn this key")
    if not {b"*", b"email"} & _listed(tags.get(b"s", b"*")) or b"sha256" not in _listed(tags.get(b"h", b"sha256")):
        raise unusable
    if b"s" in _listed(tags.get(b"t", b"")) and not _exact(claim):
        raise Settled("refused", "the key is not for subdomains")
    try:
        key: dict[str, int] = dkim.crypto.parse_public_key(base64.b64decode(tags[b"p"], validate=True))
    except (dkim.crypto.UnparsableKeyError, ValueError, IndexError, AssertionError) as why:
        raise unusable from why
    if key["modulus"].bit_length() not in BITS or key["publicExponent"].bit_length() > 64:
        raise Settled("refused", "the key is too short or too long")
    return key


def verify(message: Message, claim: Claim, key: dict[str, int]) -> None:
    """Body hash, then signature (section 6.1.3). Returns if both hold; else raises Settled ("fail")."""
    body = _body(message, claim)
    covered = body[: int(claim.tags[b"l"])] if b"l" in claim.tags else body
    if base64.b64encode(hashlib.sha256(covered).digest()) != claim.tags[b"bh"]:
        raise Settled("fail", "the text was changed after it was signed")
    if not holds(message.fields, claim, key):
        raise Settled("fail", "the sender, the subject or another signed line was changed after it was signed")


def holds(fields: tuple[tuple[bytes, bytes], ...], claim: Claim, key: dict[str, int]) -> bool:
    """Whether b= is the key's signature over those of `fields` that h= names and the signature's own (section 3.7)."""
    import dkim

    signer: Any = dkim.DKIM()
    signer.headers = fields
    signer.pk, signer.keysize, signer.ktag = key, key["modulus"].bit_length(), b"rsa"
    tags = {tag: value for tag, value in claim.tags.items() if tag != b"bh"}  # dkimpy then leaves the body to us
    try:
        return bool(signer.verify_sig_process(tags, list(claim.signed), claim.field, None))
    except (dkim.DKIMException, ValueError, AssertionError):
        return False  # a number that does not fit the key


def _body(message: Message, claim: Claim) -> bytes:
    return message.relaxed if claim.tags.get(b"c", b"").endswith(b"/relaxed") else message.simple


def _exact(claim: Claim) -> bool:
    """Whether i= names d= itself (t=s in a key record, section 3.6.1)."""
    return claim.tags.get(b"i", b"@" + claim.tags[b"d"]).rpartition(b"@")[2].lower() == claim.tags[b"d"].lower()


def _listed(value: bytes) -> set[bytes]:
    return {item.strip() for item in value.split(b":")}


@functools.lru_cache(maxsize=64)  # one signature is asked for its names several times
def tags_of(value: bytes) -> Mapping[bytes, bytes] | None:
    """A tag list (section 3.2) without the blanks that folding leaves in b=, bh= and p=; None if malformed."""
    from dkim.util import InvalidTagValueList, parse_tag_value  # type: ignore[import-untyped]

    try:
        tags: dict[bytes, bytes] = parse_tag_value(value)
    except (InvalidTagValueList, IndexError):
        return None
    return {tag: b"".join(text.split()) if tag in (b"b", b"bh", b"p") else text for tag, text in tags.items()}
