"""A provider's question, from SMTP to the INBOX: in the log, in `salver status` and `explain`, and never opened.

Google is played by a key of our own in a DNS server of our own; sockets, signatures, store and mailbox are real.
"""

from __future__ import annotations

import asyncio
import sys
import threading
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs

from pipeline import commands
from pipeline.app import App
from pipeline.clock import new_mail_id, now
from pipeline.logs import mask
from pipeline.settings import load
from pipeline.store import questions
from tests.builders import handshakes, linkedin
from tests.builders.dns import Behaviour, DnsServer, in_turn, servfail, txt
from tests.builders.handshakes import CANCEL, LINK, gmail, other, signed_other
from tests.builders.letters import received
from tests.builders.linkedin import Person
from tests.builders.running import below, deliver, filed, running, settled
from tests.builders.signing import rsa_key

ACCOUNTS = 'accounts = ["amy@gmail.com", "amy@home.test"]\n'


def keys() -> dict[str, Behaviour]:
    return {f"key._domainkey.{domain}": txt(rsa_key().record) for domain in handshakes.signing_domains()}


def with_accounts(folder: Path, accounts: str) -> Any:
    """The configuration as its owner changed it meanwhile."""
    config = folder / "salver.toml"
    told = config.read_text("utf-8").replace(ACCOUNTS, "")
    config.write_text(told + accounts, "utf-8")
    return load(config, environment={})


async def status_of(app: App) -> list[str]:
    return [line for line in (await commands.status(app.configuration)).split("\n") if "orward" in line]


def asked_in(logged: list[Any]) -> list[Any]:
    return [line for line in logged if line["event"] == "forwarding_asked"]


HOSTILE = {
    "unsigned": gmail(code="9000001"),
    "changed": handshakes.by(gmail(code="9000002")).replace(b"9000002", b"9000003"),
    "signed by another": handshakes.by(gmail(code="9000004"), "elsewhere.test"),
    "signed below": handshakes.by(gmail(code="9000005"), "mail.google.com"),
    "subject not signed": handshakes.by(gmail(code="9000006"), covers=["from", "to", "date"]),
    "from another": handshakes.by(gmail(code="9000007", **{"from": "x@google.com"})),
    "a key of somebody else's": handshakes.by(gmail(code="9000008"), key=rsa_key(number=2)),
    "another's mail": handshakes.by(gmail(code="9000009", who="mallory@gmail.com")),
    "to another": b"Cc: amy@salver.test\r\n" + handshakes.by(gmail(code="9000010", to="mallory@evil.test")),
}


async def test_a_genuine_question_is_filed_announced_and_shown_whole(tmp_path: Path) -> None:
    raw = handshakes.by(gmail())
    with DnsServer(keys()) as dns, capture_logs() as logged:
        async with running(tmp_path, resolver=dns.endpoint, owner=ACCOUNTS) as app:
            await deliver(app, raw)
            await settled(app)
            assert [below(mail) for mail in filed(tmp_path)["INBOX"]] == [raw], "untouched, in the INBOX"
            (line,) = await status_of(app)
            found = [
                told async for told in commands.explain(app.configuration, [await _file(tmp_path, raw)], "", "", "")
            ]
    assert "Google asks whether mail of amy@gmail.com may be forwarded here. Really Google." in line
    assert "The code: 83610257." in line
    assert line.endswith(LINK)
    assert line.startswith("amy: ")
    assert CANCEL not in line
    (told,) = asked_in(logged)
    assert (told["provider"], told["proven"], told["log_level"]) == ("google", True, "info")
    assert mask(told["account"]) == "a***@gmail.com"
    assert not [word for word in ("83610257", "vf-", "uf-", "amy@salver.test") if word in str(told)]
    assert LINK in found[0].text
    assert "Really from Google: yes (Google signed it, and it is unchanged since)" in found[0].text
    assert found[0].report["kind"] == "forwarding_confirmation"
    assert found[0].report["authenticity"]["verdict"] == "aligned"
    assert found[0].report["folder"] == "INBOX"


async def test_heaps_of_fakes_hide_no_proven_question_of_any_owner_and_are_counted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(questions, "MOST", 5)
    bea = f'{ACCOUNTS}[[owner]]\nid = "bea"\naddresses = ["bea@salver.test"]\naccounts = ["bea@home.test"]\n'
    bea += f'mailbox = "maildir:{tmp_path}/bea"\n'
    with DnsServer(keys()) as dns:
        async with running(tmp_path, resolver=dns.endpoint, owner=bea) as app:
            await deliver(app, handshakes.by(gmail()))
            own = handshakes.by(gmail(to="bea@salver.test", who="bea@home.test", code="5550001"))
            await deliver(app, own, rcpt="bea@salver.test")
            for number in range(12):
                await deliver(app, gmail(code=f"70000{number:02}"))
            await settled(app)
            lines = await status_of(app)
    assert lines[0].startswith("amy: ")
    assert lines[0].endswith(LINK)
    assert "(and 3 times before): Doubtful: " in lines[1], "alike, they are one line"
    assert lines[2].startswith("amy: 8 more mails that ask about forwarding")
    assert lines[3].startswith("bea: ")
    assert "The code: 5550001." in lines[3]
    assert len(lines) == 4, "all fakes are told or counted, though so many are not read"


