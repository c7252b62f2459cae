"""Tokens: kept, refreshed ahead of their end, never lost; against a real authorisation server on loopback."""

from __future__ import annotations

import multiprocessing
import os
import stat
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from threading import Barrier

import pytest

from pipeline.accounts import oauth, tokens
from pipeline.accounts.account import Account
from pipeline.accounts.oauth import Token
from pipeline.accounts.secrets import keep
from pipeline.accounts.session import AccountTrouble, SignInRefused
from pipeline.accounts.tokens import keep_token, kept, token_of
from tests.builders import certificates, keyrings, token_server
from tests.builders.token_server import CLIENT, TokenServer


@pytest.fixture
def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[TokenServer]:
    certificate = certificates.loopback(tmp_path)
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(certificate.certificate))
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    with token_server.running(certificate) as running:
        yield running


def account(tmp_path: Path, secret: str = "") -> Account:
    return Account(
        name="gmail",
        host="imap.example.org",
        user="amy",
        sign_in="xoauth2",
        secret=secret or f"file:{tmp_path}/secrets/gmail",
    )


def signed_in(server: TokenServer, where: Account, *, left: int = 3600, lives: int = 3600) -> Token:
    """A sign-in whose access token has `left` seconds of `lives`."""
    given = server._issue("amys")
    now = int(time.time())
    token = Token(
        client_id=CLIENT,
        token_url=f"{server.url}/token",
        revoke_url=f"{server.url}/revoke",
        access_token=given["access_token"],
        refresh_token=given["refresh_token"],
        got_at=now - lives + left,
        expires_at=now + left,
    )
    keep_token(where.secret, token)
    return token


def test_a_token_with_time_left_is_given_without_asking(tmp_path: Path, server: TokenServer) -> None:
    mine = account(tmp_path)
    token = signed_in(server, mine)
    assert token_of(mine) == token.access_token
    assert server.grants("refresh_token") == []


@pytest.mark.parametrize(
    ("left", "lives", "asks"),
    [(301, 3600, 0), (299, 3600, 1), (-5, 3600, 1), (16, 60, 0), (14, 60, 1)],
    ids=["an hour, not yet", "an hour, ahead", "ended", "a minute, not yet", "a minute, ahead"],
)
def test_a_token_is_refreshed_ahead_of_its_end(
    tmp_path: Path, server: TokenServer, left: int, lives: int, asks: int
) -> None:
    mine = account(tmp_path)
    token = signed_in(server, mine, left=left, lives=lives)
    assert (token_of(mine) != token.access_token) == bool(asks)
    assert len(server.grants("refresh_token")) == asks


def test_a_rotated_refresh_token_is_kept_for_the_next_time(tmp_path: Path, server: TokenServer) -> None:
    mine = account(tmp_path)
    server.access_life = 0  # ends at once
    first = signed_in(server, mine, left=-1)
    for _ in range(3):
        token_of(mine, refused=kept(mine.secret).access_token)
    assert len(server.grants("refresh_token")) == 3
    assert len({asked["refresh_token"] for asked in server.grants("refresh_token")}) == 3
    assert kept(mine.secret).refresh_token in server.refresh
    assert first.refresh_token in server.spent
    assert server.ended == set()


def test_a_server_that_sends_no_new_refresh_token_leaves_the_old_one(tmp_path: Path, server: TokenServer) -> None:
    mine = account(tmp_path)
    server.rotate = False
    token = signed_in(server, mine, left=-1)
    assert token_of(mine) != token.access_token
    assert kept(mine.secret).refresh_token == token.refresh_token


def test_a_refused_token_is_replaced_though_it_had_time_left(tmp_path: Path, server: TokenServer) -> None:
    mine = account(tmp_path)
    token = signed_in(server, mine)
    fresh = token_of(mine, refused=token.access_token)
    assert fresh != token.access_token
    assert token_of(mine) == fresh
    assert len(server.grants("refresh_token")) == 1


def test_one_that_was_refused_long_ago_is_not_replaced_again(tmp_path: Path, server: TokenServer) -> None:
    mine = account(tmp_path)
    token = signed_in(server, mine)
    fresh = token_of(mine, refused=token.access_token)
    assert token_of(mine, refused=token.access_token) == fresh  # a second connection found out later
    assert len(server.grants("refresh_token")) == 1


