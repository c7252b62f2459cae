"""`lmtp://` in the configuration: what it names, and what is refused with what to write instead."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.mailboxes.lmtp import LmtpMailbox
from pipeline.mailboxes.lmtp_place import Place, lmtp_place
from pipeline.mailboxes.targets import open_target, place_of, whose_place
from pipeline.settings import ConfigError, load


@pytest.mark.parametrize(
    ("target", "place"),
    [
        ("lmtp://127.0.0.1:2400/amy@x.test", ("127.0.0.1", 2400, "", "amy@x.test", False, "offered")),
        ("lmtp://Mail.Example.org/amy", ("mail.example.org", 24, "", "amy", False, "offered")),
        ("lmtp://[::1]:24/amy+in@x.test", ("::1", 24, "", "amy+in@x.test", False, "offered")),
        ("lmtp:///run/dovecot/lmtp/a.b@x", ("", 0, "/run/dovecot/lmtp", "a.b@x", False, "offered")),
        ("lmtp://mx/a@x?folder=detail&tls=required", ("mx", 24, "", "a@x", True, "required")),
        ("lmtp://mx/a@x?folder=field&tls=offered", ("mx", 24, "", "a@x", False, "offered")),
    ],
)
def test_a_target_names_a_server_and_a_recipient(target: str, place: tuple[object, ...]) -> None:
    assert lmtp_place(target) == Place(*place)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("target", "why"),
    [
        ("lmtp://", "does not say whose mailbox it is; write lmtp://HOST:PORT/ADDRESS"),
        ("lmtp://mx:24", "does not say whose mailbox it is"),
        ("lmtp://mx:24/", "does not say whose mailbox it is"),
        ("lmtp:///run/dovecot/lmtp", "does not say whose mailbox it is"),
        ("lmtp:///var/spool/postfix/private/dovecot-lmtp", "does not say whose mailbox it is"),
        ("lmtp://mx:24/amy@x y", "does not say whose mailbox it is"),
        ("lmtp://mx:24/<amy@x>", "does not say whose mailbox it is"),
        ("lmtp://mx:24/amy@x\r\nDATA", "does not say whose mailbox it is"),
        ("lmtp://mx:24/zoë@x", "does not say whose mailbox it is"),
        ("lmtp://mx:0/amy@x", "names no server"),
        ("lmtp://mx:65536/amy@x", "names no server"),
        ("lmtp://mx:smtp/amy@x", "names no server"),
        ("lmtp://mx/mail/amy@x", "names no server"),
        ("lmtp:///amy@x", "names no server"),
        ("lmtp://mx/amy@x?folder=both", '"folder=both" is no option of lmtp://; there are'),
        ("lmtp://mx/amy@x?detail", '"detail=" is no option of lmtp://'),
        ("lmtp://mx/amy@x?tls=off", '"tls=off" is no option of lmtp://'),
        ("lmtp://mx/amy@x?", "is no option of lmtp://"),
        ("lmtp://mx/amy@x?tls=required&tls=offered", "twice the same"),
        ("lmtp://mx/amy+in@x?folder=detail", "has a +detail already"),
        ("lmtp:///run/lmtp-in/amy@x?tls=required", "has no TLS"),
        (f"lmtp:///{'x' * 120}/amy@x", "too long for a socket"),
        ("lmtp:mx/amy@x", "write maildir:PATH, imap://NAME (of an [[account]]) or lmtp://HOST:PORT/ADDRESS"),
        ("smtp://mx/amy@x", "write maildir:PATH, imap://NAME"),
    ],
)
def test_nonsense_is_refused_with_file_and_line_and_what_to_write(tmp_path: Path, target: str, why: str) -> None:
    config = tmp_path / "salver.toml"
    told = target.replace("\r\n", "\\r\\n")
    config.write_text(
        f'[[owner]]\naddresses = ["bob@x.test"]\n\n[[owner]]\naddresses = ["amy@x.test"]\nmailbox = "{told}"\n'
    )
    with pytest.raises(ConfigError) as error:
        load(config, environment={})
    assert str(error.value).startswith(f"{config}, line 6: mailbox of amy: ")
    assert why in str(error.value)


def test_a_password_has_no_place_in_a_target_and_is_not_repeated(tmp_path: Path) -> None:
    config = tmp_path / "salver.toml"
    config.write_text('[[owner]]\naddresses = ["a@x.test"]\nmailboxes = ["lmtp://amy:hush@mx/amy@x.test"]\n')
    with pytest.raises(ConfigError, match=r"line 3: mailbox of a: lmtp:// takes no name and no password") as error:
        load(config, environment={})
    assert "hush" not in str(error.value)


def test_a_mailbox_is_one_owners_however_it_is_spelt(tmp_path: Path) -> None:
    config = tmp_path / "salver.toml"
    config.write_text(
        '[[owner]]\naddresses = ["a@x.test"]\nmailbox = "lmtp://MX:24/Amy@x.test"\n'
        '[[owner]]\naddresses = ["b@x.test"]\nmailbox = "lmtp://mx/amy@x.test?folder=detail"\n'
    )
    with pytest.raises(ConfigError, match="is the mailbox of two owners"):
        load(config, environment={})
    assert whose_place("lmtp://mx/amy@x.test") != whose_place("lmtp://mx/bob@x.test")


def test_mail_is_not_handed_over_to_salver_itself(tmp_path: Path) -> None:
    config = tmp_path / "salver.toml"
    for port in ("2424", "2525", "24"):
        config.write_text(
            '[smtp]\nlmtp = "127.0.0.1:2424"\nlisten = "127.0.0.1:2525"\n'
            f'[[owner]]\naddresses = ["a@x.test"]\nmailbox = "lmtp://127.0.0.1:{port}/a@x.test"\n'
        )
        if port == "24":
            load(config, environment={})
            continue
        with pytest.raises(ConfigError, match=f"at 127.0.0.1:{port} Salver itself takes mail"):
            load(config, environment={})


def test_a_target_is_opened_with_the_key_of_its_recipient_and_told_as_it_was_written() -> None:
    opened = open_target("lmtp://mx/amy@x.test", {}, lambda address: f"key of {address}")
    assert isinstance(opened, LmtpMailbox)
    assert opened._key == "key of amy@x.test"
    assert place_of("lmtp://mx/amy@x.test") == "lmtp://mx/amy@x.test"
