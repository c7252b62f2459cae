"""The receiver's certificate: a bad one is refused in words, a renewed one is taken without a restart."""

from __future__ import annotations

import asyncio
import os
import shutil
import ssl
import subprocess
import sys
import tempfile
from collections.abc import Callable
from email.message import EmailMessage
from pathlib import Path

import aiosmtplib
import pytest
from click.testing import CliRunner
from cryptography.x509.oid import ExtendedKeyUsageOID
from pydantic import ValidationError
from structlog.testing import capture_logs

from pipeline import doctor
from pipeline.cli import main
from pipeline.configuration import SmtpSettings
from pipeline.doctor import Told
from pipeline.receiver import Receiver
from pipeline.receiver.certificate import CertificateError, Certificates, read_pair
from pipeline.settings import load
from tests.builders.certificates import Certificate, loopback
from tests.builders.postfix import Postfix, require_postfix
from tests.builders.server import ROOT, Server
from tests.builders.smtp_client import OWNERS, Kept, until
from tests.builders.tls_client import TlsClient, encrypted, offering, sends_a_mail


def write(path: Path, text: str) -> Path:
    path.write_text(text)
    return path


def mismatched(folder: Path) -> Certificate:
    return Certificate(loopback(folder, "one").certificate, loopback(folder, "two").key)


def swapped(folder: Path) -> Certificate:
    pair = loopback(folder)
    return Certificate(pair.key, pair.certificate)


def cut(folder: Path) -> Certificate:
    pair = loopback(folder)
    return pair._replace(certificate=write(folder / "cut", pair.certificate.read_text()[:300]))


def spoilt(folder: Path) -> Certificate:
    pair = loopback(folder)
    text = pair.certificate.read_text()
    return pair._replace(certificate=write(folder / "spoilt", text[:100] + "AAAA" + text[104:]))


BAD: dict[str, tuple[Callable[[Path], Certificate], str]] = {
    "no certificate": (lambda f: loopback(f)._replace(certificate=f / "none.pem"), "there is no file"),
    "no key": (lambda f: loopback(f)._replace(key=f / "none.pem"), "there is no file"),
    "a folder": (lambda f: loopback(f)._replace(key=f), "cannot be read"),
    "another's key": (mismatched, "does not belong to"),
    "ended": (lambda f: loopback(f, days=-1), "has expired; renew it"),
    "not begun": (lambda f: loopback(f, starts=1, days=3), "is not valid yet"),
    "a client's": (lambda f: loopback(f, purpose=ExtendedKeyUsageOID.CLIENT_AUTH), "would be taken by no client"),
    "a locked key": (lambda f: loopback(f, passphrase=b"secret"), "locked by a passphrase"),
    "swapped": (swapped, "holds no PEM certificate"),
    "cut": (cut, "holds no PEM certificate"),
    "spoilt": (spoilt, "cannot be used"),
    "empty": (lambda f: loopback(f)._replace(certificate=write(f / "empty", "")), "holds no PEM certificate"),
    "words for a key": (lambda f: loopback(f)._replace(key=write(f / "words", "my key")), "cannot be used"),
}


@pytest.mark.parametrize(("make", "words"), BAD.values(), ids=BAD.keys())
async def test_a_bad_pair_is_refused_at_start_in_words_and_nothing_is_left_listening(
    tmp_path: Path, make: Callable[[Path], Certificate], words: str
) -> None:
    bad = make(tmp_path)
    told = SmtpSettings(listen="127.0.0.1:0", certificate=str(bad.certificate), key=str(bad.key))
    receiver = Receiver(Kept(), OWNERS, told)
    with pytest.raises(CertificateError) as error:
        await receiver.start()
    assert words in str(error.value)
    assert "; " in str(error.value), "and what to do"
    assert str(bad.certificate) in str(error.value) or str(bad.key) in str(error.value)
    assert "PRIVATE" not in str(error.value)
    assert receiver.smtp_address is None


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads every file")
def test_a_key_that_may_not_be_read_is_told(tmp_path: Path) -> None:
    pair = loopback(tmp_path)
    pair.key.chmod(0)
    with pytest.raises(CertificateError, match="cannot be read: Permission denied; let the user"):
        read_pair(*pair)


