"""What came to lie where, of mail that bears no mark of ours: by its octets, in a real Dovecot and a stand-in Gmail."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.accounts.session import Session
from pipeline.mailboxes import OURS, Arrival, imap_arrivals
from pipeline.mailboxes.in_place import InPlace
from stages.fingerprint import fingerprint
from stages.header import prepend
from tests.builders import account, dovecot, gmail, letters
from tests.builders.dovecot import Dovecot

MAIL = "0" * 31 + "1"
BUTTONS = ("Asked", "Snooze/3 days")
numbers = itertools.count(1)


@pytest.fixture(scope="module")
def server() -> Iterator[Dovecot]:
    with dovecot.running() as started:
        yield started


def a_mail() -> bytes:
    return letters.mail("A few words.\n", line_end="\r\n", message_id=f"<request{next(numbers)}@network.test>")


def mailbox(server: Dovecot, **more: object) -> tuple[InPlace, str]:
    under = f"Run{next(numbers)}"
    box = InPlace(Session(server.account(folders=under, **more)), BUTTONS)
    box.prepare()
    return box, under


def test_a_mail_we_placed_and_its_owner_moved_is_told_by_its_octets(server: Dovecot) -> None:
    box, under = mailbox(server)
    raw = a_mail()
    name, _, folder = box.place(account.put(server, raw), raw, "Ugly", "ugly")
    assert (box.arrived((name,)), folder) == ((), "Ugly")
    account.do(server, "uid", "MOVE", "1", f'"{under}.Snooze.3 days"', select=f"{under}.Ugly")
    assert box.arrived() == (Arrival("Snooze/3 days", "", fingerprint(raw)),)
    assert box.sorted_into(raw) == {"Snooze/3 days"}


def test_our_own_placing_is_told_as_lying_where_we_put_it(server: Dovecot) -> None:
    box, _ = mailbox(server)
    box.arrived()
    raw = a_mail()
    box.place(account.put(server, raw), raw, "Good", "good")
    assert box.arrived() == (Arrival("Good", "", fingerprint(raw)),)


def test_a_mail_is_taken_out_of_a_button_with_its_flags(server: Dovecot) -> None:
    box, under = mailbox(server)
    raw = a_mail()
    received = account.put(server, raw, flags=r"(\Flagged)")
    box.place(received, raw, "Ugly", "ugly")
    account.do(server, "uid", "MOVE", "1", f'"{under}.Asked"', select=f"{under}.Ugly")
    lies = box.place_again(received, raw, {*OURS, *BUTTONS}, "Good", "good")
    assert (lies.folder, lies.found) == ("Good", False)
    lying = account.lying(server)
    assert [one.flags for one in lying[f"{under}.Good"]] == [frozenset({r"\Flagged", "Salver-good"})]
    assert f"{under}.Asked" not in lying


def test_many_or_large_mails_are_read_a_few_at_a_time_and_all_in_the_end(
    server: Dovecot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(imap_arrivals, "MOST_MAILS", 3)
    box, under = mailbox(server)
    mails = [a_mail() for _ in range(8)]
    for raw in mails:
        account.put(server, raw, f"{under}.Good")
    found = list(box.arrived())
    assert box.behind
    assert len(found) == 3
    monkeypatch.setattr(imap_arrivals, "MOST_OCTETS", len(mails[0]))
    assert len({*box.arrived()} - {*found}) == 1
    while box.behind:
        found += box.arrived()
    assert {each.fingerprint for each in found} == {fingerprint(raw) for raw in mails}


def test_beside_an_original_its_copy_counts(server: Dovecot) -> None:
    box, under = mailbox(server, copies=True)
    raw = a_mail()
    received = account.put(server, raw)
    copy = prepend("by mx.salver.test; now", (("X-Salver-Verdict", "ugly"),), MAIL, raw)
    name, _ = box.file(MAIL, "Ugly", copy, account.AT, search=False)
    box.place(received, raw, "Ugly", "ugly")
    assert f"{under}.Originals" in account.lying(server)
    assert box.arrived((name,)) == ()
    account.do(server, "uid", "MOVE", "1", f'"{under}.Good"', select=f"{under}.Originals")
    assert box.arrived() == ()
    account.do(server, "uid", "MOVE", "1", f'"{under}.Asked"', select=f"{under}.Ugly")
    assert box.arrived() == (Arrival("Asked", MAIL),)


# --- labels ---


def test_in_gmail_only_our_labels_tell_of_an_arrival(tmp_path: Path) -> None:
    raw = a_mail()
    good = Arrival("Good", "", fingerprint(raw))
    with gmail.running(tmp_path) as server:
        box = InPlace(Session(server.account()), BUTTONS)
        box.prepare()
        name, _, _ = box.place(server.put(raw, "\\Inbox", "receipts"), raw, "Good", "good")
        assert box.arrived((name,)) == ()
        server.relabel(raw, "Salver/Good", "\\Starred", "\\Important", "others")
        server.put(a_mail(), "receipts")
        assert box.arrived() == ()
        server.relabel(raw, "others")  # put away
        assert box.arrived() == ()
        server.relabel(raw, "Salver/Good")  # and back where we put it
        assert box.arrived() == (good,)
        server.relabel(raw, "Salver/Good", "\\Inbox")
        assert box.arrived() == ()


def test_in_gmail_a_second_label_of_ours_is_no_move_until_the_first_is_gone(tmp_path: Path) -> None:
    raw = a_mail()
    ugly = Arrival("Ugly", "", fingerprint(raw))
    with gmail.running(tmp_path) as server:
        box = InPlace(Session(server.account()), BUTTONS)
        box.prepare()
        name, _, _ = box.place(server.put(raw, "\\Inbox"), raw, "Good", "good")
        box.arrived((name,))
        server.relabel(raw, "Salver/Good", "Salver/Ugly")
        assert box.arrived() == (ugly,)
        assert box.sorted_into(raw) == {"Good", "Ugly"}
        server.relabel(raw, "Salver/Ugly")
        assert box.arrived() == (ugly,)
        assert box.sorted_into(raw) == {"Ugly"}
        server.relabel(raw, "Salver/Ugly", "\\Trash")
        assert box.arrived() == ()
