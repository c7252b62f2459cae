"""What lies in deploy/ works: the unit as systemd judges it, the lines for Postfix with a real one."""

from __future__ import annotations

import configparser
import os
import re
import shutil
import subprocess
from email.message import EmailMessage
from pathlib import Path

import aiosmtplib
import pytest

from stages.settings import Owner
from tests.builders.postfix import Postfix, require_postfix
from tests.builders.smtp_client import listening, until

DEPLOY = Path(__file__).resolve().parents[2] / "deploy"
UNIT = DEPLOY / "salver.service"
PROGRAM = "/opt/salver/.venv/bin/salver"
ANALYZE = shutil.which("systemd-analyze")
AMY = "amy@requests.example.org"


@pytest.fixture
def unit(tmp_path: Path) -> Path:
    """A copy of the unit whose program is one that this machine has."""
    if ANALYZE is None:
        if os.environ.get("CI") == "true":
            pytest.fail("systemd-analyze is missing, and under CI nothing may be")
        pytest.skip("systemd-analyze is not here (Debian: apt-get install systemd)")
    copy = tmp_path / "salver.service"
    true = shutil.which("true")
    assert true is not None
    copy.write_text(UNIT.read_text(encoding="utf-8").replace(PROGRAM, true), encoding="utf-8")
    return copy


def analyze(*arguments: str) -> tuple[int, str]:
    assert ANALYZE is not None
    done = subprocess.run([ANALYZE, *arguments], capture_output=True, text=True, timeout=60)
    return done.returncode, done.stdout + done.stderr


def settings(path: Path) -> configparser.RawConfigParser:
    found = configparser.RawConfigParser(strict=False, delimiters=("=",))
    found.optionxform = lambda optionstr: optionstr  # type: ignore[method-assign]
    found.read_string(path.read_text(encoding="utf-8"))
    return found


def test_systemd_finds_nothing_wrong_with_the_unit(unit: Path) -> None:
    status, said = analyze("verify", str(unit))
    ours = [line for line in said.splitlines() if "salver" in line]
    assert (status, ours) == (0, [])


@pytest.mark.parametrize("port_25", [False, True])
def test_the_unit_exposes_little_also_with_port_25(unit: Path, port_25: bool) -> None:
    if port_25:
        drop_in = unit.parent / "salver.service.d"
        drop_in.mkdir()
        shutil.copy(DEPLOY / "salver-port-25.conf", drop_in / "port-25.conf")
    status, said = analyze("security", "--offline=true", "--no-pager", str(unit))
    if status and "offline" in said:
        pytest.skip("this systemd-analyze is older than 250 and cannot judge a file")
    level = re.search(r"exposure level for salver.service: ([0-9.]+)", said)
    assert level is not None, said
    assert float(level[1]) <= 2.0


def test_losing_one_reader_does_not_end_the_service() -> None:
    service = settings(UNIT)["Service"]
    assert service["OOMPolicy"] == "continue"
    assert service["KillMode"] == "mixed"
    assert service["Restart"] == "on-failure"
    assert "@resources" not in service["SystemCallFilter"], "readers limit themselves with setrlimit"


def test_the_service_starts_salver_with_its_configuration_in_etc() -> None:
    service = settings(UNIT)["Service"]
    assert service["ExecStart"] == f"{PROGRAM} serve --config /etc/salver/salver.toml"
    assert service["UMask"] == "0077"
    assert service["WorkingDirectory"] == f"/var/lib/{service['StateDirectory']}"


def postfix_lines(lmtp_port: int) -> dict[str, str]:
    """The snippet, with Salver's port in this test for the one it names."""
    lines = (DEPLOY / "postfix" / "main.cf").read_text(encoding="utf-8").splitlines()
    found: dict[str, str] = {}
    for line in lines:
        if line and not line.startswith("#"):
            name, _, value = line.partition(" = ")
            found[name] = value
    assert ":2424" in found["transport_maps"]
    return found | {
        "transport_maps": found["transport_maps"].replace(":2424", f":{lmtp_port}"),
        "smtpd_relay_restrictions": "reject_unauth_destination",
        "mynetworks": "",
    }


async def test_behind_postfix_known_recipients_get_their_mail_whole_and_unknown_ones_are_refused_at_the_door() -> None:
    require_postfix()
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "mira@home.example", AMY, "A long line"
    head = mail.as_bytes().rstrip(b"\n").replace(b"\n", b"\r\n")
    body = b"x" * 1_800 + b"\r\n.\r\ncaf\xc3\xa9\r\n"
    owners = (Owner(addresses=(AMY,)),)
    async with listening(owners) as here:
        assert here.receiver.lmtp_address is not None
        with Postfix(
            "error:5.1.1 no route", {"else@unused.test": AMY}, settings=postfix_lines(here.receiver.lmtp_address[1])
        ) as postfix:
            async with aiosmtplib.SMTP(hostname="127.0.0.1", port=postfix.port, start_tls=False, timeout=60) as client:
                await client.mail("mira@home.example")
                with pytest.raises(aiosmtplib.SMTPRecipientRefused) as refused:
                    await client.rcpt("nobody@requests.example.org")
                assert refused.value.code == 550, postfix.log()
                await client.rcpt("amy+work@requests.example.org")
                await client.data(head + b"\r\n\r\n" + body)
            await until(lambda: here.kept.mails)
            assert here.kept.mails[0].content.endswith(b"\r\n\r\n" + body)

            await here.receiver.stop()
            async with aiosmtplib.SMTP(hostname="127.0.0.1", port=postfix.port, start_tls=False, timeout=60) as client:
                await client.mail("mira@home.example")
                code, _ = await client.rcpt("amy+work@requests.example.org")
                assert code == 250, "while Salver is stopped Postfix takes mail for those it has met"
