"""Real DKIM keys and signatures for test mails; the signing is dkimpy's, the keys are `cryptography`'s."""

from __future__ import annotations

import base64
import functools
import secrets
from dataclasses import dataclass

import dkim
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

LIKE_A_NETWORK = [
    "From", "Subject", "MIME-Version", "Content-Type", "To", "Date",
    "X-LinkedIn-Class", "X-LinkedIn-Template", "X-LinkedIn-fbl",
]  # fmt: skip
"""h= of a big network: no Message-ID, no Reply-To"""


@dataclass(frozen=True)
class Key:
    """An RSA key pair, as a signer and as the DNS want it."""

    pem: bytes
    public: str
    """p= of the key record"""

    @property
    def record(self) -> str:
        return f"v=DKIM1; k=rsa; p={self.public}"


def rsa_key(bits: int = 2048, number: int = 0) -> Key:
    """A key of 1,024 bits or more; another `number` is another key. Made once a run."""
    return _rsa_key(bits, number)


@functools.lru_cache
def _rsa_key(bits: int, number: int) -> Key:
    key = rsa.generate_private_key(public_exponent=65537, key_size=bits)
    pem = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL, serialization.NoEncryption()
    )
    public = key.public_key().public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    return Key(pem, base64.b64encode(public).decode())


@functools.lru_cache
def short_key(bits: int = 768) -> Key:
    """A key too short to trust, which `cryptography` refuses to make: built by hand (RFC 8017 appendix A.1)."""
    e = 65537
    while True:
        p, q = _prime(bits // 2), _prime(bits // 2)
        phi = (p - 1) * (q - 1)
        if p > q and phi % e and (p * q).bit_length() == bits:
            break
    d = pow(e, -1, phi)
    private = _sequence(0, p * q, e, d, p, q, d % (p - 1), d % (q - 1), pow(q, -1, p))
    pem = b"-----BEGIN RSA PRIVATE KEY-----\n" + base64.encodebytes(private) + b"-----END RSA PRIVATE KEY-----\n"
    return Key(pem, base64.b64encode(_sequence(p * q, e)).decode())


def key_record(modulus: int, exponent: int) -> str:
    """A key record of these numbers, whether or not they make a key."""
    return f"v=DKIM1; p={base64.b64encode(_sequence(modulus, exponent)).decode()}"


def sign(
    raw: bytes,
    key: Key,
    domain: str,
    selector: str = "key",
    signed: list[str] | None = None,
    canonical: str = "relaxed/relaxed",
    length: bool = False,
    algorithm: str = "rsa-sha256",
    tags: dict[str, str] | None = None,
) -> bytes:
    """`raw` (CRLF) below a DKIM-Signature of `domain`; `tags` are further ones, such as x=."""
    header, body = canonical.split("/")
    signer = _Signer(raw, signature_algorithm=algorithm.encode())
    signer.further = [(tag.encode(), value.encode()) for tag, value in (tags or {}).items()]
    field = signer.sign(
        selector.encode(),
        domain.encode(),
        key.pem,
        canonicalize=(header.encode(), body.encode()),
        include_headers=[name.encode() for name in (signed or LIKE_A_NETWORK)],
        length=length,
    )
    return bytes(field) + raw


class _Signer(dkim.DKIM):  # type: ignore[misc]
    """dkimpy's signer, which knows no x=."""

    further: list[tuple[bytes, bytes]]

    def gen_header(self, fields: list[tuple[bytes, bytes]], *rest: object) -> bytes:
        named = {tag for tag, _ in self.further}
        kept = [field for field in fields if field[0] not in named]
        return bytes(super().gen_header([*kept[:-2], *self.further, *kept[-2:]], *rest))


def _prime(bits: int) -> int:
    while True:
        candidate = secrets.randbits(bits) | (3 << (bits - 2)) | 1
        if all(pow(base, candidate - 1, candidate) == 1 for base in (2, 3, 5, 7, 11, 13, 17)):
            return candidate


def _sequence(*numbers: int) -> bytes:
    def tagged(tag: int, content: bytes) -> bytes:
        size = len(content)
        length = bytes([size]) if size < 128 else bytes([0x82]) + size.to_bytes(2, "big")
        return bytes([tag]) + length + content

    return tagged(0x30, b"".join(tagged(2, n.to_bytes(n.bit_length() // 8 + 1, "big")) for n in numbers))
