"""A signed mail on its way through a real Postfix that forwards it: the proof survives, and rewriting is noticed."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import aiosmtplib
from aiosmtpd.smtp import SMTP, Envelope, Session

from pipeline.lookups.resolver import Resolver
from pipeline.lookups.signatures import verify_signatures
from stages.authenticity import judge
from stages.events import Authenticity, Parsed, Signature
from tests.builders import dns
from tests.builders.dns import DnsServer
from tests.builders.postfix import HOST, Postfix, require_postfix
from tests.builders.signing import rsa_key, sign

DOMAIN = "linkedin.com"
MAIL = (
    "Date: Tue, 03 Nov 2026 09:14:22 +0000 (UTC)\r\n"
    "From: Ottilie Brandt <invitations@linkedin.com>\r\n"
    "Message-ID: <1834.99.1793697262000@lva1-app.prod.linkedin.com>\r\n"
    "Subject: Amy, please add me to your network\r\n"
    "MIME-Version: 1.0\r\n"
    "Content-Type: text/plain; charset=UTF-8\r\n"
    "Content-Transfer-Encoding: 8bit\r\n"
    "To: Amy <amy@home.test>\r\n"
    "X-LinkedIn-Class: INVITE-MBR\r\n"
    "X-LinkedIn-Template: invite_single_01\r\n"
    "X-LinkedIn-fbl: m2-0aaaaa\r\n"
    "\r\n"
    "Grüße, Amy, I'd like to join   your network. \r\n"
    ".\r\n"
    "..dots and\ttabs \r\n"
    "\r\n\r\n"
).encode()
BOUNCES = "m-0abc@bounce.linkedin.com"


@dataclass
class Arrived:
    mail_from: str
    rcpt_to: list[str]
    raw: bytes


class Sink:
    """An SMTP server that keeps what it gets; `eight_bit` is whether it says 8BITMIME."""

    def __init__(self, eight_bit: bool) -> None:
        self.arrived: asyncio.Queue[Arrived] = asyncio.Queue()
        self._eight_bit = eight_bit

    async def handle_EHLO(
        self, server: SMTP, session: Session, envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        session.host_name = hostname
        return [line for line in responses if self._eight_bit or "8BITMIME" not in line]

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        assert isinstance(envelope.content, bytes)
        await self.arrived.put(Arrived(envelope.mail_from or "", envelope.rcpt_tos, envelope.content))
        return "250 kept"


@asynccontextmanager
async def listening(eight_bit: bool = True) -> AsyncIterator[tuple[Sink, int]]:
    loop = asyncio.get_running_loop()
    sink = Sink(eight_bit)
    server = await loop.create_server(lambda: SMTP(sink, hostname="sink.test", loop=loop), "127.0.0.1", 0)
    try:
        yield sink, server.sockets[0].getsockname()[1]
    finally:
        server.close()


async def forwarded(raw: bytes, eight_bit: bool = True, header_checks: str = "", **settings: str) -> Arrived:
    """`raw` as it comes out of a Postfix that forwards amy@home.test."""
    require_postfix()
    async with listening(eight_bit) as (sink, port):
        postfix = Postfix(
            f"smtp:[127.0.0.1]:{port}",
            {"amy@home.test": "amy+linkedin@salver.test"},
            srs=True,
            settings=settings,
            header_checks=header_checks,
        )
        await asyncio.to_thread(postfix.__enter__)
        try:
            client = aiosmtplib.SMTP(hostname="127.0.0.1", port=postfix.port, start_tls=False)
            async with client:
                await client.sendmail(BOUNCES, ["amy@home.test"], raw, mail_options=["BODY=8BITMIME"])
            try:
                return await asyncio.wait_for(sink.arrived.get(), 30)
            except TimeoutError:
                raise AssertionError(f"Postfix handed nothing on:\n{postfix.log()}") from None
        finally:
            await asyncio.to_thread(postfix.__exit__, None, None, None)


async def verdict(raw: bytes) -> tuple[Signature, Authenticity]:
    with DnsServer({f"key._domainkey.{DOMAIN}": dns.txt(rsa_key().record)}) as server:
        (signature,) = await verify_signatures(raw, Resolver((server.endpoint,)), (DOMAIN,))
    parsed = Parsed(
        mail="0" * 32, owner="amy", received_at=0, network="linkedin", claims="invitation",
        from_address="invitations@linkedin.com", signed_by=(DOMAIN,),
    )  # fmt: skip
    return signature, judge(parsed, (signature,), (DOMAIN,))


async def test_a_mail_forwarded_with_a_rewritten_envelope_is_still_proven() -> None:
    arrived = await forwarded(sign(MAIL, rsa_key(), DOMAIN))
    assert arrived.mail_from.startswith("SRS0=")
    assert arrived.mail_from.endswith(f"=bounce.linkedin.com=m-0abc@{HOST}")
    assert arrived.rcpt_to == ["amy+linkedin@salver.test"]
    assert arrived.raw.startswith(b"Received: ")
    signature, authenticity = await verdict(arrived.raw)
    assert (signature.result, authenticity.verdict) == ("pass", "aligned")


async def test_a_forwarder_that_marks_the_subject_breaks_the_proof() -> None:
    arrived = await forwarded(
        sign(MAIL, rsa_key(), DOMAIN), header_checks="/^Subject: (.*)/ REPLACE Subject: [outside] ${1}"
    )
    assert b"Subject: [outside] Amy" in arrived.raw
    signature, authenticity = await verdict(arrived.raw)
    assert (signature.result, authenticity.verdict) == ("fail", "forged")
    assert signature.detail.startswith("the sender, the subject")


async def test_a_forwarder_that_prepends_a_second_subject_cannot_pass_it_off_as_signed() -> None:
    arrived = await forwarded(
        sign(MAIL, rsa_key(), DOMAIN), header_checks="/^DKIM-Signature:/ PREPEND Subject: something else"
    )
    assert arrived.raw.count(b"\r\nSubject: ") == 2
    signature, authenticity = await verdict(arrived.raw)
    assert (signature.result, authenticity.verdict) == ("refused", "unverified")


async def test_a_seven_bit_hop_re_encodes_the_text_and_breaks_the_proof() -> None:
    arrived = await forwarded(sign(MAIL, rsa_key(), DOMAIN), eight_bit=False)
    assert b"Content-Transfer-Encoding: quoted-printable" in arrived.raw
    signature, _ = await verdict(arrived.raw)
    assert (signature.result, signature.detail) == ("fail", "the text was changed after it was signed")


async def test_a_seven_bit_hop_that_is_told_not_to_re_encode_keeps_the_proof() -> None:
    arrived = await forwarded(sign(MAIL, rsa_key(), DOMAIN), eight_bit=False, disable_mime_output_conversion="yes")
    signature, _ = await verdict(arrived.raw)
    assert signature.result == "pass"
