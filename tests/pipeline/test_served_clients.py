"""The Maildirs as real mail clients see them, through the Dovecot that Salver runs: folders, reading, flags, moves."""

from __future__ import annotations

import hashlib
import imaplib
import os
import ssl
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.builders import linkedin, neomutt, served
from tests.builders.linkedin import MIRA
from tests.builders.server import ROOT

FOLDERS = {"INBOX", "Good", "Intriguing", "Ugly"}
WORD = "correct horse, battery"


def plain(subject: str) -> bytes:
    return f"From: Robin <robin@example.org>\r\nSubject: {subject}\r\n\r\nwords of {subject}\r\n".encode()


@pytest.fixture(scope="module")
def tray() -> Iterator[served.Served]:
    served.require()
    command = [sys.executable, "-m", "pipeline.cli", "password"]
    line = subprocess.run(command, input=WORD, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    with served.folder() as home:
        bob = f'[[owner]]\naddresses = ["bob@salver.test"]\nmailbox = "maildir:{home}/bob"\n{line}'
        salver = served.Served(home, '[filing]\nbuttons = ["Snooze/3 days"]', bob)
        try:
            salver.start()
            yield salver
        finally:
            salver.server.stop()


def put(tray: served.Served, folder: str, subject: str) -> None:
    with tray.client() as client:
        assert client.append(folder, "", None, plain(subject))[0] == "OK"  # type: ignore[arg-type]


def count(client: imaplib.IMAP4, folder: str, *wanted: str) -> int:
    client.select(folder, readonly=True)
    return len(client.search(None, *wanted)[1][0].split())


def names(rows: list[bytes | tuple[bytes, bytes] | None]) -> set[str]:
    return {row.rpartition(b'"/" ')[2].strip(b'"').decode() for row in rows if isinstance(row, bytes)}


@pytest.mark.parametrize("user", ["amy", "amy@salver.test", "Amy@Salver.TEST"])
def test_an_owner_signs_in_by_id_or_address_and_sees_the_folders_subscribed(tray: served.Served, user: str) -> None:
    with tray.client(user) as client:
        assert names(client.list()[1]) >= FOLDERS | {"Snooze/3 days"}
        assert names(client.lsub()[1]) >= FOLDERS | {"Snooze/3 days"}


def test_each_owner_sees_their_own_mail_alone_and_signs_in_with_the_password_they_chose(tray: served.Served) -> None:
    put(tray, "Good", "for amy only")
    with tray.client("bob@salver.test", WORD) as client:
        assert names(client.list()[1]) >= FOLDERS
        assert count(client, "Good", "ALL") == 0
    with tray.client() as client:
        assert count(client, "Good", "SUBJECT", '"for amy only"') == 1


def test_a_mail_that_salver_files_comes_to_a_client_that_waits(tray: served.Served) -> None:
    with tray.client() as client:
        client.select("INBOX")
        client.send(b"i1 IDLE\r\n")
        assert client.readline().startswith(b"+ idling")
        tray.deliver(plain("for your tray"))
        while b"EXISTS" not in (line := client.readline()):
            assert line, "the server hung up before it told of the mail"
        client.send(b"DONE\r\n")
        while not client.readline().startswith(b"i1 OK"):
            pass


def test_a_request_is_read_with_its_reasons_and_flagged_and_moved(tray: served.Served) -> None:
    tray.deliver(linkedin.invitation_modern(MIRA))
    tray.server.settled()
    with tray.client() as client:
        where = next(name for name in sorted(FOLDERS) if count(client, name, "HEADER", "X-Salver-Request", '""'))
        client.select(where)
        uid = client.uid("SEARCH", "HEADER", "X-Salver-Request", '""')[1][0].split()[-1].decode()
        _, answer = client.uid("FETCH", uid, "(BODY.PEEK[])")
        assert b"X-Salver-Reason:" in answer[0][1]
        client.uid("STORE", uid, "+FLAGS", "(\\Flagged \\Seen)")
        to = "Ugly" if where != "Ugly" else "Good"
        before = count(client, to, "FLAGGED", "SEEN")
        client.select(where)
        assert client.uid("MOVE", uid, to)[0] == "OK"
        assert count(client, to, "FLAGGED", "SEEN") == before + 1


def test_what_is_moved_and_filed_anew_is_seen_once_by_whoever_looks_meanwhile(tray: served.Served) -> None:
    """Salver gives a mail that was moved new fields, under a new name: a server that relies on its index shows both."""
    tray.deliver(linkedin.invitation_modern(linkedin.Person(name="Sam Roe", vanity="sam-roe", number=81_000)))
    tray.server.settled()
    wanted = ("FROM", '"Sam Roe"')
    with tray.client() as mover, tray.client() as waits:
        waits.select("Ugly")
        where = next(name for name in ("Good", "Intriguing") if count(mover, name, *wanted))
        mover.select(where)
        assert mover.uid("MOVE", mover.uid("SEARCH", *wanted)[1][0].decode(), "Ugly")[0] == "OK"
        for _ in range(25):  # nothing but looks: who reads the mail learns that it is gone
            with tray.client() as fresh:
                count(fresh, "Ugly", *wanted)
            waits.noop()
            time.sleep(0.1)
        tray.server.settled()
        with tray.client() as fresh:
            assert count(fresh, "Ugly", *wanted) == 1
            assert count(fresh, "Ugly", *wanted, "HEADER", "X-Salver-Verdict", "ugly") == 1


def test_the_certificate_is_the_one_whose_fingerprint_is_told(tray: served.Served) -> None:
    from pipeline.dovecot.certificate import fingerprint

    pem = ssl.get_server_certificate(("127.0.0.1", tray.port))
    digest = hashlib.sha256(ssl.PEM_cert_to_DER_cert(pem)).hexdigest()
    assert fingerprint(tray.certificate).replace(":", "").lower() == digest


def test_what_is_not_encrypted_is_not_served(tray: served.Served) -> None:
    with pytest.raises((imaplib.IMAP4.error, OSError)):
        imaplib.IMAP4("127.0.0.1", tray.port, timeout=3)


def curl(tray: served.Served, path: str, *arguments: str, user: str = "amy@salver.test", given: bytes = b"") -> bytes:
    program = served.require("curl", "curl")
    told = f'user = "{user}:{tray.password}"\n'
    config = tray.home / f"curlrc-{os.getpid()}"
    config.write_text(told)
    url = f"imaps://127.0.0.1:{tray.port}/{path}"
    command = [program, "-sS", "-K", str(config), "--cacert", str(tray.certificate), url, *arguments]
    return subprocess.run(command, input=given, capture_output=True, check=True, timeout=60).stdout


def test_curl_lists_reads_flags_and_moves(tray: served.Served) -> None:
    put(tray, "Intriguing", "curled")
    assert names(list(curl(tray, "").replace(b"\r", b"").splitlines())) >= FOLDERS
    number = curl(tray, "Intriguing", "-X", "SEARCH SUBJECT curled").split()[-1].decode()
    assert curl(tray, f"Intriguing;MAILINDEX={number}") == plain("curled")
    curl(tray, "Intriguing", "-X", f"STORE {number} +FLAGS (\\Flagged)")
    curl(tray, "Intriguing", "-X", f"MOVE {number} Good")
    with tray.client() as client:
        assert count(client, "Good", "FLAGGED", "SUBJECT", "curled") == 1
        assert count(client, "Intriguing", "SUBJECT", "curled") == 0


def test_mbsync_brings_the_folders_here_and_takes_flags_and_moves_back(tray: served.Served, tmp_path: Path) -> None:
    program = served.require("mbsync", "isync")
    for subject in ("synced", "kept"):
        put(tray, "Good", subject)
    (tmp_path / "mail").mkdir()
    (tmp_path / "password").write_text(tray.password)
    config = tmp_path / "mbsyncrc"
    config.write_text(
        f'IMAPAccount tray\nHost localhost\nPort {tray.port}\nUser amy\nPassCmd "cat {tmp_path}/password"\n'
        f"SSLType IMAPS\nCertificateFile {tray.certificate}\n\nIMAPStore far\nAccount tray\n\n"
        f"MaildirStore near\nPath {tmp_path}/mail/\nInbox {tmp_path}/mail/INBOX\nSubFolders Verbatim\n\n"
        f"Channel all\nFar :far:\nNear :near:\nPatterns Good Ugly INBOX\nCreate Near\nSync All\nExpunge Both\n"
        "SyncState *\n"
    )

    def sync() -> None:
        done = subprocess.run([program, "-c", str(config), "-a"], capture_output=True, text=True, timeout=60)
        assert done.returncode == 0, done.stderr

    def here(folder: str, subject: str) -> list[Path]:
        paths = (tmp_path / "mail" / folder).glob("[cn]*/*")
        return [path for path in paths if f"Subject: {subject}".encode() in path.read_bytes().replace(b"\r", b"")]

    sync()
    (moved,), (kept,) = here("Good", "synced"), here("Good", "kept")
    kept.rename(kept.parent.parent / "cur" / f"{kept.name.split(':')[0]}:2,FS")
    base = moved.name.split(":")[0].partition(",U=")[0]
    moved.rename(tmp_path / "mail" / "Ugly" / "cur" / f"{base}:2,S")
    sync()
    with tray.client() as client:
        assert count(client, "Good", "SUBJECT", "kept", "FLAGGED", "SEEN") == 1
        assert count(client, "Good", "SUBJECT", "synced", "UNDELETED") == 0
        assert count(client, "Ugly", "SUBJECT", "synced") == 1


def test_neomutt_shows_the_mail_flags_it_and_moves_it(tray: served.Served, tmp_path: Path) -> None:
    put(tray, "Intriguing", "muttered")
    settings = (
        f"set certificate_file={tray.certificate}", "set ssl_verify_host=no", "set ssl_force_tls=yes",
        "set imap_user=amy", f"set imap_pass='{tray.password}'", "set confirmappend=no", "set delete=yes",
        "set quit=yes", "set move=no", "set mbox=''", "set resolve=no", "set timeout=1",
        f"set tmpdir={tmp_path}",
    )  # fmt: skip
    url = f"imaps://amy@127.0.0.1:{tray.port}"
    assert "muttered" in neomutt.shown(tmp_path, f"{url}/Intriguing", "muttered", *settings)
    read = "<limit>~s muttered<enter><first-entry><display-message>"
    assert "words of muttered" in neomutt.shown(
        tmp_path, f"{url}/Intriguing", "words of muttered", *settings, keys=read
    )
    keys = (
        f"<limit>~s muttered<enter><first-entry><flag-message><save-message><kill-line>{url}/Good<enter><sync-mailbox>"
    )
    served.neomutt_driven(tmp_path, f"{url}/Intriguing", *settings, keys=f"{keys}<sync-mailbox><exit>")
    deadline = time.monotonic() + 30
    with tray.client() as client:
        while not count(client, "Good", "SUBJECT", "muttered", "FLAGGED") and time.monotonic() < deadline:
            time.sleep(0.2)
        assert count(client, "Good", "SUBJECT", "muttered", "FLAGGED") == 1
        assert count(client, "Intriguing", "SUBJECT", "muttered") == 0


def test_a_wrong_password_is_refused_and_no_password_stands_in_the_log(tray: served.Served) -> None:
    """The last one here: whoever fails waits, and so does the next one from the same address."""
    for user, password in (("bob", tray.password), ("nobody-we-know", "open sesame")):
        with pytest.raises(imaplib.IMAP4.error, match="AUTHENTICATIONFAILED"):
            tray.attempt(user, password)
    for word in ("sesame", tray.password, WORD):
        assert word not in tray.said()