@pytest.mark.parametrize("disk", ["a lock on disk", "no lock on disk"])
def test_threads_that_meet_refresh_once_and_share_what_came(tmp_path: Path, server: TokenServer, disk: str) -> None:
    mine = account(tmp_path)
    signed_in(server, mine, left=-1)
    if disk == "no lock on disk":
        tokens.lock_of(mine.secret).mkdir()
    server.delay = 0.3
    found: list[str] = []
    threads = [threading.Thread(target=lambda: found.append(token_of(mine))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert len(found) == 8
    assert len(set(found)) == 1
    assert len(server.grants("refresh_token")) == 1


def _token_of_in_a_process(mine: Account, together: Barrier) -> None:
    together.wait(60)
    token_of(mine)


def test_processes_that_meet_do_not_spend_a_refresh_token_twice(tmp_path: Path, server: TokenServer) -> None:
    mine = account(tmp_path)
    signed_in(server, mine, left=-1)
    server.delay = 0.5
    spawn = multiprocessing.get_context("spawn")
    together = spawn.Barrier(3)
    processes = [spawn.Process(target=_token_of_in_a_process, args=(mine, together)) for _ in range(3)]
    for process in processes:
        process.start()
    for process in processes:
        process.join(60)
    assert [process.exitcode for process in processes] == [0, 0, 0]
    assert len(server.grants("refresh_token")) == 1
    assert server.ended == set()


def test_a_revoked_sign_in_asks_for_a_person(tmp_path: Path, server: TokenServer) -> None:
    mine = account(tmp_path)
    token = signed_in(server, mine, left=-1)
    server.end_all()
    with pytest.raises(SignInRefused, match=r"run out or was revoked.*`salver connect gmail` signs in anew") as refused:
        token_of(mine)
    assert "\n" not in str(refused.value)
    assert not [secret for secret in server.given_out() if secret in str(refused.value)]
    assert kept(mine.secret) == token


@pytest.mark.parametrize(
    "says",
    [
        (503, b"<html>a proxy in between</html>"),
        (200, b"[]"),
        (200, b'"text"'),
        (200, b""),
        (200, b'{"access_token": null}'),
        (200, b'{"access_token": "x", "token_type": "Bearer", "expires_in": "soon"}'),
        (503, b'{"error": "temporarily_unavailable"}'),
    ],
    ids=["proxy", "list", "text", "nothing", "null", "no number", "not now"],
)
def test_an_answer_that_is_no_token_is_weather_and_loses_nothing(
    tmp_path: Path, server: TokenServer, says: tuple[int, bytes]
) -> None:
    mine = account(tmp_path)
    token = signed_in(server, mine, left=-1)
    server.says = says
    with pytest.raises(AccountTrouble, match=r"gmail: 127\.0\.0\.1") as trouble:
        token_of(mine)
    assert not isinstance(trouble.value, SignInRefused)
    assert not [secret for secret in server.given_out() if secret in str(trouble.value)]
    server.says = None
    assert token_of(mine) != token.access_token


def test_an_address_that_points_elsewhere_is_not_followed(tmp_path: Path, server: TokenServer) -> None:
    mine = account(tmp_path)
    signed_in(server, mine, left=-1)
    server.says = (307, b"")
    with pytest.raises(AccountTrouble, match="something else than was asked"):
        token_of(mine)
    assert server.asked("/elsewhere") == []


def test_what_a_server_says_of_its_trouble_cannot_steer_a_terminal(tmp_path: Path, server: TokenServer) -> None:
    mine = account(tmp_path)
    signed_in(server, mine, left=-1)
    server.says = (503, b'{"error": "server_error", "error_description": "\\u001b[31mred\\u0007\\nline"}')
    with pytest.raises(AccountTrouble, match=r"\[31mred line\)") as trouble:
        token_of(mine)
    assert str(trouble.value).isprintable()


def test_trouble_ahead_of_the_end_is_no_trouble_yet(tmp_path: Path, server: TokenServer) -> None:
    mine = account(tmp_path)
    token = signed_in(server, mine, left=60)
    server.says = (503, b"")
    assert token_of(mine) == token.access_token
    with pytest.raises(AccountTrouble):
        token_of(mine, refused=token.access_token)


def test_a_server_that_is_not_there_is_weather(tmp_path: Path, server: TokenServer) -> None:
    mine = account(tmp_path)
    token = signed_in(server, mine, left=-1)
    keep_token(mine.secret, token.model_copy(update={"token_url": "https://127.0.0.1:9/token"}))
    with pytest.raises(AccountTrouble, match="cannot be reached") as trouble:
        token_of(mine)
    assert not isinstance(trouble.value, SignInRefused)


def test_a_certificate_that_is_not_valid_is_told_and_sends_nothing(
    tmp_path: Path, server: TokenServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    mine = account(tmp_path)
    signed_in(server, mine, left=-1)
    monkeypatch.delenv("REQUESTS_CA_BUNDLE")
    with pytest.raises(AccountTrouble, match=r"the certificate of 127\.0\.0\.1 is not valid"):
        token_of(mine)
    assert server.seen == []


def test_a_refresh_token_is_not_spent_where_its_successor_could_not_be_kept(
    tmp_path: Path, server: TokenServer
) -> None:
    mine = account(tmp_path)
    signed_in(server, mine, left=-1)
    (tmp_path / "secrets" / f".gmail.{os.getpid()}").mkdir()  # nothing can be written there now
    with pytest.raises(SignInRefused, match="cannot be written"):
        token_of(mine)
    assert server.grants("refresh_token") == []


def test_without_a_refresh_token_an_ended_sign_in_asks_for_a_person(tmp_path: Path, server: TokenServer) -> None:
    mine = account(tmp_path)
    token = signed_in(server, mine, left=-1)
    keep_token(mine.secret, token.model_copy(update={"refresh_token": ""}))
    with pytest.raises(SignInRefused, match="nothing to refresh"):
        token_of(mine)


def test_secrets_are_sent_to_https_addresses_only(tmp_path: Path, server: TokenServer) -> None:
    mine = account(tmp_path)
    token = signed_in(server, mine, left=-1)
    keep_token(mine.secret, token.model_copy(update={"token_url": "http://127.0.0.1:9/token"}))
    with pytest.raises(SignInRefused, match="no https:// address"):
        token_of(mine)


@pytest.mark.parametrize("text", ["hunter2horse", "{}", '{"access_token": 1}', '["hunter2horse"]'])
def test_what_is_no_token_is_not_repeated(tmp_path: Path, text: str) -> None:
    mine = account(tmp_path)
    keep(mine.secret, text)
    with pytest.raises(SignInRefused, match="is no token") as refused:
        token_of(mine)
    assert "hunter2horse" not in str(refused.value)


def test_a_missing_token_says_how_to_get_one(tmp_path: Path) -> None:
    with pytest.raises(SignInRefused, match="there is no secret at file:"):
        token_of(account(tmp_path))


def test_a_token_in_a_file_is_for_its_owner_alone(tmp_path: Path, server: TokenServer) -> None:
    mine = account(tmp_path)
    signed_in(server, mine, left=-1)
    token_of(mine)
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "secrets").iterdir()}
    assert modes == {"gmail": 0o600, ".gmail.lock": 0o600}


def test_a_token_in_a_keyring_is_refreshed_there(
    tmp_path: Path, server: TokenServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    keyring = keyrings.install(monkeypatch)
    mine = account(tmp_path, "keyring:salver-gmail/amy")
    token = signed_in(server, mine, left=-1)
    fresh = token_of(mine)
    assert fresh != token.access_token
    assert fresh in keyring.kept["salver-gmail", "amy"]


def test_what_a_token_shows_of_itself_is_no_secret(tmp_path: Path, server: TokenServer) -> None:
    token = signed_in(server, account(tmp_path)).model_copy(update={"client_secret": "hush"})
    shown = f"{token!r} {token}"
    assert "hush" not in shown
    assert token.access_token not in shown
    assert token.refresh_token not in shown


def test_revoking_ends_the_sign_in_at_the_server(tmp_path: Path, server: TokenServer) -> None:
    mine = account(tmp_path)
    token = signed_in(server, mine)
    assert oauth.revoke(token)
    assert server.ended == {"amys"}
    assert oauth.revoke(token.model_copy(update={"refresh_token": "long-gone"}))  # ended before: as good
    assert not oauth.revoke(token.model_copy(update={"revoke_url": ""}))


def test_the_lock_of_a_file_lies_beside_it(tmp_path: Path) -> None:
    assert tokens.lock_of(f"file:{tmp_path}/secrets/gmail") == tmp_path / "secrets" / ".gmail.lock"
