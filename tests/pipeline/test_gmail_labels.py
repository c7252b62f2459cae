"""Sorting mail in Gmail. No Gmail can be had here: a stand-in answers as Gmail was seen to (tests/builders/gmail)."""

from __future__ import annotations

import itertools
import re
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from imapclient import IMAPClient

from pipeline.accounts import reading
from pipeline.accounts.account import Account
from pipeline.accounts.session import AccountTrouble, Session, SignInRefused
from pipeline.mailboxes.in_place import InPlace
from stages.events import INBOX, Received, Verdict
from stages.header import prepend
from tests.builders import cut, gmail, letters
from tests.builders.cut import WAYS, How
from tests.builders.gmail import Gmail

RAW = letters.mail("A few words.\n", line_end="\r\n", message_id="<request@network.test>")
NEAR = letters.mail("A few words.\n", line_end="\r\n", message_id="<other@network.test>")
GOOD = "Salver/Good"
COMMANDS = 80
"""More than any dialogue here has; a test that never comes to its end fails."""
WAYS_TO_MOVE = [(), ("MOVE",)]
"""What the server does not tell that it can."""


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Gmail]:
    with gmail.running(tmp_path) as started:
        yield started


def mailbox(server: Gmail, port: int = 0, **more: object) -> InPlace:
    return InPlace(Session(server.account(port, **more)))


def place(box: InPlace, received: Received, raw: bytes = RAW, verdict: Verdict = "good") -> tuple[str, bool, str]:
    return box.place(received, raw, "Good", verdict)


def opened(server: Gmail) -> list[str]:
    """The folders that were selected, in order."""
    return [line.partition(": ")[2].partition(" ")[2] for line in server.commands if ": EXAMINE" in line]


# --- labels ---


@pytest.mark.parametrize("without", WAYS_TO_MOVE)
@pytest.mark.parametrize("own_label_stays", [True, False])
def test_a_request_changes_inbox_for_our_label_and_keeps_all_else(
    tmp_path: Path, without: tuple[str, ...], own_label_stays: bool
) -> None:
    with gmail.running(tmp_path, without=without, own_label_stays=own_label_stays) as server:
        server.put(NEAR, "\\Inbox", "receipts", flags=["\\Flagged"])
        received = server.put(RAW, "\\Inbox", "receipts", "\\Important", flags=["\\Seen"])
        name, found, folder = place(mailbox(server), received)
        letter, other = server.of(RAW), server.of(NEAR)
        assert (found, folder) == (False, "Good")
        assert name == f"{server.validity(GOOD)}/{server.uid_in(GOOD, letter)}"
        assert letter.labels == {GOOD, "receipts", "\\Important"}
        assert letter.flags == {"\\Seen", "Salver-good"}
        assert (other.labels, other.flags) == ({"\\Inbox", "receipts"}, {"\\Flagged"})
        assert all({"\\Inbox", GOOD} & labels for labels in letter.history)
        assert len(server.letters) == 2


def test_a_mail_that_was_not_seen_stays_so_and_lies_in_all_mail_as_before(server: Gmail) -> None:
    place(mailbox(server), server.put(RAW))
    assert server.of(RAW).flags == {"Salver-good"}
    assert server.of(RAW) in server.uids("[Gmail]/All Mail").values()


@pytest.mark.parametrize("folders", ["Für mich/Größe", "Salver", 'My "own" \\ & yours'])
def test_a_label_of_any_name_is_made_and_found_again(server: Gmail, folders: str) -> None:
    box = mailbox(server, folders=folders)
    received = server.put(RAW)
    assert not place(box, received)[1]
    assert server.of(RAW).labels == {f"{folders}/Good"}
    assert box.lies_in(RAW) == "Good"
    assert place(box, received)[1:] == (True, "Good")


