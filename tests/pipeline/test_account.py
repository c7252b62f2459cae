"""One `[[account]]`: what is taken, and what is refused with which words."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import ValidationError

from pipeline.accounts.account import Account
from pipeline.settings import ConfigError, load

DAY_MS = 24 * 3600 * 1000


def account(**more: object) -> Account:
    told = {"name": "work", "host": "imap.example.org", "user": "amy@example.org", "secret": "env:PW"}
    return Account.model_validate({**told, **more})


def said(**more: object) -> str:
    with pytest.raises(ValidationError) as refused:
        account(**more)
    return str(refused.value.errors(include_input=False)[0]["msg"])


@pytest.mark.parametrize(
    ("host", "tls", "endpoint"),
    [
        ("imap.example.org", "implicit", ("imap.example.org", 993)),
        ("imap.example.org", "starttls", ("imap.example.org", 143)),
        ("imap.example.org:1993", "implicit", ("imap.example.org", 1993)),
        ("[2001:db8::7]:993", "implicit", ("2001:db8::7", 993)),
        ("localhost:1143", "none", ("localhost", 1143)),
    ],
)
def test_host_and_port_are_read_as_written(host: str, tls: str, endpoint: tuple[str, int]) -> None:
    assert account(host=host, tls=tls).endpoint == endpoint


@pytest.mark.parametrize(
    "host", ["", "imap.example.org:0", "imap.example.org:65536", "imap example", "https://imap.example.org", "a/b"]
)
def test_what_is_no_server_is_refused(host: str) -> None:
    assert "is no server; write a host" in said(host=host)


@pytest.mark.parametrize("host", ["imap.example.org", "192.0.2.7:143", "localhost.example.org"])
def test_a_password_never_goes_in_the_clear_beyond_this_machine(host: str) -> None:
    assert "in the clear" in said(host=host, tls="none")


@pytest.mark.parametrize("host", ["127.0.0.1:143", "[::1]:143", "localhost"])
def test_on_this_machine_it_may(host: str) -> None:
    assert account(host=host, tls="none").tls == "none"


@pytest.mark.parametrize("name", ["", "Work", "a b", "-x", "x" * 33, "work/2", "wörk", "work\n"])
def test_a_name_is_small_letters_digits_and_dashes(name: str) -> None:
    assert "is no account name" in said(name=name)


@pytest.mark.parametrize("secret", ["hunter2horse", "password:hunter2horse", "env:", "file:", ""])
def test_a_secret_that_is_written_out_is_refused_and_not_repeated(secret: str) -> None:
    words = said(secret=secret)
    assert "a secret is named, not written here" in words
    assert "hunter2horse" not in words


def test_a_secret_that_is_written_out_is_not_repeated_by_the_configuration_either(tmp_path: Path) -> None:
    config = tmp_path / "salver.toml"
    config.write_text(
        '[[owner]]\naddresses = ["amy@salver.test"]\n[[account]]\nname = "work"\nhost = "imap.example.org"\n'
        'user = "amy"\nsecret = "hunter2horse"\n'
    )
    with pytest.raises(ConfigError, match="line 7") as refused:
        load(config, environment={})
    assert "hunter2horse" not in str(refused.value)


def test_an_account_that_is_only_named_moves_nothing_by_itself() -> None:
    quiet = account()
    assert (quiet.sort, quiet.copies, quiet.tls, quiet.sign_in) == (False, False, "implicit", "password")
    assert quiet.since == 30 * DAY_MS
