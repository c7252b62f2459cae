"""The receiver over a real socket: the conversation, and what is handed over."""

from __future__ import annotations

import asyncio
import random
import re
import smtplib

import aiosmtplib
import pytest
from structlog.testing import capture_logs

from tests.builders.smtp_client import listening

MAIL = b"Subject: hello\r\n\r\nA word.\r\n"


async def test_a_mail_is_handed_over_with_its_envelope_and_answered_250() -> None:
    async with listening() as here:
        client = await here.ready()
        assert [r[:3] for r in await client.envelope("Mina+work@TRAY.example", "otto@tray.example")] == ["250"] * 3
        assert (await client.data(MAIL + b".\r\n")).startswith("250 2.0.0 ")
        (mail,) = here.kept.mails
        assert mail.mail_from == "robin@far.example"
        assert mail.rcpt_to == ("Mina+work@TRAY.example", "otto@tray.example")
        assert mail.content == MAIL
        assert (mail.helo, mail.peer, mail.protocol) == ("relay.example", "127.0.0.1", "ESMTP")


async def test_ehlo_announces_what_works_and_nothing_else() -> None:
    async with listening(size=12345, hostname="tray.example") as here:
        client = await here.connect()
        lines = (await client.hello()).splitlines()
        assert lines[0] == "250-tray.example"
        assert {line[4:] for line in lines[1:]} == {
            "PIPELINING", "SIZE 12345", "8BITMIME", "ENHANCEDSTATUSCODES", "SMTPUTF8",
        }  # fmt: skip
        for absent in ("STARTTLS", "AUTH PLAIN AGEAYg==", "BDAT 3 LAST", "EXPN list", "TURN"):
            assert (await client.ask(absent)).startswith("500 5.5.1")


async def test_smtplib_and_aiosmtplib_deliver() -> None:
    async with listening() as here:
        host, port = here.receiver.smtp_address or ("", 0)

        def old_school() -> None:
            with smtplib.SMTP(host, port, timeout=10) as client:
                client.sendmail("robin@far.example", ["mina@tray.example"], MAIL)

        await asyncio.to_thread(old_school)
        async with aiosmtplib.SMTP(hostname=host, port=port, start_tls=False) as client:
            await client.sendmail("robin@far.example", ["otto@tray.example"], MAIL)
        assert here.kept.contents == [MAIL, MAIL]


@pytest.mark.parametrize(
    ("greeting", "sender", "lmtp", "protocol"),
    [
        ("HELO old.example", "MAIL FROM:<a@far.example>", False, "SMTP"),
        ("EHLO new.example", "MAIL FROM:<a@far.example> BODY=8BITMIME SIZE=30", False, "ESMTP"),
        ("EHLO new.example", "MAIL FROM:<ü@far.example> SMTPUTF8", False, "UTF8SMTP"),
        ("LHLO front.example", "MAIL FROM:<>", True, "LMTP"),
        ("LHLO front.example", "MAIL FROM:<> SMTPUTF8", True, "UTF8LMTP"),
    ],
)
async def test_the_protocol_is_named_as_rfc_3848_has_it(greeting: str, sender: str, lmtp: bool, protocol: str) -> None:
    async with listening() as here:
        client = await here.connect(lmtp=lmtp)
        assert (await client.hello(greeting)).startswith("250")
        assert (await client.ask(sender)).startswith("250")
        assert (await client.ask("RCPT TO:<mina@tray.example>")).startswith("250")
        assert (await client.data(MAIL + b".\r\n")).startswith("250")
        assert here.kept.mails[0].protocol == protocol


async def test_pipelined_commands_are_answered_in_order_also_in_one_packet_with_two_mails() -> None:
    async with listening() as here:
        client = await here.connect()
        one = b"MAIL FROM:<a@far.example>\r\nRCPT TO:<mina@tray.example>\r\nRCPT TO:<nobody@tray.example>\r\nDATA\r\n"
        await client.send(b"EHLO x.example\r\n" + one + b"first\r\n.\r\n" + one + b".\r\nNOOP\r\nQUIT\r\n")
        replies = [await client.reply() for _ in range(14)]
        assert [reply[:3] for reply in replies] == (
            ["220", "250"] + ["250", "250", "550", "354", "250"] * 2 + ["250", "221"]
        )
        assert here.kept.contents == [b"first\r\n", b""]
        assert await client.ended()


