"""What came to lie where, asked of a real Dovecot by UIDs: every move is told of, nothing else is, nothing is lost."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Iterator
from contextlib import ExitStack, suppress

import pytest

from pipeline.accounts.session import AccountTrouble, Session, SignInRefused
from pipeline.mailboxes import OURS, Arrival, Sought, imap_arrivals
from pipeline.mailboxes.imap import ImapMailbox
from stages.header import prepend
from tests.builders import account, cut, dovecot, letters
from tests.builders.dovecot import Dovecot

MAIL = "0192f3a4b5c6d7e8f90123456789abcd"
RAW = letters.mail("A few words.\n", line_end="\r\n")
BUTTONS = ("Asked", "Snooze/3 days", "Always good/This person")
WITHOUT = [(), ("MOVE",), ("MOVE", "UIDPLUS", "IDLE")]
COMMANDS = 40
"""More than any dialogue here has."""
numbers = itertools.count(1)


def mark(number: int) -> str:
    return f"0192f3a4b5c6d7e8f9012345{number:08x}"


def content(mail: str = MAIL, raw: bytes = RAW) -> bytes:
    return prepend("by mx.salver.test; now", (("X-Salver-Verdict", "ugly"),), mail, raw)


@pytest.fixture(scope="module")
def servers() -> Iterator[dict[tuple[str, ...], Dovecot]]:
    with ExitStack() as stack:
        yield {without: stack.enter_context(dovecot.running(without=without)) for without in WITHOUT}


@pytest.fixture(params=WITHOUT, ids=lambda without: "without " + " ".join(without))
def server(request: pytest.FixtureRequest, servers: dict[tuple[str, ...], Dovecot]) -> Dovecot:
    """One after the other; every test has folders of its own."""
    return servers[request.param]


@pytest.fixture
def plain(servers: dict[tuple[str, ...], Dovecot]) -> Dovecot:
    return servers[()]


class Place:
    """A mailbox of ours in folders of its own, with mails in it, and its owner's client."""

    def __init__(self, server: Dovecot, port: int = 0) -> None:
        self.server = server
        self.under = f"Run{next(numbers)}"
        self.box = ImapMailbox(Session(server.account(port, folders=self.under)), BUTTONS)
        self.box.prepare()
        self.names: dict[str, str] = {}

    def file(self, mail: str = MAIL, folder: str = "Ugly") -> str:
        self.names[mail], _ = self.box.file(mail, folder, content(mail), account.AT, search=False)
        return self.names[mail]

    def path(self, folder: str) -> str:
        return f"{self.under}.{folder.replace('/', '.')}"

    def do(self, folder: str, *commands: tuple[str, ...]) -> None:
        with self.server.client() as client:
            client.select(f'"{self.path(folder)}"')
            for name, *words in commands:
                kind, told = getattr(client, name)(*words)
                assert kind == "OK", (name, words, told)

    def move(self, uids: str, source: str, aim: str) -> None:
        """As clients do: by MOVE, or by a copy that is taken away."""
        words = f'"{self.path(aim)}"'
        with self.server.client() as client:
            can = "MOVE" in client.capability()[1][0].decode().split()
        deletion = ("uid", "STORE", uids, "+FLAGS", r"(\Deleted)")
        self.do(
            source, *([("uid", "MOVE", uids, words)] if can else [("uid", "COPY", uids, words), deletion, ("expunge",)])
        )

    def arrived(self, known: tuple[str, ...] = ()) -> set[tuple[str, str]]:
        """(folder, mail)"""
        return {(each.folder, each.mail) for each in self.box.arrived(known)}

    def moved(self, mail: str = MAIL, folder: str = "Ugly") -> str | None:
        """Where it lies instead, if anywhere."""
        return self.box.moved([Sought(mail, account.AT, folder, self.names.get(mail, ""))]).get(mail)


def test_at_first_all_is_told_but_what_lies_where_it_is_known_and_then_only_what_came(server: Dovecot) -> None:
    place = Place(server)
    known = place.file(mark(1))
    place.file(mark(2), "Good")
    assert place.arrived((known,)) == {("Good", mark(2))}
    assert place.arrived() == set()
    place.file(mark(3))
    place.move("1", "Ugly", "Intriguing")
    assert place.arrived() >= {("Ugly", mark(3)), ("Intriguing", mark(1))}
    assert place.arrived() == set()


