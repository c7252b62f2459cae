"""`salver import` as people call it: a process of its own, a real store, a real mailbox; killed, resumed, repeated."""

from __future__ import annotations

import contextlib
import imaplib
import os
import pty
import re
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

from tests.builders import dovecot, linkedin, past
from tests.builders.dns import DnsServer, txt
from tests.builders.linkedin import MIRA, NOON, Person
from tests.builders.past import DAY, configured, mbox, other, salver
from tests.builders.running import deliver, filed, running, settled
from tests.builders.server import ROOT, Server
from tests.builders.signing import rsa_key, sign


def people(count: int, step: int = DAY) -> list[bytes]:
    return [
        linkedin.invitation_modern(Person(f"Ann {n}", vanity=f"a-{n}", number=10**18 + n), at=NOON - n * step)
        for n in range(count)
    ]


def asked(folder: Path, sql: str) -> list[tuple[object, ...]]:
    with contextlib.closing(sqlite3.connect(folder / "salver.db")) as db:
        return db.execute(sql).fetchall()


def count(folder: Path, what: str) -> int:
    return int(str(asked(folder, f"SELECT count(*) FROM {what}")[0][0]))


def test_an_import_judges_and_files_nothing_and_reminds_of_nothing(tmp_path: Path) -> None:
    (tmp_path / "all.mbox").write_bytes(mbox([*people(3), other(1), other(2), linkedin.reminder(MIRA)]))
    done = salver("import", str(tmp_path / "all.mbox"), *configured(tmp_path))
    assert "4 new mails taken, to be judged and filed nowhere; 2 others have nothing to do" in done.stderr
    assert done.stdout.startswith("4 requests in 1 month (2026-11)")
    assert count(tmp_path, "events WHERE kind = 'Routed'") == 4
    assert not count(tmp_path, "events WHERE kind IN ('FilingWanted', 'ReminderWanted') OR state != 'done'")
    assert not [path for path in (tmp_path / "mail").rglob("*") if path.is_file()]


def test_with_file_everything_is_filed_and_still_nobody_is_reminded(tmp_path: Path) -> None:
    (tmp_path / "all.mbox").write_bytes(mbox(people(3)))
    arguments = (str(tmp_path / "all.mbox"), *configured(tmp_path))
    salver("import", *arguments)
    done = salver("import", "--file", *arguments)
    assert "3 new mails taken." in done.stderr, "what was only judged before can be filed later"
    assert done.stdout.startswith("3 requests in"), "and is no second request"
    assert {folder: len(mails) for folder, mails in filed(tmp_path).items()} == {
        "INBOX": 0, "Good": 0, "Intriguing": 3, "Ugly": 0,
    }  # fmt: skip
    assert "0 new mails taken" in salver("import", "--file", *arguments).stderr
    assert len(filed(tmp_path)["Intriguing"]) == 3


def test_what_is_filed_at_once_raises_no_reminder_either(tmp_path: Path) -> None:
    (tmp_path / "all.mbox").write_bytes(mbox(people(3)))
    done = salver("import", "--file", str(tmp_path / "all.mbox"), *configured(tmp_path))
    assert re.search(r"2026-11 +3 +\. +\. +3 +\.", done.stdout), "all three are to be asked about"
    assert len(filed(tmp_path)["Intriguing"]) == 3
    assert not filed(tmp_path)["INBOX"]
    assert not count(tmp_path, "events WHERE kind = 'ReminderWanted'")


def test_the_same_mails_by_four_ways_are_the_same_mails(tmp_path: Path) -> None:
    mails = people(4)
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "all.mbox").write_bytes(mbox([*mails, *mails]))
    past.maildir(tmp_path / "in" / "mail", mails)
    past.zipped(tmp_path / "in" / "a.zip", {"a.mbox": mbox(mails)})
    past.tarred(tmp_path / "in" / "a.tgz", {f"{n}.eml": mail for n, mail in enumerate(mails)})
    done = salver("import", str(tmp_path / "in"), *configured(tmp_path))
    assert "4 new mails taken, to be judged and filed nowhere; 16 known before" in done.stderr
    assert count(tmp_path, "mails") == 4