async def test_commands_that_come_one_octet_a_packet_are_understood() -> None:
    async with listening() as here:
        client = await here.connect()
        talk = b"EHLO x.example\r\nMAIL FROM:<a@far.example>\r\nRCPT TO:<mina@tray.example>\r\nDATA\r\n.\r\nQUIT\r\n"
        await client.send_apart(bytes([octet]) for octet in talk)
        assert [(await client.reply())[:3] for _ in range(7)] == ["220", "250", "250", "250", "354", "250", "221"]
        assert here.kept.contents == [b""]


@pytest.mark.parametrize(
    "recipient",
    [
        "someone@elsewhere.example",
        "nobody@tray.example",
        "mina%elsewhere.example@tray.example",
        "elsewhere.example!mina@tray.example",
        "someone@elsewhere.example@tray.example",
        '"someone@elsewhere.example"@tray.example',
        '"mina+someone@elsewhere.example"@tray.example',
        "@tray.example:someone@elsewhere.example",
        "@tray.example,@tray.example:someone@elsewhere.example",
        "mina@tray.example.elsewhere.example",
        "mina@tray.example@elsewhere.example",
        "mina@[127.0.0.1]",
        "mina",
        "someone@tray.example,mina@tray.example",
        "mina@tray.example> <someone@elsewhere.example",
        "mina@tray.example(comment)",
        "",
        " mina@tray.example",
        "postmaster@elsewhere.example",
    ],
)
async def test_no_spelling_of_a_foreign_recipient_is_taken(recipient: str) -> None:
    async with listening() as here:
        client = await here.ready()
        await client.ask("MAIL FROM:<robin@far.example>")
        reply = await client.ask(f"RCPT TO:<{recipient}>")
        assert reply[:9] in ("550 5.1.1", "501 5.1.3", "501 5.5.4"), reply
        assert (await client.ask("DATA")).startswith("503")


async def test_an_unknown_recipient_of_several_does_not_hinder_the_known_one() -> None:
    async with listening() as here:
        client = await here.ready()
        replies = await client.envelope("nobody@tray.example", "postmaster", "@a.example,@b.example:otto@tray.example")
        assert [reply[:9] for reply in replies[1:]] == ["550 5.1.1", "250 2.1.5", "250 2.1.5"]
        assert (await client.data(b".\r\n")).startswith("250")
        assert here.kept.mails[0].rcpt_to == ("postmaster", "otto@tray.example")


@pytest.mark.parametrize(
    "octets", [b"\x00", b"\x1b[31m", b"\r", b"\t", b"\xff", b"\xc3", b"\xe2\x80\xae", b"\x7f", b" "]
)
@pytest.mark.parametrize("command", [b"MAIL FROM:<a%s@far.example> SMTPUTF8", b"RCPT TO:<mina+%s@tray.example>"])
async def test_addresses_with_controls_or_broken_utf8_are_refused_and_never_echoed(
    command: bytes, octets: bytes
) -> None:
    async with listening() as here:
        client = await here.ready()
        if command.startswith(b"RCPT"):
            await client.ask("MAIL FROM:<> SMTPUTF8")
        reply = await client.ask(command % octets)
        assert reply.startswith("501 5.1."), reply
        assert reply.isprintable()
        assert (await client.ask("NOOP")).startswith("250")


async def test_an_address_beyond_ascii_needs_smtputf8() -> None:
    async with listening() as here:
        client = await here.ready()
        assert (await client.ask("MAIL FROM:<ü@far.example>")).startswith("553 5.6.7")
        assert (await client.ask("MAIL FROM:<u@far.example>")).startswith("250")
        assert (await client.ask("RCPT TO:<zoë@tray.example>")).startswith("553 5.6.7")
        assert (await client.ask("RSET")).startswith("250")
        assert (await client.ask("MAIL FROM:<ü@far.example> SMTPUTF8")).startswith("250")
        assert (await client.ask("RCPT TO:<zoë@tray.example>")).startswith("250")


