"""What goes wrong with the Dovecot that Salver runs: it dies, hangs, is left over, cannot start; the mail is safe."""

from __future__ import annotations

import asyncio
import contextlib
import imaplib
import os
import shutil
import signal
import socket
import ssl
import subprocess
import time
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import pytest

from pipeline.configuration import Configuration
from pipeline.dovecot.server import Pace, Served as Dovecot
from pipeline.mailboxes.maildir import Maildir
from pipeline.settings import load
from tests.builders import served
from tests.builders.certificates import loopback
from tests.builders.server import free_port

QUICK = Pace(start=10, look=0.1, knock=0.3, answer=1, first=0.1, longest=1, well=60)


@pytest.fixture
def home() -> Iterator[Path]:
    with served.folder() as folder:
        yield folder


def told(home: Path, more: str = "", imap: str = "") -> Configuration:
    listen = "" if "listen" in imap else 'listen = "127.0.0.1:0"\n'
    (home / "salver.toml").write_text(
        f'[store]\nurl = "sqlite:///{home}/salver.db"\n[imap]\nserve = true\n{listen}{imap}\n{more}\n'
        f'[[owner]]\naddresses = ["amy@salver.test"]\nmailbox = "maildir:{home}/mail"\n'
    )
    ids = (served.OWN.pw_uid, served.OWN.pw_gid) if os.geteuid() == 0 else None
    Maildir(home / "mail", ids=ids).prepare()
    return load(home / "salver.toml", environment={})


@contextlib.asynccontextmanager
async def serving(configuration: Configuration, pace: Pace = QUICK) -> AsyncIterator[Dovecot]:
    dovecot = Dovecot(configuration, pace)
    await dovecot.start()
    try:
        yield dovecot
    finally:
        await dovecot.stop()


async def until(condition: Callable[[], object], seconds: float = 40) -> None:
    async with asyncio.timeout(seconds):
        while not condition():  # noqa: ASYNC110 - nobody announces it
            await asyncio.sleep(0.02)


def client(home: Path, dovecot: Dovecot) -> imaplib.IMAP4_SSL:
    assert dovecot.address is not None, dovecot.trouble
    found = imaplib.IMAP4_SSL(*dovecot.address, timeout=20)
    found.login("amy", (home / "imap-password-amy").read_text().strip())
    return found


def works(home: Path, dovecot: Dovecot) -> bool:
    with client(home, dovecot) as each:
        return each.select("Good")[0] == "OK"


async def test_it_is_ended_with_us_and_nothing_of_it_stays(home: Path) -> None:
    async with serving(told(home)) as dovecot:
        assert await asyncio.to_thread(works, home, dovecot)
        assert len(served.processes(home)) > 3
    assert served.processes(home) == []


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
async def test_a_dovecot_that_is_killed_comes_back(home: Path, number: int) -> None:
    async with serving(told(home)) as dovecot:
        (before,) = served.masters(home)
        os.kill(before, number)
        await until(lambda: dovecot.address is None)
        await until(lambda: dovecot.address is not None)
        assert served.masters(home) != [before]
        assert await asyncio.to_thread(works, home, dovecot)


