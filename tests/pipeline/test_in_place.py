"""Sorting mail where it lies in a real Dovecot: the request moves, and nothing else is touched."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from pipeline.accounts.session import AccountTrouble, Session
from pipeline.mailboxes.in_place import InPlace
from stages.events import INBOX, Received, Verdict
from stages.header import prepend
from tests.builders import account, cut, dovecot, letters
from tests.builders.account import Lies
from tests.builders.cut import WAYS, How
from tests.builders.dovecot import Dovecot

RAW = letters.mail("A few words.\n", line_end="\r\n", message_id="<request@network.test>")
NEAR = letters.mail("A few words.\n", line_end="\r\n", message_id="<other@network.test>")
COMMANDS = 80
"""More than any dialogue here has; a test that never comes to its end fails."""
MOST_WAYS = [pytest.param(how, marks=[pytest.mark.nightly] if how.startswith("half") else []) for how in WAYS]
ONE_WAY = [pytest.param(how, marks=[] if how == "unanswered" else [pytest.mark.nightly]) for how in WAYS]
WAYS_TO_MOVE = [(), ("MOVE",), ("MOVE", "UIDPLUS")]
"""What the server does not know."""


@pytest.fixture
def server() -> Iterator[Dovecot]:
    with dovecot.running() as started:
        yield started


def mailbox(server: Dovecot, proxy: cut.Cut | None = None, **more: object) -> InPlace:
    return InPlace(Session(server.account(proxy.port if proxy else 0, **more)))


def place(box: InPlace, received: Received, raw: bytes = RAW, verdict: Verdict = "good") -> tuple[str, bool, str]:
    return box.place(received, raw, "Good", verdict)


def lay(server: Dovecot, raw: bytes) -> None:
    """Deliver a mail into the inbox as a provider does, whatever its owner may do there."""
    for name in ("cur", "new", "tmp"):
        (server.root / name).mkdir(exist_ok=True)
    (server.root / "new" / "1.a.host").write_bytes(raw)
    server.hand_over()


def where(server: Dovecot, raw: bytes = RAW) -> list[str]:
    """Folders in which the mail lies, not counting what is marked as deleted."""
    found = account.lying(server).items()
    return [folder for folder, lies in found for one in lies if one.raw == raw and r"\Deleted" not in one.flags]


@pytest.mark.parametrize("without", WAYS_TO_MOVE)
def test_a_request_moves_with_its_flags_and_time_and_no_other_mail_changes(without: tuple[str, ...]) -> None:
    with dovecot.running(without=without) as server, cut.between(server.port) as proxy:
        account.put(server, NEAR, flags=r"(\Flagged $Label1)")
        account.put(server, letters.mail(message_id="<binned@x>", line_end="\r\n"), flags=r"(\Deleted)")
        account.put(server, letters.mail(message_id="<read@x>", line_end="\r\n"), flags=r"(\Seen \Answered)")
        before = account.lying(server)["INBOX"]
        received = account.put(server, RAW, flags=r"(\Flagged)")
        name, found, folder = place(mailbox(server, proxy), received)
        assert (name.partition("/")[2], found, folder) == ("1", False, "Good")
        after = account.lying(server)
        assert after["Salver.Good"] == [Lies(RAW, frozenset({r"\Flagged", "Salver-good"}), before[0].at)]
        left = [one for one in after["INBOX"] if one.raw != RAW]
        assert left == before
        assert where(server) == ["Salver.Good"]
        used = "UID EXPUNGE" if without == ("MOVE",) else "UID COPY" if without else "UID MOVE"
        assert used in proxy.commands
        assert "EXPUNGE" not in proxy.commands
        assert ("UID MOVE" in proxy.commands) == (not without)


def test_without_move_and_uidplus_a_mail_is_expunged_where_nothing_else_is_marked() -> None:
    with dovecot.running(without=("MOVE", "UIDPLUS")) as server:
        account.put(server, NEAR)
        place(mailbox(server), account.put(server, RAW))
        found = account.lying(server)
        assert [lies.raw for lies in found["INBOX"]] == [NEAR]
        assert [lies.raw for lies in found["Salver.Good"]] == [RAW]


@pytest.mark.parametrize("without", WAYS_TO_MOVE)
def test_a_mail_comes_back_to_the_inbox_as_it_was(without: tuple[str, ...]) -> None:
    with dovecot.running(without=without) as server:
        account.put(server, letters.mail(message_id="<binned@x>", line_end="\r\n"), flags=r"(\Deleted)")
        received = account.put(server, RAW, flags=r"(\Flagged)")
        before = account.lying(server)
        box = mailbox(server)
        place(box, received)
        assert box.lies_in(RAW) != INBOX
        told = box.put_back(RAW)
        assert told is not None
        assert told[0] == "Good"
        assert box.lies_in(RAW) == INBOX
        after = account.lying(server)
        assert "Salver.Good" not in after
        live = [one for one in after["INBOX"] if one.raw != RAW or r"\Deleted" not in one.flags]
        assert live == before["INBOX"]
        assert box.put_back(RAW) == ("INBOX", told[1])


def test_a_mail_its_owner_moved_on_or_deleted_is_not_put_back(server: Dovecot) -> None:
    box = mailbox(server)
    place(box, account.put(server, RAW))
    account.do(server, "uid", "STORE", "1", "+FLAGS", r"(\Deleted)", select="Salver.Good")
    assert box.put_back(RAW) is None
    account.do(server, "uid", "STORE", "1", "-FLAGS", r"(\Deleted)", select="Salver.Good")
    account.do(server, "create", "Archive")
    account.do(server, "uid", "MOVE", "1", "Archive", select="Salver.Good")
    assert box.put_back(RAW) is None
    assert where(server) == ["Archive"]


def test_a_mail_its_owner_moved_deleted_or_marked_as_deleted_stays_as_they_left_it(server: Dovecot) -> None:
    box = mailbox(server)
    received = account.put(server, RAW)
    account.do(server, "create", "Archive")
    account.do(server, "uid", "MOVE", "1", "Archive")
    assert place(box, received)[1:] == (True, "Archive")
    account.do(server, "uid", "MOVE", "1", "INBOX", select="Archive")
    account.do(server, "uid", "STORE", "2", "+FLAGS", r"(\Deleted)")
    assert place(box, received)[1:] == (True, "INBOX")
    assert [lies.flags for lies in account.lying(server)["INBOX"]] == [{r"\Deleted"}]
    account.do(server, "expunge")
    assert place(box, received) == ("", True, "INBOX")


@pytest.mark.parametrize(("copies", "without"), [(True, ()), *((False, without) for without in WAYS_TO_MOVE)])
@pytest.mark.parametrize("how", MOST_WAYS)
def test_a_cut_at_any_command_of_a_move_leaves_one_mail_after_the_next(
    how: How, copies: bool, without: tuple[str, ...]
) -> None:
    with dovecot.running(without=without) as server, cut.between(server.port) as proxy:
        account.put(server, NEAR)
        aim = "Originals" if copies else "Good"
        for number in range(1, COMMANDS):
            base = f"Run{number}"
            raw = letters.mail(line_end="\r\n", message_id=f"<{number}@network.test>")
            received = account.put(server, raw)
            box = mailbox(server, proxy, folders=base, copies=copies)
            proxy.at(number, how)
            try:
                placed = place(box, received, raw)
            except AccountTrouble:
                assert where(server, raw), (number, proxy.commands)
                box.again()
                placed = place(box, received, raw)
            assert placed[2] == "Good"
            assert where(server, raw) == [f"{base}.{aim}"], (number, proxy.commands)
            found = account.lying(server)
            assert [(lies.raw, lies.flags) for lies in found["INBOX"]] == [(NEAR, frozenset())]
            assert [lies.flags for lies in found[f"{base}.{aim}"]] == [{"Salver-good"}]
            box.close()
            if not proxy.done:
                return
        pytest.fail("the dialogue has no end")


@pytest.mark.parametrize("without", WAYS_TO_MOVE)
@pytest.mark.parametrize("how", ONE_WAY)
def test_a_cut_at_any_command_of_a_putting_back_leaves_one_mail_after_the_next(
    how: How, without: tuple[str, ...]
) -> None:
    with dovecot.running(without=without) as server, cut.between(server.port) as proxy:
        for number in range(1, COMMANDS):
            raw = letters.mail(line_end="\r\n", message_id=f"<{number}@network.test>")
            placing = mailbox(server)
            place(placing, account.put(server, raw), raw)
            placing.close()
            box = mailbox(server, proxy)
            proxy.at(number, how)
            try:
                box.put_back(raw)
            except AccountTrouble:
                assert where(server, raw), (number, proxy.commands)
                box.again()
                box.put_back(raw)
            was_cut = proxy.done
            proxy.at(0, how)
            assert box.lies_in(raw) == INBOX
            found = account.lying(server)
            assert list(found) == ["INBOX"], (number, proxy.commands)
            assert [lies.flags for lies in found["INBOX"] if lies.raw == raw] == [frozenset()]
            box.close()
            if not was_cut:
                return
        pytest.fail("the dialogue has no end")


def test_where_the_inbox_was_renumbered_a_mail_is_found_by_its_message_id(server: Dovecot) -> None:
    account.do(server, "create", "Work")
    received = account.put(server, RAW, "Work")
    account.do(server, "delete", "Work")
    account.do(server, "create", "Work")
    account.put(server, NEAR, "Work")  # under the old UID
    account.put(server, RAW, "Work")
    assert place(mailbox(server, inbox="Work"), received)[1:] == (False, "Good")
    assert (where(server), where(server, NEAR)) == (["Salver.Good"], ["Work"])


def test_a_uid_that_names_another_mail_moves_none(server: Dovecot) -> None:
    other = account.put(server, NEAR)  # as where a server gives every folder the same UIDVALIDITY
    assert place(mailbox(server), other, RAW) == ("", True, "INBOX")
    assert where(server, NEAR) == ["INBOX"]


@pytest.mark.parametrize("message_id", [None, '<odd "quoted" id@x>', "<caf\xe9@x>"])
def test_a_mail_without_a_message_id_to_search_by_is_found_by_its_size(server: Dovecot, message_id: str | None) -> None:
    raw = letters.mail(message_id=message_id and message_id.encode("latin-1"), line_end="\r\n")
    received = account.put(server, raw)
    account.put(server, raw.replace(b"words", b"wards"))
    box = mailbox(server)
    place(box, received.model_copy(update={"place": "1/1 INBOX"}), raw)
    assert where(server, raw) == ["Salver.Good"]
    assert box.put_back(raw) is not None
    assert where(server, raw) == ["INBOX"]


def test_of_a_mail_that_lies_twice_in_the_inbox_the_one_that_was_read_moves_and_none_is_lost(server: Dovecot) -> None:
    account.put(server, RAW, flags=r"(\Seen)")
    place(mailbox(server), account.put(server, RAW))
    found = account.lying(server)
    assert [lies.flags for lies in found["INBOX"]] == [{r"\Seen"}]
    assert [lies.raw for lies in found["Salver.Good"]] == [RAW]


def test_a_folder_renamed_or_removed_under_us_is_made_anew(server: Dovecot) -> None:
    box = mailbox(server)
    place(box, account.put(server, NEAR), NEAR)
    account.do(server, "rename", '"Salver.Good"', '"Kept"')
    received = account.put(server, RAW)
    with pytest.raises(AccountTrouble, match="Mailbox doesn't exist"):
        place(box, received)
    box.again()
    place(box, received)
    assert (where(server), where(server, NEAR)) == (["Salver.Good"], ["Kept"])


def test_an_inbox_that_is_gone_is_named(server: Dovecot) -> None:
    account.do(server, "create", "Work")
    received = account.put(server, RAW, "Work")
    account.do(server, "rename", "Work", "Home")
    with pytest.raises(AccountTrouble, match=r"^work: the folder Work is gone; name another with `inbox`$"):
        place(mailbox(server, inbox="Work"), received)
    assert where(server) == ["Home"]


def test_a_read_only_account_keeps_its_mail_and_says_so_in_one_line() -> None:
    with dovecot.running(acl=["INBOX owner lr"]) as server:
        lay(server, RAW)
        received = letters.received().model_copy(update={"place": "1/1 INBOX"})
        with pytest.raises(AccountTrouble, match=r"INBOX may only be read by this account: nothing can be moved"):
            place(mailbox(server), received)
        assert where(server) == ["INBOX"]


def test_with_copies_the_untouched_mail_goes_to_originals_and_comes_back_and_its_copy_goes(server: Dovecot) -> None:
    box = mailbox(server, copies=True)
    received = account.put(server, RAW)
    copy = prepend("by mx.salver.test; now", (("X-Salver-Verdict", "good"),), received.mail, RAW)
    for attempt in range(2):
        box.file(received.mail, "Good", copy, account.AT, search=attempt > 0)
        assert place(box, received)[1:] == (attempt > 0, "Good")
    found = account.lying(server)
    assert {folder: [lies.raw for lies in mails] for folder, mails in found.items()} == {
        "Salver.Good": [copy],
        "Salver.Originals": [RAW],
    }
    assert box.where(received.mail, account.AT) == "Good"
    told = box.put_back(RAW, received.mail)
    assert told is not None
    assert told[0] == "Originals"
    found = account.lying(server)
    assert [(folder, lies.raw, lies.flags) for folder, mails in found.items() for lies in mails] == [
        ("INBOX", RAW, frozenset())
    ]


def test_a_server_that_keeps_no_keywords_moves_all_the_same() -> None:
    with dovecot.running(acl=["INBOX owner lrte"]) as server:
        lay(server, RAW)
        box = mailbox(server)
        place(box, letters.received())
        assert [lies.flags for lies in account.lying(server)["Salver.Good"]] == [frozenset()]


def test_a_mail_the_server_will_not_move_holds_up_no_other() -> None:
    with dovecot.running(acl=["Salver.Ugly owner lr"]) as server:
        box = mailbox(server)
        stuck, other = account.put(server, NEAR, mail="0" * 31 + "2"), account.put(server, RAW)
        with pytest.raises(AccountTrouble):
            box.place(stuck, NEAR, "Ugly", "ugly")
        assert not place(box, other)[1]
        with pytest.raises(AccountTrouble):  # at once, and without asking the server
            box.place(stuck, NEAR, "Ugly", "ugly")
        assert (where(server), where(server, NEAR)) == (["Salver.Good"], ["INBOX"])


def test_where_a_mail_lies_now_is_told_after_whatever_its_owner_did(server: Dovecot) -> None:
    box = mailbox(server)
    box.prepare()
    place(box, account.put(server, RAW))
    assert box.lies_in(RAW) == "Good"
    account.do(server, "uid", "MOVE", "1", '"Salver.Ugly"', select="Salver.Good")
    assert box.lies_in(RAW) == "Ugly"