async def test_a_mail_that_was_only_imported_is_filed_when_it_comes_in(tmp_path: Path) -> None:
    (tmp_path / "all.mbox").write_bytes(mbox(people(1)))
    salver("import", str(tmp_path / "all.mbox"), *configured(tmp_path))
    async with running(tmp_path) as app:
        await deliver(app, people(1)[0])
        await settled(app)
    assert len(filed(tmp_path)["Intriguing"]) == 1
    assert count(tmp_path, "requests") == 1
    (tmp_path / "copy.mbox").write_bytes((tmp_path / "all.mbox").read_bytes())
    assert "0 new mails taken" in salver("import", str(tmp_path / "copy.mbox"), *configured(tmp_path)).stderr


async def test_a_mail_that_came_in_before_is_not_imported(tmp_path: Path) -> None:
    async with running(tmp_path) as app:
        await deliver(app, people(1)[0])
        await settled(app)
    (tmp_path / "all.mbox").write_bytes(mbox(people(2)))
    done = salver("import", str(tmp_path / "all.mbox"), *configured(tmp_path))
    assert "1 new mails taken, to be judged and filed nowhere; 1 known before" in done.stderr
    assert done.stdout.startswith("2 requests"), "and yet it is part of the picture"


def test_a_history_is_not_today(tmp_path: Path) -> None:
    """A name alone joins requests within 30 days of the mails, whenever and in whatever order they are imported."""
    year = 365 * DAY
    config = configured(tmp_path)
    for number, at in enumerate((2 * year, 6 * year, 4 * year)):
        mails = [linkedin.invitation_2011(MIRA, at=NOON - at), linkedin.invitation_2011(MIRA, at=NOON - at + 9 * DAY)]
        (tmp_path / f"{number}.mbox").write_bytes(mbox(mails))
        done = salver("import", str(tmp_path / f"{number}.mbox"), *config)
    by_number = "SELECT strftime('%Y', created_at / 1000, 'unixepoch') FROM requests ORDER BY rowid"
    years = [str(row[0]) for row in asked(tmp_path, by_number)]
    assert years == ["2024", "2020", "2022"]
    assert "3 requests in 49 months (2020-11 to 2024-11)" in done.stdout
    assert re.findall(r"^20\d\d-\d\d", done.stdout, re.MULTILINE) == ["2020-11", "2022-11", "2024-11"]


def test_a_request_came_when_its_first_mail_did_also_if_that_is_imported_last(tmp_path: Path) -> None:
    config = configured(tmp_path)
    for days in (0, 20):
        (tmp_path / f"{days}.eml").write_bytes(linkedin.invitation_2011(MIRA, at=NOON - days * DAY))
        done = salver("import", str(tmp_path / f"{days}.eml"), *config)
    assert done.stdout.startswith("1 request in 1 month (2026-10)")


def test_the_oldest_are_judged_first_whatever_their_order_in_the_file(tmp_path: Path) -> None:
    """As many as are in hand at once overtake each other, no more: who said something first must come first."""
    (tmp_path / "all.mbox").write_bytes(mbox(people(300)))  # the newest first
    salver("import", str(tmp_path / "all.mbox"), *configured(tmp_path))
    order = [int(str(row[0])) for row in asked(tmp_path, "SELECT created_at FROM requests ORDER BY rowid")]
    oldest = sorted(order)[:150]
    assert len({*oldest} & {*order[:150]}) > 100


