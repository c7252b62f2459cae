"""Handing mail over by LMTP to a real Dovecot: once, whatever is cut, and what is said where it does not go."""

from __future__ import annotations

import smtplib
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import Future
from ipaddress import IPv4Address
from pathlib import Path
from types import SimpleNamespace

import pytest

from pipeline import sieve
from pipeline.mailboxes import lmtp
from pipeline.mailboxes.lmtp import LmtpMailbox, Undelivered
from pipeline.mailboxes.lmtp_place import lmtp_place
from pipeline.store.key import Key
from stages.header import prepend
from tests.builders import account, dovecot_lmtp, letters, lmtp_proxy
from tests.builders.certificates import loopback
from tests.builders.dovecot_lmtp import Lmtp
from tests.builders.lmtp_proxy import How, Proxy

MAIL = "0192f3a4b5c6d7e8f90123456789abcd"
OTHER = "0192f3a4b5c6d7e8f90123456789abce"
KEY = Key(b"k" * 32)
RAW = letters.mail("A few words.\n", line_end="\r\n")
AT = account.AT
DOVECOT_FILES_WITH = b"\n"
"""What it keeps as the end of a line, be it CRLF or LF."""


def content(mail: str = MAIL, verdict: str = "good", raw: bytes = RAW) -> bytes:
    return prepend("by mx.salver.test; now", (("X-Salver-Verdict", verdict),), mail, raw)


def box(server: Lmtp, proxy: Proxy | None = None, target: str = "", more: str = "") -> LmtpMailbox:
    target = target or server.target
    place = lmtp_place((target.replace(f":{server.port}/", f":{proxy.port}/") if proxy else target) + more)
    assert place is not None
    return LmtpMailbox(place, sieve.key_of(KEY, place.address))


def script(server: Lmtp) -> str:
    place = lmtp_place(server.target)
    assert place is not None
    return sieve.script([place], KEY)


def lying(server: Lmtp) -> dict[str, int]:
    return {folder: len(lies) for folder, lies in account.lying(server.server).items()}


@pytest.fixture(scope="module")
def started() -> Iterator[Lmtp]:
    with dovecot_lmtp.running() as server:
        server.script(script(server))
        yield server


@pytest.fixture
def server(started: Lmtp) -> Lmtp:
    started.empty()
    return started


@pytest.fixture
def proxy(server: Lmtp) -> Iterator[Proxy]:
    with lmtp_proxy.between(server.port) as between:
        yield between


# --- what is handed over


@pytest.mark.parametrize("folder", ["INBOX", "Good", "Intriguing", "Ugly"])
def test_a_mail_lies_in_its_folder_unread_which_is_made(server: Lmtp, folder: str) -> None:
    assert box(server).file(MAIL, folder, content(), AT, search=False) == ("", False)
    ((where, (lies,)),) = account.lying(server.server).items()
    assert (where, lies.flags) == (folder, frozenset())
    assert lies.raw.endswith(b"\r\n" + content())


def test_octets_arrive_as_they_are_but_for_the_ends_of_lines(server: Lmtp) -> None:
    body = b"\r\n.\r\n..\r\n.one\n.\r\n.two\n..\n\r.\r\n a bare \r, \0, \xff\xc3\xa9 and " + b"x" * 70_000
    raw = b"From: a@b\r\nMessage-ID: <x@y>\r\n" + body
    box(server).file(MAIL, "Good", content(raw=raw), AT, search=False)
    (path,) = [path for path in server.server.root.glob(".Good/*/*") if path.is_file()]
    kept = content(raw=raw + b"\r\n").replace(b"\r\n", DOVECOT_FILES_WITH)
    assert path.read_bytes().endswith(b"\n" + kept)


def test_a_mail_cannot_end_itself_and_go_on_with_commands(server: Lmtp) -> None:
    smuggled = b"MAIL FROM:<>\r\nRCPT TO:<amy@salver.test>\r\nDATA\r\nSubject: second\r\n\r\nx\r\n"
    for end in (b"\r\n.\r\n", b"\n.\n", b"\n.\r\n", b"\r\n.\n", b"\r.\r", b"\r.\r\n"):
        box(server).file(MAIL, "Good", content(raw=RAW + end + smuggled + end + b"more"), AT, search=False)
        assert sum(lying(server).values()) == 1
        (path,) = [path for path in server.server.root.glob(".Good/*/*") if path.is_file()]
        assert path.read_bytes().endswith(b"more\n")
        server.empty()