@pytest.mark.parametrize("without", WAYS_TO_MOVE)
@pytest.mark.parametrize("how", WAYS)
def test_a_cut_at_any_command_is_finished_by_the_next_attempt(
    tmp_path: Path, how: How, without: tuple[str, ...]
) -> None:
    with gmail.running(tmp_path, without=without) as server, cut.between(server.port) as proxy:
        for number in range(1, COMMANDS):
            raw = letters.mail(line_end="\r\n", message_id=f"<{number}@network.test>")
            received = server.put(raw, "\\Inbox", "receipts")
            box = mailbox(server, proxy.port, folders=f"Run{number}")
            proxy.at(number, how)
            try:
                placed = place(box, received, raw)
            except AccountTrouble:
                box.again()
                placed = place(box, received, raw)
            letter, ours = server.of(raw), f"Run{number}/Good"
            assert placed[2] == "Good"
            assert (letter.labels, letter.flags) == ({ours, "receipts"}, {"Salver-good"}), (number, proxy.commands)
            assert all({"\\Inbox", ours} & labels for labels in letter.history)
            box.close()
            if not proxy.done:
                return
        pytest.fail("the dialogue has no end")


@pytest.mark.parametrize("without", WAYS_TO_MOVE)
@pytest.mark.parametrize("how", WAYS)
def test_a_cut_at_any_command_of_a_putting_back_gives_inbox_back(
    tmp_path: Path, how: How, without: tuple[str, ...]
) -> None:
    with gmail.running(tmp_path, without=without) as server, cut.between(server.port) as proxy:
        for number in range(1, COMMANDS):
            raw = letters.mail(line_end="\r\n", message_id=f"<{number}@network.test>")
            place(mailbox(server), server.put(raw, "\\Inbox", "receipts"), raw)
            box = mailbox(server, proxy.port)
            proxy.at(number, how)
            try:
                box.put_back(raw)
            except AccountTrouble:
                box.again()
                box.put_back(raw)
            letter = server.of(raw)
            assert (letter.labels, letter.flags) == ({"\\Inbox", "receipts"}, set()), (number, proxy.commands)
            assert all({"\\Inbox", GOOD} & labels for labels in letter.history)
            box.close()
            if not proxy.done:
                return
        pytest.fail("the dialogue has no end")


def test_what_is_put_back_has_inbox_again_and_neither_our_label_nor_our_keyword(server: Gmail) -> None:
    box = mailbox(server)
    received = server.put(RAW, "\\Inbox", "receipts", flags=["\\Seen", "\\Flagged"])
    place(box, received)
    told = box.put_back(RAW)
    letter = server.of(RAW)
    assert told == ("Good", f"1/{server.uid_in('INBOX', letter)}")
    assert told[1] != received.place.partition(" ")[0], "its number in the folder is a new one"
    assert (letter.labels, letter.flags) == ({"\\Inbox", "receipts"}, {"\\Seen", "\\Flagged"})
    assert box.lies_in(RAW) == INBOX


def test_a_server_that_answers_ok_and_moves_nothing_is_not_believed(
    server: Gmail, monkeypatch: pytest.MonkeyPatch
) -> None:
    received = server.put(RAW)
    server.refuse("UID MOVE", "OK (Success)")
    with pytest.raises(AccountTrouble, match=r"^gmail: a mail did not arrive in Salver/Good; it will be tried again$"):
        place(mailbox(server), received)
    server.labels.add(GOOD)
    server.relabel(RAW, "\\Inbox", GOOD)  # as where the label was added, and the other stayed
    server.refuse("UID MOVE", "OK (Success)")
    with pytest.raises(AccountTrouble, match=r"^gmail: a mail did not leave INBOX; it will be tried again$"):
        place(mailbox(server), received)
    assert not place(mailbox(server), received)[1]
    assert server.of(RAW).labels == {GOOD}


def test_with_copies_the_copy_and_the_untouched_mail_are_two_and_undo_leaves_one(server: Gmail) -> None:
    box = mailbox(server, copies=True)
    received = server.put(RAW, "\\Inbox", "receipts")
    copy = prepend("by mx.salver.test; now", (("X-Salver-Verdict", "good"),), received.mail, RAW)
    for attempt in range(2):
        box.file(received.mail, "Good", copy, received.received_at, search=attempt > 0)
        assert place(box, received)[1:] == (attempt > 0, "Good")
    assert [letter.labels for letter in server.letters] == [{"Salver/Originals", "receipts"}, {GOOD}]
    assert box.where(received.mail, received.received_at) == "Good"
    box.put_back(RAW, received.mail)
    assert [letter.labels for letter in server.letters] == [{"\\Inbox", "receipts"}, set()]


