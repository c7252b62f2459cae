"""`salver doctor`: real ports, TLS, DNS, Dovecot, files; what is wrong is said with what to do, and nothing is changed.

A full disk is only told of by a patched `os.statvfs`: filling one takes rights a test has not.
"""

from __future__ import annotations

import asyncio
import contextlib
import datetime
import ipaddress
import json
import os
import socket
import sqlite3
import subprocess
import sys
import tempfile
import threading
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import dns.flags
import dns.message
import dns.rrset
import pytest
from click.testing import CliRunner
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from pipeline import clock, doctor, quiet
from pipeline.cli import main
from pipeline.configuration import Configuration
from pipeline.doctor import Told
from pipeline.doctor.dns import KEY
from pipeline.doctor.finding import Case, Finding, Findings, in_thread
from pipeline.settings import load
from pipeline.store import rulings, sources
from pipeline.store.log import Log
from pipeline.store.sources import Silence, Source
from pipeline.store.writer import Statement
from stages.rhythm import DAY, HOUR
from tests.builders import dovecot
from tests.builders.dns import Behaviour, DnsServer, servfail, silent, txt
from tests.builders.events import received
from tests.builders.letters import mail as letter
from tests.builders.running import deliver, running, settled
from tests.builders.server import ROOT, free_port
from tests.pipeline.test_quiet import a_month, came

WINDOW = 30 * DAY
NAMES = DnsServer({KEY: txt("v=DKIM1; k=rsa; p=AAAA")})
"""The resolver of all tests that name no other."""


@pytest.fixture(scope="module", autouse=True)
def _names() -> Iterator[None]:
    with NAMES:
        yield


def file_of(
    folder: Path, *, more: str = "", listen: str = "", resolver: str = "", address: str = "amy@salver.test"
) -> Path:
    config = folder / "salver.toml"
    config.write_text(
        f'[smtp]\nlisten = "{listen or f"127.0.0.1:{free_port()}"}"\n[store]\nurl = "sqlite:///{folder}/salver.db"\n'
        f'[dns]\nresolvers = ["{resolver or NAMES.endpoint}"]\ntime = 1\n'
        f'[[owner]]\naddresses = ["{address}"]\nmailbox = "maildir:{folder}/mail"\n{more}',
        "utf-8",
    )
    config.chmod(0o600)
    return config


async def examined(config: Path, seconds: float = 20, **changes: Any) -> tuple[Told, ...]:
    found = load(config, environment={}).model_copy(update=changes)
    return await doctor.examine(found, config, seconds)


def of(told: tuple[Told, ...], check: str) -> list[Told]:
    return [each for each in told if each.check == check]


def one(told: tuple[Told, ...], check: str, words: str) -> Told:
    """The finding of a check that says these words; where it is none of them, what was said instead."""
    (found,) = [each for each in of(told, check) if words in each.what] or [of(told, check)]
    assert isinstance(found, Told), found
    return found


# --- the whole


async def test_a_fresh_installation_has_no_fault_but_what_it_has(tmp_path: Path) -> None:
    told = await examined(file_of(tmp_path))
    assert {each.check for each in told} == {name for name, _ in doctor.CHECKS}
    assert [each for each in told if each.level == "fault"] == []
    assert all(each.do for each in told if each.level != "ok")
    assert one(told, "ports", "free").level == "warning"
    assert one(told, "quiet", "not checked").level == "ok"


async def test_nothing_is_changed_by_looking(tmp_path: Path) -> None:
    store = await Log.open(tmp_path / "salver.db", WINDOW)
    await a_month(store)
    await store.close()

    def tree() -> dict[str, tuple[int, int, int, int]]:
        return {
            str(path): (path.stat().st_mode, path.stat().st_size, path.stat().st_mtime_ns, path.stat().st_ino)
            for path in (tmp_path, *tmp_path.rglob("*"))
        }

    with dovecot.running() as server:
        config = file_of(tmp_path)
        before = tree()
        client = server.client()
        client.append("INBOX", None, None, b"Subject: one\r\n\r\nx\r\n")  # type: ignore[arg-type]
        client.logout()
        told = await examined(config, account=(server.account(),))
        assert one(told, "accounts", "signed in").level == "ok"
        client = server.client()
        client.select("INBOX", readonly=True)
        assert client.fetch("1", "(FLAGS)")[1] == [b"1 (FLAGS (\\Recent))"]
        assert len(client.list()[1]) == 1
        client.logout()
    assert tree() == before


