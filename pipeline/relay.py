"""A connection to the relay, encrypted and signed in; and what goes wrong with it, in words and without the secret."""

from __future__ import annotations

import asyncio
import base64
import ssl

from aiosmtplib import SMTP, SMTPException, SMTPResponseException, SMTPServerDisconnected

from pipeline.accounts.secrets import SecretError, secret_of
from pipeline.outgoing import Outgoing, relay_of
from stages.header import clean


class NotTaken(Exception):
    """The relay has not taken the mail, for certain. `code` is its reply's, 0 where there was none."""

    def __init__(self, why: str, code: int = 0) -> None:
        super().__init__(why)
        self.code = code


async def signed_in(outgoing: Outgoing, hostname: str) -> SMTP:
    """A connection to the relay, encrypted and signed in as configured; close it. Raises NotTaken."""
    relay, seconds = relay_of(outgoing.relay), outgoing.time / 1000
    secret = ""
    client: SMTP | None = None
    try:
        async with asyncio.timeout(seconds):
            client = SMTP(
                hostname=relay.host, port=relay.port, local_hostname=hostname, timeout=seconds, use_tls=relay.implicit,
                start_tls=False, tls_context=await asyncio.to_thread(_trusted, outgoing.ca),
            )  # fmt: skip
            await client.connect()
            await client.ehlo()
            if outgoing.tls == "required" and not relay.implicit:
                if not client.supports_extension("starttls"):
                    raise NotTaken(f"{outgoing.relay} offers no STARTTLS, and nothing is sent unencrypted")
                await client.starttls()
                await client.ehlo()
            if outgoing.user:
                secret = await asyncio.to_thread(secret_of, outgoing.secret)
                await client.login(outgoing.user, secret)
            return client
    except NotTaken:
        _close(client)
        raise
    except (SMTPException, OSError, ValueError, SecretError) as error:
        _close(client)
        raise NotTaken(in_words(outgoing, error, secret), code_of(error)) from None
    except asyncio.CancelledError:
        _close(client)
        raise


def _close(client: SMTP | None) -> None:
    if client is not None:
        client.close()


def _trusted(ca: str) -> ssl.SSLContext:
    """The system's certificates, or those of a file alone. OSError."""
    return ssl.create_default_context(cafile=ca or None)


def in_words(outgoing: Outgoing, error: Exception, secret: str = "") -> str:
    """What went wrong with the relay, for a person, without the secret."""
    where = outgoing.relay
    cause = error.__cause__ if isinstance(error.__cause__, OSError) else error
    if isinstance(error, SMTPResponseException):
        said = error.message
        for hidden in _forms(outgoing.user, secret):  # some servers repeat what they did not understand
            said = said.replace(hidden, "***")
        return f"{where} said {error.code} {printable(said)}"
    if isinstance(error, SecretError):
        return f"the password for {where}: {error}"
    if isinstance(cause, ssl.SSLCertVerificationError):
        return f"the certificate of {where} does not hold: {cause.verify_message}"
    if isinstance(cause, TimeoutError):
        return f"{where} did not answer in time"
    if isinstance(error, SMTPServerDisconnected) or isinstance(cause, SMTPServerDisconnected):
        return f"{where} hung up"
    if isinstance(cause, OSError) and cause.strerror:
        return f"{where} cannot be reached: {cause.strerror}"
    if isinstance(error, SMTPException) and "AUTH" in str(error):
        return f"{where} offers no way of signing in that we know"
    return f"{where} cannot be used ({type(cause).__name__})"


def _forms(user: str, secret: str) -> tuple[str, ...]:
    """A secret as it goes over the line: in AUTH PLAIN (RFC 4616), LOGIN, and itself."""
    if not secret:
        return ()
    plain = (f"\0{user}\0{secret}", secret)
    return (*(base64.b64encode(each.encode("utf-8", "replace")).decode() for each in plain), secret)


def code_of(error: Exception) -> int:
    return error.code if isinstance(error, SMTPResponseException) else 0


def printable(said: str) -> str:
    return clean(said, 160)
