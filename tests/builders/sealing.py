"""Mails sealed as servers on the way seal them (RFC 8617), with real keys; hashed and signed here, not by dkimpy."""

from __future__ import annotations

import base64
import functools
import hashlib
import re
from dataclasses import dataclass, field

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from tests.builders.dns import Behaviour, txt
from tests.builders.signing import Key, rsa_key

BEGAN = "aB/c+dEf"
"""how b= of a signature begins that nobody made"""
LIKE_GOOGLE = "to:subject:message-id:mime-version:from:date:dkim-signature"
"""h= of Gmail: what says how the text is to be read (Content-Type) is not in it"""
LIKE_MICROSOFT = "From:Date:Subject:Message-ID:Content-Type:MIME-Version"
GOOGLE_SAYS = (
    'mx.google.com;\r\n       dkim=pass header.i=@linkedin.com header.s=key header.b="{began}";\r\n'
    "       spf=pass (google.com: domain of m-1@bounce.linkedin.com designates 192.0.2.9 as permitted sender)"
    " smtp.mailfrom=m-1@bounce.linkedin.com;\r\n"
    "       dmarc=pass (p=REJECT sp=REJECT dis=NONE) header.from=linkedin.com"
)
MICROSOFT_SAYS = (
    "mx.microsoft.com 1; spf=pass\r\n (sender ip is 192.0.2.9) smtp.rcpttodomain=tenant.test"
    " smtp.mailfrom=bounce.linkedin.com;\r\n dmarc=pass (p=reject sp=reject pct=100) action=none"
    " header.from=linkedin.com;\r\n dkim=pass (signature was verified) header.d=linkedin.com; arc=none (0)"
)
MICROSOFT_SAYS_NOTHING_HOLDS = (
    "mx.microsoft.com 1; spf=fail (sender ip is\r\n 192.0.2.153) smtp.rcpttodomain=tenant.test"
    " smtp.mailfrom=provider.test;\r\n dmarc=none action=none header.from=linkedin.com; dkim=none (message\r\n"
    " not signed); arc=none (0)"
)


@dataclass(frozen=True)
class Sealing:
    """How one server seals; what is left out is as it should be."""

    says: str = GOOGLE_SAYS
    """in it `{began}` stands for how b= of the mail's topmost signature begins"""
    domain: str = "google.com"
    selector: str = "arc"
    key: Key = field(default_factory=rsa_key)
    covers: str = LIKE_GOOGLE
    number: int | None = None
    cv: str | None = None
    signature: dict[str, str] = field(default_factory=dict)
    """tags of the signature over the mail instead of the right ones; "" leaves one out"""
    seal: dict[str, str] = field(default_factory=dict)
    """likewise of the seal"""
    space: str = " "
    """between a field's colon and its first tag"""


def keys(*domains: str, key: Key | None = None, selector: str = "arc") -> dict[str, Behaviour]:
    """The DNS in which the keys of these sealers lie."""
    return {f"{selector}._domainkey.{domain}": txt((key or rsa_key()).record) for domain in domains}


def sealed(raw: bytes, *ways: Sealing) -> bytes:
    """`raw` (CRLF) after each of these servers sealed it, one after the other."""
    for way in ways or (Sealing(),):
        raw = b"".join(one_set(raw, way)) + raw
    return raw


def one_set(raw: bytes, how: Sealing) -> tuple[bytes, bytes, bytes]:
    """(ARC-Seal, ARC-Message-Signature, ARC-Authentication-Results) of the next server, each with its CRLF."""
    before = [(name, value) for name, value in _fields(raw) if name.lower().startswith("arc-")]
    number = how.number or 1 + sum(name.lower() == "arc-seal" for name, _ in before)
    results = f" i={number}; {how.says.replace('{began}', _began(raw))}\r\n"
    signature = _signature(raw, how, number)
    told = {"i": f"{number}", "a": "rsa-sha256", "t": "1793697270", "cv": how.cv or ("none" if number == 1 else "pass")}
    told |= {"d": how.domain, "s": how.selector, "b": ""}
    bare = _tags(told | how.seal, how.space)
    order = sorted(before, key=_place)
    order += [("ARC-Authentication-Results", results), ("ARC-Message-Signature", signature)]
    octets = b"".join(_relaxed(name, value) for name, value in order) + _relaxed("ARC-Seal", bare).rstrip(b"\r\n")
    seal = _with_signature(bare, octets, how.key)
    return (
        f"ARC-Seal:{seal}".encode(),
        f"ARC-Message-Signature:{signature}".encode(),
        (f"ARC-Authentication-Results:{results}".encode()),
    )