@pytest.mark.parametrize(
    ("command", "code"),
    [
        ("MAIL FROM:a@far.example", "501 5.1.7"),
        ("MAIL a@far.example", "501 5.5.4"),
        ("MAIL", "501 5.5.4"),
        ("MAIL FROM:<", "501 5.1.7"),
        ("MAIL FROM:<>>", "501 5.1.7"),
        ("MAIL FROM:<,>", "501 5.1.7"),
        ("MAIL FROM:<a@b> SIZE=٣٣", "501 5.1.7"),
        ("MAIL FROM:<a@b> SIZE=²", "501 5.1.7"),
        ("MAIL FROM:<a@b> SIZE=1e3", "501 5.5.4"),
        ("MAIL FROM:<a@b> SIZE=-1", "501 5.5.4"),
        ("MAIL FROM:<a@b> SIZE", "501 5.5.4"),
        ("MAIL FROM:<a@b> SIZE=1 SIZE=2", "501 5.5.4"),
        ("MAIL FROM:<a@b> SIZE=36000001", "552 5.3.4"),
        ("MAIL FROM:<a@b> SIZE=99999999999999999999", "552 5.3.4"),
        ("MAIL FROM:<a@b> BODY=BINARYMIME", "501 5.5.4"),
        ("MAIL FROM:<a@b> SMTPUTF8=yes", "555 5.5.4"),
        ("MAIL FROM:<a@b> RET=HDRS", "555 5.5.4"),
        ("RCPT TO:<mina@tray.example>", "503 5.5.1"),
        ("DATA", "503 5.5.1"),
        ("EHLO", "501 5.5.4"),
        ("NONSENSE", "500 5.5.1"),
        ("", "500 5.5.1"),
        ("NOOP " + "x" * 3000, "500 5.5.2"),
    ],
)
async def test_a_wrong_command_is_refused_and_the_next_right_one_is_taken(command: str, code: str) -> None:
    with capture_logs() as events:
        async with listening() as here:
            client = await here.ready()
            reply = await client.ask(command)
            if command.endswith(("٣٣", "²")):
                assert reply[:3] == "501", reply
            else:
                assert reply.startswith(code), reply
            assert [r[:3] for r in await client.envelope()] == ["250", "250"]
    assert events == []


async def test_parameters_need_ehlo_and_a_mail_needs_a_greeting() -> None:
    async with listening() as here:
        client = await here.connect()
        await client.reply()
        assert (await client.ask("MAIL FROM:<a@far.example>")).startswith("503 5.5.1")
        await client.ask("HELO old.example")
        assert (await client.ask("MAIL FROM:<a@far.example> SIZE=3")).startswith("555 5.5.4")
        assert (await client.ask("MAIL FROM:<a@far.example>")).startswith("250")
        assert (await client.ask("MAIL FROM:<b@far.example>")).startswith("503 5.5.1")


async def test_a_null_sender_is_taken_once() -> None:
    async with listening() as here:
        client = await here.ready()
        assert (await client.ask("MAIL FROM:<>")).startswith("250")
        assert (await client.ask("MAIL FROM:<>")).startswith("503")
        assert (await client.ask("RCPT TO:<mina@tray.example>")).startswith("250")
        await client.data(b".\r\n")
        assert here.kept.mails[0].mail_from == ""


async def test_what_a_client_calls_itself_is_kept_without_what_no_host_name_has() -> None:
    async with listening() as here:
        client = await here.connect()
        assert "evil" not in await client.hello("EHLO a\x1b[1m(evil) b\u202e")
        await client.envelope()
        await client.data(b".\r\n")
        assert here.kept.mails[0].helo == "a?[1m?evil??b?"


async def test_no_line_however_odd_breaks_the_conversation() -> None:
    chance = random.Random(7)
    words = b'MAIL RCPT mail FROM: TO: < > <a@far.example> <mina@tray.example> <> @ " \\ ( ) , : = SIZE= 9 [ ]'.split()
    words += [*b"SMTPUTF8 BODY= \x00 \xff \xc3\xbc \x1b \xe2\x80\xae".split(), b" ", b"  ", b"\r", b"\t"]
    with capture_logs() as events:
        async with listening(errors=10_000, junk_commands=10_000) as here:
            client = await here.ready()
            for _ in range(2_000):
                start = chance.choice(
                    [b"MAIL FROM:", b"RCPT TO:", b"DATA ", b"EHLO ", b"VRFY ", b"HELP ", b"RSET ", b"XYZ "]
                )
                reply = await client.ask(start + b"".join(chance.choices(words, k=chance.randrange(8))))
                assert all(re.fullmatch(r"[245][0-9]{2}[ -][ -~]+", line) for line in reply.splitlines()), reply
            assert (await client.ask("NOOP")).startswith("250")
    assert events == []
