"""The certificate that mail clients are shown: that of [smtp], else one of our own, made once."""

from __future__ import annotations

import hashlib
import ssl
import subprocess
from pathlib import Path

from pipeline.dovecot.trouble import Trouble
from pipeline.receiver.certificate import CertificateError, read_pair

DAYS = 3650


def made(folder: Path, hostname: str) -> tuple[Path, Path]:
    """Certificate and key of our own in `folder`, made if they are not there or cannot be used. Raises Trouble."""
    certificate, key = folder / "self-signed.pem", folder / "self-signed-key.pem"
    try:
        read_pair(certificate, key)
    except CertificateError:
        _make(certificate, key, hostname)
    return certificate, key


def _make(certificate: Path, key: Path, hostname: str) -> None:
    fresh = [path.with_name(f".{path.name}.new") for path in (certificate, key)]
    for path in fresh:
        path.unlink(missing_ok=True)
        path.touch(mode=0o600)
    names = dict.fromkeys(("DNS:localhost", "IP:127.0.0.1", "IP:::1", f"DNS:{hostname}"))
    command = (
        "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-sha256",
        "-days", str(DAYS), "-subj", "/CN=localhost", "-addext", f"subjectAltName={','.join(names)}",
        "-out", str(fresh[0]), "-keyout", str(fresh[1]),
    )  # fmt: skip
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=60, stdin=subprocess.DEVNULL)  # noqa: S603
    except FileNotFoundError:
        raise Trouble(f"there is no certificate, and openssl, which would make one, is missing; {_INSTEAD}") from None
    except subprocess.TimeoutExpired:
        raise Trouble("openssl, which is to make a certificate, does not answer") from None
    if done.returncode:
        why = (done.stderr.strip().splitlines() or ["it does not say why"])[-1]
        raise Trouble(f"openssl could not make a certificate ({why[:200]}); {_INSTEAD}")
    fresh[1].replace(key)
    fresh[0].replace(certificate)


_INSTEAD = "install it, or name certificate and key in [smtp]"


def fingerprint(certificate: Path) -> str:
    """SHA-256 of the first certificate of a PEM file, as clients show it: `AB:CD:...`."""
    pem = certificate.read_text("latin-1")
    end = "-----END CERTIFICATE-----"
    first = pem[pem.index("-----BEGIN CERTIFICATE-----") :].partition(end)[0] + end
    digits = hashlib.sha256(ssl.PEM_cert_to_DER_cert(first)).hexdigest().upper()
    return ":".join(digits[at : at + 2] for at in range(0, len(digits), 2))