def test_a_killed_import_goes_on_where_it_was_and_takes_no_mail_twice(tmp_path: Path) -> None:
    mails = people(1500, DAY // 24)
    (tmp_path / "all.mbox").write_bytes(mbox(mails))
    arguments = ["import", str(tmp_path / "all.mbox"), *configured(tmp_path)]
    seen = []
    for what, wanted in (("mails", 100), ("mails", 700), ("requests", 300), ("", 0)):
        process = subprocess.Popen([sys.executable, "-m", "pipeline.cli", *arguments], cwd=ROOT)
        while process.poll() is None and (not what or taken(tmp_path, what) < wanted):
            time.sleep(0.01)
        if what:
            process.kill()
            process.wait()
            seen.append(taken(tmp_path, what))
    assert process.returncode == 0
    assert 0 < seen[0] < seen[1] < 1500 > seen[2] > 0, "it was killed in the middle of reading and of judging"
    assert count(tmp_path, "mails") == 1500
    assert count(tmp_path, "blobs") == 1500
    assert count(tmp_path, "requests") == 1500
    assert count(tmp_path, "events WHERE kind = 'Repeated'") == 0
    assert count(tmp_path, "events WHERE kind = 'Routed'") == 1500
    ((mark,),) = asked(tmp_path, "SELECT uid FROM watches")
    assert mark == (tmp_path / "all.mbox").stat().st_size


def taken(folder: Path, what: str = "mails") -> int:
    with contextlib.suppress(sqlite3.Error):
        return count(folder, what) if (folder / "salver.db").exists() else 0
    return 0


def test_ctrl_c_says_that_nothing_is_lost_and_ends(tmp_path: Path) -> None:
    (tmp_path / "all.mbox").write_bytes(mbox(people(2000, DAY // 24)))
    arguments = [sys.executable, "-m", "pipeline.cli", "import", str(tmp_path / "all.mbox"), *configured(tmp_path)]
    process = subprocess.Popen(arguments, cwd=ROOT, stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    while taken(tmp_path) < 100:
        time.sleep(0.01)
    process.send_signal(signal.SIGINT)
    out, error = process.communicate(timeout=30)
    assert process.returncode == 130, error
    assert "Stopped. What was taken is kept; call this again, and it goes on." in error
    assert "Traceback" not in error
    assert not out


def test_a_reader_that_goes_away_makes_no_noise_and_loses_nothing(tmp_path: Path) -> None:
    (tmp_path / "all.mbox").write_bytes(mbox(people(5)))
    arguments = [sys.executable, "-m", "pipeline.cli", "import", str(tmp_path / "all.mbox"), *configured(tmp_path)]
    reading, writing = os.pipe()
    process = subprocess.Popen(arguments, cwd=ROOT, stdout=writing, stderr=subprocess.PIPE, text=True)
    os.close(writing)
    os.close(reading)
    _, error = process.communicate(timeout=60)
    assert process.returncode == 1
    assert "Traceback" not in error
    assert count(tmp_path, "requests") == 5


def test_a_terminal_sees_how_far_it_is_and_a_file_does_not(tmp_path: Path) -> None:
    (tmp_path / "all.mbox").write_bytes(mbox(people(20)))
    arguments = [sys.executable, "-m", "pipeline.cli", "import", str(tmp_path / "all.mbox"), *configured(tmp_path)]
    ours, theirs = pty.openpty()
    process = subprocess.Popen(arguments, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=theirs)
    os.close(theirs)
    shown = b""
    with contextlib.suppress(OSError):  # Linux says so when the other end is gone
        while piece := os.read(ours, 4096):
            shown += piece
    os.close(ours)
    assert process.wait() == 0
    assert b"100%" in shown
    assert b"judging" in shown
    (tmp_path / "all.mbox").write_bytes(mbox(people(30)))
    told = salver(*arguments[3:]).stderr
    assert "%" not in told
    assert "judging" not in told


def test_while_a_server_holds_the_store_it_judges_what_is_imported(tmp_path: Path) -> None:
    server = Server(tmp_path)
    (tmp_path / "all.mbox").write_bytes(mbox(people(5)))
    server.start()
    try:
        done = salver("import", str(tmp_path / "all.mbox"), "--config", str(server.config))
        assert server.files() == []
    finally:
        server.stop()
    assert "A Salver is running on this store: it judges what was imported" in done.stderr
    assert done.stdout.startswith("5 requests in")


def test_whom_a_later_mail_tells_of_was_answered(tmp_path: Path) -> None:
    """Proven ones are counted as answered, unproven ones are told apart, and an acceptance before does not count."""
    note = "I read your talk on pay bands and would love to learn how you did it"
    key = rsa_key(2048)
    mails = []
    for number in range(4):
        person = Person(f"Bo {'abcd'[number]}", vanity=f"b-{number}", number=10**18 + number, note=note)
        mails.append(signed(linkedin.invitation_modern(person, at=NOON - 5 * DAY)))
        if number != 3:
            accepted = linkedin.accepted(person, at=NOON - (9 if number == 2 else 1) * DAY)
            mails.append(signed(accepted) if number != 1 else accepted)
    (tmp_path / "all.mbox").write_bytes(mbox(mails))
    with DnsServer({"s1._domainkey.linkedin.com": txt(key.record)}) as server:
        done = salver("import", str(tmp_path / "all.mbox"), *configured(tmp_path, resolver=server.endpoint))
    said = done.stdout.split("\n")[0]
    assert said.startswith("4 requests in 1 month (2026-11): 4 good, 2 of them you never answered"), done.stdout
    assert "For 1 more a mail says that you did, but nothing proves that it is real." in said
    best = done.stdout.partition("The best you never answered")[2]
    assert re.findall(r"^Bo \w", best, re.MULTILINE) == ["Bo c", "Bo d"]


def signed(raw: bytes) -> bytes:
    return sign(raw, rsa_key(2048), "linkedin.com", "s1")


def test_what_is_wrong_is_told_and_the_rest_is_imported(tmp_path: Path) -> None:
    config = configured(tmp_path)
    (tmp_path / "good.mbox").write_bytes(mbox(people(2)))
    (tmp_path / "bad.zip").write_bytes(b"PK\x03\x04 is all there is")
    done = salver("import", str(tmp_path / "bad.zip"), str(tmp_path / "good.mbox"), *config, code=1)
    assert "bad.zip is broken, or no archive" in done.stderr
    assert done.stdout.startswith("2 requests")
    assert "there is no file or folder" in salver("import", str(tmp_path / "no.mbox"), *config, code=1).stderr
    assert "there is no account home; known are none" in salver("import", "account:home", *config, code=1).stderr
    told = salver("import", str(tmp_path / "good.mbox"), *config, "--html", str(tmp_path / "good.mbox"), code=1)
    assert "is no page of `salver import`" in told.stderr
    assert (tmp_path / "good.mbox").read_bytes() == mbox(people(2))
    assert "a number and a unit" in salver("import", "x", *config, "--since", "soon", code=2).stderr


def test_a_bomb_does_not_stop_the_command_nor_fill_its_memory(tmp_path: Path) -> None:
    past.zip_bomb(tmp_path / "bomb.zip", 500_000_000)
    done = salver("import", str(tmp_path / "bomb.zip"), *configured(tmp_path), code=1)
    assert "more than 200 times its own size comes out of it" in done.stderr
    assert "There is no request among these mails." in done.stdout


def test_a_past_period_of_an_account_is_read_and_nothing_there_is_changed(tmp_path: Path) -> None:
    with dovecot.running() as server:
        client = server.client()
        for index, mail in enumerate([*people(3), other()]):
            when = imaplib.Time2Internaldate(time.time() - 3600 if index else 1_583_226_000)
            assert client.append("INBOX", "", when, mail)[0] == "OK"
        (tmp_path / "secret").write_text(dovecot.PASSWORD)
        (tmp_path / "secret").chmod(0o600)
        account = (
            f'[[account]]\nname = "home"\nhost = "127.0.0.1:{server.port}"\ntls = "none"\nuser = "{dovecot.USER}"\n'
            f'secret = "file:{tmp_path}/secret"\n'
        )
        config = configured(tmp_path, account)
        done = salver("import", "account:home", "--since", "30d", *config)
        assert "2 new mails taken, to be judged and filed nowhere; 1 others have nothing" in done.stderr
        assert "older" not in done.stderr, "what is older is not even asked for"
        assert "0 new mails taken" in salver("import", "account:home", "--since", "30d", *config).stderr
        assert "1 new mails taken" in salver("import", "account:home", "--since", "36500d", *config).stderr
        assert "no folder Archive" in salver("import", "account:home/Archive", *config, code=1).stderr
        client.select("INBOX", readonly=True)
        _, found = client.fetch("1:*", "(FLAGS)")
        assert len(found) == 4
        assert b"Seen" not in repr(found).encode()
        assert "Salver" not in repr(client.list())
        client.logout()
    assert not (tmp_path / "mail").exists() or not [path for path in (tmp_path / "mail").rglob("*") if path.is_file()]