@pytest.mark.parametrize("told", [{"certificate": "a.pem"}, {"key": "a.pem"}])
def test_one_without_the_other_is_refused(told: dict[str, str]) -> None:
    with pytest.raises(ValidationError, match="name both files, or none"):
        SmtpSettings.model_validate(told)


def test_certificate_and_key_may_lie_in_one_file_with_words_around_them(tmp_path: Path) -> None:
    pair = loopback(tmp_path, days=40)
    both = tmp_path / "both.pem"
    both.write_bytes(
        "Für mail.test\n".encode("latin-1") + pair.key.read_bytes() + b"\n\n" + pair.certificate.read_bytes()
    )
    assert read_pair(both, both).ends_at == read_pair(*pair).ends_at


def salver(*words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "pipeline.cli", *words]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, stdin=subprocess.DEVNULL)


def test_check_and_serve_refuse_a_bad_pair_in_one_line(tmp_path: Path) -> None:
    pair = loopback(tmp_path, days=-3)
    more = f'certificate = "{pair.certificate}"\nkey = "{pair.key}"'
    config = str(Server(tmp_path, "[pull]").config)
    text = Path(config).read_text().replace("[smtp]\n", f"[smtp]\n{more}\n")
    Path(config).write_text(text)
    for command in ("check", "serve"):
        done = salver(command, "--config", config)
        assert done.returncode == 1
        assert f"Error: smtp.certificate: {pair.certificate} has expired; renew it\n" in done.stderr
        assert "Traceback" not in done.stderr
    loopback(tmp_path)
    assert "in order" in salver("check", "--config", config).stdout


def test_paths_are_relative_to_the_current_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    loopback(tmp_path)
    monkeypatch.chdir(tmp_path)
    settings = ["--set", "smtp.certificate=loopback.pem", "--set", "smtp.key=loopback.key"]
    assert CliRunner().invoke(main, ["check", *settings]).exit_code == 0
    monkeypatch.chdir(ROOT)
    assert "there is no file" in CliRunner().invoke(main, ["check", *settings]).output


# --- renewed ----------------------------------------------------------------------------------------------------


async def serial(client: TlsClient) -> int:
    """Which certificate it was shown."""
    told = client.tls.getpeercert() or {}
    await sends_a_mail(client)
    return int(str(told["serialNumber"]), 16)


def replace(pair: Certificate, by: Certificate) -> None:
    """As a tool for renewals does: written beside, and renamed; the key after the certificate."""
    for old, new in zip(pair, by, strict=True):
        beside = old.with_suffix(".new")
        shutil.copy(new, beside)
        beside.replace(old)


async def test_a_renewed_certificate_is_shown_to_the_next_client_and_the_others_go_on(tmp_path: Path) -> None:
    pair, renewed = loopback(tmp_path), loopback(tmp_path, "renewed", days=60)
    with capture_logs() as events:
        async with offering(pair) as here:
            before = await encrypted(await here.connect(), pair)
            first = await serial(before)
            replace(pair, renewed)
            after = await encrypted(await here.connect(), renewed)
            assert await serial(after) != first
            assert await serial(before) == first
    assert [event["event"] for event in events] == ["certificate_reloaded"]


async def test_links_are_followed_to_what_they_lead_to(tmp_path: Path) -> None:
    """As in a container: the files' own links stay as they are, and a link to their folder is turned."""
    for version in ("one", "two"):
        (tmp_path / version).mkdir()
        loopback(tmp_path / version)
    current = tmp_path / "current"
    current.symlink_to("one")
    pair = Certificate(tmp_path / "live.pem", tmp_path / "live.key")
    for link in pair:
        link.symlink_to(f"current/loopback{link.suffix}")
    async with offering(pair) as here:
        first = await serial(await encrypted(await here.connect(), pair))
        current.unlink()
        current.symlink_to("two")
        assert await serial(await encrypted(await here.connect(), pair)) != first


