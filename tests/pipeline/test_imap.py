"""Filing by APPEND into a real Dovecot: once, whatever was cut, and wherever the owner moved it meanwhile."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from pipeline.accounts.session import AccountTrouble, Session
from pipeline.mailboxes.imap import ImapMailbox
from stages.header import prepend
from tests.builders import account, cut, dovecot, letters
from tests.builders.cut import WAYS, How
from tests.builders.dovecot import Dovecot

MAIL = "0192f3a4b5c6d7e8f90123456789abcd"
OTHER = "0192f3a4b5c6d7e8f90123456789abce"
RAW = letters.mail("A few words.\n", line_end="\r\n")
COMMANDS = 60
"""More than any dialogue here has; a test that never comes to its end fails."""


def content(mail: str = MAIL, verdict: str = "good", raw: bytes = RAW) -> bytes:
    return prepend("by mx.salver.test; now", (("X-Salver-Verdict", verdict),), mail, raw)


@pytest.fixture
def server() -> Iterator[Dovecot]:
    with dovecot.running() as started:
        yield started


@pytest.fixture
def proxy(server: Dovecot) -> Iterator[cut.Cut]:
    with cut.between(server.port) as between:
        yield between


def mailbox(server: Dovecot, proxy: cut.Cut | None = None, **more: object) -> ImapMailbox:
    return ImapMailbox(Session(server.account(proxy.port if proxy else 0, **more)))


def test_a_mail_is_appended_unread_with_its_octets_its_time_and_the_name_the_server_gave(server: Dovecot) -> None:
    name, found = mailbox(server).file(MAIL, "Good", content(), account.AT, search=False)
    validity, uid = (int(part) for part in name.split("/"))
    assert validity > 0
    assert (uid, found) == (1, False)
    ((folder, (lies,)),) = account.lying(server).items()
    assert folder == "Salver.Good"
    assert (lies.raw, lies.flags) == (content(), frozenset())
    assert lies.at.split()[0] == "03-Mar-2026"


def test_folders_are_made_and_subscribed_where_the_server_keeps_its_folders(server: Dovecot) -> None:
    mailbox(server).prepare()
    assert account.folders(server, command="LSUB") == ["Salver.Good", "Salver.Intriguing", "Salver.Ugly"]
    with dovecot.running(prefix="INBOX.") as other:
        box = mailbox(other, folders="Mail/Sorted")
        box.prepare()
        box.file(MAIL, "Ugly", content(), account.AT, search=False)
        assert list(account.lying(other)) == ["INBOX.Mail.Sorted.Ugly"]


def test_bare_line_ends_and_octets_above_127_arrive_as_append_sends_them(server: Dovecot) -> None:
    raw = b"From: a@b\r\nMessage-ID: <x@y>\r\n\r\nbare \n and \r and \xff\xc3\xa9\r\n"
    mailbox(server).file(MAIL, "Good", content(raw=raw), account.AT, search=False)
    ((lies,),) = account.lying(server).values()
    assert lies.raw == content(raw=raw.replace(b"bare \n and \r", b"bare \r\n and \r\n"))


@pytest.mark.parametrize("moved_to", ["Salver.Good", "Salver.Ugly", "Archive.2026"])
def test_a_second_attempt_finds_the_mail_wherever_its_owner_moved_it(server: Dovecot, moved_to: str) -> None:
    box = mailbox(server)
    box.prepare()
    box.file(OTHER, "Good", content(OTHER), account.AT, search=False)
    box.file(MAIL, "Good", content(), account.AT, search=False)
    if moved_to != "Salver.Good":
        account.do(server, "create", '"Archive.2026"')
        account.do(server, "uid", "MOVE", "2", f'"{moved_to}"', select="Salver.Good")
    assert box.file(MAIL, "Good", content(), account.AT, search=True)[1]
    assert sum(len(lies) for lies in account.lying(server).values()) == 2
    ours = {"Salver.Good": "Good", "Salver.Ugly": "Ugly"}
    assert box.where(MAIL, account.AT) == ours.get(moved_to, moved_to)


def test_a_mail_that_only_tells_of_another_ones_mark_is_not_taken_for_it(server: Dovecot) -> None:
    account.put(
        server, b"X-Salver-Mail: " + OTHER.encode() + b"\r\nX-Salver-Mail: " + MAIL.encode() + b"\r\n\r\nhi\r\n"
    )
    assert not mailbox(server).file(MAIL, "Good", content(), account.AT, search=True)[1]
    assert set(account.lying(server)) == {"INBOX", "Salver.Good"}


def test_a_mail_that_is_judged_anew_lies_once_with_its_new_fields(server: Dovecot) -> None:
    box = mailbox(server)
    box.file(OTHER, "Ugly", content(OTHER), account.AT, search=False)
    box.file(MAIL, "Ugly", content(verdict="ugly"), account.AT, search=False)
    assert not box.refile(MAIL, ["Ugly"], "Good", content(), account.AT)[1]
    found = account.lying(server)
    assert [lies.raw for lies in found["Salver.Good"]] == [content()]
    assert [lies.raw for lies in found["Salver.Ugly"]] == [content(OTHER)]


def test_a_mail_with_octets_a_server_changes_is_refiled_once_all_the_same(server: Dovecot) -> None:
    raw = b"From: a@b\r\nMessage-ID: <x@y>\r\n\r\na \0 and a bare \n\r\n"
    box = mailbox(server)
    box.file(MAIL, "Ugly", content(verdict="ugly", raw=raw), account.AT, search=False)
    box.file(MAIL, "Good", content(raw=raw), account.AT, search=False)  # as an attempt that was cut leaves it
    assert not box.refile(MAIL, ["Ugly"], "Good", content(raw=raw), account.AT)[1]
    assert {folder: len(lies) for folder, lies in account.lying(server).items()} == {"Salver.Good": 1}


def test_a_mail_its_owner_moved_is_not_judged_anew(server: Dovecot) -> None:
    box = mailbox(server)
    box.prepare()
    box.file(MAIL, "Ugly", content(verdict="ugly"), account.AT, search=False)
    account.do(server, "uid", "MOVE", "1", '"Salver.Intriguing"', select="Salver.Ugly")
    assert box.refile(MAIL, ["Ugly"], "Good", content(), account.AT)[1]
    assert list(account.lying(server)) == ["Salver.Intriguing"]


@pytest.mark.parametrize("how", WAYS)
def test_a_cut_at_any_command_of_a_filing_leaves_one_mail_after_the_next(
    server: Dovecot, proxy: cut.Cut, how: How
) -> None:
    for number in range(1, COMMANDS):
        name = f"Run{number}"
        box = mailbox(server, proxy, folders=name)
        proxy.at(number, how)
        search = False
        while True:
            try:
                box.file(MAIL, "Good", content(raw=b"Subject: " + name.encode() + b"\r\n\r\n"), account.AT, search)
                break
            except AccountTrouble:
                assert not search, "the second attempt failed"
                search = True
                box.again()
        assert [len(lies) for lies in account.lying(server).values()] == [1], (number, proxy.commands)
        assert account.folders(server, command="LSUB") == [f"{name}.Good"]
        box.close()
        if not proxy.done:
            return
        account.do(server, "unsubscribe", f'"{name}.Good"')
        account.do(server, "delete", f'"{name}.Good"')
    pytest.fail("the dialogue has no end")


@pytest.mark.parametrize("extensions", [(), ("UIDPLUS",)])
@pytest.mark.parametrize("how", WAYS)
def test_a_cut_at_any_command_of_a_refiling_leaves_one_mail_after_the_next(
    how: How, extensions: tuple[str, ...]
) -> None:
    with dovecot.running(without=extensions) as server, cut.between(server.port) as proxy:
        for number in range(1, COMMANDS):
            box = mailbox(server)
            box.file(MAIL, "Ugly", content(verdict="ugly"), account.AT, search=False)
            box.close()
            box = mailbox(server, proxy)
            proxy.at(number, how)
            try:
                box.refile(MAIL, ["Ugly"], "Good", content(), account.AT)
            except AccountTrouble:
                assert account.lying(server)
                box.again()
                box.refile(MAIL, ["Ugly"], "Good", content(), account.AT)
            found = account.lying(server)
            assert {folder: [lies.raw for lies in mails] for folder, mails in found.items()} == {
                "Salver.Good": [content()]
            }, (number, proxy.commands)
            box.close()
            if not proxy.done:
                return
            account.do(server, "delete", '"Salver.Good"')
        pytest.fail("the dialogue has no end")


def test_a_folder_removed_or_renamed_under_us_is_made_anew(server: Dovecot) -> None:
    box = mailbox(server)
    box.file(MAIL, "Good", content(), account.AT, search=False)
    account.do(server, "rename", '"Salver.Good"', '"Kept"')
    box.file(OTHER, "Good", content(OTHER), account.AT, search=False)
    assert {folder: len(lies) for folder, lies in account.lying(server).items()} == {"Kept": 1, "Salver.Good": 1}
    assert box.file(MAIL, "Good", content(), account.AT, search=True)[1]


def test_a_folder_that_only_has_folders_below_it_is_made(server: Dovecot) -> None:
    account.do(server, "create", '"Salver.Good.Kept"')
    mailbox(server).file(MAIL, "Good", content(), account.AT, search=False)
    assert list(account.lying(server)) == ["Salver.Good"]


def test_a_full_mailbox_says_so_in_one_line_and_takes_the_mail_when_there_is_room() -> None:
    with dovecot.running(quota=20) as server:
        box = mailbox(server)
        large = content(raw=RAW + b"x" * 30_000)
        with pytest.raises(
            AccountTrouble, match=r"^work: 127.0.0.1:\d+ has no room left \(.*\); make some, and"
        ) as told:
            box.file(MAIL, "Good", large, account.AT, search=False)
        assert "\n" not in str(told.value)
        assert account.lying(server) == {}
        box.again()
        assert not box.file(MAIL, "Good", content(), account.AT, search=True)[1]


def test_a_folder_that_may_not_be_written_to_holds_up_no_other_mail() -> None:
    with dovecot.running(acl=["Salver.Ugly owner lr"]) as server:
        box = mailbox(server)
        with pytest.raises(AccountTrouble, match=r"Salver\.Ugly"):
            box.file(MAIL, "Ugly", content(), account.AT, search=False)
        box.file(OTHER, "Good", content(OTHER), account.AT, search=False)
        with pytest.raises(AccountTrouble, match=r"Salver\.Ugly"):
            box.file(MAIL, "Ugly", content(), account.AT, search=True)
        assert list(account.lying(server)) == ["Salver.Good"]


def test_another_ones_folder_that_may_be_seen_but_not_opened_is_passed_by() -> None:
    with dovecot.running(acl=["Locked owner lka"]) as server:
        account.do(server, "create", '"Locked"')
        assert not mailbox(server).file(MAIL, "Good", content(), account.AT, search=True)[1]