# --- where a mail lies, though each lies in All Mail too ---


@pytest.mark.parametrize("special", [gmail.ENGLISH, gmail.GERMAN])
def test_what_the_owner_did_is_told_as_they_see_it_and_stays(tmp_path: Path, special: dict[str, str]) -> None:
    with gmail.running(tmp_path, special) as server:
        server.labels.add("receipts")
        box = mailbox(server)
        box.prepare()
        received = server.put(RAW, flags=["\\Flagged"])
        for labels, folder in (
            (("receipts", "\\Important"), "receipts"),
            (("\\Important",), special[gmail.ALL]),  # archived: neither "Important" nor "Starred" is a place
            (("\\Trash",), special[gmail.TRASH]),
            (("\\Spam", "receipts"), special[gmail.SPAM]),
            (("Salver/Ugly", "receipts"), "Ugly"),
        ):
            server.relabel(RAW, *labels)
            assert place(box, received)[1:] == (True, folder)
            assert box.lies_in(RAW) == folder
            assert server.of(RAW).labels == set(labels)


def test_of_a_mail_that_was_archived_or_deleted_nothing_is_put_back(server: Gmail) -> None:
    box = mailbox(server)
    received = server.put(RAW)
    for labels in ([], ["\\Trash"], ["receipts"]):
        server.relabel(RAW, "\\Inbox")
        place(box, received)
        server.relabel(RAW, *labels)
        assert box.put_back(RAW) is None
        assert server.of(RAW).labels == set(labels)


def test_spam_and_trash_are_looked_into_last_and_views_before_them(server: Gmail) -> None:
    server.labels.add("receipts")
    received = server.put(RAW)
    server.relabel(RAW, "\\Trash")
    server.commands.clear()
    place(mailbox(server), received)
    looked = opened(server)
    assert looked[-2:] == ["[Gmail]/Spam", "[Gmail]/Trash"]
    assert looked.index("receipts") < looked.index("[Gmail]/All Mail") < looked.index("[Gmail]/Important")


def test_a_mail_that_lies_where_it_should_opens_no_folder_but_ours(server: Gmail) -> None:
    box = mailbox(server)
    received = server.put(RAW, "\\Inbox", "receipts")
    place(box, received)
    place(box, received)
    box.put_back(RAW)
    assert {folder for folder in opened(server) if "[Gmail]" in folder or folder == "receipts"} == set()


@pytest.mark.parametrize("message_id", ["<!&!AAAA@network.test>", "<1.JavaMail{profileId=8}@network.test>"])
def test_a_mail_whose_id_gmail_does_not_find_is_found_all_the_same(server: Gmail, message_id: str) -> None:
    raw = letters.mail(line_end="\r\n", message_id=message_id)
    server.put(raw.replace(b"words", b"wards"))
    box = mailbox(server)
    received = server.put(raw)
    assert not place(box, received, raw)[1]
    assert place(box, received, raw)[1:] == (True, "Good")
    assert box.put_back(raw) is not None
    assert server.of(raw).labels == {"\\Inbox"}


# --- signing in ---


@pytest.mark.parametrize(
    ("password", "refusal", "said"),
    [
        ("wrong", (), "[AUTHENTICATIONFAILED] Invalid credentials (Failure)"),
        (gmail.OWN_PASSWORD, (), "Application-specific password required: https://support.google.com/accounts/answer/"),
        (gmail.APP_PASSWORD, gmail.WANTS_BROWSER, "Please log in via your web browser: https://support.google.com/"),
        (
            gmail.APP_PASSWORD,
            ("NO [WEBALERT https://accounts.google.com/signin/continue?plt=AKgnsb] Web login required.",),
            "[WEBALERT https://accounts.google.com/signin/continue] Web login required.",
        ),
    ],
)
def test_a_refused_password_is_one_line_in_gmails_words_without_any_secret(
    server: Gmail, tmp_path: Path, password: str, refusal: tuple[str, ...], said: str
) -> None:
    (tmp_path / "app-password").write_text(password)
    if refusal:
        server.refuse("LOGIN", *refusal)
    with pytest.raises(SignInRefused) as refused, Session(server.account()).use():
        pass
    line = str(refused.value)
    assert said in line
    assert "app password" in line
    assert "\n" not in line
    assert "AKgnsb" not in line
    assert password not in line


