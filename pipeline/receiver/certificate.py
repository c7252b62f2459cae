"""The certificate and key that mail comes in with: proven when they are read, and read again when they change."""

from __future__ import annotations

import re
import ssl
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

import structlog

from pipeline.clock import now
from pipeline.configuration import SmtpSettings

log = structlog.get_logger("receiver")

_FIRST = re.compile(r"-----BEGIN CERTIFICATE-----.+?-----END CERTIFICATE-----", re.DOTALL)
_EXPIRED, _NOT_YET = 10, 9
"""X509_V_ERR_CERT_HAS_EXPIRED and X509_V_ERR_CERT_NOT_YET_VALID, as OpenSSL numbers them."""


class CertificateError(Exception):
    """The certificate and key cannot be used; the text says which file, why, and what to do."""


class Pair(NamedTuple):
    """A certificate and key that were shown to work."""

    context: ssl.SSLContext
    ends_at: int
    """When the certificate does, ms."""


def proven(settings: SmtpSettings) -> Pair | None:
    """The pair that is configured, None if there is none. Raises CertificateError."""
    return read_pair(Path(settings.certificate), Path(settings.key)) if settings.certificate else None


def read_pair(certificate: Path, key: Path) -> Pair:
    """Raises CertificateError."""
    chain = _text(certificate, "certificate")
    _text(key, "key")
    first = _FIRST.search(chain)
    if first is None:
        raise CertificateError(f"smtp.certificate: {certificate} holds no PEM certificate; {_PEM}")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.options |= ssl.OP_NO_RENEGOTIATION | ssl.OP_CIPHER_SERVER_PREFERENCE
    _load(context, certificate, key)
    try:
        leaf = ssl.PEM_cert_to_DER_cert(first[0])
        return Pair(context, _prove(context, leaf))
    except ssl.SSLCertVerificationError as error:
        raise CertificateError(f"smtp.certificate: {certificate} {_why_not(error)}") from None
    except (ssl.SSLError, ValueError) as error:
        why = _reason(error)
        raise CertificateError(f"smtp.certificate: {certificate} cannot be used: {why}; {_PEM}") from None


_PEM = 'write the chain as your CA gave it, your own certificate first (often named "fullchain.pem")'


def _text(path: Path, name: str) -> str:
    try:
        return path.read_bytes().decode("latin-1")  # PEM files may hold comments in any encoding
    except FileNotFoundError:
        raise CertificateError(f"smtp.{name}: there is no file {path}; name one that exists, or none") from None
    except OSError as error:
        hint = f"let the user Salver runs as read it, or name another {name}"
        raise CertificateError(f"smtp.{name}: {path} cannot be read: {error.strerror}; {hint}") from None


def _load(context: ssl.SSLContext, certificate: Path, key: Path) -> None:
    asked = []

    def ask() -> str:  # or else OpenSSL would ask at the terminal
        asked.append(True)
        return ""

    try:
        context.load_cert_chain(certificate, key, ask)
    except (ssl.SSLError, OSError, ValueError) as error:
        if asked:
            what = f"smtp.key: {key} is locked by a passphrase; write one without (openssl pkey -in OLD -out NEW)"
        elif isinstance(error, ssl.SSLError) and error.reason == "KEY_VALUES_MISMATCH":
            what = f"smtp.key: {key} does not belong to {certificate}; name the key this certificate was made for"
        else:
            what = f"smtp: {certificate} with {key} cannot be used: {_reason(error)}; both are to be PEM files"
        raise CertificateError(what) from None


def _prove(context: ssl.SSLContext, leaf: bytes) -> int:
    """Shake hands with ourselves, as a client that trusts this certificate alone. When it ends, ms.

    Raises SSLError, SSLCertVerificationError where a client would not take it: it is no server's, or not of these days.
    """
    trusting = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    trusting.check_hostname = False  # who asks for which name is seen when they ask
    trusting.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
    trusting.load_verify_locations(cadata=leaf)
    to_server, to_client = ssl.MemoryBIO(), ssl.MemoryBIO()
    client = trusting.wrap_bio(to_client, to_server)
    server = context.wrap_bio(to_server, to_client, server_side=True)
    for side in (client, server, client, server):  # one round trip and a half, in TLS 1.3
        with suppress(ssl.SSLWantReadError):
            side.do_handshake()
    told = client.getpeercert() or {}
    return int(ssl.cert_time_to_seconds(str(told["notAfter"])) * 1000)


def _why_not(error: ssl.SSLCertVerificationError) -> str:
    if error.verify_code == _EXPIRED:
        return "has expired; renew it"
    if error.verify_code == _NOT_YET:
        return "is not valid yet; if it should be, this machine's clock is wrong"
    return f"would be taken by no client: {error.verify_message}; ask your CA for one for a server"


def _reason(error: Exception) -> str:
    return str(getattr(error, "reason", None) or getattr(error, "strerror", None) or "not understood").lower()


Mark = tuple[tuple[int, ...], ...]


class Certificates:
    """The pair to encrypt with. Raises CertificateError at first; later the last good one is kept."""

    def __init__(self, certificate: str, key: str) -> None:
        self._files = Path(certificate), Path(key)
        self._seen = self._mark()
        self._pair = read_pair(*self._files)
        self._told_end = False

    def context(self) -> ssl.SSLContext:
        """The newest that holds. What is wrong with newer ones is logged once."""
        seen = self._mark()
        if seen != self._seen:
            self._seen = seen
            self._reload()
        if not self._told_end and self._pair.ends_at <= now():
            self._told_end = True
            log.error("certificate_expired", file=str(self._files[0]), what="it is still used; renew it")
        return self._pair.context

    def _reload(self) -> None:
        try:
            self._pair = read_pair(*self._files)
        except CertificateError as error:
            log.error("certificate_not_reloaded", why=str(error), what="the one before is kept")
        else:
            self._told_end = False
            log.info("certificate_reloaded", file=str(self._files[0]), ends_at=self._pair.ends_at)

    def _mark(self) -> Mark:
        """Another one when a file was written, replaced (also behind a link) or made readable."""
        marks: list[tuple[int, ...]] = []
        for path in self._files:
            try:
                found = path.stat()
            except OSError:
                marks.append(())
            else:
                marks.append((found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns))
        return tuple(marks)