@pytest.mark.parametrize(("raw", "body"), [(RAW, ""), (RAW + b"\xff", " BODY=8BITMIME")])
def test_eight_bits_are_announced_and_nobody_is_named_as_the_sender(
    server: Lmtp, proxy: Proxy, raw: bytes, body: str
) -> None:
    box(server, proxy).file(MAIL, "Good", content(raw=raw), AT, search=False)
    assert proxy.commands[1:4] == [f"MAIL FROM:<>{body}", "RCPT TO:<amy@salver.test>", "DATA"]


def test_a_socket_of_this_machine_will_do(server: Lmtp) -> None:
    box(server, target=f"lmtp://{server.socket}/amy@salver.test").file(MAIL, "Ugly", content(), AT, search=False)
    assert lying(server) == {"Ugly": 1}


def test_what_belongs_into_a_folder_is_addressed_with_its_name_as_detail_where_that_is_asked_for(
    server: Lmtp, proxy: Proxy
) -> None:
    detailed = box(server, proxy, more="?folder=detail")
    detailed.file(MAIL, "Good", content(), AT, search=False)
    detailed.file(OTHER, "INBOX", content(OTHER), AT, search=False)
    told = [command for command in proxy.commands if command.startswith("RCPT")]
    assert told == ["RCPT TO:<amy+Good@salver.test>", "RCPT TO:<amy@salver.test>"]


@pytest.mark.parametrize(("mail", "folder"), [("a b", "Good"), (MAIL, "Archive"), (MAIL, "Good; key=1")])
def test_nothing_but_a_mail_id_and_a_folder_of_ours_is_ever_told(server: Lmtp, mail: str, folder: str) -> None:
    with pytest.raises(ValueError, match=r"^no "):
        box(server).file(mail, folder, content(), AT, search=False)


# --- once, whatever is cut


@pytest.mark.parametrize(("what", "how"), lmtp_proxy.WAYS)
def test_a_mail_whose_delivery_was_cut_lies_there_once_in_the_end(
    server: Lmtp, proxy: Proxy, what: str, how: How
) -> None:
    proxy.at(what, how)
    mailbox = box(server, proxy)
    with pytest.raises(Undelivered, match=r"hung up|did not say whether it took it|speaks no LMTP"):
        mailbox.file(MAIL, "Good", content(), AT, search=False)
    assert proxy.done
    mailbox.again()
    mailbox.file(MAIL, "Good", content(), AT, search=True)
    mailbox.file(OTHER, "Good", content(OTHER), AT, search=False)
    assert lying(server) == {"Good": 2}


def test_a_lost_reply_is_told_as_what_it_is(server: Lmtp, proxy: Proxy) -> None:
    proxy.at("mail", "unanswered")
    with pytest.raises(
        Undelivered, match=r"had the whole mail and did not say .* Sieve script of `salver sieve` drops"
    ):
        box(server, proxy).file(MAIL, "Good", content(), AT, search=False)
    assert lying(server) == {"Good": 1}


def test_a_server_that_hangs_up_right_after_it_took_a_mail_has_taken_it(
    server: Lmtp, monkeypatch: pytest.MonkeyPatch
) -> None:
    """That the connection is reset just before our QUIT cannot be had at will, so it is played."""
    say = smtplib.LMTP.putcmd

    def quits(client: smtplib.LMTP, command: str, more: str = "") -> None:
        if command == "QUIT":
            raise smtplib.SMTPServerDisconnected("reset")
        say(client, command, more)

    monkeypatch.setattr(smtplib.LMTP, "putcmd", quits)
    box(server).file(MAIL, "Good", content(), AT, search=False)
    assert lying(server) == {"Good": 1}


def test_without_the_script_a_lost_reply_leaves_two_copies_and_never_none(started: Lmtp) -> None:
    with dovecot_lmtp.running() as plain, lmtp_proxy.between(plain.port) as proxy:
        proxy.at("mail", "unanswered")
        mailbox = box(plain, proxy)
        with pytest.raises(Undelivered):
            mailbox.file(MAIL, "Good", content(), AT, search=False)
        mailbox.again()
        mailbox.file(MAIL, "Good", content(), AT, search=True)
        assert lying(plain) == {"INBOX": 2}


def test_a_mail_that_is_judged_anew_is_left_where_it_lies_and_never_given_again(server: Lmtp, proxy: Proxy) -> None:
    mailbox = box(server, proxy)
    mailbox.file(MAIL, "Good", content(), AT, search=False)
    proxy.commands.clear()
    assert mailbox.refile(MAIL, ["Good"], "Ugly", content(verdict="ugly"), AT) == ("", True, None, False)
    assert mailbox.refile(MAIL, ["Good"], "Good", content(), AT) == ("", True, "Good", False)
    assert (mailbox.where(MAIL, AT), mailbox.moved([]), mailbox.arrived(), mailbox.sweep()) == (None, {}, (), 0)
    assert mailbox.remove(MAIL, AT, "Good", RAW).kept
    assert proxy.commands == []
    assert lying(server) == {"Good": 1}