async def test_heaps_of_proven_questions_of_others_hide_not_the_owners_own(tmp_path: Path) -> None:
    with DnsServer(keys()) as dns:
        async with running(tmp_path, resolver=dns.endpoint, owner=ACCOUNTS) as app:
            await deliver(app, handshakes.by(gmail()))
            for number in range(11):
                await deliver(app, signed_other("cloudflare", message_id=f"<{number}@notify.cloudflare.com>"))
            await settled(app)
            lines = await status_of(app)
    assert lines[0].endswith(LINK)
    (others,) = lines[1:]
    assert "(and 10 times before): Cloudflare asks" in others
    assert "Really Cloudflare, but it does not surely say whose" in others


async def test_what_could_not_be_looked_up_is_looked_up_first_for_the_owners_own_account(tmp_path: Path) -> None:
    script = keys()
    script["key._domainkey.google.com"] = in_turn(*[servfail] * 40, txt(rsa_key().record))
    with DnsServer(script) as dns:
        async with running(tmp_path, resolver=dns.endpoint, owner=ACCOUNTS) as app:
            await deliver(app, handshakes.by(gmail()))
            for number in range(5):
                await deliver(app, handshakes.by(gmail(who=f"eve{number}@gmail.com")))
            await settled(app)
            for _ in range(40):
                lines = await status_of(app)
                if LINK in lines[0]:
                    break
    assert lines[0].endswith(LINK)


async def test_a_spoof_under_googles_address_is_ugly_and_announced_nowhere(tmp_path: Path) -> None:
    raw = linkedin.invitation_modern(
        Person(note=f"Hi Amy, {LINK}"),
        foreign="https://www.linkedln-mail.test",
        from_="LinkedIn <forwarding-noreply@google.com>",
        subject="(#83610257) I want to connect",
    )
    with DnsServer(keys()) as dns, capture_logs() as logged:
        async with running(tmp_path, resolver=dns.endpoint, owner=ACCOUNTS) as app:
            await deliver(app, raw)
            await settled(app)
            assert [below(mail) for mail in filed(tmp_path)["Ugly"]] == [raw]
            assert await status_of(app) == []
            path = await _file(tmp_path, raw)
            (told,) = [each async for each in commands.explain(app.configuration, [path], "", "", "")]
    assert asked_in(logged) == []
    assert "Really from LinkedIn: no (the sender calls itself LinkedIn and writes from google.com)" in told.text
    assert "forward" not in told.text


async def _file(folder: Path, raw: bytes) -> str:
    path = folder / "question.eml"
    await asyncio.to_thread(path.write_bytes, raw)
    return str(path)


async def test_what_is_not_surely_for_the_owner_is_announced_without_code_and_link(tmp_path: Path) -> None:
    with DnsServer(keys()) as dns, capture_logs() as logged:
        async with running(tmp_path, resolver=dns.endpoint, owner=ACCOUNTS) as app:
            for raw in HOSTILE.values():
                await deliver(app, raw)
            await settled(app)
            assert sorted(below(mail) for mail in filed(tmp_path)["INBOX"]) == sorted(HOSTILE.values())
            lines = await status_of(app)
            genuine = handshakes.by(gmail())
            await deliver(app, genuine)
            await settled(app)
            first, *_ = await status_of(app)
    assert first.endswith(LINK), "heaps of doubtful ones do not hide the one that is sure"
    assert len(lines) == 4
    assert all("Doubtful: " in line for line in lines[:3])
    told_of = sum(2 if "(and once before)" in line else 1 for line in lines[:3])  # two are alike
    assert lines[3].startswith(f"amy: {len(HOSTILE) - told_of} more mails that ask about forwarding")
    said = "\n".join(lines) + str(asked_in(logged))
    assert "900000" not in said
    assert "://" not in "\n".join(lines)
    proven = [told["proven"] for told in asked_in(logged)]
    assert proven.count(True) == 3, "the genuine one, another's, and one to another"
    # "from another": x@google.com with Google's mark and link is still shown, as doubtful
    assert len(proven) == len(HOSTILE) + 1


async def test_an_owner_who_has_told_of_no_accounts_sees_who_asks_and_the_link_once_they_are_told(
    tmp_path: Path,
) -> None:
    with DnsServer(keys()) as dns:
        async with running(tmp_path, resolver=dns.endpoint) as app:
            await deliver(app, handshakes.by(gmail()))
            await settled(app)
            (before,) = await status_of(app)
            told = await commands.status(with_accounts(tmp_path, ACCOUNTS))
    assert "If amy@gmail.com is yours, add it to the accounts of amy in the configuration" in before
    assert not [word for word in ("83610257", "vf-") if word in before]
    assert LINK in told


