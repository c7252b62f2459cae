"""What is encrypted on its way, and for how long the certificates of the accounts' servers still hold."""

from __future__ import annotations

import asyncio
import contextlib
import ssl
from pathlib import Path
from typing import Any

from imapclient import SocketTimeout
from imapclient.exceptions import IMAPClientError

from pipeline.accounts import wire
from pipeline.accounts.account import LOOPBACK, Account
from pipeline.accounts.session import trusted
from pipeline.configuration import host_and_port
from pipeline.doctor.finding import Case, Finding, Findings, in_thread
from pipeline.doctor.permissions import readers
from pipeline.receiver.certificate import CertificateError, read_pair
from stages.rhythm import DAY, span

SOON = 14 * DAY
SECONDS = 10.0


async def check(case: Case) -> Findings:
    found = [*await in_thread(_listening, case)]
    found += await asyncio.gather(*(_server(account, case.at) for account in case.configuration.account))
    return tuple(found)


def _listening(case: Case) -> list[Finding]:
    smtp = case.configuration.smtp
    open_ports = [listen for listen in (smtp.listen, smtp.lmtp) if listen and not local(host_and_port(listen)[0])]
    if smtp.certificate:
        return _own(case)
    if not open_ports:
        what = "mail is taken on this machine only: what comes from outside is encrypted, or not, in front"
        return [Finding("ok", what)]
    return [
        Finding(
            "warning",
            f"mail comes in unencrypted at {' and '.join(open_ports)}",
            "name a certificate and its key in [smtp]; or put a mail server with TLS in front (deploy/ has Postfix and "
            "Exim), and let Salver listen on 127.0.0.1",
        )
    ]


def _own(case: Case) -> list[Finding]:
    smtp = case.configuration.smtp
    try:
        pair = read_pair(Path(smtp.certificate), Path(smtp.key))
    except CertificateError as error:
        what, _, do = str(error).partition("; ")
        return [Finding("fault", what, do)]
    left = pair.ends_at - case.at
    told = f"mail comes in encrypted where its sender can (STARTTLS); our certificate holds for {span(max(0, left))}"
    if left < SOON:
        found = [Finding("warning", told, "renew it; Salver notices the new one by itself")]
    else:
        found = [Finding("ok", told)]
    who = readers(Path(smtp.key))
    return found + ([Finding("fault", f"{who} can read {smtp.key}", f"chmod 600 {smtp.key}")] if who else [])


def local(host: str) -> bool:
    return host in LOOPBACK or host.startswith("127.")


async def _server(account: Account, at: int) -> Finding:
    if account.tls == "none":
        return Finding("ok", f"{account.name}: {account.host} is on this machine, and not encrypted")
    try:
        async with asyncio.timeout(2 * SECONDS - 1):
            end = await in_thread(_end, account)
    except ssl.SSLCertVerificationError as error:
        return Finding(
            "fault",
            f"{account.name}: the certificate of {account.host} does not hold: {error.verify_message}",
            "ask who runs that server; if nobody changed it, this machine's clock or network may be wrong",
        )
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or type(error).__name__
        return Finding("warning", f"{account.name}: certificate not checked: {account.host}: {why}", "see accounts")
    left = end - at
    told = f"{account.name}: the certificate of {account.host} holds for {span(max(0, left))}"
    if left < SOON:
        return Finding("warning", told, "whoever runs that server has to renew it")
    return Finding("ok", told)


def _end(account: Account) -> int:
    """When the server's certificate ends, ms. Raises OSError."""
    context = trusted(account)
    host, port = account.endpoint
    try:
        client: Any = wire.client(host, port, account.tls == "implicit", context, SocketTimeout(SECONDS, SECONDS))
        try:
            if account.tls == "starttls":
                client.starttls(context)
            certificate = client.socket().getpeercert()
        finally:
            with contextlib.suppress(IMAPClientError, OSError):
                client.shutdown()
    except IMAPClientError as error:
        raise OSError(0, " ".join(str(error).split())[:200]) from None
    return int(ssl.cert_time_to_seconds(certificate["notAfter"]) * 1000)