def _began(raw: bytes) -> str:
    """What a receiver writes of the mail's topmost signature (RFC 6008)."""
    signatures = ("".join(value.split()) for name, value in _fields(raw) if name.lower() == "dkim-signature")
    made = re.search(r";b=([^;]{1,8})", next(signatures, ""))
    return made[1] if made else BEGAN


def _signature(raw: bytes, how: Sealing, number: int) -> str:
    body = raw.partition(b"\r\n\r\n")[2]
    digest = base64.b64encode(hashlib.sha256(_relaxed_body(body)).digest()).decode()
    told = {"i": f"{number}", "a": "rsa-sha256", "c": "relaxed/relaxed", "d": how.domain, "s": how.selector}
    told |= {"h": how.covers, "bh": digest, "b": ""}
    bare = _tags(told | how.signature, how.space)
    left = _fields(raw)
    octets = b""
    for name in how.covers.lower().split(":"):
        at = next((at for at in reversed(range(len(left))) if left[at][0].lower() == name.strip()), None)
        if at is not None:
            octets += _relaxed(*left.pop(at))
    return _with_signature(bare, octets + _relaxed("ARC-Message-Signature", bare).rstrip(b"\r\n"), how.key)


def _with_signature(bare: str, octets: bytes, key: Key) -> str:
    private = _private(key)
    made = base64.b64encode(private.sign(octets, padding.PKCS1v15(), hashes.SHA256())).decode()
    lines = "\r\n        ".join(made[at : at + 64] for at in range(0, len(made), 64))
    return re.sub(r"(?<=[;\s])b=(?=;|\r\n$)", f"b={lines}", bare)


@functools.lru_cache  # reading a key takes longer than signing with it
def _private(key: Key) -> rsa.RSAPrivateKey:
    private = serialization.load_pem_private_key(key.pem, None)
    assert isinstance(private, rsa.RSAPrivateKey)
    return private


def _tags(told: dict[str, str], space: str) -> str:
    return (
        space + ";\r\n        ".join(f"{name}={value}" for name, value in told.items() if value or name == "b") + "\r\n"
    )


def _fields(raw: bytes) -> list[tuple[str, str]]:
    head = re.sub(r"\r\n(?=[ \t])", "\0", raw.partition(b"\r\n\r\n")[0].decode("latin-1"))
    pairs = (line.partition(":") for line in head.split("\r\n"))
    return [(name, value.replace("\0", "\r\n") + "\r\n") for name, _, value in pairs]


def _place(named: tuple[str, str]) -> tuple[int, int]:
    """By number, and in a set: results, signature, seal."""
    number = re.search(r"(?:^|[\s;])i=(\d+)", named[1])
    assert number is not None
    kinds = ["arc-authentication-results", "arc-message-signature", "arc-seal"]
    return int(number[1]), kinds.index(named[0].lower())


def _relaxed(name: str, value: str) -> bytes:
    """RFC 6376 section 3.4.2."""
    return f"{name.lower()}:{' '.join(value.split())}\r\n".encode("latin-1")


def _relaxed_body(body: bytes) -> bytes:
    """RFC 6376 section 3.4.4."""
    lines = [re.sub(rb"[ \t]+", b" ", line).rstrip(b" ") for line in body.split(b"\r\n")]
    while lines and not lines[-1]:
        lines.pop()
    return b"".join(line + b"\r\n" for line in lines)