@pytest.mark.parametrize("trouble", ["gone", "ended", "half renewed", "cut"])
async def test_a_broken_new_certificate_leaves_the_old_one_and_is_logged_once(tmp_path: Path, trouble: str) -> None:
    pair, spare = loopback(tmp_path), loopback(tmp_path, "spare")
    good = loopback(tmp_path, "good")
    old = Certificate(tmp_path / "old.pem", tmp_path / "old.key")
    for name, file in zip(old, pair, strict=True):
        shutil.copy(file, name)
    with capture_logs() as events:
        async with offering(pair) as here:
            if trouble == "gone":
                pair.key.unlink()
            elif trouble == "ended":
                replace(pair, loopback(tmp_path, "ended", days=-1))
            elif trouble == "half renewed":
                shutil.copy(spare.certificate, pair.certificate)
            else:
                pair.certificate.write_bytes(spare.certificate.read_bytes()[:200])
            for _ in range(3):
                await sends_a_mail(await encrypted(await here.connect(), old))
            replace(pair, good)
            await sends_a_mail(await encrypted(await here.connect(), good))
    told = [event["event"] for event in events]
    assert told == ["certificate_not_reloaded", "certificate_reloaded"]
    assert events[0]["log_level"] == "error"
    assert events[0]["why"].startswith("smtp")