@pytest.mark.parametrize("aim", ["Good", "Intriguing", "Snooze/3 days", "Always good/This person"])
def test_a_move_to_another_folder_or_button_is_told_of_and_found(server: Dovecot, aim: str) -> None:
    place = Place(server)
    place.arrived((place.file(),))
    assert place.moved() is None
    place.move("1", "Ugly", aim)
    assert place.arrived() == {(aim, MAIL)}
    assert place.moved() == aim


def test_reading_flagging_deleting_and_putting_away_are_no_arrivals(server: Dovecot) -> None:
    place = Place(server)
    known = tuple(place.file(mark(number)) for number in range(1, 5))
    place.arrived(known)
    account.do(server, "create", f'"{place.path("Archive")}"')
    place.do(
        "Ugly",
        ("uid", "STORE", "1", "+FLAGS", r"(\Seen)"),
        ("uid", "STORE", "2", "+FLAGS", r"(\Flagged $Label1)"),
        ("uid", "STORE", "3", "+FLAGS", r"(\Deleted)"),
    )
    place.move("4", "Ugly", "Archive")
    assert place.arrived() == set()
    assert [place.moved(mark(number)) for number in range(1, 5)] == [None] * 4


def test_a_copy_beside_the_mail_is_no_move_until_the_mail_is_marked_as_deleted(server: Dovecot) -> None:
    place = Place(server)
    place.arrived((place.file(),))
    place.do("Ugly", ("uid", "COPY", "1", f'"{place.path("Good")}"'))
    assert place.arrived() == {("Good", MAIL)}
    assert place.moved() is None
    place.do("Ugly", ("uid", "STORE", "1", "+FLAGS", r"(\Deleted)"))
    place.file(mark(2))  # without CONDSTORE a mark alone shows in nothing that is told of a folder
    assert ("Good", MAIL) in place.arrived()
    assert place.moved() == "Good"


def test_what_lay_in_two_folders_is_told_of_again_once_it_left_one(server: Dovecot) -> None:
    place = Place(server)
    place.arrived((place.file(),))
    place.do("Ugly", ("uid", "COPY", "1", f'"{place.path("Good")}"'))
    assert place.arrived() == {("Good", MAIL)}
    assert place.arrived() == set()
    place.do("Ugly", ("uid", "STORE", "1", "+FLAGS", r"(\Deleted)"), ("expunge",))
    assert place.arrived() == {("Good", MAIL)}
    assert place.moved() == "Good"


def test_a_changed_copy_that_a_client_uploads_counts_by_our_field(server: Dovecot) -> None:
    place = Place(server)
    place.arrived((place.file(),))
    with server.client() as client:
        client.append(place.path("Good"), "", None, b"X-Client: tray\r\n" + content() + b"edited\r\n")  # type: ignore[arg-type]
    place.do("Ugly", ("uid", "STORE", "1", "+FLAGS", r"(\Deleted)"), ("expunge",))
    assert place.arrived() == {("Good", MAIL)}
    assert place.moved() == "Good"


def test_a_stale_copy_that_a_client_uploads_where_the_mail_was_is_no_move_back(server: Dovecot) -> None:
    place = Place(server)
    place.arrived((place.file(),))
    place.move("1", "Ugly", "Good")
    place.arrived()
    place.names.clear()
    with server.client() as client:
        client.append(place.path("Ugly"), "", None, content())  # type: ignore[arg-type]
    assert ("Ugly", MAIL) in place.arrived()
    assert place.moved(folder="Good") is None


def test_what_is_no_longer_marked_as_deleted_has_come_back(server: Dovecot) -> None:
    place = Place(server)
    place.arrived((place.file(),))
    place.do("Ugly", ("uid", "COPY", "1", f'"{place.path("Good")}"'), ("uid", "STORE", "1", "+FLAGS", r"(\Deleted)"))
    assert place.arrived() == {("Good", MAIL)}
    place.do("Good", ("uid", "STORE", "1", "+FLAGS", r"(\Deleted)"), ("expunge",))
    assert place.arrived() == set()
    place.do("Ugly", ("uid", "STORE", "1", "-FLAGS", r"(\Deleted)"))
    assert place.arrived() == {("Ugly", MAIL)}
    assert place.moved(folder="Good") == "Ugly"


