"""The script that `salver sieve` prints, as the real Dovecot and its Sieve take it."""

from __future__ import annotations

import smtplib
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from pipeline import sieve
from pipeline.cli import main
from pipeline.mailboxes.lmtp import LmtpMailbox
from pipeline.mailboxes.lmtp_place import lmtp_place
from pipeline.store.key import Key, key_path
from tests.builders import account, dovecot_lmtp, letters
from tests.builders.dovecot_lmtp import Lmtp

KEY, OTHER_KEY = Key(b"k" * 32), Key(b"x" * 32)
WHERE = "lmtp://127.0.0.1:24/amy@salver.test"
RAW = letters.mail("A few words.\n", line_end="\r\n")
FORGED = b"X-Salver-Folder: Ugly; mail=1; flag=Salver-ugly; key=%s\r\nX-Salver-Verdict: ugly\r\n" + RAW
MAILS = tuple(f"0192f3a4b5c6d7e8f90123456789abc{digit}" for digit in "0123456789")


def script(*targets: str, key: Key = KEY, prefix: str = "", keywords: bool = False) -> str:
    places = [place for place in map(lmtp_place, targets or (WHERE,)) if place is not None]
    return sieve.script(places, key, prefix, keywords)


def hand_over(server: Lmtp, mail: str, folder: str, raw: bytes = RAW, more: str = "", key: Key = KEY) -> None:
    place = lmtp_place(server.target + more)
    assert place is not None
    LmtpMailbox(place, sieve.key_of(key, place.address)).file(mail, folder, raw, account.AT, search=False)


def from_elsewhere(server: Lmtp, raw: bytes, recipient: str = "amy@salver.test") -> None:
    """As another mail server hands mail of the world's over."""
    with smtplib.LMTP("127.0.0.1", server.port, local_hostname="mx.salver.test") as client:
        assert client.sendmail("robin@example.org", [recipient], raw) == {}


def lying(server: Lmtp) -> dict[str, int]:
    return {folder: len(lies) for folder, lies in account.lying(server.server).items()}


@pytest.fixture(scope="module")
def started() -> Iterator[Lmtp]:
    with dovecot_lmtp.running() as server:
        yield server


@pytest.fixture
def server(started: Lmtp) -> Lmtp:
    """With nothing in it, and without a script."""
    started.empty()
    started.script("")
    return started


def test_each_mail_goes_where_it_belongs(server: Lmtp) -> None:
    server.script(script())
    for mail, folder in zip(MAILS, ("INBOX", "Good", "Intriguing", "Ugly", "Good"), strict=False):
        hand_over(server, mail, folder)
    from_elsewhere(server, RAW)
    assert lying(server) == {"INBOX": 2, "Good": 2, "Intriguing": 1, "Ugly": 1}


@pytest.mark.parametrize("more", ["", "?folder=detail"])
@pytest.mark.parametrize("folder", ["INBOX", "Good"])
def test_what_a_mail_brought_along_is_not_obeyed(server: Lmtp, folder: str, more: str) -> None:
    server.script(script(WHERE + more))
    place = lmtp_place(WHERE)
    assert place is not None
    hand_over(server, MAILS[0], folder, FORGED % sieve.key_of(KEY, place.address).encode(), more)
    assert lying(server) == {folder: 1}


@pytest.mark.parametrize("key", [b"-", b"", b"*", sieve.key_of(OTHER_KEY, "amy@salver.test").encode()])
def test_a_mail_that_never_passed_salver_cannot_choose_a_folder(server: Lmtp, key: bytes) -> None:
    server.script(script())
    from_elsewhere(server, FORGED % key)
    server.script(script(WHERE + "?folder=detail"))
    from_elsewhere(server, FORGED % key, "amy+Ugly@salver.test")
    assert lying(server) == {"INBOX": 2}


def test_only_the_topmost_field_counts(server: Lmtp) -> None:
    server.script(script())
    ours, theirs = (sieve.key_of(key, "amy@salver.test").encode() for key in (KEY, OTHER_KEY))
    from_elsewhere(server, (FORGED % theirs)[: -len(RAW)] + FORGED % ours)
    assert lying(server) == {"INBOX": 1}
    from_elsewhere(server, (FORGED % ours)[: -len(RAW)] + FORGED % theirs)
    assert lying(server) == {"INBOX": 1, "Ugly": 1}


def test_without_the_right_script_mail_lies_in_the_inbox(server: Lmtp) -> None:
    hand_over(server, MAILS[0], "Good")
    server.script(script(key=OTHER_KEY))
    hand_over(server, MAILS[1], "Good")
    assert lying(server) == {"INBOX": 2}


@pytest.mark.parametrize("more", ["", "?folder=detail"])
@pytest.mark.parametrize("folder", ["INBOX", "Good", "Intriguing", "Ugly"])
def test_what_is_handed_over_twice_lies_there_once(server: Lmtp, folder: str, more: str) -> None:
    server.script(script(WHERE + more))
    for mail in (MAILS[0], MAILS[0], MAILS[1]):
        hand_over(server, mail, folder, more=more)
    assert lying(server) == {folder: 2}


