"""Labels among a mail's flags and declared folders, in each kind of mailbox; with real Dovecots."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline import sieve
from pipeline.accounts.account import Account
from pipeline.accounts.session import Session
from pipeline.mailboxes.imap import ImapMailbox
from pipeline.mailboxes.in_place import InPlace
from pipeline.mailboxes.lmtp import LmtpMailbox
from pipeline.mailboxes.lmtp_place import lmtp_place
from pipeline.mailboxes.maildir import Maildir
from stages.events import INBOX, Verdict
from tests.builders import account, dovecot, dovecot_lmtp
from tests.builders.dovecot import Dovecot
from tests.builders.dovecot_lmtp import Lmtp
from tests.pipeline.test_keywords_refused import account as account_of_a_full_server, full
from tests.pipeline.test_shown_to_clients import AT, MAIL, RAW, content
from tests.pipeline.test_shown_verdicts import mails, told
from tests.pipeline.test_sieve import KEY, WHERE

FOLDER = "Hiring people"
LABELS = ("hiring", "talent")
fixed_account = account_of_a_full_server  # a fixture of that file


@pytest.fixture(scope="module")
def server() -> Iterator[Dovecot]:
    with dovecot.running() as started:
        yield started


@pytest.fixture(scope="module")
def lmtp() -> Iterator[Lmtp]:
    with dovecot_lmtp.running() as started:
        yield started


# --- Maildir


def test_a_folder_has_letters_for_labels_as_long_as_some_are_left_for_the_verdicts(tmp_path: Path) -> None:
    box = Maildir(tmp_path, declared=(FOLDER,))
    many = [f"label-{number}" for number in range(30)]
    box.file(MAIL, FOLDER, content(), AT, False, "good", many)
    (path,) = mails(tmp_path)
    assert path.name.partition(":2,")[2] == "abcdefghijklmnopqrstuvw", "a verdict and 22 labels; three are left"
    assert len(told(tmp_path / f".{FOLDER}").splitlines()) == 23
    verdicts: tuple[Verdict, ...] = ("intriguing", "ugly", "follow_up")
    for number, verdict in enumerate(verdicts):
        box.file(f"m{number}", FOLDER, content(f"m{number}"), AT, False, verdict, many)
    letters = {path.name.partition(":2,")[2] for path in mails(tmp_path)}
    assert {name[-1] for name in letters} == {"w", "x", "y", "z"}, "each verdict has its letter"
    assert len(told(tmp_path / f".{FOLDER}").splitlines()) == 26


def test_labels_that_no_longer_hold_go_and_the_owners_own_keywords_stay(tmp_path: Path) -> None:
    box = Maildir(tmp_path, declared=(FOLDER,))
    box.file(MAIL, FOLDER, content(), AT, False, "good", LABELS)
    folder = tmp_path / f".{FOLDER}"
    (folder / "dovecot-keywords").write_text(told(folder) + "3 theirs\n")
    (path,) = mails(tmp_path)
    path.rename(path.with_name(path.name + "dS"))
    box.refile(MAIL, [FOLDER], "Ugly", content(verdict="ugly"), AT, False, "ugly", ("talent",))
    (path,) = mails(tmp_path)
    meant = dict(line.split(" ") for line in told(tmp_path / ".Ugly").splitlines())
    flags = path.name.partition(":2,")[2]
    assert {meant[str(ord(flag) - 97)] for flag in flags if flag.islower()} == {
        "theirs", "Salver-ugly", "Salver-talent",
    }  # fmt: skip
    assert "S" in flags
    box.refile(MAIL, ["Ugly"], "Ugly", content(), AT, False, None)
    assert {meant[str(ord(flag) - 97)] for flag in mails(tmp_path)[0].name.partition(":2,")[2] if flag.islower()} == {
        "theirs"
    }


def test_a_mail_with_labels_is_found_and_not_filed_again(tmp_path: Path) -> None:
    Maildir(tmp_path, declared=(FOLDER,)).file(MAIL, FOLDER, content(), AT, False, "good", LABELS)
    box = Maildir(tmp_path, declared=(FOLDER,))
    assert box.file(MAIL, FOLDER, content(), AT, True, "good", LABELS)[1]
    assert (box.where(MAIL, AT), len(mails(tmp_path))) == (FOLDER, 1)


# --- IMAP


def test_an_account_gets_declared_folders_below_its_own_with_the_labels(server: Dovecot) -> None:
    box = ImapMailbox(Session(server.account(folders="Tray")), declared=(FOLDER,))
    box.prepare()
    box.file(MAIL, FOLDER, content(), AT, False, "good", LABELS)
    ((lies,),) = (found for folder, found in account.lying(server).items() if folder == f"Tray.{FOLDER}")
    assert lies.flags == {"Salver-good", "Salver-hiring", "Salver-talent"}
    assert box.where(MAIL, AT) == FOLDER
    box.refile(MAIL, [FOLDER], "Ugly", content(verdict="ugly"), AT, False, "ugly", ("talent",))
    (lies,) = account.lying(server)["Tray.Ugly"]
    assert lies.flags == {"Salver-ugly", "Salver-talent"}
    with pytest.raises(ValueError, match="no folder"):
        box.file(MAIL, "Elsewhere", content(), AT, False)
    box.close()


def test_a_mail_in_a_folder_that_is_declared_no_more_is_found_and_moved(server: Dovecot) -> None:
    before = ImapMailbox(Session(server.account(folders="Old")), declared=("Recruiters",))
    before.file("old", "Recruiters", content("old"), AT, False)
    box = ImapMailbox(Session(server.account(folders="Old")))
    assert box.where("old", AT) == "Old.Recruiters"
    assert box.refile("old", ["Recruiters"], "Good", content("old", "ugly"), AT).folder == "Good"
    assert [folder for folder in account.lying(server) if folder.startswith("Old.")] == ["Old.Good"]
    for each in (before, box):
        each.close()


def test_a_server_with_room_for_fewer_keywords_gets_the_verdict_before_the_labels(fixed_account: Account) -> None:
    with full(fixed_account, b"NO Too many user flags in mailbox") as (server, box):
        assert box.file("m1", "Good", b"Subject: hi\r\n\r\nhi\r\n", 0, False, "good", LABELS) == ("7/3", False)
    assert server.asked == [b"Salver-good Salver-hiring Salver-talent", b"Salver-good", b""]


# --- in place


def test_what_is_sorted_in_place_bears_its_labels_and_loses_them_when_it_is_put_back(server: Dovecot) -> None:
    box = InPlace(Session(server.account(folders="Place")), declared=(FOLDER,))
    received = account.put(server, RAW)
    box.place(received, RAW, FOLDER, "good", LABELS)
    (lies,) = account.lying(server)[f"Place.{FOLDER}"]
    assert (lies.raw, lies.flags) == (RAW, {"Salver-good", "Salver-hiring", "Salver-talent"})
    box.place_again(received, RAW, [FOLDER], "Ugly", "ugly", ("talent",))
    (lies,) = account.lying(server)["Place.Ugly"]
    assert lies.flags == {"Salver-ugly", "Salver-talent"}
    box.place_again(received, RAW, ["Ugly"], FOLDER, "good", ())
    box.close()
    later = InPlace(Session(server.account(folders="Place")))  # the folder is declared no more
    assert later.put_back(RAW, lay=FOLDER) is not None
    assert f"Place.{FOLDER}" not in account.lying(server)
    (lies,) = account.lying(server)["INBOX"]
    assert (lies.raw, lies.flags) == (RAW, frozenset())
    later.place(received, RAW, INBOX, "intriguing", ("talent",))
    (lies,) = account.lying(server)["INBOX"]
    assert lies.flags == {"Salver-intriguing", "Salver-talent"}, "a rule leaves it here, and says what it is"
    later.close()


# --- LMTP


@pytest.mark.parametrize("more", ["", "?folder=detail"])
def test_the_script_files_into_declared_folders_and_adds_the_labels(lmtp: Lmtp, more: str) -> None:
    lmtp.empty()
    folders = (FOLDER, "Recruiters", "x" * 64)
    place = lmtp_place(lmtp.target + more)
    assert place is not None
    lmtp.script(sieve.script([place], KEY, keywords=True, declared=folders))
    box = LmtpMailbox(place, sieve.key_of(KEY, place.address), folders)
    for number, folder in enumerate((*folders, "Good")):
        box.file(f"{number}{MAIL[1:]}", folder, RAW, AT, False, "good", LABELS)
    found = account.lying(lmtp.server)
    assert {folder: len(lies) for folder, lies in found.items()} == dict.fromkeys((*folders, "Good"), 1)
    assert {lies.flags for (lies,) in found.values()} == {frozenset({"Salver-good", "Salver-hiring", "Salver-talent"})}
    with pytest.raises(ValueError, match="no folder"):
        box.file(MAIL, "Elsewhere", RAW, AT, False)
    box.close()


def test_a_folder_that_no_address_can_hold_is_told_by_the_field_alone(tmp_path: Path) -> None:
    place = lmtp_place(WHERE + "?folder=detail")
    assert place is not None
    assert place.recipient("Recruiters") == "amy+Recruiters@salver.test"
    for folder in (FOLDER, "x" * 61, INBOX):
        assert place.recipient(folder) == "amy@salver.test"
    script = sieve.script([place], KEY, declared=(FOLDER, "Recruiters"))
    assert f'if string "${{folder}}" "{FOLDER}" {{' in script
    assert 'if envelope :detail "to" "Recruiters" {' in script
    if dovecot_lmtp.shutil.which("sievec"):
        assert dovecot_lmtp.compiles(script, tmp_path) == ""