def test_what_lies_there_by_search_is_what_lies_there_by_memory(server: Dovecot) -> None:
    place = Place(server)
    mails = [mark(number) for number in range(1, 31)]
    for mail in mails:
        place.file(mail)
    place.move("1:22", "Ugly", "Good")
    place.do("Ugly", ("uid", "COPY", "23", f'"{place.path("Good")}"'))
    place.move("24", "Ugly", "Asked")
    sought = [Sought(mail, account.AT, "Ugly", place.names[mail]) for mail in mails]
    before = place.box.moved(sought)
    place.box.arrived()
    assert place.box.moved(sought) == before == {**dict.fromkeys(mails[:22], "Good"), mails[23]: "Asked"}


def test_a_move_just_after_the_look_is_neither_missed_nor_lost(server: Dovecot) -> None:
    place = Place(server)
    place.arrived((place.file(),))
    place.move("1", "Ugly", "Good")
    assert place.arrived() == {("Good", MAIL)}
    place.move("1", "Good", "Intriguing")
    assert place.moved() is None
    assert ("Intriguing", MAIL) in place.arrived()
    assert place.moved() == "Intriguing"


def test_two_clients_that_move_the_same_mails_leave_each_told_where_it_lies(server: Dovecot) -> None:
    place = Place(server)
    mails = [mark(number) for number in range(1, 21)]
    place.arrived(tuple(place.file(mail) for mail in mails))

    def moves(aim: str) -> None:
        for uid in range(1, 21):
            with suppress(AssertionError):  # the other one was faster
                place.move(str(uid), "Ugly", aim)

    clients = [threading.Thread(target=moves, args=(aim,)) for aim in ("Good", "Intriguing")]
    told: set[tuple[str, str]] = set()
    for client in clients:
        client.start()
    while any(client.is_alive() for client in clients):
        told |= place.arrived()
    for client in clients:
        client.join()
    told |= place.arrived()
    found = account.lying(server)
    lying = {
        (folder, mail)
        for folder in ("Good", "Intriguing")
        for mail in mails
        for one in found.get(place.path(folder), [])
        if one.raw == content(mail) and r"\Deleted" not in one.flags  # with which a slower client copied it
    }
    assert lying <= told
    for mail in mails:
        folders = [folder for folder, each in lying if each == mail]
        assert place.moved(mail) == (folders[0] if len(folders) == 1 else None)


def test_mails_moved_in_one_go_are_told_of_each_once_and_moved_each(plain: Dovecot) -> None:
    place = Place(plain)
    mails = [mark(number) for number in range(1, 601)]  # more than one FETCH asks for
    for mail in mails:
        place.file(mail)
    place.arrived(tuple(place.names.values()))
    place.move("1:*", "Ugly", "Good")
    found = place.box.arrived()
    assert len(found) == len(mails)
    assert {each.mail for each in found} == set(mails)
    sought = [Sought(mail, account.AT, "Ugly", place.names[mail]) for mail in mails]
    assert place.box.moved(sought) == dict.fromkeys(mails, "Good")