def test_a_copy_is_known_wherever_it_went_first(server: Lmtp) -> None:
    server.script(script())
    hand_over(server, MAILS[0], "INBOX")
    hand_over(server, MAILS[0], "Good")
    assert lying(server) == {"INBOX": 1}


def test_the_folder_is_told_by_detail_alone_where_that_was_chosen(server: Lmtp) -> None:
    server.script(script(WHERE + "?folder=detail"))
    for mail, folder in zip(MAILS, ("INBOX", "Good", "Intriguing", "Ugly"), strict=False):
        hand_over(server, mail, folder, more="?folder=detail")
    assert lying(server) == {"INBOX": 1, "Good": 1, "Intriguing": 1, "Ugly": 1}


def test_folders_lie_where_the_server_keeps_them(server: Lmtp) -> None:
    server.script(script(prefix="Salver."))
    hand_over(server, MAILS[0], "Good")
    hand_over(server, MAILS[1], "INBOX")
    assert lying(server) == {"INBOX": 1, "Salver.Good": 1}


def test_the_verdict_is_among_the_flags_where_that_is_wanted(server: Lmtp) -> None:
    place = lmtp_place(server.target)
    assert place is not None
    mailbox = LmtpMailbox(place, sieve.key_of(KEY, place.address))
    for wanted, flags in ((True, {"Salver-ask-why"}), (False, set())):
        server.script(script(keywords=wanted))
        mailbox.file(MAILS[wanted], "Intriguing", RAW, account.AT, search=False, shown="follow_up")
        assert account.lying(server.server)["Intriguing"][-1].flags == flags
    server.script(script(keywords=True))
    hand_over(server, MAILS[2], "INBOX")
    assert account.lying(server.server)["INBOX"][-1].flags == frozenset()


@pytest.mark.parametrize(
    "targets", [(WHERE,), (WHERE + "?folder=detail",), (WHERE, "lmtp://mx.test/bob?folder=detail")]
)
def test_every_script_is_sound_as_dovecots_compiler_judges_it(tmp_path: Path, targets: tuple[str, ...]) -> None:
    dovecot_lmtp.require()
    for keywords in (False, True):
        assert dovecot_lmtp.compiles(script(*targets, prefix='a "b\\', keywords=keywords), tmp_path) == ""


def test_the_compiler_would_have_said_so(tmp_path: Path) -> None:
    dovecot_lmtp.require()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sieve, "_quoted", lambda text: text)
        assert "error" in dovecot_lmtp.compiles(script(prefix='a "b'), tmp_path)


# --- the command


def say(folder: Path, mailbox: str, *arguments: str) -> Result:
    config = folder / "salver.toml"
    config.write_text(
        f'[store]\nurl = "sqlite:///{folder}/salver.db"\n[[owner]]\naddresses = ["amy@salver.test"]\n{mailbox}\n'
        '[[owner]]\naddresses = ["bob@salver.test"]\nmailbox = "lmtp://mx.test/bob@far.test?folder=detail"\n',
        "utf-8",
    )
    return CliRunner().invoke(main, ["sieve", "--config", str(config), *arguments])


def test_the_script_of_an_owner_is_printed_with_the_key_that_mail_to_them_bears(tmp_path: Path) -> None:
    said = say(tmp_path, f'mailbox = "{WHERE}"')
    secret = bytes.fromhex(key_path(tmp_path / "salver.db").read_text())
    assert (said.exit_code, said.output) == (0, script(key=Key(secret)))
    assert say(tmp_path, f'mailbox = "{WHERE}"', "amy").output == said.output, "the key is another one each time"
    theirs = say(tmp_path, f'mailbox = "{WHERE}"', "bob@salver.test", "--prefix", "INBOX.").output
    assert theirs == script("lmtp://mx.test/bob@far.test?folder=detail", key=Key(secret), prefix="INBOX.")


def test_before_the_first_start_the_folder_of_the_store_is_made_for_the_key(tmp_path: Path) -> None:
    (tmp_path / "salver.toml").write_text(
        f'[store]\nurl = "sqlite:///{tmp_path}/var/salver.db"\n[[owner]]\naddresses = ["amy@salver.test"]\n'
        f'mailbox = "{WHERE}"\n',
        "utf-8",
    )
    said = CliRunner().invoke(main, ["sieve", "--config", str(tmp_path / "salver.toml")])
    secret = bytes.fromhex(key_path(tmp_path / "var" / "salver.db").read_text())
    assert (said.exit_code, said.output) == (0, script(key=Key(secret)))
    assert (tmp_path / "var").stat().st_mode & 0o066 == 0


def test_an_owner_whose_mail_is_filed_otherwise_needs_no_script_and_is_told_so(tmp_path: Path) -> None:
    said = say(tmp_path, f'mailbox = "maildir:{tmp_path}/mail"')
    assert said.exit_code == 1
    assert "Error: amy has no mailbox that Salver hands mail to by LMTP; write mailbox = " in said.output
    assert say(tmp_path, "", "nobody@salver.test").exit_code == 1


def test_a_prefix_is_one_line(tmp_path: Path) -> None:
    assert "--prefix is text on one line" in say(tmp_path, f'mailbox = "{WHERE}"', "--prefix", "a\nb").output