# --- what does not go


def test_a_server_that_does_not_know_the_recipient_says_so_at_the_start_and_with_each_mail(
    server: Lmtp, proxy: Proxy
) -> None:
    mailbox = box(server, proxy, target=f"lmtp://127.0.0.1:{server.port}/bert@salver.test")
    why = f"127.0.0.1:{proxy.port} takes no mail for bert@salver.test (550 5.1.1 User doesn't exist: bert@salver.test)"
    for call in (mailbox.prepare, lambda: mailbox.file(MAIL, "Good", content(), AT, search=False)):
        with pytest.raises(Undelivered) as told:
            call()
        assert str(told.value) == why
    asked = proxy.connections
    for mail in (MAIL, OTHER):  # it is left alone for a while, with every mail
        with pytest.raises(Undelivered) as told:
            mailbox.file(mail, "Good", content(mail), AT, search=True)
        assert (str(told.value), proxy.connections) == (why, asked)


@pytest.mark.parametrize(
    ("user", "kilobytes", "pauses"),
    [("bert", 0, (60, 120, 240)), ("amy", 64, (5, 10, 20)), ("nowhere", 0, (2, 4, 8))],
    ids=["refused", "full", "down"],
)
def test_what_did_not_go_is_left_alone_for_longer_and_longer(
    user: str, kilobytes: int, pauses: tuple[int, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = [1000.0]
    monkeypatch.setattr(lmtp, "time", SimpleNamespace(monotonic=lambda: clock[0]))
    large = content(raw=RAW + b"x" * 90_000)
    with dovecot_lmtp.running(quota=kilobytes) as started, lmtp_proxy.between(started.port) as proxy:
        mailbox = box(started, proxy, target=f"lmtp://127.0.0.1:{started.port}/{user}@salver.test")
        for number, pause in enumerate(pauses, 1):
            if user == "nowhere":
                proxy.at("LHLO", "before")
            for passes in (pause - 0.5, 1.0):
                with pytest.raises(Undelivered):
                    mailbox.file(MAIL, "Good", large, AT, search=True)
                assert proxy.connections == number
                clock[0] += passes


def test_what_failed_before_a_success_is_forgotten(server: Lmtp, proxy: Proxy, monkeypatch: pytest.MonkeyPatch) -> None:
    clock = [1000.0]
    monkeypatch.setattr(lmtp, "time", SimpleNamespace(monotonic=lambda: clock[0]))
    mailbox = box(server, proxy)
    for _ in range(3):
        proxy.at("LHLO", "before")
        with pytest.raises(Undelivered):
            mailbox.file(MAIL, "Good", content(), AT, search=True)
        clock[0] += 2.5
        mailbox.file(MAIL, "Good", content(), AT, search=True)


def test_a_server_that_takes_no_detail_is_told_of_together_with_what_to_leave_out(server: Lmtp) -> None:
    detailed = box(server, target=f"lmtp://127.0.0.1:{server.port}/bert@salver.test?folder=detail")
    with pytest.raises(Undelivered, match=r"for bert\+Good@.*does it know \+detail\? Else leave `folder=detail` out$"):
        detailed.file(MAIL, "Good", content(), AT, search=False)


def test_a_full_mailbox_holds_up_what_does_not_fit_and_gets_it_once_there_is_room(tmp_path: Path) -> None:
    large = content(raw=RAW + b"x" * 60_000)
    with dovecot_lmtp.running(quota=64) as full:
        full.script(script(full))
        mailbox = box(full)
        mailbox.file(OTHER, "Good", content(OTHER, raw=RAW + b"x" * 60_000), AT, search=False)
        for _ in range(2):
            with pytest.raises(Undelivered) as told:
                mailbox.file(MAIL, "Good", large, AT, search=False)
            where = f"127.0.0.1:{full.port}"
            why = f"the mailbox of amy@salver.test at {where} has no room left (552 5.2.2 Quota exceeded"
            assert str(told.value).startswith(why)
        account.do(full.server, "uid", "STORE", "1", "+FLAGS", r"(\Deleted)", select="Good")
        account.do(full.server, "expunge", select="Good")
        mailbox.again()
        mailbox.file(MAIL, "Good", large, AT, search=True)
        mailbox.file(MAIL, "Good", large, AT, search=True)  # that it was refused before is no reason to drop it, or not
        assert lying(full) == {"Good": 1}


def test_one_mail_that_is_refused_holds_up_no_other(tmp_path: Path) -> None:
    with dovecot_lmtp.running(quota=64) as full:
        full.script(script(full))
        mailbox = box(full)
        with pytest.raises(Undelivered):
            mailbox.file(MAIL, "Good", content(raw=RAW + b"x" * 90_000), AT, search=False)
        mailbox.file(OTHER, "Good", content(OTHER), AT, search=False)
        assert lying(full) == {"Good": 1}


@pytest.mark.parametrize(
    ("target", "why"),
    [
        ("lmtp://127.0.0.1:{free}/amy@salver.test", r"^127.0.0.1:\d+ cannot be reached: Connection refused$"),
        ("lmtp:///nowhere/lmtp/amy@salver.test", r"^/nowhere/lmtp cannot be reached: No such file or directory$"),
        ("lmtp://127.0.0.1:{imap}/amy@salver.test", r"^127.0.0.1:\d+ speaks no LMTP \(\[CAPABILITY"),
        ("lmtp://127.0.0.1:{port}/amy@salver.test?tls=required", r"offers no STARTTLS, and `tls=required` is set$"),
    ],
)
def test_a_server_that_cannot_be_talked_with_is_told_of_in_one_line(server: Lmtp, target: str, why: str) -> None:
    with lmtp_proxy.between(server.port) as closed:
        free = closed.port
    mailbox = box(server, target=target.format(free=free, imap=server.server.port, port=server.port))
    with pytest.raises(Undelivered, match=why) as told:
        mailbox.prepare()
    assert "\n" not in str(told.value)


def test_a_server_that_hangs_is_let_go_of_when_salver_stops(server: Lmtp, proxy: Proxy) -> None:
    proxy.at("mail", "hang")
    mailbox = box(server, proxy)
    waits: Future[tuple[str, bool]] = mailbox.threads.submit(mailbox.file, MAIL, "Good", content(), AT, False)
    while not proxy.done:
        time.sleep(0.005)
    mailbox.close()
    assert isinstance(waits.exception(20), Undelivered)


def test_a_server_that_says_nothing_is_given_up(server: Lmtp, proxy: Proxy, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lmtp, "LAST_SECONDS", 0.2)
    monkeypatch.setattr(lmtp, "ANSWER_SECONDS", 0.2)
    for what, why in (("RCPT", "does not answer$"), ("mail", "did not say whether it took it")):
        mailbox = box(server, proxy)
        proxy.at(what, "hang")
        with pytest.raises(Undelivered, match=why):
            mailbox.file(MAIL, "Good", content(), AT, search=False)
    assert lying(server) == {}


# --- encrypted


@pytest.fixture(scope="module")
def secured() -> Iterator[tuple[Lmtp, Path]]:
    with tempfile.TemporaryDirectory() as name:  # where the server's user may read
        folder = Path(name)
        folder.chmod(0o755)
        made = loopback(folder)
        made.key.chmod(0o644)
        with dovecot_lmtp.running(certificate=made) as server:
            yield server, made.certificate


def test_where_it_is_required_the_certificate_must_hold_and_then_all_is_encrypted(
    secured: tuple[Lmtp, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    server, certificate = secured
    before = sum(lying(server).values())
    with pytest.raises(Undelivered, match=r"^the certificate of 127.0.0.1:\d+ does not hold: self-signed"):
        box(server, more="?tls=required").file(MAIL, "Good", content(), AT, search=False)
    assert sum(lying(server).values()) == before
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    box(server, more="?tls=required").file(MAIL, "Good", content(), AT, search=False)
    assert sum(lying(server).values()) == before + 1
    assert "with LMTPS" in account.lying(server.server)["INBOX"][-1].raw.decode()


def test_elsewhere_it_is_encrypted_where_that_is_offered_and_on_this_machine_not(
    secured: tuple[Lmtp, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing here listens on another address than loopback: that a server is elsewhere is played."""
    server, _ = secured
    box(server).file(MAIL, "Good", content(), AT, search=False)
    assert "with LMTP\r\n" in account.lying(server.server)["INBOX"][-1].raw.decode()
    monkeypatch.setattr(lmtp, "ip_address", lambda text: IPv4Address("192.0.2.1"))
    box(server).file(MAIL, "Good", content(), AT, search=False)
    assert "with LMTPS" in account.lying(server.server)["INBOX"][-1].raw.decode()