def test_a_token_that_ended_is_refreshed_once_and_a_second_refusal_is_told(server: Gmail) -> None:
    asked: list[str] = []

    def token_of(account: Account, refused: str = "") -> str:
        asked.append(refused)
        return tokens.pop(0)

    account = server.account(sign_in="xoauth2")
    tokens = ["ya29.old", gmail.TOKEN]
    with Session(account, token_of).use() as client:
        assert client.has_capability("MOVE")
    assert asked == ["", "ya29.old"]
    tokens = ["ya29.old", "ya29.older"]
    with pytest.raises(SignInRefused, match=r"did not take the token \(.*Invalid credentials"):
        Session(account, token_of).use().__enter__()


def test_too_many_connections_are_no_wrong_password(server: Gmail) -> None:
    server.refuse("LOGIN", gmail.TOO_MANY)
    session = Session(server.account())
    with pytest.raises(AccountTrouble, match="Too many simultaneous connections") as told, session.use():
        pass
    assert not isinstance(told.value, SignInRefused)
    session.again()
    with session.use():
        pass


# --- throttling ---


@pytest.mark.parametrize("command", ["LIST", "CREATE", "SELECT", "UID FETCH", "UID STORE", "UID MOVE", "UID SEARCH"])
@pytest.mark.parametrize("answer", [gmail.THROTTLED, f"NO {gmail.OVER}", f"BYE {gmail.OVER}"])
def test_a_throttled_command_is_one_clear_line_and_the_mail_is_sorted_later(
    server: Gmail, command: str, answer: str
) -> None:
    received = server.put(RAW, "\\Inbox", "receipts")
    box = mailbox(server)
    server.refuse(command, answer)
    with pytest.raises(AccountTrouble) as told:
        place(box, received)
    assert re.match(r"gmail: 127\.0\.0\.1:\d+ asks for a pause \(.*; it is left alone for a while", str(told.value))
    assert "no room" not in str(told.value)
    assert "\n" not in str(told.value)
    assert {"\\Inbox", GOOD} & server.of(RAW).labels
    box.again()
    assert place(box, received)[2] == "Good"
    assert server.of(RAW).labels == {GOOD, "receipts"}


@pytest.mark.parametrize("folder", [GOOD, "receipts", "[Gmail]/All Mail"])
def test_a_folder_that_is_throttled_is_not_taken_for_one_that_is_gone(server: Gmail, folder: str) -> None:
    server.labels |= {GOOD, "receipts"}
    received = server.put(RAW)
    server.relabel(RAW)
    box = mailbox(server)
    server.refuse(f"EXAMINE {folder}", gmail.THROTTLED)
    with pytest.raises(AccountTrouble, match="asks for a pause"):
        place(box, received)
    box.again()
    assert place(box, received)[1:] == (True, "[Gmail]/All Mail")


