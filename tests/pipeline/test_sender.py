"""Mails of our own over real SMTP: to one address, whole, encrypted, signed in."""

from __future__ import annotations

import base64
import re
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from pipeline.errors import NotSent
from pipeline.sender import Kept
from stages.conversation import SendingRefused, Sent
from tests.builders.certificates import loopback
from tests.builders.sending import AMY, EVENT, mail, outbox, secret_in
from tests.builders.sink import sink

# --- the mail


async def test_a_mail_goes_to_the_contact_alone_whole_and_dot_stuffed(tmp_path: Path) -> None:
    async with sink() as relay, outbox(tmp_path, relay) as sending:
        told = await sending.send()
    assert isinstance(told, Sent)
    assert [(kept.mail_from, kept.rcpt_to, kept.content) for kept in relay.mails] == [
        ("salver@tray.test", ("amy@far.test",), mail())
    ]
    assert [command for command in relay.commands if command.startswith("RCPT")] == ["RCPT TO:<amy@far.test>"]
    data = bytes(relay.wire).partition(b"DATA\r\n")[2]
    assert data.startswith(mail().partition(b"Hello")[0] + b"Hello\r\n..\r\n...dots\r\n..hidden\r\nEnd\r\n.\r\n")
    assert not re.search(rb"\r(?!\n)|(?<!\r)\n", bytes(relay.wire)), "CRLF only"


@pytest.mark.parametrize(
    "content",
    [
        mail(body="bare \r here"),
        mail(body="bare \n here"),
        mail(body="\n.\r\nMAIL FROM:<evil@far.test>"),
        mail(body="no end")[:-2],
        mail(body="8 bits: ").replace(b"bits", "ü".encode()),
        mail(body="nul \0"),
        mail(body="x" * 999),
        mail("Bcc: evil@far.test"),
        mail("cc: evil@far.test"),
        mail("Resent-To: evil@far.test"),
        mail("To: evil@far.test"),
        mail(to="evil@far.test"),
        mail(to="amy@far.test, evil@far.test"),
        mail(to="amy@far.test,\r\n evil@far.test"),
    ],
)
async def test_what_could_be_read_as_another_mail_or_by_others_never_reaches_the_wire(
    tmp_path: Path, content: bytes
) -> None:
    async with sink() as relay, outbox(tmp_path, relay) as sending:
        told = await sending.send(content)
        assert isinstance(told, Kept)
        assert not told.unsure
        assert "bug of ours" in told.why
    assert relay.connections == 0


async def test_the_reverse_path_is_null_or_another_where_it_is_configured(tmp_path: Path) -> None:
    named = AMY.model_copy(update={"sender": "notes@far.test"})
    async with sink() as relay, outbox(tmp_path, relay) as sending:
        await sending.outbox.send("m1.1", EVENT, named, mail())
        sending.outbox.outgoing = sending.outbox.outgoing.model_copy(update={"null_sender": True})
        await sending.outbox.send("m2.1", EVENT.model_copy(update={"mail": "m2"}), named, mail())
    assert [kept.mail_from for kept in relay.mails] == ["notes@far.test", "<>"]
    assert "MAIL FROM:<>" in relay.commands


# --- on the way


async def test_starttls_comes_before_anything_is_told(tmp_path: Path) -> None:
    certificate = loopback(tmp_path)
    async with sink(certificate) as relay, outbox(tmp_path, relay, ca=str(certificate.certificate)) as sending:
        assert isinstance(await sending.send(), Sent)
    assert [command.split()[0] for command in relay.commands[:4]] == ["EHLO", "STARTTLS", "EHLO", "MAIL"]
    assert relay.mails[0].encrypted


async def test_a_relay_without_starttls_gets_nothing(tmp_path: Path) -> None:
    secret = secret_in(tmp_path, "tall ships")
    more = {"tls": "required", "user": "amy", "secret": secret}
    async with sink(login=("amy", "tall ships")) as relay, outbox(tmp_path, relay, **more) as sending:
        with pytest.raises(NotSent, match="offers no STARTTLS"):
            await sending.send()
        last = await sending.last()
    assert relay.commands == ["EHLO"]
    assert isinstance(last, SendingRefused)
    assert not last.final


async def test_a_certificate_that_nobody_vouches_for_gets_nothing(tmp_path: Path) -> None:
    for implicit in (False, True):
        async with sink(loopback(tmp_path), implicit=implicit) as relay, outbox(tmp_path, relay) as sending:
            with pytest.raises(NotSent, match=r"certificate of .* does not hold"):
                await sending.send()
        assert not relay.mails
        assert "MAIL FROM:<salver@tray.test>" not in relay.commands


async def test_tls_from_the_start_and_signing_in_with_a_secret_by_reference(tmp_path: Path) -> None:
    certificate = loopback(tmp_path)
    more = {"ca": str(certificate.certificate), "user": "amy", "secret": secret_in(tmp_path, "tall ships")}
    login = ("amy", "tall ships")
    async with sink(certificate, implicit=True, login=login) as relay, outbox(tmp_path, relay, **more) as sending:
        assert isinstance(await sending.send(), Sent)
    assert (relay.mails[0].encrypted, relay.mails[0].user) == (True, "amy")
    assert "STARTTLS" not in relay.commands


async def test_a_refused_password_ends_it_and_is_told_nowhere(tmp_path: Path) -> None:
    blob = base64.b64encode(b"\0amy\0tall ships").decode()
    certificate = loopback(tmp_path)
    more = {"ca": str(certificate.certificate), "user": "amy", "secret": secret_in(tmp_path, "tall ships")}
    async with sink(certificate, login=("amy", "other")) as relay:
        relay.always("AUTH", f"535 no such thing as AUTH PLAIN {blob}, tall ships")
        with capture_logs() as logged:
            async with outbox(tmp_path, relay, **more) as sending:
                told = await sending.send()
                last = await sending.last()
    assert isinstance(told, Kept)
    assert isinstance(last, SendingRefused)
    assert last.final
    assert "535 no such thing" in told.why
    for text in (told.why, last.model_dump_json(), str(logged)):
        assert "tall ships" not in text
        assert blob not in text


async def test_a_secret_that_is_not_there_is_weather_and_said_in_words(tmp_path: Path) -> None:
    more = {"user": "amy", "secret": f"file:{tmp_path}/nothing"}
    async with sink(login=("amy", "x")) as relay, outbox(tmp_path, relay, **more) as sending:
        with pytest.raises(NotSent, match="there is no secret at file:"):
            await sending.send()
    assert not relay.mails
