"""One connection of an account: signing in, what a failure means for a person, and how long it is left alone."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator

import pytest

from pipeline.accounts import session as sessions
from pipeline.accounts.session import AccountTrouble, Refused, Session, SignInRefused
from tests.builders import cut, dovecot
from tests.builders.dovecot import Dovecot


@pytest.fixture(scope="module")
def server() -> Iterator[Dovecot]:
    with dovecot.running() as started:
        yield started


@pytest.fixture
def proxy(server: Dovecot) -> Iterator[cut.Cut]:
    with cut.between(server.port) as between:
        yield between


def test_a_wrong_password_is_one_line_without_it_and_is_not_tried_again_at_once(
    server: Dovecot, proxy: cut.Cut, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WRONG", "not-the-password")
    session = Session(server.account(proxy.port, secret="env:WRONG"))
    for _ in range(2):
        with pytest.raises(AccountTrouble) as told, session.use():
            pass
        assert str(told.value).startswith(f"work: 127.0.0.1:{proxy.port} did not take the name and password (")
        assert str(told.value).endswith("`salver connect work` signs in anew")
        assert "\n" not in str(told.value)
        assert "not-the-password" not in str(told.value)
    assert proxy.commands.count("LOGIN") == 1


def test_a_secret_that_is_not_there_says_what_to_do(server: Dovecot) -> None:
    session = Session(server.account(secret="env:SALVER_NO_SUCH_VARIABLE"))
    with pytest.raises(SignInRefused, match="set the environment variable SALVER_NO_SUCH_VARIABLE"), session.use():
        pass


@pytest.mark.parametrize("how", cut.WAYS)
def test_a_line_that_is_cut_while_signing_in_is_not_taken_for_a_wrong_password(
    server: Dovecot, proxy: cut.Cut, how: cut.How
) -> None:
    proxy.at(2, how)
    session = Session(server.account(proxy.port))
    with pytest.raises(AccountTrouble, match="hung up, or the line was cut") as told, session.use():
        pass
    assert proxy.commands[-1] == "LOGIN"
    assert not isinstance(told.value, SignInRefused)


def test_a_password_with_letters_that_login_cannot_send_signs_in() -> None:
    with dovecot.running(password="pässwörd \N{SNOWMAN}") as server, Session(server.account()).use() as client:
        assert client.folder_exists("INBOX")


def test_a_server_that_is_down_is_left_alone_for_pauses_that_grow(server: Dovecot) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    session = Session(server.account(port))
    pauses = []
    for _ in range(9):
        session._not_before = 0.0
        with pytest.raises(AccountTrouble, match="Connection refused"), session.use():
            pass
        pauses.append(session._pause)
    assert pauses == [5, 10, 20, 40, 80, 160, 320, 600, 600]
    with pytest.raises(AccountTrouble, match="Connection refused"), session.use():
        pytest.fail("it was not left alone")


def test_what_is_refused_once_makes_nothing_else_wait(server: Dovecot) -> None:
    session = Session(server.account())
    with session.use() as client:
        client.select_folder("INBOX")
    for _ in range(3):
        with pytest.raises(Refused, match="select failed"), session.use() as again:
            again.select_folder("Nothing")
        assert again is client
    with session.use() as again:
        assert again is client
        assert again.folder_exists("INBOX")


def test_a_connection_that_died_while_nobody_used_it_is_opened_anew_without_a_word(
    server: Dovecot, proxy: cut.Cut, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = Session(server.account(proxy.port))
    with session.use() as client:
        assert client.folder_exists("INBOX")
    monkeypatch.setattr(sessions, "_QUIET_SECONDS", -1.0)
    with session.use() as again:
        assert again is client
        assert again.folder_exists("INBOX")
    proxy.at(1, "before")
    with session.use() as other:
        assert other is not client
        assert other.folder_exists("INBOX")
    assert proxy.commands[0] == "NOOP"


def test_closing_cuts_a_connection_that_waits_for_its_server(server: Dovecot) -> None:
    session = Session(server.account())
    told: list[str] = []
    waits = threading.Event()

    def use() -> None:
        try:
            with session.use() as client:
                client.select_folder("INBOX")
                client.idle()
                waits.set()
                client.idle_check()  # no news: for ever
                client.idle_done()
        except AccountTrouble as error:
            told.append(str(error))

    waiting = threading.Thread(target=use, daemon=True)
    waiting.start()
    assert waits.wait(20)
    session.close()
    waiting.join(20)
    assert not waiting.is_alive()
    assert len(told) == 1