def test_a_throttled_account_is_left_alone_ever_longer_and_not_asked_meanwhile(
    server: Gmail, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = [1000.0]
    monkeypatch.setattr(time, "monotonic", lambda: now[0])
    session = Session(server.account())
    pauses: list[float] = []
    for _ in range(9):
        server.refuse("NOOP", gmail.THROTTLED)
        with pytest.raises(AccountTrouble, match="asks for a pause"), session.use() as client:
            client.noop()
        asked, failed_at = len(server.commands), now[0]
        while len(server.commands) == asked:
            now[0] += 1
            with pytest.raises(AccountTrouble, match="asks for a pause"):
                _try(session)
        pauses.append(now[0] - failed_at)
        session.close()
    assert pauses[0] >= 60
    assert pauses[-1] == 600
    assert all(longer >= shorter for shorter, longer in itertools.pairwise(pauses))


def _try(session: Session) -> None:
    with session.use():
        raise AccountTrouble("gmail: asks for a pause") from None


# --- reading and waiting ---


def news(server: Gmail, seen: reading.Seen | None, wanted: Callable[[bytes], bool] = lambda _: True) -> list[bytes]:
    found = reading.news(Session(server.account()), seen, since=0, batch=2, largest=100_000, wanted=wanted)
    return [mail.raw for batch in found for mail in batch.mails]


def test_only_the_inbox_is_read_and_nothing_is_marked_as_seen(server: Gmail) -> None:
    server.put(NEAR, "receipts")
    for number in range(3):
        server.put(letters.mail(line_end="\r\n", message_id=f"<{number}@network.test>"))
    assert len(news(server, None)) == 3
    assert news(server, reading.Seen(1, 2)) == [server.letters[3].raw]
    assert all(not letter.flags for letter in server.letters)
    assert not any(": SELECT" in line for line in server.commands)


def test_what_was_put_back_is_read_once_more_under_its_new_number(server: Gmail) -> None:
    box = mailbox(server)
    place(box, server.put(RAW))
    assert news(server, reading.Seen(1, 1)) == []
    box.put_back(RAW)
    assert news(server, reading.Seen(1, 1)) == [RAW]


@pytest.mark.parametrize("comes", [True, False])
def test_a_wait_ends_with_a_new_mail_and_not_with_one_that_leaves(server: Gmail, comes: bool) -> None:
    server.put(NEAR)
    stop, session = threading.Event(), Session(server.account())
    told: list[bool] = []
    waiting = threading.Thread(target=lambda: told.append(reading.wait(session, 30, 30, stop)))
    waiting.start()
    until(lambda: any(": IDLE" in line for line in server.commands))
    if comes:
        server.put(RAW)
    else:
        server.relabel(NEAR, "receipts")
        waiting.join(3 * reading.TICK_SECONDS)
        assert waiting.is_alive()
        stop.set()
    waiting.join(20)
    assert told == [comes]
    with session.use() as client:  # the connection is whole
        client.noop()


@pytest.mark.parametrize("words", [("* BYE Session expired, please login again.",), ()])
def test_a_wait_that_the_server_ends_is_trouble_at_once_and_not_a_busy_one(
    server: Gmail, words: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    server.refuse("IDLING", *words)
    looks: list[float] = []
    check = IMAPClient.idle_check

    def counted(client: IMAPClient, timeout: float) -> object:
        looks.append(timeout)
        if len(looks) > 10:
            pytest.fail("it asks a line that is dead, again and again")
        return check(client, timeout)

    monkeypatch.setattr(IMAPClient, "idle_check", counted)
    session = Session(server.account())
    with pytest.raises(AccountTrouble, match="hung up, or the line was cut"):
        reading.wait(session, 3600, 3600, threading.Event())


def until(true: Callable[[], bool]) -> None:
    for _ in range(400):
        if true():
            return
        threading.Event().wait(0.05)
    pytest.fail("it did not happen")


# --- the stand-in itself ---


def test_the_stand_in_leaves_the_label_of_the_selected_folder_alone(server: Gmail) -> None:
    """As Gmail was seen to; where it is wrong here, the tests above prove little."""
    server.put(RAW, "\\Inbox", "\\Sent")
    with Session(server.account()).use() as client:
        client.select_folder("INBOX")
        assert client.get_gmail_labels([1]) == {1: ["\\Sent"]}
        client.add_gmail_labels([1], ["Grüße aus Köln"], silent=True)
        client.remove_gmail_labels([1], ["\\Inbox"], silent=True)
        assert server.of(RAW).labels == {"\\Inbox", "\\Sent", "Grüße aus Köln"}
        client.select_folder("[Gmail]/All Mail")
        assert client.get_gmail_labels([1]) == {1: ["Grüße aus Köln", "\\Inbox", "\\Sent"]}
        client.remove_gmail_labels([1], ["\\Inbox"], silent=True)
        assert server.of(RAW).labels == {"\\Sent", "Grüße aus Köln"}
        assert client.folder_exists("Grüße aus Köln")