async def test_a_running_salver_is_well(tmp_path: Path) -> None:
    with DnsServer({KEY: txt("v=DKIM1; p=AAAA")}) as server:
        async with running(tmp_path, resolver=server.endpoint) as app:
            assert app.receiver.smtp_address is not None
            host, port = app.receiver.smtp_address
            (tmp_path / "doctor").mkdir()
            config = file_of(tmp_path / "doctor", listen=f"{host}:{port}", resolver=server.endpoint)
            config.write_text(config.read_text("utf-8").replace(f"{tmp_path}/doctor", str(tmp_path)))
            for number in range(4):
                at = datetime.datetime.now(datetime.UTC).strftime("%a, %d %b %Y %H:%M:%S +0000")
                await deliver(app, letter(date=at, message_id=f"<{number}@sender.test>"))
            await settled(app)
            told = await examined(config)
    assert [each for each in told if each.level != "ok"] == []
    assert one(told, "ports", "Salver answers")
    assert one(told, "store", "4 mails, 0 steps")
    assert "soon after they were written" in one(told, "clock", "").what


async def test_a_check_that_hangs_or_breaks_takes_no_other_with_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    released = threading.Event()

    async def hang(case: Case) -> Findings:
        await in_thread(released.wait)
        return ()

    async def broken(case: Case) -> Findings:
        raise ZeroDivisionError

    async def well(case: Case) -> Findings:
        return (Finding("ok", "well"),)

    monkeypatch.setattr(doctor, "CHECKS", (("a", hang), ("b", broken), ("c", well)))
    hanging, failed, fine = await examined(file_of(tmp_path), seconds=0.2)
    (thread,) = [each for each in threading.enumerate() if each.name == "doctor"]
    released.set()
    assert thread.daemon, "the end of the process would wait for it"
    assert (hanging.level, hanging.what) == ("fault", "no answer within 0.2 s")
    assert failed.level == "fault"
    assert "ZeroDivisionError at test_doctor.py:" in failed.what
    assert fine.what == "well"


def test_the_command_ends_though_a_server_hangs(tmp_path: Path) -> None:
    """As a process of its own: a thread that waits must not keep it. The socket takes connections and says nothing."""
    with socket.create_server(("127.0.0.1", 0)) as mute:
        port = mute.getsockname()[1]
        more = f'[[account]]\nname = "work"\nhost = "127.0.0.1:{port}"\ntls = "none"\nuser = "amy"\nsecret = "env:X"\n'
        config = file_of(tmp_path, more=more, listen=f"127.0.0.1:{port}")
        program = (
            "import sys; from pipeline import doctor; doctor.SECONDS = 1; doctor.examine.__defaults__ = (1.0,);"
            "from pipeline.cli import main; main()"
        )
        ended = subprocess.run(
            [sys.executable, "-c", program, "doctor", "-c", str(config), "--json"],
            cwd=ROOT, capture_output=True, text=True, timeout=60, env={**os.environ, "X": "tray"},
        )  # fmt: skip
    told = [json.loads(line) for line in ended.stdout.splitlines()]
    assert ended.returncode == 1
    assert [each["what"] for each in told if each["check"] == "accounts"] == ["no answer within 1 s"]
    assert "tray" not in ended.stdout + ended.stderr


def test_the_command_says_one_line_a_finding_and_ends_as_it_found(tmp_path: Path) -> None:
    with DnsServer({KEY: txt("v=DKIM1; p=AAAA")}) as server:
        config = file_of(tmp_path, resolver=server.endpoint)
        ran = CliRunner().invoke(main, ["doctor", "-c", str(config)])
        assert ran.exit_code == 0
        assert all(line.split()[0] in ("ok", "warning", "fault") for line in ran.stdout.splitlines())
        assert "To do: start it: salver serve." in ran.stdout
        (tmp_path / "salver.db").write_bytes(b"no database at all" * 100)
        (tmp_path / "salver.db").chmod(0o600)
        ran = CliRunner().invoke(main, ["doctor", "-c", str(config), "--json"])
    assert ran.exit_code == 1
    told = [json.loads(line) for line in ran.stdout.splitlines()]
    assert [(each["check"], each["level"]) for each in told if each["level"] == "fault"] == [("store", "fault")]
    assert set(told[0]) == {"check", "level", "what", "do"}


# --- ports


