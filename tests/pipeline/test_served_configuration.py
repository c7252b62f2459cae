"""What Dovecot is told, for our own and for one that people run themselves; hashes, users, the certificate we make."""

from __future__ import annotations

import grp
import os
import re
import shutil
import ssl
import subprocess
import sys
from pathlib import Path

import pytest

from pipeline.configuration import Configuration
from pipeline.dovecot import passwords, program
from pipeline.dovecot.certificate import fingerprint, made
from pipeline.dovecot.configuration import Account, Plan, text_of, users_text, version_of
from pipeline.dovecot.trouble import Trouble
from pipeline.dovecot.words import Words
from pipeline.receiver.certificate import read_pair
from stages.settings import Owner
from tests.builders import served
from tests.builders.server import ROOT

AMY = Owner(addresses=("amy@salver.test", "Amy.K@salver.test"))


def salver(*arguments: str, given: str = "", ok: bool = True) -> tuple[str, str]:
    command = [sys.executable, "-m", "pipeline.cli", *arguments]
    done = subprocess.run(command, input=given, capture_output=True, text=True, cwd=ROOT, timeout=60)
    assert (done.returncode == 0) == ok, done.stderr
    return done.stdout, done.stderr


def installed() -> str:
    """The version here, `2.3` or `2.4`."""
    said = subprocess.run([served.require(), "--version"], capture_output=True, text=True).stdout
    return said[:3]


