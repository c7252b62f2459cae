"""Would the relay take Salver's own mails: does it answer, with TLS, and does it let us in? Nothing is sent."""

from __future__ import annotations

import contextlib

from aiosmtplib import SMTPException

from pipeline.doctor.finding import Case, Finding, Findings
from pipeline.outgoing import doubts
from pipeline.relay import NotTaken, signed_in

SECONDS = 18.0


async def check(case: Case) -> Findings:
    outgoing, hostname = case.configuration.outgoing, case.configuration.smtp.hostname
    doubted = tuple(
        Finding("warning", f"{owner}: {doubt}", "look at `contact` of this [[owner]]")
        for owner, doubt in doubts(outgoing, case.configuration.owner)
    )
    if not outgoing.relay:
        return (Finding("ok", "no relay is configured: Salver's own mails are filed in the INBOX"), *doubted)
    bounded = outgoing.model_copy(update={"time": min(outgoing.time, round(SECONDS * 1000))})
    try:
        client = await signed_in(bounded, hostname)
    except NotTaken as error:
        return (Finding("fault", str(error), "look at [outgoing], and ask who runs that server"), *doubted)
    try:
        with contextlib.suppress(SMTPException):
            await client.quit(timeout=2)
    finally:
        client.close()
    safe = "unencrypted" if outgoing.tls == "off" else "encrypted"
    name = f", signed in as {outgoing.user}" if outgoing.user else ""
    return (Finding("ok", f"{outgoing.relay} answers, {safe}{name}; nothing was sent"), *doubted)