@contextlib.asynccontextmanager
async def speaking(*lines: bytes) -> AsyncIterator[int]:
    """A server that says these lines at once; its port."""

    async def say(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        for line in lines:
            writer.write(line)
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(say, "127.0.0.1", 0)
    yield server.sockets[0].getsockname()[1]
    server.close()


@pytest.mark.parametrize(
    ("line", "level", "words"),
    [
        (b"220 salver.local ESMTP Salver\r\n", "ok", "Salver answers"),
        (b"220 mail.example.org ESMTP Postfix\r\n", "fault", "another program"),
        (b"SSH-2.0-OpenSSH\r\n", "fault", "another program"),
        (b"421 4.3.2 Too many clients\r\n", "warning", "no client now"),
        (b"x" * 100_000, "fault", "another program"),
    ],
)
async def test_who_listens_at_our_port_is_told_by_its_greeting(
    tmp_path: Path, line: bytes, level: str, words: str
) -> None:
    async with speaking(line) as port:
        told = one(await examined(file_of(tmp_path, listen=f"127.0.0.1:{port}")), "ports", words)
    assert told.level == level


async def test_an_address_that_is_not_ours_and_a_port_that_is_not_for_us_are_faults(tmp_path: Path) -> None:
    told = one(await examined(file_of(tmp_path, listen=f"192.0.2.1:{free_port()}")), "ports", "cannot listen")
    assert told.level == "fault"
    with contextlib.suppress(PermissionError), socket.create_server(("127.0.0.1", 1)):
        pytest.skip("this user may listen at every port")
    told = one(await examined(file_of(tmp_path, listen="127.0.0.1:1")), "ports", "may not listen")
    assert told.level == "fault"


# --- TLS


def certificate(folder: Path, days: float, name: str = "localhost") -> tuple[Path, Path]:
    """A certificate that signs itself and holds for so many days; its file, and that of its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    who = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(who)
        .issuer_name(who)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=30))
        .not_valid_after(now + datetime.timedelta(days=days))
        .add_extension(
            x509.SubjectAlternativeName([x509.DNSName(name), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), False
        )
        .sign(key, hashes.SHA256())
    )
    files = folder / "certificate.pem", folder / "key.pem"
    files[0].write_bytes(made.public_bytes(serialization.Encoding.PEM))
    files[1].write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return files


@contextlib.contextmanager
def encrypted(folder: Path, days: float, more: str = "") -> Iterator[dovecot.Dovecot]:
    """Dovecot that takes STARTTLS, with such a certificate."""
    cert, key = certificate(folder, days)
    for path in (folder, *folder.parents):
        if path.stat().st_uid == os.geteuid() and Path(tempfile.gettempdir()) in path.parents:
            path.chmod(path.stat().st_mode | 0o055)  # the server reads its files as another user
    key.chmod(0o644)
    with dovecot.running(more=f"ssl = yes\nssl_cert = <{cert}\nssl_key = <{key}\n{more}") as server:
        yield server


@pytest.mark.parametrize(
    ("days", "level", "words"),
    [(90, "ok", "holds for"), (3.5, "warning", "holds for"), (-1, "fault", "certificate has expired")],
)
async def test_a_certificate_that_ends_soon_is_told_before_it_does(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, days: float, level: str, words: str
) -> None:
    with encrypted(tmp_path, days) as server:
        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "certificate.pem"))
        account = server.account(tls="starttls", host=f"localhost:{server.port}")
        told = one(await examined(file_of(tmp_path), account=(account,)), "tls", words)
    assert told.level == level
    assert words in told.what


async def test_a_certificate_nobody_vouches_for_is_a_fault(tmp_path: Path) -> None:
    with encrypted(tmp_path, 90) as server:
        account = server.account(tls="starttls", host=f"localhost:{server.port}")
        told = await examined(file_of(tmp_path), account=(account,))
        named = account.model_copy(update={"ca": str(tmp_path / "certificate.pem")})
        vouched = await examined(file_of(tmp_path), account=(named,))
    assert one(told, "tls", "does not hold").level == "fault"
    assert of(told, "accounts")[0].level == "fault"
    assert one(vouched, "tls", "holds for").level == "ok", "a CA of the owner's own counts here too"


async def test_implicit_tls_is_looked_at_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    port = free_port()
    listener = f"service imap-login {{\n  inet_listener imaps {{\n    port = {port}\n    ssl = yes\n  }}\n}}\n"
    with encrypted(tmp_path, 5.5, listener) as server:
        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "certificate.pem"))
        account = server.account(tls="implicit", host=f"localhost:{port}")
        told = await examined(file_of(tmp_path), account=(account,))
    assert one(told, "tls", "holds for 5 days").level == "warning"
    assert of(told, "accounts")[0].level == "ok"


async def test_a_port_open_to_the_world_is_said_to_be_unencrypted(tmp_path: Path) -> None:
    told = await examined(file_of(tmp_path, listen=f"0.0.0.0:{free_port()}"))
    assert one(told, "tls", "unencrypted").level == "warning"


# --- DNS and clock


def records(kind: str, *values: str) -> Behaviour:
    """Answers questions of one kind, and no others."""

    def reply(query: dns.message.Message) -> list[dns.message.Message]:
        answer = dns.message.make_response(query)
        question = query.question[0]
        if question.rdtype == dns.rdatatype.from_text(kind) and values:
            answer.answer.append(dns.rrset.from_text(question.name, 0, "IN", kind, *values))
        return [answer]

    return reply


def signed_root(begin: int, end: int) -> Behaviour:
    """The root's SOA with a signature that holds between two times (ms), as a root server's would look."""

    def moment(at: int) -> str:
        return datetime.datetime.fromtimestamp(at / 1000, datetime.UTC).strftime("%Y%m%d%H%M%S")

    def reply(query: dns.message.Message) -> list[dns.message.Message]:
        assert query.ednsflags & dns.flags.DO
        answer = dns.message.make_response(query)
        soa = "a.root. nstld.root. 2026010100 1800 900 604800 86400"
        answer.answer.append(dns.rrset.from_text(".", 0, "IN", "SOA", soa))
        signature = f"SOA 8 0 86400 {moment(end)} {moment(begin)} 1 . AAAA"
        answer.answer.append(dns.rrset.from_text(".", 0, "IN", "RRSIG", signature))
        return [answer]

    return reply


@pytest.mark.parametrize(
    ("behaviour", "level", "words"),
    [
        (txt("v=DKIM1; k=rsa; p=AAAA"), "ok", "has a key"),
        (records("TXT"), "warning", "has no key"),
        (txt("v=DKIM1; k=rsa"), "warning", "has no key"),
        (servfail, "fault", "does not answer"),
        (silent, "fault", "does not answer"),
    ],
    ids=["key", "none", "no key in it", "servfail", "silent"],
)
async def test_whether_a_key_of_linkedins_can_be_had_is_told(
    tmp_path: Path, behaviour: Behaviour, level: str, words: str
) -> None:
    with DnsServer({KEY: behaviour}) as server:
        told = one(await examined(file_of(tmp_path, resolver=server.endpoint)), "dns", words)
    assert told.level == level
    assert words in told.what


@pytest.mark.parametrize(
    ("script", "level", "words"),
    [
        ({"salver-mail.org": records("MX", "10 mx.salver-mail.org.")}, "ok", "goes to mx.salver-mail.org"),
        ({"salver-mail.org": records("A", "192.0.2.7")}, "ok", "goes to salver-mail.org"),
        ({"salver-mail.org": records("MX", "0 .")}, "warning", "can go nowhere"),
        ({}, "warning", "can go nowhere"),
        ({"salver-mail.org": servfail}, "warning", "MX not checked"),
    ],
    ids=["MX", "address alone", "null MX", "nothing", "servfail"],
)
async def test_where_mail_for_an_owners_domain_goes_is_told(
    tmp_path: Path, script: dict[str, Behaviour], level: str, words: str
) -> None:
    with DnsServer({KEY: txt("p=A"), **script}) as server:
        told = await examined(file_of(tmp_path, resolver=server.endpoint, address="amy@salver-mail.org"))
    found = one(told, "dns", words)
    assert words in found.what
    assert found.level == level


async def test_an_mx_that_points_elsewhere_and_a_name_that_is_not_ours_are_told(tmp_path: Path) -> None:
    script = {
        KEY: txt("p=A"),
        "salver-mail.org": records("MX", "10 mx.elsewhere.net."),
        "mx.salver-mail.org": records("A", "192.0.2.7"),
        "7.2.0.192.in-addr.arpa": records("PTR", "customer-7.provider.net."),
    }
    with DnsServer(script) as server:
        config = file_of(
            tmp_path, resolver=server.endpoint, address="amy@salver-mail.org", listen=f"0.0.0.0:{free_port()}"
        )
        config.write_text(config.read_text("utf-8").replace("[smtp]", '[smtp]\nhostname = "mx.salver-mail.org"'))
        told = await examined(config)
        assert one(told, "dns", "goes to mx.elsewhere.net").level == "warning"
        assert one(told, "dns", "192.0.2.7 is called customer-7.provider.net").level == "warning"
        server.script["salver-mail.org"] = records("MX", "10 mx.salver-mail.org.")
        server.script["7.2.0.192.in-addr.arpa"] = records("PTR", "mx.salver-mail.org.")
        told = await examined(config)
    assert {each.level for each in of(told, "dns")} == {"ok"}


@pytest.mark.parametrize(
    ("begin", "end", "level", "words"),
    [
        (-DAY, 12 * DAY, "ok", "holds now"),
        (3 * DAY, 16 * DAY, "fault", "behind by 3 days"),
        (-20 * DAY, -7 * DAY, "fault", "ahead by 7 days"),
    ],
)
async def test_a_clock_that_is_days_off_is_told_by_the_roots_signature(
    tmp_path: Path, begin: int, end: int, level: str, words: str
) -> None:
    at = clock.now()
    root = dns.name.root.to_text(omit_final_dot=True)
    with DnsServer({root: signed_root(at + begin, at + end)}) as server:
        (told,) = of(await examined(file_of(tmp_path, resolver=server.endpoint)), "clock")
    assert words in told.what
    assert told.level == level


@pytest.mark.parametrize(
    ("off", "level", "words"),
    [
        (-30_000, "ok", "soon after"),
        (20 * 60_000, "warning", "20 minutes before"),
        (-3 * HOUR, "warning", "3 hours or more after"),
        (-3 * DAY, "ok", "too few mails"),
    ],
)
async def test_mails_that_come_before_they_were_written_tell_of_the_clock(
    tmp_path: Path, off: int, level: str, words: str
) -> None:
    config = file_of(tmp_path)
    async with running(tmp_path) as app:
        for number in range(4):
            date = datetime.datetime.fromtimestamp((clock.now() + off) / 1000 + 2, datetime.UTC)
            text = date.strftime("%a, %d %b %Y %H:%M:%S +0000")
            await deliver(app, letter(date=text, message_id=f"<{number}@sender.test>"))
        await settled(app)
    (told,) = of(await examined(config), "clock")
    assert words in told.what
    assert told.level == level


# --- disk and permissions


@pytest.mark.parametrize(
    ("free", "files", "level", "words"),
    [
        (50e9, 10**6, "ok", "50.0 GB"),
        (500e6, 10**6, "warning", "500 MB"),
        (50e6, 10**6, "fault", "50 MB"),
        (50e9, 12, "warning", "12 more files"),
    ],
)
async def test_a_disk_that_fills_up_is_told_in_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, free: float, files: int, level: str, words: str
) -> None:
    real = os.statvfs(tmp_path)
    told = list(real)
    told[0] = told[1] = 1000  # f_bsize, f_frsize
    told[4] = int(free / 1000)  # f_bavail
    told[5], told[7] = 10**7, files  # f_files, f_favail
    monkeypatch.setattr(os, "statvfs", lambda path: os.statvfs_result(told))
    found = of(await examined(file_of(tmp_path)), "disk")
    assert {each.level for each in found} == {level}
    assert all(words in each.what for each in found)


async def test_what_others_may_read_is_told_with_the_command_that_ends_it(tmp_path: Path) -> None:
    for path in (tmp_path, *tmp_path.parents):
        if path.stat().st_uid == os.geteuid() and Path(tempfile.gettempdir()) in path.parents:
            path.chmod(path.stat().st_mode | 0o055)
    secret = tmp_path / "secret"
    more = f'[[account]]\nname = "work"\nhost = "127.0.0.1:1"\ntls = "none"\nuser = "amy"\nsecret = "file:{secret}"\n'
    config = file_of(tmp_path, more=more)
    open_to_all = [tmp_path / "salver.db", tmp_path / "salver.db.key", secret, config]
    for path in (tmp_path / "salver.db", tmp_path / "salver.db.key", secret):
        path.write_bytes(b"")
    (tmp_path / "mail").mkdir()
    for path in open_to_all:
        path.chmod(0o644)
    (tmp_path / "mail").chmod(0o755)
    told = of(await examined(config), "permissions")
    assert {each.do: each.level for each in told} == {
        **{f"chmod 600 {path}": "fault" for path in open_to_all[:3]},
        f"chmod 700 {tmp_path}/mail": "fault",
        f"chmod 600 {config}": "warning",
    }
    for each in told:
        _, mode, path = each.do.split()
        os.chmod(path, int(mode, 8))
    (told,) = of(await examined(config), "permissions")
    assert told.level == "ok"


async def test_a_file_in_a_closed_folder_is_read_by_nobody(tmp_path: Path) -> None:
    (tmp_path / "salver.db").write_bytes(b"")
    (tmp_path / "salver.db").chmod(0o666)
    os.chmod(tmp_path, 0o700)
    (told,) = of(await examined(file_of(tmp_path)), "permissions")
    assert told.level == "ok"


async def test_a_mailbox_salver_cannot_write_to_is_a_fault(tmp_path: Path) -> None:
    if os.geteuid() == 0:
        pytest.skip("root may write everywhere")
    (tmp_path / "mail").mkdir(mode=0o500)
    told = one(await examined(file_of(tmp_path)), "permissions", "cannot write")
    assert told.level == "fault"
    assert "chown" in told.do


# --- accounts


async def test_an_account_is_signed_in_to_and_said_what_it_can(tmp_path: Path) -> None:
    config = file_of(tmp_path)
    with dovecot.running() as server:
        (told,) = of(await examined(config, account=(server.account(),)), "accounts")
        assert told.level == "ok"
        for words in ("0 mails in INBOX", "moves mail at once", "tells news at once", "keeps keywords", "Salver"):
            assert words in told.what
        wrong = tmp_path / "wrong"
        wrong.write_text("not the tray")
        wrong.chmod(0o600)
        accounts = (
            server.account(name="refused", secret=f"file:{wrong}"),
            server.account(name="unset", secret="env:NOTHING_IS_SET_HERE"),
            server.account(name="gone", inbox="Elsewhere"),
            server.account(name="down", port=free_port()),
        )
        told = tuple(of(await examined(config, account=accounts), "accounts"))
    assert [each.level for each in told] == ["fault"] * 4
    assert "did not take the name and password" in told[0].what
    assert "NOTHING_IS_SET_HERE" in told[1].what
    assert "no folder Elsewhere" in told[2].what
    assert "down" in told[3].what
    assert "not the tray" not in str(told)


async def test_an_account_without_move_and_idle_and_one_that_is_read_only_are_told(tmp_path: Path) -> None:
    config = file_of(tmp_path)
    with dovecot.running(without=("MOVE", "IDLE")) as server:
        (told,) = of(await examined(config, account=(server.account(),)), "accounts")
    assert told.level == "ok"
    assert "(no MOVE)" in told.what
    assert "(no IDLE)" in told.what
    with dovecot.running(acl=("INBOX owner lr",)) as server:
        (asked,) = of(await examined(config, account=(server.account(),)), "accounts")
        (sorted_,) = of(await examined(config, account=(server.account(sort=True),)), "accounts")
    assert "may only be read" in asked.what
    assert (asked.level, sorted_.level) == ("warning", "fault")


# --- the store, and sources that went quiet


async def test_dead_letters_and_what_waits_longest_are_told(tmp_path: Path) -> None:
    config = file_of(tmp_path)
    store = await Log.open(tmp_path / "salver.db", WINDOW)
    await store.append([received("a" * 32, blob="a", at=clock.now() - 5 * HOUR)], b"raw", "a")
    await store.append([received("b" * 32, blob="b")], b"raw", "b")
    await store.write([Statement("UPDATE events SET state = 'dead', error = 'ReaderDied' WHERE id LIKE 'b%'")])
    told = await examined(config)  # while another has it open
    await store.close()
    assert await examined(config) == told or of(await examined(config), "store") == of(told, "store")
    assert one(told, "store", "waits for 5 hours").do.startswith("is Salver running")
    assert one(told, "store", "1 dead letter, most often: ReaderDied").level == "warning"


async def test_a_store_of_another_schema_is_told_of(tmp_path: Path) -> None:
    config = file_of(tmp_path)
    await (await Log.open(tmp_path / "salver.db", WINDOW)).close()
    levels = []
    for version in (3, 99):
        with contextlib.closing(sqlite3.connect(tmp_path / "salver.db")) as db:
            db.execute(f"PRAGMA user_version = {version}")
        told = await examined(config)
        levels.append(of(told, "store")[0].level)
        assert of(told, "quiet")[0].what == "not checked: see store"
    assert levels == ["ok", "fault"]


async def test_damage_is_found_where_nothing_else_looks(tmp_path: Path) -> None:
    config = file_of(tmp_path)
    await (await Log.open(tmp_path / "salver.db", WINDOW)).close()
    with contextlib.closing(sqlite3.connect(tmp_path / "salver.db")) as db:
        ((page,),) = db.execute("SELECT rootpage FROM sqlite_master WHERE name = 'people'")
        ((size,),) = db.execute("PRAGMA page_size")
    with (tmp_path / "salver.db").open("r+b") as file:
        file.seek((page - 1) * size)
        file.write(b"\x0a\0\0\0\x05\0\0\0" + b"\xff" * 10 + bytes(size - 18))  # a leaf whose cells lie nowhere
    (told,) = of(await examined(config), "store")
    assert told.level == "fault"
    assert "is damaged" in told.what
    assert "restore it from a copy" in told.do


async def test_a_source_that_went_quiet_is_told_of_and_one_that_did_not_is_well(tmp_path: Path) -> None:
    config = file_of(tmp_path)
    found: Configuration = load(config, environment={})
    store = await Log.open(tmp_path / "salver.db", WINDOW)
    end = clock.now() - 20 * DAY
    await a_month(store, until=end)
    await a_month(store, "facebook", until=clock.now())
    await came(store, clock.now(), "wellfound")
    for hour in range(0, 20 * 24, 2):
        await quiet.look(store, found, {}, end + hour * HOUR)
    await store.close()
    told = of(await examined(config), "quiet")
    by_words = {each.what.split(" ")[0]: each.level for each in told}
    assert by_words == {"LinkedIn": "warning", "Facebook": "ok", "Wellfound": "ok"}
    assert "switched on" in one(tuple(told), "quiet", "LinkedIn").do
    assert "too few mails" in one(tuple(told), "quiet", "Wellfound").what


async def test_what_the_server_noted_counts_and_not_the_time_since(tmp_path: Path) -> None:
    config = file_of(tmp_path)
    store = await Log.open(tmp_path / "salver.db", WINDOW)
    end = clock.now() - 90 * DAY
    await a_month(store, until=end)
    last = f"{91:032x}"
    await sources.note(store, Source("amy", "linkedin"), Silence(last, end, end + HOUR, HOUR, False))
    await store.close()  # Salver was off for three months
    (told,) = of(await examined(config), "quiet")
    assert told.level == "ok"


# --- rules

ONE = '[[rule]]\nname = "NAME"\nverdict = "good"\nall = [{ signal = "flatters" }]\n'


async def test_rules_that_do_not_load_are_a_fault_and_doubts_a_warning(tmp_path: Path) -> None:
    rules = tmp_path / "rules.toml"
    config = file_of(tmp_path)
    config.write_text(f'rules = "{rules}"\n{config.read_text("utf-8")}', "utf-8")
    rules.write_text(ONE.replace("NAME", "one"), "utf-8")
    assert one(await examined(config), "rules", "1 rule of").level == "ok"
    rules.write_text(ONE.replace("NAME", "one") + ONE.replace("NAME", "two"), "utf-8")
    assert one(await examined(config), "rules", "1 doubt about the rules").level == "warning"
    example = '[[rule.examples]]\nnote = "Hello"\nfolder = "Good"\n'
    rules.write_text(ONE.replace("NAME", "one") + example, "utf-8")
    assert one(await examined(config), "rules", "1 example of the rules fails").level == "warning"
    rules.write_text(ONE.replace("flatters", "flaters").replace("NAME", "one") + ONE.replace("NAME", "T"), "utf-8")
    broken = one(await examined(config), "rules", "cannot start with the files as they are")
    assert (broken.level, "line 4: rule" in broken.what, "1 more mistake" in broken.what) == ("fault", True, True)


async def test_rules_that_a_running_salver_refused_are_a_warning(tmp_path: Path) -> None:
    config = file_of(tmp_path)
    store = await Log.open(tmp_path / "salver.db", WINDOW)
    await store.write(rulings.refused("too much", "file", clock.now(), None))
    await store.close()
    told = one(await examined(config), "rules", "changed rules were not taken over")
    assert (told.level, told.do) == ("warning", "`salver status` says why")
