"""Taking a mail out of Ugly in a real Dovecot: this one alone, whatever is cut, and never one that was kept."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from pipeline.accounts.session import AccountTrouble, Session
from pipeline.mailboxes import Taken
from pipeline.mailboxes.imap import ImapMailbox
from pipeline.mailboxes.in_place import InPlace
from pipeline.mailboxes.maildir import Maildir
from stages.emptying import FLAGGED, MOVED, NO_TRASH
from stages.events import Received
from stages.header import prepend
from tests.builders import account, cut, dovecot, letters
from tests.builders.cut import WAYS, How
from tests.builders.dovecot import Dovecot

MAIL, OTHER = "0192f3a4b5c6d7e8f90123456789abcd", "0192f3a4b5c6d7e8f90123456789abce"
RAW = letters.mail("A few words.\n", line_end="\r\n", message_id="<request@network.test>")
NEAR = letters.mail("A few words.\n", line_end="\r\n", message_id="<other@network.test>")
BIN = "namespace inbox {\n  mailbox Trash {\n    auto = subscribe\n    special_use = \\Trash\n  }\n}\n"
COMMANDS = 90
"""More than any dialogue here has; a test that never comes to its end fails."""
SOME_WAYS = [pytest.param(how, marks=[] if how == "unanswered" else [pytest.mark.nightly]) for how in WAYS]
AT = account.AT


def content(mail: str = MAIL, raw: bytes = RAW) -> bytes:
    return prepend("by mx.salver.test; now", (("X-Salver-Verdict", "ugly"),), mail, raw)


@pytest.fixture
def server() -> Iterator[Dovecot]:
    with dovecot.running(more=BIN) as started:
        yield started


def lying(server: Dovecot) -> dict[str, list[bytes]]:
    return {folder: [one.raw for one in found] for folder, found in account.lying(server).items()}


# --- our own, appended --------------------------------------------------------------------------------------------


def appended(server: Dovecot, port: int = 0, **more: object) -> ImapMailbox:
    box = ImapMailbox(Session(server.account(port, **more)))
    box.file(OTHER, "Ugly", content(OTHER, NEAR), AT, search=False)
    box.file(MAIL, "Ugly", content(), AT, search=False)
    return box


@pytest.mark.parametrize("without", [(), ("UIDPLUS",)])
def test_one_mail_goes_and_what_others_marked_as_deleted_does_not(without: tuple[str, ...]) -> None:
    with dovecot.running(more=BIN, without=without) as server:
        box = appended(server)
        account.do(server, "uid", "STORE", "1", "+FLAGS", r"(\Deleted)", select="Salver.Ugly")
        assert box.remove(MAIL, AT, "Ugly").kept == ""
        found = account.lying(server)["Salver.Ugly"]
        assert [one.raw for one in found if one.raw == content(OTHER, NEAR)] == [content(OTHER, NEAR)]
        assert all(r"\Deleted" in one.flags for one in found if one.raw == content())
        assert bool(without) == (len(found) == 2), "without UIDPLUS ours stays marked beside theirs"


def test_what_is_flagged_or_lies_elsewhere_is_kept_and_what_is_gone_is_told(server: Dovecot) -> None:
    box = appended(server)
    box.prepare()
    before = lying(server)
    account.do(server, "uid", "STORE", "2", "+FLAGS", r"(\Flagged)", select="Salver.Ugly")
    assert box.remove(MAIL, AT, "Ugly").kept == FLAGGED
    account.do(server, "uid", "STORE", "2", "-FLAGS", r"(\Flagged)", select="Salver.Ugly")
    account.do(server, "uid", "COPY", "2", '"Salver.Good"', select="Salver.Ugly")
    assert box.remove(MAIL, AT, "Ugly").kept == MOVED
    assert lying(server) == {**before, "Salver.Good": [content()]}
    account.do(server, "create", '"Archive"')
    account.do(server, "uid", "MOVE", "1", '"Archive"', select="Salver.Good")
    account.do(server, "uid", "STORE", "2", "+FLAGS", r"(\Deleted)", select="Salver.Ugly")
    account.do(server, "expunge", select="Salver.Ugly")
    assert box.remove(MAIL, AT, "Ugly").kept == MOVED, "it was archived"
    account.do(server, "uid", "STORE", "1", "+FLAGS", r"(\Deleted)", select="Archive")
    account.do(server, "expunge", select="Archive")
    assert box.remove(MAIL, AT, "Ugly") == Taken("")
    assert lying(server) == {"Salver.Ugly": [content(OTHER, NEAR)]}


def test_a_move_while_it_is_marked_as_deleted_brings_a_whole_mail_to_where_it_was_moved(
    server: Dovecot, monkeypatch: pytest.MonkeyPatch
) -> None:
    box = appended(server)
    box.prepare()
    with box.session.use() as client:
        expunge = client.uid_expunge

        def late(messages: list[int]) -> object:
            account.do(server, "uid", "MOVE", "2", '"Salver.Good"', select="Salver.Ugly")
            return expunge(messages)

        monkeypatch.setattr(client, "uid_expunge", late)
    assert box.remove(MAIL, AT, "Ugly").kept == MOVED
    found = account.lying(server)
    assert [one.raw for one in found["Salver.Ugly"]] == [content(OTHER, NEAR)]
    ((raw, flags, _),) = found["Salver.Good"]
    assert (raw, flags) == (content(), frozenset())


@pytest.mark.parametrize("how", SOME_WAYS)
def test_a_cut_at_any_command_is_finished_by_the_next_attempt(server: Dovecot, how: How) -> None:
    with cut.between(server.port) as proxy:
        for number in range(1, COMMANDS):
            box = appended(server, proxy.port, folders=f"Run{number}")
            proxy.at(number, how)
            taken = None
            for _ in range(2):
                try:
                    taken = box.remove(MAIL, AT, "Ugly")
                    break
                except AccountTrouble:
                    box.again()
            assert taken is not None
            assert taken.kept == ""
            assert lying(server) == {f"Run{number}.Ugly": [content(OTHER, NEAR)]}, (number, proxy.commands)
            account.do(server, "delete", f'"Run{number}.Ugly"')
            if not proxy.done:
                return
    raise AssertionError("it has no end")


# --- the owner's own, sorted where it lies ------------------------------------------------------------------------


def sorted_one(server: Dovecot, port: int = 0, **more: object) -> tuple[InPlace, Received]:
    """A mail that was sorted into Ugly; with `copies`, ours beside it."""
    box = InPlace(Session(server.account(port, **more)))
    received = account.put(server, RAW, mail=MAIL)
    account.put(server, NEAR, mail=OTHER)
    box.place(received, RAW, "Ugly", "ugly")
    if box.session.account.copies:
        box.file(MAIL, "Ugly", content(), AT, search=False)
    return box, received


@pytest.mark.parametrize("without", [(), ("MOVE",), ("MOVE", "UIDPLUS")])
def test_mail_of_the_owners_own_is_moved_into_their_trash_and_comes_back_out_of_it(without: tuple[str, ...]) -> None:
    with dovecot.running(more=BIN, without=without) as server:
        box, received = sorted_one(server)
        assert box.remove(MAIL, AT, "Ugly", RAW).kept == ""
        assert _live(server) == {"INBOX": [NEAR], "Trash": [RAW]}
        lies = box.bring_back(received, RAW, "Ugly")
        assert (lies.found, lies.folder) == (False, "Ugly")
        assert _live(server) == {"INBOX": [NEAR], "Salver.Ugly": [RAW]}
        assert box.bring_back(received, RAW, "Ugly").found


def _live(server: Dovecot) -> dict[str, list[bytes]]:
    found = {
        folder: [one.raw for one in there if r"\Deleted" not in one.flags]
        for folder, there in account.lying(server).items()
    }
    return {folder: there for folder, there in found.items() if there}


def test_where_the_trash_was_emptied_the_mail_comes_back_from_the_store(server: Dovecot) -> None:
    box, received = sorted_one(server)
    box.remove(MAIL, AT, "Ugly", RAW)
    account.do(server, "uid", "STORE", "1", "+FLAGS", r"(\Deleted)", select="Trash")
    account.do(server, "expunge", select="Trash")
    assert not box.bring_back(received, RAW, "Ugly").found
    assert lying(server) == {"INBOX": [NEAR], "Salver.Ugly": [RAW]}


def test_an_account_that_names_no_trash_keeps_everything() -> None:
    with dovecot.running() as server:
        account.do(server, "create", "Trash")  # a name alone says nothing
        box, _ = sorted_one(server)
        before = lying(server)
        assert box.remove(MAIL, AT, "Ugly", RAW).kept == NO_TRASH
        assert lying(server) == before


def test_what_was_flagged_or_moved_or_archived_in_the_account_is_kept(server: Dovecot) -> None:
    box, _ = sorted_one(server)
    box.prepare()
    account.do(server, "uid", "STORE", "1", "+FLAGS", r"(\Flagged)", select="Salver.Ugly")
    assert box.remove(MAIL, AT, "Ugly", RAW).kept == FLAGGED
    account.do(server, "uid", "MOVE", "1", '"Salver.Good"', select="Salver.Ugly")
    assert box.remove(MAIL, AT, "Ugly", RAW).kept == MOVED
    account.do(server, "create", '"Archive"')
    account.do(server, "uid", "MOVE", "1", '"Archive"', select="Salver.Good")
    assert box.remove(MAIL, AT, "Ugly", RAW).kept == MOVED
    assert lying(server) == {"INBOX": [NEAR], "Archive": [RAW]}
    account.do(server, "uid", "MOVE", "1", '"Trash"', select="Archive")
    assert box.remove(MAIL, AT, "Ugly", RAW) == Taken(""), "its owner threw it away"


@pytest.mark.parametrize("kept", ["", "flagged", "moved", "archived"])
def test_beside_a_copy_that_copy_decides_about_both(server: Dovecot, kept: str) -> None:
    box, received = sorted_one(server, copies=True)
    box.prepare()
    account.do(server, "create", '"Archive"')
    if kept == "flagged":
        account.do(server, "uid", "STORE", "1", "+FLAGS", r"(\Flagged)", select="Salver.Ugly")
    elif kept:
        aim = '"Salver.Good"' if kept == "moved" else '"Archive"'
        account.do(server, "uid", "MOVE", "1", aim, select="Salver.Ugly")
    before = lying(server)
    taken = box.remove(MAIL, AT, "Ugly", RAW)
    if kept:
        assert taken.kept == (FLAGGED if kept == "flagged" else MOVED)
        assert lying(server) == before
    else:
        assert taken.kept == ""
        assert lying(server) == {"INBOX": [NEAR], "Trash": [RAW]}
        box.bring_back(received, RAW, "Originals")
        assert lying(server) == {"INBOX": [NEAR], "Salver.Originals": [RAW]}


@pytest.mark.parametrize("how", SOME_WAYS)
@pytest.mark.parametrize(("copies", "without"), [(False, ()), (False, ("MOVE",)), (True, ())])
def test_a_cut_at_any_command_leaves_the_owners_mail_in_their_trash_once(
    how: How, copies: bool, without: tuple[str, ...]
) -> None:
    with dovecot.running(more=BIN, without=without) as server, cut.between(server.port) as proxy:
        for number in range(1, COMMANDS):
            box, _ = sorted_one(server, proxy.port, copies=copies)
            proxy.at(number, how)
            for _ in range(2):
                try:
                    assert box.remove(MAIL, AT, "Ugly", RAW).kept == ""
                    break
                except AccountTrouble:
                    box.again()
            found = lying(server)
            assert (found.pop("Trash"), set(found.pop("INBOX"))) == ([RAW], {NEAR}), (number, proxy.commands)
            assert found == {}, (number, proxy.commands)
            if not proxy.done:
                return
            for folder in ("Trash", "INBOX"):
                account.do(server, "uid", "STORE", "1:*", "+FLAGS", r"(\Deleted)", select=folder)
                account.do(server, "expunge", select=folder)
    raise AssertionError("it has no end")


# --- a Maildir that Dovecot serves ----------------------------------------------------------------------------------


def test_clients_of_a_served_maildir_keep_by_a_flag_and_see_the_others_go(server: Dovecot) -> None:
    box = Maildir(server.root)
    for mail, raw in ((MAIL, RAW), (OTHER, NEAR)):
        box.file(mail, "Ugly", content(mail, raw), AT, search=False)
    server.hand_over()
    with server.client() as client:
        client.select("Ugly")
        client.uid("STORE", "1", "+FLAGS", r"(\Flagged)")
        first = client.uid("FETCH", "1", "(BODY.PEEK[])")[1][0][1]
        flagged, other = (MAIL, OTHER) if first == content() else (OTHER, MAIL)
        assert box.remove(flagged, AT, "Ugly").kept == FLAGGED
        assert box.remove(other, AT, "Ugly").kept == ""
        client.noop()
        assert client.uid("SEARCH", "ALL")[1] == [b"1"]
    assert lying(server) == {"Ugly": [first]}


def test_a_copy_that_a_client_of_a_served_maildir_made_elsewhere_keeps_the_mail(server: Dovecot) -> None:
    box = Maildir(server.root)
    box.prepare()
    box.file(MAIL, "Ugly", content(), AT, search=False)
    server.hand_over()
    account.do(server, "uid", "COPY", "1", '"Good"', select="Ugly")
    assert box.remove(MAIL, AT, "Ugly").kept == MOVED
    assert lying(server) == {"Ugly": [content()], "Good": [content()]}