async def test_a_part_that_hangs_is_noticed_and_all_is_started_anew(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    async with serving(told(home)) as dovecot:
        for pid in served.parts(home):
            os.kill(pid, signal.SIGSTOP)
        await until(lambda: dovecot.address is None)
        await until(lambda: dovecot.address is not None)
        assert await asyncio.to_thread(works, home, dovecot)
    assert served.processes(home) == []
    told_of = capsys.readouterr()
    assert (told_of.out + told_of.err).count("hangs") == 1


async def test_a_killed_login_process_is_replaced_without_a_new_start(home: Path) -> None:
    async with serving(told(home)) as dovecot:
        before = served.masters(home)
        killed = [pid for pid, name in served.parts(home).items() if name == "imap-login"]
        assert killed
        for pid in killed:
            os.kill(pid, signal.SIGKILL)
        assert await asyncio.to_thread(works, home, dovecot)
        assert served.masters(home) == before


async def test_one_left_over_by_a_run_whose_guard_was_killed_too_is_ended_first(home: Path) -> None:
    configuration = told(home, imap=f'listen = "127.0.0.1:{free_port()}"')
    async with serving(configuration) as first:
        (left_over,) = served.masters(home)
        guard = served.guard(home)
        assert first._task is not None
        first._task.cancel()  # the run that is cut short: its guard is killed before it can end anything
        os.kill(guard, signal.SIGKILL)
        await until(lambda: first._task is None or first._task.done())
        assert served.masters(home) == [left_over]
        async with serving(configuration) as second:
            await until(lambda: second.address is not None)
            assert await asyncio.to_thread(works, home, second)
            assert left_over not in served.masters(home)


async def test_a_process_that_is_not_our_dovecot_is_left_alone_whatever_the_file_says(home: Path) -> None:
    configuration = told(home)
    async with serving(configuration):
        pass
    with subprocess.Popen(["sleep", "60"]) as stranger:  # noqa: ASYNC220
        try:
            (home / "salver-imap" / "live" / "run" / "master.pid").write_text(f"{stranger.pid}\n")
            async with serving(configuration) as dovecot:
                assert await asyncio.to_thread(works, home, dovecot)
            assert stranger.poll() is None
        finally:
            stranger.kill()


async def test_a_taken_port_is_told_in_one_line_and_served_once_it_is_free(home: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        dovecot = Dovecot(told(home, imap=f'listen = "127.0.0.1:{port}"'), QUICK)
        lines = await dovecot.start()
    try:
        assert len(lines) == 1
        assert f"port {port} is taken; stop who has it" in lines[0]
        await until(lambda: dovecot.address is not None)
        assert await asyncio.to_thread(works, home, dovecot)
    finally:
        await dovecot.stop()


@pytest.mark.parametrize(
    ("imap", "says"),
    [
        ('program = "/nowhere/dovecot"', "there is no program /nowhere/dovecot"),
        ('program = "/bin/true"', "is no Dovecot"),
        ('listen = "192.0.2.1:1993"', "cannot listen at 192.0.2.1"),
    ],
)
async def test_what_cannot_be_is_told_in_one_line(home: Path, imap: str, says: str) -> None:
    dovecot = Dovecot(told(home, imap=imap), QUICK)
    try:
        (line,) = await dovecot.start()
        assert says in line
    finally:
        await dovecot.stop()


async def test_without_dovecot_one_line_says_how_to_get_it(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipeline.dovecot.program._PLACES", ())
    monkeypatch.setenv("PATH", str(home))
    dovecot = Dovecot(told(home), QUICK)
    try:
        (line,) = await dovecot.start()
        assert "Dovecot is not installed. Get it: " in line
    finally:
        await dovecot.stop()


async def test_a_password_that_is_no_hash_is_refused_without_being_told(home: Path) -> None:
    for given in ("open sesame", "{PLAIN}sesame", "file:/nowhere/at/all"):
        found = told(home)
        owner = found.owner[0].model_copy(update={"password": given})
        dovecot = Dovecot(found.model_copy(update={"owner": (owner,)}), QUICK)
        try:
            (line,) = await dovecot.start()
            assert "amy cannot sign in" in line
            assert "sesame" not in line
        finally:
            await dovecot.stop()


async def test_broken_index_files_lose_no_mail_and_no_flag(home: Path) -> None:
    async with serving(told(home)) as dovecot:

        def damage() -> list[bytes]:
            with client(home, dovecot) as each:
                for number in range(20):
                    each.append("Good", "\\Flagged", None, f"Subject: {number}\r\n\r\nx\r\n".encode())  # type: ignore[arg-type]
                each.select("Good")
                each.fetch("1:*", "(BODY.PEEK[] ENVELOPE)")
                broken = list((home / "mail" / ".Good").glob("dovecot.index*"))
                assert broken
                for path in broken:
                    path.write_bytes(os.urandom(path.stat().st_size or 100))
            with client(home, dovecot) as each:
                each.select("Good")
                return each.search(None, "FLAGGED")[1]

        (found,) = await asyncio.to_thread(damage)
        assert len(found.split()) == 20


async def test_a_folder_that_is_renamed_or_deleted_under_it_comes_back(home: Path) -> None:
    async with serving(told(home)) as dovecot:

        def under_us() -> tuple[str, set[str]]:
            with client(home, dovecot) as each:
                each.select("Ugly")
                (home / "mail" / ".Ugly").rename(home / "mail" / ".Mine")
                shutil.rmtree(home / "mail" / ".Intriguing")
                with contextlib.suppress(imaplib.IMAP4.error):
                    each.noop()
            with client(home, dovecot) as each:
                names = {row.rpartition(b'"/" ')[2].decode() for row in each.list()[1] if isinstance(row, bytes)}
                return each.select("Intriguing")[0], names

        answer, names = await asyncio.to_thread(under_us)
        assert answer == "OK"
        assert names >= {"INBOX", "Good", "Intriguing", "Ugly", "Mine"}


async def test_a_full_disk_is_told_to_the_client_and_loses_nothing(home: Path) -> None:
    (home / "mail").mkdir(mode=0o711)
    if not served.small_disk(home / "mail"):
        pytest.skip("only root may mount a small disk")
    try:
        os.chown(home / "mail", served.OWN.pw_uid, served.OWN.pw_gid)
        async with serving(told(home)) as dovecot:

            def fill() -> tuple[str, int, int]:
                with client(home, dovecot) as each:
                    kept, mail = 0, b"Subject: large\r\n\r\n" + b"x" * 100_000 + b"\r\n"
                    while (answer := each.append("Good", "", None, mail)[0]) == "OK":  # type: ignore[arg-type]
                        kept += 1
                    each.select("Good", readonly=True)
                    return answer, kept, len(each.search(None, "ALL")[1][0].split())

            answer, kept, found = await asyncio.to_thread(fill)
            assert (answer, found) == ("NO", kept)
            assert 3 < kept < 11
    finally:
        served.unmount(home / "mail")


async def test_a_renewed_certificate_is_shown_to_the_next_client(home: Path) -> None:
    def shown() -> str:
        assert dovecot.address is not None
        return ssl.get_server_certificate(dovecot.address)

    files = loopback(home, "mx")
    more = f'[smtp]\ncertificate = "{files[0]}"\nkey = "{files[1]}"'
    async with serving(told(home, more)) as dovecot:
        (master,) = served.masters(home)
        before = await asyncio.to_thread(shown)
        assert before.strip() in files[0].read_text()
        loopback(home, "mx")
        async with asyncio.timeout(30):
            while (after := await asyncio.to_thread(shown)) == before:  # noqa: ASYNC110
                await asyncio.sleep(0.1)
        assert after.strip() in files[0].read_text()
        assert served.masters(home) == [master]


async def test_a_path_too_long_for_sockets_is_no_trouble(home: Path) -> None:
    deep = home / ("a long name of a folder " * 4)
    deep.mkdir(mode=0o711)
    async with serving(told(deep)) as dovecot:
        assert await asyncio.to_thread(works, deep, dovecot)
        short = os.readlink(deep / "salver-imap" / "short")
        assert served.is_folder(short)
    assert not served.is_folder(short)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root runs it as somebody else")
async def test_a_folder_that_its_user_may_not_pass_through_is_named(home: Path) -> None:
    (home / "shut").mkdir(mode=0o700)
    found = told(home)
    owner = found.owner[0].model_copy(update={"mailbox": f"maildir:{home}/shut/mail"})
    dovecot = Dovecot(found.model_copy(update={"owner": (owner,)}), QUICK)
    try:
        lines = await dovecot.start()
        assert f"may not pass through {home}/shut to {home}/shut/mail; chmod o+x {home}/shut" in lines[-1]
    finally:
        await dovecot.stop()


def test_nothing_stays_when_salver_is_killed_and_the_next_start_serves_again() -> None:
    with served.running() as salver:
        assert len(served.processes(salver.home)) > 3
        salver.server.kill()
        deadline = time.monotonic() + 30
        while served.processes(salver.home) and time.monotonic() < deadline:
            time.sleep(0.05)
        assert served.processes(salver.home) == []
        password, certificate = salver.password, salver.certificate.read_bytes()
        salver.start()
        assert (salver.password, salver.certificate.read_bytes()) == (password, certificate)


@pytest.mark.nightly
async def test_a_folder_of_50_000_mails_is_read_and_watched(home: Path) -> None:
    found = told(home)
    new = home / "mail" / ".Good" / "new"
    for number in range(50_000):
        path = new / f"1764150000.{number:032x}.salver"
        path.write_bytes(b"From: a@b.test\r\nSubject: %d\r\n\r\nx\r\n" % number)
        if os.geteuid() == 0:
            os.chown(path, served.OWN.pw_uid, served.OWN.pw_gid)
    async with serving(found) as dovecot:

        def look() -> tuple[bytes | None, int]:
            with client(home, dovecot) as each:
                _, (count,) = each.select("Good")
                rows = len(each.fetch("1:*", "(FLAGS)")[1])
                with client(home, dovecot) as other:
                    other.append("Good", "", None, b"Subject: one more\r\n\r\nx\r\n")  # type: ignore[arg-type]
                each.send(b"i1 IDLE\r\n")
                while b"50001 EXISTS" not in (line := each.readline()):
                    assert line
                each.send(b"DONE\r\n")
                while not each.readline().startswith(b"i1 OK"):
                    pass
                return count, rows

        assert await asyncio.to_thread(look) == (b"50000", 50_000)