def test_more_mails_than_one_answer_tells_of_are_all_found(plain: Dovecot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(imap_arrivals, "_WINDOW", 4)
    monkeypatch.setattr(imap_arrivals, "MOST_MARKS", 6)
    place = Place(plain)
    mails = [mark(number) for number in range(1, 15)]
    for mail in mails:
        place.file(mail)
    found = place.arrived()
    assert place.box.behind
    assert len(found) == 6
    assert place.moved(mails[-1], "Good") == "Ugly"  # searched for, as long as not all was read
    while place.box.behind:
        found |= place.arrived()
    assert found == {("Ugly", mail) for mail in mails}


def test_a_folder_of_which_the_server_counts_changes_is_not_searched_while_there_are_none(plain: Dovecot) -> None:
    with cut.between(plain.port) as proxy:
        place = Place(plain, proxy.port)
        place.file()
        with plain.client() as client:
            client.enable("CONDSTORE")
            for folder in place.box.into:
                client.select(f'"{place.path(folder)}"')
        place.arrived()
        proxy.at(0, "before")
        assert place.arrived() == set()
        assert set(proxy.commands) == {"EXAMINE"}
        place.move("1", "Ugly", "Good")
        assert place.arrived() == {("Good", MAIL)}


# --- what goes wrong ---


def test_a_folder_that_is_away_is_left_out_and_known_again_when_it_is_back(server: Dovecot) -> None:
    place = Place(server)
    place.arrived((place.file(), place.file(mark(2), "Good")))
    account.do(server, "rename", f'"{place.path("Ugly")}"', f'"{place.path("Elsewhere")}"')
    place.file(mark(3), "Good")
    assert place.arrived() == {("Good", mark(3))}
    assert place.moved() is None
    account.do(server, "rename", f'"{place.path("Elsewhere")}"', f'"{place.path("Ugly")}"')
    assert place.arrived() <= {("Good", mark(3))}
    place.move("1", "Ugly", "Good")
    assert ("Good", MAIL) in place.arrived()
    assert place.moved() == "Good"


def test_a_folder_that_was_numbered_anew_is_read_as_the_first_time(server: Dovecot) -> None:
    place = Place(server)
    place.arrived((place.file(), *(place.file(mark(number)) for number in range(10, 15))))
    account.do(server, "delete", f'"{place.path("Ugly")}"')
    assert place.arrived() == set()
    place.box.folders.forget()
    known = place.file(mark(2))
    place.file(mark(3))
    assert place.arrived((known,)) == {("Ugly", mark(3))}
    assert place.moved() is None


def test_a_cut_at_any_command_of_a_look_loses_nothing(plain: Dovecot) -> None:
    with cut.between(plain.port) as proxy:
        for number in range(1, COMMANDS):
            place = Place(plain, proxy.port)
            place.arrived((place.file(mark(1)), place.file(mark(2), "Good")))
            place.move("1", "Ugly", "Intriguing")
            place.move("1", "Good", "Asked")
            proxy.at(number, "half-answered" if number % 2 else "before")
            try:
                found = place.arrived()
            except AccountTrouble:
                place.box.again()
                found = place.arrived()
            proxy.at(0, "before")
            assert found == {("Intriguing", mark(1)), ("Asked", mark(2))}
            place.box.close()
            if not proxy.done and number > 1:
                break
        else:
            pytest.fail("the dialogue has no end")


def test_a_wrong_password_or_a_server_that_is_down_is_told_in_one_line(plain: Dovecot) -> None:
    secret = plain.root.parent / "secret"
    right = secret.read_text()
    secret.write_text("wrong-secret")
    try:
        box = ImapMailbox(Session(plain.account()), BUTTONS)
        with pytest.raises(SignInRefused) as refused:
            box.arrived()
    finally:
        secret.write_text(right)
    assert "did not take the name and password" in str(refused.value)
    assert "wrong-secret" not in str(refused.value)
    assert "\n" not in str(refused.value)
    with cut.between(plain.port) as proxy:
        port = proxy.port
    with pytest.raises(AccountTrouble) as down:
        ImapMailbox(Session(plain.account(port)), BUTTONS).arrived()
    assert str(down.value).startswith(f"work: 127.0.0.1:{port}")


# --- buttons ---


def test_buttons_are_made_and_subscribed_as_the_server_keeps_levels(server: Dovecot) -> None:
    place = Place(server)
    subscribed = account.folders(server, command="LSUB")
    assert {place.path(button) for button in BUTTONS} <= set(subscribed)
    with dovecot.running(prefix="INBOX.") as other:
        box = ImapMailbox(Session(other.account()), BUTTONS)
        box.prepare()
        box.arrived()
        account.put(other, content(), "INBOX.Salver.Snooze.3 days".join('""'))
        assert box.arrived() == (Arrival("Snooze/3 days", MAIL),)
        assert box.where(MAIL, account.AT) == "Snooze/3 days"


def test_a_button_the_server_refuses_is_told_of_once_and_all_else_goes_on(
    plain: Dovecot, capsys: pytest.CaptureFixture[str]
) -> None:
    place = Place(plain)
    box = ImapMailbox(Session(plain.account(folders=place.under)), ("x" * 300, "Asked"))
    box.prepare()
    box.prepare()
    told = "".join(capsys.readouterr())
    assert told.count("folder_not_made") == 1
    assert "Traceback" not in told
    place.file()
    assert box.arrived() == (Arrival("Ugly", MAIL),)


def test_a_mail_is_taken_out_of_a_button_with_its_flags(server: Dovecot) -> None:
    place = Place(server)
    place.file()
    place.do("Ugly", ("uid", "STORE", "1", "+FLAGS", r"(\Flagged)"))
    place.move("1", "Ugly", "Asked")
    lies = place.box.refile(MAIL, {*OURS, *BUTTONS}, "Good", content(raw=RAW + b"\r\n"), account.AT)
    assert (lies.folder, lies.found) == ("Good", False)
    lying = account.lying(server)
    assert [one.flags for one in lying[place.path("Good")]] == [frozenset({r"\Flagged"})]
    assert place.path("Asked") not in lying
    assert place.path("Ugly") not in lying
