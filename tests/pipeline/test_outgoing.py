"""What `[outgoing]` may say, and what is said about what it may not."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from pipeline.cli import main
from pipeline.configuration import Configuration
from pipeline.doctor import relay as looks_at_the_relay
from pipeline.doctor.finding import Case, Finding
from pipeline.lookups.resolver import Resolver
from pipeline.outgoing import Outgoing, Relay, doubts, relay_of
from pipeline.settings import ConfigError, load, stage_settings
from stages.settings import Owner
from tests.builders.certificates import loopback
from tests.builders.sink import CUT, Sink, sink

OWNER = '[[owner]]\naddresses = ["amy@tray.test"]\n'


def configured(folder: Path, outgoing: str, owner: str = "") -> Outgoing:
    path = folder / "salver.toml"
    path.write_text(f"[outgoing]\n{outgoing}\n{OWNER}{owner}", "utf-8")
    found = load(path, environment={})
    stage_settings(found)
    return found.outgoing


@pytest.mark.parametrize(
    ("url", "relay"),
    [
        ("smtp://mail.test:2525", Relay("mail.test", 2525, False)),
        ("smtp://mail.test", Relay("mail.test", 587, False)),
        ("smtps://mail.test", Relay("mail.test", 465, True)),
        ("smtp://[::1]:25", Relay("::1", 25, False)),
        ("smtps://192.0.2.7:465/", Relay("192.0.2.7", 465, True)),
    ],
)
def test_a_relay_is_a_host_a_port_and_when_tls_begins(url: str, relay: Relay) -> None:
    assert relay_of(url) == relay


@pytest.mark.parametrize(
    ("outgoing", "said"),
    [
        ('relay = "mail.test:25"', "write smtp://host:port"),
        ('relay = "http://mail.test"', "write smtp://host:port"),
        ('relay = "smtp://mail.test:0"', "write smtp://host:port"),
        ('relay = "smtp://mail.test:99999"', "write smtp://host:port"),
        ('relay = "smtp://mail.test:25/box"', "write smtp://host:port"),
        ('relay = "smtp://mail.test\\r\\nRCPT"', "write smtp://host:port"),
        ('relay = "smtp://amy:hunter2@mail.test"', "write `user` and `secret`"),
        ('relay = "smtp://mail.test"\nuser = "amy"\nsecret = "hunter2"', "write env:NAME, file:PATH or keyring:"),
        ('relay = "smtp://mail.test"\nuser = "amy"', "takes both `user` and `secret`"),
        ('relay = "smtp://mail.test"\nsecret = "env:X"', "takes both `user` and `secret`"),
        ('relay = "smtp://mail.test"\ntls = "off"\nuser = "amy"\nsecret = "env:X"', "send the password in the clear"),
        ('relay = "smtps://mail.test"\ntls = "off"', "is encrypted from the start"),
        ('relay = "smtp://mail.test"\ntls = "maybe"', "must be one of required, off"),
        ('relay = "smtp://mail.test"\nsender = "amy"', "write it as local@domain"),
        ('relay = "smtp://mail.test"\ntime = "0s"', "it is more than 0"),
    ],
)
def test_what_cannot_work_is_refused_in_words_at_load_without_the_secret(
    tmp_path: Path, outgoing: str, said: str
) -> None:
    with pytest.raises(ConfigError) as caught:
        configured(tmp_path, outgoing)
    assert said in str(caught.value)
    assert "hunter2" not in str(caught.value)


def test_the_secret_is_not_read_at_load(tmp_path: Path) -> None:
    told = configured(tmp_path, f'relay = "smtp://mail.test"\nuser = "amy"\nsecret = "file:{tmp_path}/not-there"')
    assert told.user == "amy"


def test_the_sender_is_one_for_all_and_an_owner_has_none_of_their_own(tmp_path: Path) -> None:
    path = tmp_path / "salver.toml"
    path.write_text(f'[outgoing]\nsender = "notes@far.test"\n{OWNER}', "utf-8")
    assert stage_settings(load(path, environment={})).owners[0].sender == "notes@far.test"
    with pytest.raises(ConfigError, match=r"`sender` in \[outgoing\]"):
        configured(tmp_path, "", 'sender = "evil@far.test"\n')


def test_who_is_not_told_by_the_relay_is_said() -> None:
    relay = Outgoing(relay="smtp://mail.test")
    amy = Owner(addresses=("amy@tray.test",), contact="amy@far.test")
    none = amy.model_copy(update={"contact": ""})
    back = amy.model_copy(update={"contact": "amy+x@tray.test"})
    assert list(doubts(relay, (amy,))) == []
    assert list(doubts(Outgoing(), (none,))) == []
    for outgoing, owner, said in (
        (relay, none, "no `contact`"),
        (Outgoing(), amy, "without a relay"),
        (relay, back, "itself"),
    ):
        ((name, told),) = doubts(outgoing, (owner,))
        assert name == "amy"
        assert said in told


def test_check_says_who_is_not_told_by_the_relay_and_goes_on(tmp_path: Path) -> None:
    configured(tmp_path, 'relay = "smtp://mail.test"')
    told = CliRunner().invoke(main, ["check", "--config", str(tmp_path / "salver.toml")])
    assert told.exit_code == 0
    assert "amy: no `contact`, so the relay is not used" in told.output
    assert "is in order" in told.output


# --- salver doctor


async def examined(relay: Sink, **more: str) -> Finding:
    amy = Owner(addresses=("amy@tray.test",), contact="amy@far.test")
    outgoing = Outgoing.model_validate({"relay": relay.url, "time": "15s", **more})
    configuration = Configuration(outgoing=outgoing, owner=(amy,))
    (found,) = await looks_at_the_relay.check(Case(configuration, None, Resolver(("127.0.0.1:9",), 1.0), 0))
    return found


async def test_doctor_signs_in_at_the_relay_and_sends_nothing(tmp_path: Path) -> None:
    certificate, secret = loopback(tmp_path), tmp_path / "password"
    secret.write_text("tall ships")
    secret.chmod(0o600)
    told = {"ca": str(certificate.certificate), "user": "amy", "secret": f"file:{secret}"}
    async with sink(certificate, login=("amy", "tall ships")) as relay:
        found = await examined(relay, **told)
        assert found.level == "ok"
        assert found.what.endswith("answers, encrypted, signed in as amy; nothing was sent")
        assert not [command for command in relay.commands if command.startswith(("MAIL", "RCPT", "DATA"))]
        secret.write_text("other")
        assert (await examined(relay, **told)).level == "fault"


async def test_doctor_says_what_is_the_matter_with_the_relay() -> None:
    async with sink() as relay:
        assert "offers no STARTTLS" in (await examined(relay)).what
        relay.always("greeting", CUT)
        found = await examined(relay, tls="off")
        assert (found.level, found.what) == ("fault", f"{relay.url} hung up")
