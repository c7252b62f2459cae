"""A real Dovecot reads what we file, and what its clients move or copy is still found."""

from __future__ import annotations

import imaplib
from collections.abc import Iterator

import pytest

from pipeline.mailboxes.maildir import Maildir
from stages.events import Received
from stages.header import prepend, trace
from tests.builders import dovecot

AT = 1_764_150_000_123
FOLDERS = ("INBOX", "Good", "Intriguing", "Ugly")
RAW = (
    b" a mail that begins with white space\r\nFrom: Robin <robin@example.org>\r\nSubject: caf\xc3\xa9\r\n"
    b"X-Salver-Verdict: good; score=99; rule=forged\r\n\r\n"
    + bytes(range(128, 256))
    + b"\r\n.dot\r\n"
    + b"x" * 5000
    + b"\r\n"
)


def mail_id(folder: str) -> str:
    return f"{FOLDERS.index(folder):032x}"


def content(folder: str) -> bytes:
    received = Received(
        mail=mail_id(folder),
        owner="amy",
        blob="b",
        size=len(RAW),
        mail_from="",
        rcpt_to=("amy@salver.test",),
        received_at=AT,
    )
    told = (
        ("X-Salver-Verdict", f"none; folder={folder}"),
        ("X-Salver-Reason", "note_is_personal; points=+2.5; „Größe“ " * 4),
    )
    return prepend(trace(received, "mx.salver.test"), told, mail_id(folder), RAW)


@pytest.fixture(scope="module")
def served() -> Iterator[dovecot.Dovecot]:
    with dovecot.running() as server:
        box = Maildir(server.root)
        for folder in FOLDERS:
            box.file(mail_id(folder), folder, content(folder), AT, search=False)
        server.hand_over()
        yield server


@pytest.fixture
def client(served: dovecot.Dovecot) -> Iterator[imaplib.IMAP4]:
    with served.client() as connected:
        yield connected


def test_a_client_sees_the_four_folders(client: imaplib.IMAP4) -> None:
    _, rows = client.list()
    listed = {row.rpartition(b" ")[2].strip(b'"').decode() for row in rows if isinstance(row, bytes)}
    assert listed >= set(FOLDERS)


@pytest.mark.parametrize("folder", FOLDERS)
def test_a_client_gets_our_fields_and_the_mail_octet_for_octet(client: imaplib.IMAP4, folder: str) -> None:
    assert client.select(folder, readonly=True) == ("OK", [b"1"])
    _, answer = client.fetch("1", "(BODY.PEEK[])")
    assert answer[0] is not None
    assert answer[0][1] == content(folder)
    _, answer = client.fetch("1", "(BODY.PEEK[HEADER.FIELDS (X-SALVER-MAIL SUBJECT)])")
    assert answer[0] is not None
    assert mail_id(folder).encode() in answer[0][1]


@pytest.mark.parametrize("fetched", [False, True])
def test_what_a_client_moves_is_found_and_not_filed_again(
    served: dovecot.Dovecot, client: imaplib.IMAP4, fetched: bool
) -> None:
    box = Maildir(served.root)
    mail = f"{100 + fetched:032x}"
    whole = prepend("x", (), mail, RAW)
    box.file(mail, "Intriguing", whole, AT, search=False)
    served.hand_over()
    _, rows = client.select("Intriguing")
    last = (rows[0] or b"").decode()
    if fetched:  # Dovecot 2.3 gives a mail whose size it has learnt another file name when it moves it
        client.fetch(last, "(BODY.PEEK[])")
    client.store(last, "+FLAGS", "(\\Seen \\Flagged)")
    _, answer = client.fetch(last, "(UID)")
    number = str(answer[0]).rpartition("UID ")[2].rstrip(")\"'")
    assert client.uid("MOVE", number, "Good")[0] == "OK"
    path = box.find(mail, AT)
    assert path is not None
    assert (box.folder_of(path), mail in path.name) == ("Good", not fetched)
    assert box.file(mail, "Intriguing", whole, AT, search=True) == (path.name, True)


def test_what_a_client_copies_and_expunges_is_found_by_our_field(
    served: dovecot.Dovecot, client: imaplib.IMAP4
) -> None:
    box = Maildir(served.root)
    client.create("Archive")
    client.select("Ugly")
    assert client.copy("1", "Archive")[0] == "OK"
    client.store("1", "+FLAGS", "(\\Deleted)")
    client.expunge()
    path = box.find(mail_id("Ugly"), AT)
    assert path is not None
    assert (box.folder_of(path), mail_id("Ugly") in path.name) == ("Archive", False)
    assert box.file(mail_id("Ugly"), "Ugly", content("Ugly"), AT, search=True) == (path.name, True)
    assert client.select("Ugly") == ("OK", [b"0"])


def test_what_is_filed_again_with_new_fields_is_a_new_mail_to_the_server(
    served: dovecot.Dovecot, client: imaplib.IMAP4
) -> None:
    box = Maildir(served.root)
    client.select("INBOX")
    assert client.fetch("1", "(RFC822.SIZE BODY.PEEK[])")[0] == "OK"  # the server now knows its size and its header
    changed = prepend("x", (("X-Salver-Verdict", "good; score=3; rule=later"),), mail_id("INBOX"), RAW)
    name, found, _, _ = box.refile(mail_id("INBOX"), ["INBOX"], "INBOX", changed, AT)
    served.hand_over()
    assert not found
    client.select("INBOX")
    _, answer = client.fetch("1:*", "(UID BODY.PEEK[])")
    bodies = [part[1] for part in answer if isinstance(part, tuple)]
    assert bodies == [changed]
    path = box.find(mail_id("INBOX"), AT)
    assert path is not None
    assert path.name.split(":")[0] == name.split(":")[0]