async def test_a_question_whose_key_could_not_be_had_is_proven_when_status_is_asked(tmp_path: Path) -> None:
    script = keys()
    script["key._domainkey.google.com"] = in_turn(servfail, servfail, txt(rsa_key().record))
    with DnsServer(script) as dns, capture_logs() as logged:
        async with running(tmp_path, resolver=dns.endpoint, owner=ACCOUNTS) as app:
            await deliver(app, handshakes.by(gmail()))
            await settled(app)
            assert len(filed(tmp_path)["INBOX"]) == 1, "filing does not wait for the DNS"
            lines = [(await status_of(app))[0] for _ in range(2)]
    assert asked_in(logged)[0]["proven"] is False
    assert lines[-1].endswith(LINK)


async def test_a_token_address_counts_as_ours_and_is_named_nowhere(tmp_path: Path) -> None:
    token = "amy-7hq2mzk4w9x3v8"
    config = f'{ACCOUNTS}[[owner]]\nid = "two"\naddresses = ["{token}@salver.test"]\n' + ACCOUNTS
    config += f'mailbox = "maildir:{tmp_path}/two"\n'
    with DnsServer(keys()) as dns, capture_logs() as logged:
        async with running(tmp_path, resolver=dns.endpoint, owner=config) as app:
            await deliver(app, handshakes.by(gmail(to=f"{token}@salver.test")), rcpt=f"{token}@salver.test")
            await deliver(app, signed_other("proton", f"{token}@salver.test"), rcpt=f"{token}@salver.test")
            await settled(app)
            lines = await status_of(app)
    assert [line.partition(":")[0] for line in lines] == ["two", "two"]
    assert any(line.endswith(LINK) for line in lines)
    assert any("Proton asks whether mail of amy@home.test may be forwarded here." in line for line in lines)
    assert token not in str(asked_in(logged))
    assert token not in "\n".join(lines)


async def test_other_providers_are_announced_too_and_near_misses_are_not(tmp_path: Path) -> None:
    with DnsServer(keys()) as dns, capture_logs() as logged:
        async with running(tmp_path, resolver=dns.endpoint, owner=ACCOUNTS) as app:
            await deliver(app, signed_other("yahoo"))
            await deliver(app, signed_other("cloudflare"))
            await deliver(app, other("zoho"))
            await settled(app)
            lines = await status_of(app)
            assert len(filed(tmp_path)["INBOX"]) == 3
    assert [told["provider"] for told in asked_in(logged)] == ["yahoo", "cloudflare"]
    yahoo, cloudflare = lines
    assert "Yahoo asks whether mail of amy@home.test may be forwarded here. Really Yahoo." in yahoo
    assert yahoo.endswith(handshakes.OTHERS["yahoo"][4])
    assert "Cloudflare asks whether somebody's mail may be forwarded here. Really Cloudflare" in cloudflare
    assert "://" not in cloudflare


async def test_of_mail_that_was_imported_none_is_announced(tmp_path: Path) -> None:
    raw = handshakes.by(gmail())
    with DnsServer(keys()) as dns, capture_logs() as logged:
        async with running(tmp_path, resolver=dns.endpoint, owner=ACCOUNTS) as app:
            for number, imported in enumerate(("judge", "file", "")):
                told = {"mail": new_mail_id(), "blob": new_mail_id(), "imported": imported, "received_at": now()}
                await app.store.append((received().model_copy(update=told),), raw, f"mark {number}")
            await settled(app)
            lines = await status_of(app)
            assert len(filed(tmp_path)["INBOX"]) == 2, "who imports to judge alone wants nothing filed"
    assert len(lines) == len(asked_in(logged)) == 1


CONNECTED: list[Any] | None = None
"""Where connections are noted, while they are."""


def _note(event: str, arguments: tuple[Any, ...]) -> None:
    ours = "process_request" in threading.current_thread().name  # the DNS server's answers
    if CONNECTED is not None and not ours and event in ("socket.connect", "socket.sendto", "socket.getaddrinfo"):
        CONNECTED.append(arguments[1] if event != "socket.getaddrinfo" else arguments[:2])


async def test_while_a_question_passes_nothing_is_asked_but_the_dns(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sys.addaudithook(_note)  # it stays for the life of the process, and notes nothing after this test
    with DnsServer(keys()) as dns:
        async with running(tmp_path, resolver=dns.endpoint, owner=ACCOUNTS) as app:
            smtp = app.receiver.smtp_address
            seen: list[Any] = []
            monkeypatch.setattr(sys.modules[__name__], "CONNECTED", seen)
            await deliver(app, handshakes.by(gmail()))
            await settled(app)
            await status_of(app)
            monkeypatch.setattr(sys.modules[__name__], "CONNECTED", None)
        host, _, port = dns.endpoint.rpartition(":")
    told = [tuple(address[:2]) for address in seen if tuple(address[:2]) != smtp]
    assert told, "the DNS was asked for Google's key"
    assert set(told) == {(host, int(port))}