def doveconf(file: Path) -> str:
    command = [shutil.which("doveconf") or "doveconf", "-n", "-c", str(file)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    assert "Warning" not in done.stderr
    return done.stdout


@pytest.mark.parametrize(
    ("said", "version"),
    [("2.3.19.1 (9b53102964)\n", (2, 3)), ("2.4.1-4 (7d8c0e5759)\n", (2, 4)), ("3.10.0", (3, 10)), ("usage: x", None)],
)
def test_a_version_is_read(said: str, version: tuple[int, int] | None) -> None:
    assert version_of(said) == version


@pytest.mark.parametrize("version", [(2, 3), (2, 4)])
def test_nothing_is_served_but_imap_over_tls_at_one_address_by_one_user(
    version: tuple[int, int], tmp_path: Path
) -> None:
    user, group = served.OWN.pw_name, grp.getgrgid(served.OWN.pw_gid).gr_name
    plan = Plan(version, tmp_path, tmp_path / "run", user, group, "127.0.0.1", 1993, ("Snooze/3 days",))
    text = text_of(plan)
    assert text.count("port = ") == 2
    assert "port = 0" in text
    assert "port = 1993" in text
    assert "ssl = required" in text
    assert re.findall(r"user = (.*)", text) == [user] * 3
    assert text.count("auto = subscribe") == 5
    assert 'mailbox "Snooze/3 days" {' in text
    if f"{version[0]}.{version[1]}" == installed():
        for name in ("certificate.pem", "key.pem"):
            (tmp_path / name).write_text("")
        plan.file.write_text(text)
        assert "port = 1993" in doveconf(plan.file)


@pytest.mark.parametrize("version", ["2.3", "2.4"])
def test_for_a_dovecot_of_ones_own_the_configuration_is_printed(version: str, tmp_path: Path) -> None:
    text, _ = salver("imap-config", "--dovecot", version)
    (tmp_path / "dovecot.conf").write_text(text)
    for folder in ("INBOX", "Good", "Intriguing", "Ugly"):
        assert f'mailbox "{folder}" {{\n    auto = subscribe\n' in text
    assert "amy@salver.test:HASH:" in text
    if version == installed():
        told = doveconf(tmp_path / "dovecot.conf")
        assert "mailbox Intriguing {" in told
        assert "passwd-file" in told


def test_an_owner_is_known_by_id_and_addresses_and_nobody_elses_line_can_be_made(tmp_path: Path) -> None:
    strange = Owner.model_construct(id="eve", addresses=("eve:{PLAIN}x:0:0", "e ve@salver.test", "Amy@salver.test"))
    accounts = (Account(AMY, "{SSHA512}abc=", tmp_path / "amy"), Account(strange, "{SSHA512}xyz=", tmp_path / "eve"))
    lines = users_text(accounts, 1000, 1001).splitlines()
    assert [line.split(":")[0] for line in lines] == ["amy", "amy@salver.test", "amy.k@salver.test", "eve"]
    assert lines[0] == f"amy:{{SSHA512}}abc=:1000:1001::{tmp_path}/amy::user=amy"
    assert lines[2].endswith("user=amy")


def test_salver_password_makes_a_hash_that_dovecot_takes_and_never_shows_the_password(tmp_path: Path) -> None:
    served.require()
    out, err = salver("password", "amy@salver.test", given="open sesame\n")
    assert "sesame" not in out + err
    (hash,) = [line.split('"')[1] for line in out.splitlines()]
    assert passwords.checked(hash, "amy") == hash
    for word, code in (("open sesame", 0), ("open sesam", 1)):
        doveadm, version = program.helper("")
        plain = ["-O"] if version >= (2, 4) else ["-c", "/dev/null"]
        checked = subprocess.run([doveadm, *plain, "pw", "-t", hash], input=f"{word}\n", capture_output=True, text=True)
        assert (checked.returncode != 0) == code
    file = tmp_path / "hash"
    out, _ = salver("password", "--output", str(file), given="open sesame")
    assert out == f'password = "file:{file}"\n'
    assert file.stat().st_mode & 0o777 == 0o600
    assert passwords.known(_with(f"file:{file}"), tmp_path).hash == file.read_text().strip()


def _with(password: str) -> Owner:
    return AMY.model_copy(update={"password": password})


def test_salver_password_refuses_none_and_an_owner_that_is_none() -> None:
    served.require()
    assert "at least one character" in salver("password", given="\n", ok=False)[1]
    assert "zoe is no owner; there are amy" in salver("password", "zoe", given="x\n", ok=False)[1]


@pytest.mark.parametrize(
    "hash", ["sesame", "{PLAIN}sesame", "{CLEAR.b64}c2VzYW1l", "{SSHA512}a:0:0", "{X}a\nb", "{}a", ""]
)
def test_what_is_no_hash_is_refused_and_not_told(hash: str) -> None:
    with pytest.raises(Trouble) as refused:
        passwords.checked(hash, "amy")
    assert "sesame" not in str(refused.value)
    assert "salver password amy" in str(refused.value)


def test_a_password_is_made_once_for_its_owner_alone_and_each_differs(tmp_path: Path) -> None:
    first = passwords.known(AMY, tmp_path)
    assert first.file == tmp_path / "imap-password-amy"
    assert first.file.stat().st_mode & 0o777 == 0o600
    assert first.file.read_text().strip() == first.fresh
    again = passwords.known(AMY, tmp_path)
    assert (again.fresh, again.file) == ("", first.file)
    assert len({passwords.made() for _ in range(100)}) == 100
    assert len(first.fresh) == 23


def test_the_certificate_made_here_is_kept_and_made_anew_only_when_it_is_broken(tmp_path: Path) -> None:
    certificate, key = made(tmp_path, "mx.salver.test")
    assert key.stat().st_mode & 0o777 == 0o600
    assert read_pair(certificate, key).ends_at
    context = ssl.create_default_context(cafile=str(certificate))
    (told,) = context.get_ca_certs()
    assert ("DNS", "mx.salver.test") in told["subjectAltName"]
    assert ("IP Address", "127.0.0.1") in told["subjectAltName"]
    first = fingerprint(certificate)
    assert (made(tmp_path, "mx.salver.test"), fingerprint(certificate)) == ((certificate, key), first)
    key.write_text("broken")
    made(tmp_path, "mx.salver.test")
    assert fingerprint(certificate) != first


def test_what_dovecot_says_is_told_once_and_without_names(
    capsys: pytest.CaptureFixture[str],
) -> None:
    words = Words()
    for session in ("a1", "b2"):
        words.hear(f"imap(amy)<12><{session}>: Error: write(/mail/x) failed: No space left on device")
    words.hear("imap-login: Info: Login: user=<amy>, method=PLAIN, rip=127.0.0.1")
    words.hear("imap-login: Info: Disconnected (auth failed, 1 attempts in 2 secs): user=<se/same>, rip=192.0.2.7")
    words.hear("log(15970): Warning: Killed with signal 15 (by pid=15925 uid=0 code=kill)")
    out = capsys.readouterr().out
    assert out.count("No space left on device") == 1
    assert "192.0.2.7" in out
    assert "same" not in out
    assert "Login:" not in out
    assert "signal" not in out
    assert words.last == "write(/mail/x) failed: No space left on device"


def test_imap_is_off_by_default_and_on_in_the_example() -> None:
    assert not Configuration().imap.serve
    assert "[imap]\nserve = true" in (ROOT / "config" / "example.toml").read_text()


def test_status_and_doctor_tell_whether_it_is_served(tmp_path: Path) -> None:
    with served.running() as salver_:
        config = ("--config", str(salver_.server.config))
        assert f"IMAP: served at 127.0.0.1:{salver_.port}." in salver("status", *config)[0]
        found = subprocess.run(
            [sys.executable, "-m", "pipeline.cli", "doctor", *config], capture_output=True, text=True, cwd=ROOT
        ).stdout
        assert f"127.0.0.1:{salver_.port} answers, with TLS" in " ".join(found.split())
        salver_.server.stop()
        assert f"IMAP: nobody answers at 127.0.0.1:{salver_.port}" in salver("status", *config)[0]
        assert os.path.exists(salver_.certificate)