def test_a_certificate_that_ends_while_it_is_used_is_still_used_and_told_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The clock is put forward, for a certificate ends after days."""
    pair = loopback(tmp_path)
    known = Certificates(str(pair.certificate), str(pair.key))
    with capture_logs() as events:
        assert known.context() is known.context()
        assert events == []
        monkeypatch.setattr("pipeline.receiver.certificate.now", lambda: read_pair(*pair).ends_at)
        assert known.context() is known.context()
    assert [(event["event"], event["log_level"]) for event in events] == [("certificate_expired", "error")]


# --- the doctor -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("days", "level"), [(90, "ok"), (5, "warning"), (-1, "fault")])
async def test_the_doctor_says_for_how_long_our_certificate_holds(tmp_path: Path, days: int, level: str) -> None:
    pair = loopback(tmp_path, days=days)
    config = Server(tmp_path).config
    overrides = {"smtp.certificate": str(pair.certificate), "smtp.key": str(pair.key)}
    found = load(config, overrides, environment={})
    told = [each for each in await doctor.examine(found, config, 2) if each.check == "tls"]
    assert [each.level for each in told] == [level]
    assert ("has expired" if days < 0 else "holds for") in told[0].what
    assert bool(told[0].do) == (level != "ok")


async def test_a_key_that_others_can_read_is_a_fault(tmp_path: Path) -> None:
    pair = loopback(tmp_path)
    pair.key.chmod(0o644)
    for path in (tmp_path, *tmp_path.parents):
        if path.stat().st_uid == os.geteuid() and Path(tempfile.gettempdir()) in path.parents:
            path.chmod(path.stat().st_mode | 0o055)
    config = Server(tmp_path).config
    found = load(config, {"smtp.certificate": str(pair.certificate), "smtp.key": str(pair.key)}, environment={})
    told: list[Told] = [each for each in await doctor.examine(found, config, 2) if each.level == "fault"]
    assert [(each.check, each.do) for each in told if "key" in each.what] == [("tls", f"chmod 600 {pair.key}")]


# --- other people's clients -------------------------------------------------------------------------------------


@pytest.mark.parametrize("lmtp", [False, True])
async def test_openssl_delivers_a_mail(tmp_path: Path, lmtp: bool) -> None:
    if shutil.which("openssl") is None:
        pytest.skip("openssl is not installed (Debian: apt-get install openssl)")
    pair = loopback(tmp_path)
    async with offering(pair) as here:
        address = here.receiver.lmtp_address if lmtp else here.receiver.smtp_address
        assert address is not None
        client = await asyncio.create_subprocess_exec(
            "openssl", "s_client", "-starttls", "lmtp" if lmtp else "smtp", "-connect", f"127.0.0.1:{address[1]}",
            "-CAfile", str(pair.certificate), "-verify_hostname", "localhost", "-verify_return_error",
            "-quiet", "-crlf", "-ign_eof",
            stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
        )  # fmt: skip
        hello = "LHLO" if lmtp else "EHLO"
        talk = f"{hello} x.example\nMAIL FROM:<a@far.example>\nRCPT TO:<mina@tray.example>\nDATA\nby hand\n.\nQUIT\n"
        said, trouble = await client.communicate(talk.encode())
        assert client.returncode == 0, trouble
        assert b"221 2.0.0" in said
        (mail,) = here.kept.mails
        assert (mail.content, mail.protocol) == (b"by hand\r\n", "LMTPS" if lmtp else "ESMTPS")


async def test_openssl_sees_no_renegotiation(tmp_path: Path) -> None:
    if shutil.which("openssl") is None:
        pytest.skip("openssl is not installed (Debian: apt-get install openssl)")
    pair = loopback(tmp_path)
    assert read_pair(*pair).context.options & ssl.OP_NO_RENEGOTIATION, "OpenSSL 1.1.1 must be told"
    async with offering(pair) as here:
        assert here.receiver.smtp_address is not None
        client = await asyncio.create_subprocess_exec(
            "openssl", "s_client", "-starttls", "smtp", "-connect", f"127.0.0.1:{here.receiver.smtp_address[1]}",
            "-tls1_2", "-crlf",
            stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
        )  # fmt: skip
        assert client.stdin is not None
        client.stdin.write(b"R\n")  # its command to ask for one
        said, trouble = await client.communicate()
        assert b"RENEGOTIATING" in said + trouble
        assert b"no renegotiation" in (said + trouble).lower()
        await until(lambda: not here.receiver.admission.clients)


@pytest.mark.parametrize("kind", ["smtp", "lmtp"])
async def test_postfix_that_insists_on_our_certificate_hands_mail_on(tmp_path: Path, kind: str) -> None:
    require_postfix()
    pair = loopback(tmp_path)
    async with offering(pair) as here:
        address = here.receiver.lmtp_address if kind == "lmtp" else here.receiver.smtp_address
        assert address is not None
        route = f"lmtp:inet:127.0.0.1:{address[1]}" if kind == "lmtp" else f"smtp:[127.0.0.1]:{address[1]}"
        settings = {
            f"{kind}_tls_security_level": "secure",
            f"{kind}_tls_secure_cert_match": "localhost",
            f"{kind}_tls_CAfile": str(pair.certificate),
            f"{kind}_tls_loglevel": "1",
        }
        postfix = Postfix(route, {"mina@home.test": "mina@tray.example"}, settings=settings)
        with postfix:
            mail = EmailMessage()
            mail["From"], mail["To"], mail["Subject"] = "robin@far.example", "mina@home.test", "encrypted"
            mail.set_content("A word.\n" * 20_000)
            await aiosmtplib.send(mail, hostname="127.0.0.1", port=postfix.port, start_tls=False)
            try:
                async with asyncio.timeout(60):
                    await until(lambda: here.kept.mails)
            except TimeoutError:
                pytest.fail(postfix.log())
            assert "Verified TLS connection established" in postfix.log()
        (kept,) = here.kept.mails
        assert kept.protocol == ("LMTPS" if kind == "lmtp" else "ESMTPS")
        assert kept.content.endswith(b"A word.\r\n" * 20_000)
