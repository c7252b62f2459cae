"""`salver connect` and `salver disconnect`: a real Dovecot, a real authorisation server, a real redirect.

The browser is a plain HTTP client that follows where it is sent. Google and Microsoft cannot be had: their entries in
the table of providers are pointed at the servers here, all else is theirs.
"""

from __future__ import annotations

import contextlib
import json
import os
import pty
import stat
import subprocess
import sys
import threading
import urllib.error
import urllib.request
import webbrowser
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from click.testing import CliRunner, Result

from pipeline.accounts import providers, sign_in
from pipeline.accounts.oauth import Registration
from pipeline.accounts.providers import Endpoints
from pipeline.accounts.session import AccountTrouble, Session
from pipeline.accounts.tokens import kept, token_of
from pipeline.app import App
from pipeline.cli import main
from pipeline.settings import load
from tests.builders import certificates, dovecot, dovecot_oauth, keyrings, token_server
from tests.builders.certificates import Certificate
from tests.builders.dovecot import PASSWORD, USER, Dovecot
from tests.builders.server import free_port
from tests.builders.token_server import CLIENT, TokenServer
from tests.conftest import ROOT

BEFORE = '# mine\n[store]\nurl = "sqlite:///{folder}/var/salver.db"\n[[owner]]\naddresses = ["amy@salver.test"]\n'
MICROSOFT_ID = "0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0"


class World(NamedTuple):
    """A Dovecot and its authorisation server."""

    mail: Dovecot
    tokens: TokenServer
    certificate: Certificate
    tls_port: int


@pytest.fixture(scope="module")
def lasting(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    certificate = certificates.loopback(tmp_path_factory.mktemp("certificate"))
    port = free_port()
    with (
        token_server.running(certificate) as server,
        dovecot_oauth.running(server.introspection, certificate, port) as mail,
    ):
        yield World(mail, server, certificate, port)


@pytest.fixture
def world(lasting: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    """As new; the certificate trusted, no keyring, and a browser that is a plain client."""
    fresh = TokenServer(url=lasting.tokens.url, introspection=lasting.tokens.introspection)
    lasting.tokens.__dict__.update(fresh.__dict__)
    for name in ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE"):
        monkeypatch.setenv(name, str(lasting.certificate.certificate))
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setitem(sys.modules, "keyring", None)
    monkeypatch.setattr(webbrowser, "open", token_server.browse)
    return lasting


@pytest.fixture
def config(tmp_path: Path) -> Path:
    path = tmp_path / "salver.toml"
    path.write_text(BEFORE.format(folder=tmp_path))
    return path


def run(config: Path, *arguments: str, answers: str = "") -> Result:
    result = CliRunner().invoke(main, [*arguments, "--config", str(config)], input=answers)
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


def here(world: World, **more: str) -> list[str]:
    """The options that name the Dovecot on this machine."""
    told = {"--host": f"127.0.0.1:{world.mail.port}", "--tls": "none", "--user": USER, **more}
    return [part for pair in told.items() for part in pair]


def by_token(world: World, *more: str) -> list[str]:
    return ["connect", "imap", *here(world), "--issuer", world.tokens.url, "--client-id", CLIENT, *more]


def failed(result: Result, *words: str) -> str:
    """The one line that was said. A failure is exit code 1, one line, and no traceback."""
    assert result.exit_code == 1, result.output
    lines = [line for line in result.stderr.splitlines() if line]
    assert len(lines) == 1, result.output
    for word in words:
        assert word in lines[0]
    return lines[0]


def assert_untold(world: World, folder: Path, *texts: str) -> None:
    """No secret in what was said, nor in any file but those under secrets/."""
    files = [path for path in folder.rglob("*") if path.is_file() and path.parent.name != "secrets"]
    for text in (*texts, *(path.read_text(errors="replace") for path in files)):
        assert PASSWORD not in text.replace("trays", "")
        assert not [secret for secret in world.tokens.given_out() if secret in text]


# --- passwords


def test_an_account_with_a_password_is_connected_and_told(world: World, config: Path, tmp_path: Path) -> None:
    before = config.read_bytes()
    result = run(config, "connect", "imap", "--name", "work", *here(world), answers=f"{PASSWORD}\n")
    assert result.exit_code == 0, result.output
    assert f"Signed in to 127.0.0.1:{world.mail.port} as amy." in result.output
    assert "It has 1 folder, and 0 mails in INBOX." in result.output
    assert "it can (MOVE)" in result.output
    assert "it tells at once (IDLE)" in result.output
    assert "Keywords: it keeps them." in result.output
    secret = tmp_path / "var" / "secrets" / "work"
    assert stat.S_IMODE(secret.stat().st_mode) == 0o600
    assert config.read_bytes().startswith(before)
    (account,) = load(config, environment={}).account
    assert (account.name, account.user, account.tls, account.sign_in) == ("work", USER, "none", "password")
    assert (account.secret, account.sort) == (f"file:{secret}", False)
    with Session(account).use() as client:
        assert client.folder_exists("INBOX")
    assert_untold(world, tmp_path, result.output)


def test_what_is_not_told_is_asked(world: World, config: Path) -> None:
    answers = f"{USER}\n127.0.0.1:{world.mail.port}\n{PASSWORD}\n"
    result = run(config, "connect", "imap", "--tls", "none", answers=answers)
    assert result.exit_code == 0, result.output
    assert [account.name for account in load(config, environment={}).account] == ["imap"]


@pytest.mark.parametrize(("answers", "option"), [("", "--user"), (f"{USER}\n", "--host"), (f"{USER}\nH\n", "--secret")])
def test_where_nobody_answers_the_option_is_named(world: World, config: Path, answers: str, option: str) -> None:
    before = config.read_bytes()
    host = f"127.0.0.1:{world.mail.port}"
    failed(run(config, "connect", "imap", "--tls", "none", answers=answers.replace("H", host)), option)
    assert config.read_bytes() == before


def test_a_wrong_password_is_one_line_and_leaves_nothing(world: World, config: Path, tmp_path: Path) -> None:
    before = config.read_bytes()
    result = run(config, "connect", "imap", "--name", "work", *here(world), answers="hunter2horse\n")
    failed(result, "did not take the name and password", "app password")
    assert config.read_bytes() == before
    assert not (tmp_path / "var").exists()
    assert "hunter2horse" not in result.output


def test_a_password_that_lies_somewhere_already_is_used_where_it_lies(
    world: World, config: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AMYS_PASSWORD", PASSWORD)
    mine = tmp_path / "secrets" / "mine"
    mine.parent.mkdir()
    mine.write_text(PASSWORD)
    mine.chmod(0o600)
    assert run(config, "connect", "imap", "--name", "one", *here(world), "--secret", "env:AMYS_PASSWORD").exit_code == 0
    run(config, "disconnect", "one")
    assert run(config, "connect", "imap", "--name", "two", *here(world), "--secret", f"file:{mine}").exit_code == 0
    assert mine.read_text() == PASSWORD
    assert [account.secret for account in load(config, environment={}).account] == [f"file:{mine}"]
    assert_untold(world, tmp_path)


def test_a_keyring_is_taken_where_one_is_there(world: World, config: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    keyring = keyrings.install(monkeypatch)
    assert run(config, "connect", "imap", "--name", "work", *here(world), answers=f"{PASSWORD}\n").exit_code == 0
    assert keyring.kept == {("salver-work", USER): PASSWORD}
    assert run(config, "disconnect", "work").exit_code == 0
    assert keyring.kept == {}


def test_a_keyring_that_will_not_take_it_gives_way_to_a_file(
    world: World, config: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    keyrings.install(monkeypatch).locked = True
    result = run(config, "connect", "imap", "--name", "work", *here(world), answers=f"{PASSWORD}\n")
    assert result.exit_code == 0, result.output
    assert load(config, environment={}).account[0].secret == f"file:{tmp_path}/var/secrets/work"


def test_a_password_that_is_typed_in_a_terminal_is_not_shown(world: World, config: Path) -> None:
    ours, theirs = pty.openpty()
    with _salver(config, "connect", "imap", *here(world), terminal=theirs) as found:
        os.close(theirs)
        shown = b""
        while b"Password of amy" not in shown:
            shown += os.read(ours, 4096)
        os.write(ours, f"{PASSWORD}\n".encode())
        with contextlib.suppress(OSError):  # so a terminal ends
            while more := os.read(ours, 4096):
                shown += more
        assert found.wait(60) == 0, shown
    os.close(ours)
    assert b"Signed in to" in shown
    assert PASSWORD.encode() not in shown


# --- looking


def test_a_look_marks_nothing_and_makes_nothing(world: World, config: Path, tmp_path: Path) -> None:
    with dovecot.running() as mail:
        client = mail.client()
        client.append("INBOX", "", "", b"From: a@b.test\r\nSubject: x\r\n\r\nx\r\n")
        options = ["--host", f"127.0.0.1:{mail.port}", "--tls", "none", "--user", USER]
        result = run(config, "connect", "imap", *options, answers=f"{PASSWORD}\n")
        assert "It has 1 folder, and 1 mail in INBOX." in result.output
        assert "not known yet" in result.output
        client.select("INBOX")  # and only now is the mail no longer recent
        assert client.response("RECENT")[1] == [b"1"]
        assert client.fetch("1", "(FLAGS)")[1][0] == b"1 (FLAGS (\\Recent))"
        assert len(client.list()[1]) == 1
        client.logout()


def test_an_account_that_may_only_be_read_is_told_before_it_is_relied_on(config: Path) -> None:
    with dovecot.running(acl=["INBOX owner lr"]) as mail:
        options = ["--host", f"127.0.0.1:{mail.port}", "--tls", "none", "--user", USER]
        result = run(config, "connect", "imap", *options, answers=f"{PASSWORD}\n")
    assert result.exit_code == 0, result.output
    assert "may only be read" in result.output


def test_what_a_server_cannot_is_told(config: Path) -> None:
    with dovecot.running(without=["MOVE", "IDLE"]) as mail:
        options = ["--host", f"127.0.0.1:{mail.port}", "--tls", "none", "--user", USER]
        result = run(config, "connect", "imap", *options, answers=f"{PASSWORD}\n")
    assert "it cannot (no MOVE)" in result.output
    assert "it is asked every 120 s" in result.output


# --- on the way there


def test_a_host_that_is_not_there_is_one_line(world: World, config: Path) -> None:
    options = ["--host", f"127.0.0.1:{free_port()}", "--tls", "none", "--user", USER]
    failed(run(config, "connect", "imap", *options, answers=f"{PASSWORD}\n"), "Connection refused")
    options = ["--host", "imap.nowhere.invalid", "--user", USER]
    failed(run(config, "connect", "imap", *options, answers=f"{PASSWORD}\n"), "imap.nowhere.invalid")


@pytest.mark.parametrize("tls", ["implicit", "starttls"])
def test_a_valid_certificate_is_taken_by_both_kinds_of_tls(world: World, config: Path, tls: str) -> None:
    port = world.tls_port if tls == "implicit" else world.mail.port
    options = ["--host", f"localhost:{port}", "--tls", tls, "--user", USER]
    result = run(config, "connect", "imap", *options, answers=f"{PASSWORD}\n")
    assert result.exit_code == 0, result.output


@pytest.mark.parametrize("tls", ["implicit", "starttls"])
def test_a_certificate_that_is_not_valid_is_one_line_and_no_password_goes_out(
    world: World, config: Path, monkeypatch: pytest.MonkeyPatch, tls: str
) -> None:
    monkeypatch.delenv("SSL_CERT_FILE")
    port = world.tls_port if tls == "implicit" else world.mail.port
    options = ["--host", f"localhost:{port}", "--tls", tls, "--user", USER]
    failed(run(config, "connect", "imap", *options, answers=f"{PASSWORD}\n"), "the certificate of localhost")


def test_a_certificate_of_ones_own_is_named_and_stays_named(
    world: World, config: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SSL_CERT_FILE")
    options = ["--host", f"localhost:{world.tls_port}", "--tls", "implicit", "--user", USER]
    failed(run(config, "connect", "imap", *options, answers=f"{PASSWORD}\n"), "name its file", "--ca")
    empty = tmp_path / "empty.pem"
    empty.write_text("")
    failed(run(config, "connect", "imap", *options, "--ca", str(empty), answers=f"{PASSWORD}\n"), "no certificates")
    mine = str(world.certificate.certificate)
    result = run(config, "connect", "imap", *options, "--ca", mine, answers=f"{PASSWORD}\n")
    assert result.exit_code == 0, result.output
    (account,) = load(config).account
    assert account.ca == mine


def test_a_server_that_cannot_judge_tokens_now_is_weather(world: World, config: Path) -> None:
    with dovecot_oauth.running(f"http://127.0.0.1:{free_port()}/introspect") as mail:
        elsewhere = World(mail, world.tokens, world.certificate, 0)
        failed(run(config, *by_token(elsewhere)), "UNAVAILABLE")


# --- tokens, by browser


def test_an_account_signs_in_with_the_browser(world: World, config: Path, tmp_path: Path) -> None:
    before = config.read_bytes()
    result = run(config, *by_token(world, "--name", "work"))
    assert result.exit_code == 0, result.output
    assert f"Signed in to 127.0.0.1:{world.mail.port} as amy." in result.output
    (asked,) = world.tokens.asked("/authorize")
    assert asked["login_hint"] == USER
    assert asked["redirect_uri"].startswith("http://127.0.0.1:")
    assert config.read_bytes().startswith(before)
    (account,) = load(config, environment={}).account
    assert account.sign_in == "xoauth2"
    assert stat.S_IMODE((tmp_path / "var/secrets/work").stat().st_mode) == 0o600
    with Session(account, token_of).use() as client:
        assert client.folder_exists("INBOX")
    assert_untold(world, tmp_path, result.output)


async def test_a_running_salver_signs_in_with_what_was_kept(world: World, config: Path) -> None:
    assert run(config, *by_token(world, "--name", "work")).exit_code == 0
    app = App(load(config, environment={}))
    async with app.running(receiving=False):
        for session in (app.sessions["work"], app.watcher(app.configuration.account[0]).session):
            with session.use() as client:
                assert client.folder_exists("INBOX")
            session.close()


def test_a_token_that_ended_ahead_of_its_time_is_replaced_by_the_session(world: World, config: Path) -> None:
    run(config, *by_token(world, "--name", "work"))
    (account,) = load(config, environment={}).account
    old = kept(account.secret).access_token
    world.tokens.access[old]["end"] = 0  # the server's clock differs, or it was told to forget
    with Session(account, token_of).use() as client:
        assert client.folder_exists("INBOX")
    assert kept(account.secret).access_token != old
    assert len(world.tokens.grants("refresh_token")) == 1


def test_a_revoked_sign_in_is_one_line_of_the_session(world: World, config: Path) -> None:
    run(config, *by_token(world, "--name", "work"))
    (account,) = load(config, environment={}).account
    world.tokens.end_all()
    with (
        pytest.raises(AccountTrouble, match="run out or was revoked.*`salver connect work` signs in anew") as trouble,  # noqa: RUF043
        Session(account, token_of).use(),
    ):
        pass
    assert not [secret for secret in world.tokens.given_out() if secret in str(trouble.value)]


def _deny(server: TokenServer) -> None:
    server.consent = "denied"


def _other_state(server: TokenServer) -> None:
    server.consent = "wrong_state"


def _code_ended(server: TokenServer) -> None:
    server.code_life = -1


def _other_person(server: TokenServer) -> None:
    server.user = "bob"


def _wants_secret(server: TokenServer) -> None:
    server.client_secret = "hush-hush-hush"


def _no_token(server: TokenServer) -> None:
    server.says = (200, b"<html>")


def _not_now(server: TokenServer) -> None:
    server.says = (503, json.dumps({"error": "server_error", "error_description": "\x1b[31mred"}).encode())


@pytest.mark.parametrize(
    ("planted", "words"),
    [
        (_deny, "access was not given"),
        (_other_state, "belongs to another sign-in"),
        (_code_ended, "has run out or was revoked"),
        (_other_person, "did not take the sign-in; was it amy that you chose"),
        (_wants_secret, "client secret is wrong or missing"),
        (_no_token, "something else than was asked"),
        (_not_now, "red"),
    ],
)
def test_a_sign_in_that_fails_is_one_line_and_leaves_nothing(
    world: World, config: Path, tmp_path: Path, planted: Callable[[TokenServer], None], words: str
) -> None:
    before = config.read_bytes()
    world.tokens.client_secret = "not-quite-hush"
    planted(world.tokens)
    result = run(config, *by_token(world, "--client-secret", "not-quite-hush"))
    assert "\x1b" not in failed(result, words)
    assert config.read_bytes() == before
    assert not (tmp_path / "var").exists()
    assert "not-quite-hush" not in result.output
    assert_untold(world, tmp_path, result.output)
    if planted is _other_state:
        assert world.tokens.grants("authorization_code") == []


def test_a_client_secret_may_be_named_instead_of_written(
    world: World, config: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.tokens.client_secret = "hush-hush-hush"
    monkeypatch.setenv("APPS_SECRET", "hush-hush-hush")
    result = run(config, *by_token(world, "--name", "work", "--client-secret", "env:APPS_SECRET"))
    assert result.exit_code == 0, result.output
    assert_untold(world, tmp_path, result.output)
    (account,) = load(config, environment={}).account
    token_of(account, refused=kept(account.secret).access_token)  # it is sent along with a refresh too


def test_nobody_in_the_browser_is_waited_for_in_vain(
    world: World, config: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sign_in, "PATIENCE_SECONDS", 0.3)
    world.tokens.consent = "none"
    failed(run(config, *by_token(world)), "nobody signed in")


def test_strangers_at_the_door_are_not_taken_for_the_answer(
    world: World, config: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def visits_first(address: str) -> str:
        port = address.partition("redirect_uri=http%3A%2F%2F127.0.0.1%3A")[2].partition("&")[0]
        for path in ("favicon.ico", "", "favicon.ico?code=stolen&state=x"):
            token_server.browse(f"http://127.0.0.1:{port}/{path}")
        return token_server.browse(address)

    monkeypatch.setattr(webbrowser, "open", visits_first)
    result = run(config, *by_token(world))
    assert result.exit_code == 0, result.output


def test_a_real_program_opens_the_browser_and_needs_no_terminal(world: World, config: Path, tmp_path: Path) -> None:
    browser = f"{sys.executable} -m tests.builders.token_server %s"
    with _salver(config, *by_token(world, "--name", "work"), environment={"BROWSER": browser}) as found:
        out, err = found.communicate(timeout=60)
    assert found.returncode == 0, err
    assert "Signed in to" in out
    assert_untold(world, tmp_path, out, err)


def test_without_a_browser_the_last_address_may_be_pasted(world: World, config: Path, tmp_path: Path) -> None:
    ended: list[str] = []

    class Elsewhere(urllib.request.HTTPRedirectHandler):
        """A browser on another computer, where nobody listens on that port."""

        def redirect_request(self, request: object, file: object, code: int, *rest: object) -> None:
            ended.append(str(rest[-1]))

    with _salver(config, *by_token(world, "--no-browser")) as found:
        assert found.stdout is not None
        address = next(line.strip() for line in found.stdout if line.strip().startswith("https://"))
        with contextlib.suppress(urllib.error.HTTPError):
            urllib.request.build_opener(Elsewhere).open(address, timeout=20)
        out, err = found.communicate(f"what?\n{ended[0]}\n", timeout=60)
    assert found.returncode == 0, err
    assert "Signed in to" in out
    assert_untold(world, tmp_path, out, err)


@contextlib.contextmanager
def _salver(
    config: Path, *arguments: str, environment: dict[str, str] | None = None, terminal: int | None = None
) -> Iterator[subprocess.Popen[str]]:
    end = subprocess.PIPE if terminal is None else terminal
    with subprocess.Popen(
        [sys.executable, "-u", "-m", "pipeline.cli", *arguments, "--config", str(config)],
        stdin=end,
        stdout=end,
        stderr=end,
        text=True,
        cwd=ROOT,
        env={**os.environ, **(environment or {})},
        start_new_session=terminal is not None,
    ) as found:
        try:
            yield found
        finally:
            found.kill()


# --- tokens, by device


def test_an_account_signs_in_by_device_code(world: World, config: Path, tmp_path: Path) -> None:
    world.tokens.pending = ["authorization_pending"]
    result = run(config, *by_token(world, "--device"))
    assert result.exit_code == 0, result.output
    assert f"open {world.tokens.url}/activate and type the code WDJB-MJHT" in result.output
    assert world.tokens.asked("/authorize") == []
    assert_untold(world, tmp_path, result.output)


def test_a_server_that_says_slow_down_is_asked_less_often(world: World) -> None:
    server = world.tokens
    server.pending = ["authorization_pending", "slow_down", "authorization_pending", "slow_down"]
    pauses: list[float] = []
    endpoints = Endpoints("", f"{server.url}/token", "mail", device=f"{server.url}/device")
    sign_in.by_device(endpoints, Registration(CLIENT), lambda _: None, pauses.append)
    assert pauses == [1, 1, 6, 6, 11]


@pytest.mark.parametrize(
    ("answer", "words"), [("access_denied", "access was not given"), ("expired_token", "the code has run out")]
)
def test_a_device_code_that_fails_is_one_line(world: World, config: Path, answer: str, words: str) -> None:
    world.tokens.pending = [answer]
    before = config.read_bytes()
    failed(run(config, *by_token(world, "--device")), words)
    assert config.read_bytes() == before


# --- Gmail and Outlook


@pytest.fixture
def big_two(world: World, monkeypatch: pytest.MonkeyPatch) -> World:
    """Gmail's and Outlook's entries, pointed at the servers here."""
    url = world.tokens.url
    for name, device in (("GMAIL", ""), ("OUTLOOK", f"{url}/device")):
        known = getattr(providers, name)
        there = known.endpoints._replace(
            authorize=f"{url}/authorize",
            token=f"{url}/token",
            device=device,
            revoke=known.endpoints.revoke and f"{url}/revoke",
        )
        monkeypatch.setattr(providers, name, known._replace(host=f"localhost:{world.tls_port}", endpoints=there))
    return world


def test_gmail_says_whose_registration_it_is_and_asks_for_it(
    big_two: World, config: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    client_id = "1234-abc.apps.googleusercontent.com"
    monkeypatch.setattr(token_server, "CLIENT", client_id)
    big_two.tokens.client_secret = "GOCSPX-hush"
    result = run(config, "connect", "gmail", answers=f"{USER}\n{client_id}\nGOCSPX-hush\n")
    assert result.exit_code == 0, result.output
    assert "Salver ships no app registration: you sign in with your own at Gmail" in result.output
    assert "1. At https://console.cloud.google.com" in result.output
    (asked,) = big_two.tokens.asked("/authorize")
    assert (asked["scope"], asked["access_type"]) == ("https://mail.google.com/", "offline")
    assert [account.name for account in load(config, environment={}).account] == ["gmail"]
    assert_untold(big_two, tmp_path, result.output)


def test_gmail_takes_an_app_password_as_it_is_shown(
    big_two: World, config: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    port = free_port()
    with dovecot_oauth.running(tls=big_two.certificate, tls_port=port, password="abcdefghijklmnop"):
        monkeypatch.setattr(providers, "GMAIL", providers.GMAIL._replace(host=f"localhost:{port}"))
        result = run(config, "connect", "gmail", "--user", USER, answers="\nabcd efgh ijkl mnop\n")
    assert result.exit_code == 0, result.output
    (account,) = load(config, environment={}).account
    assert account.sign_in == "password"
    assert (tmp_path / "var/secrets/gmail").read_text() == "abcdefghijklmnop\n"


def test_gmail_has_no_device_codes_for_mail(big_two: World, config: Path) -> None:
    failed(run(config, "connect", "gmail", "--user", USER, "--device"), "--no-browser")


def test_a_client_secret_in_place_of_the_id_never_gets_into_an_address(big_two: World, config: Path) -> None:
    result = run(config, "connect", "gmail", "--user", USER, "--client-id", "GOCSPX-hush")
    failed(result, "no client id of Gmail")
    assert "GOCSPX" not in result.output
    assert big_two.tokens.seen == []


def test_outlook_uses_the_redirect_that_microsoft_takes_and_cannot_be_revoked(
    big_two: World, config: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(token_server, "CLIENT", MICROSOFT_ID)
    result = run(config, "connect", "outlook", "--user", USER, "--client-id", MICROSOFT_ID)
    assert result.exit_code == 0, result.output
    (asked,) = big_two.tokens.asked("/authorize")
    assert asked["redirect_uri"].startswith("http://localhost:")
    assert not asked["redirect_uri"].endswith("/")
    monkeypatch.setattr(providers, "PROVIDERS", (providers.OUTLOOK._replace(host="localhost"),))
    result = run(config, "disconnect", "outlook")
    assert result.exit_code == 0, result.output
    assert "withdraw it at https://account.live.com/consent/Manage" in result.stderr
    assert big_two.tokens.asked("/revoke") == []


def test_outlook_takes_a_device_code(big_two: World, config: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(token_server, "CLIENT", MICROSOFT_ID)
    result = run(config, "connect", "outlook", "--user", USER, "--client-id", MICROSOFT_ID, "--device")
    assert result.exit_code == 0, result.output


def test_an_outlook_address_with_a_password_is_sent_to_the_right_command(config: Path) -> None:
    failed(run(config, "connect", "imap", "--user", "amy@outlook.com"), "`salver connect outlook`")
    failed(run(config, "connect", "outlook", "--user", "amy@outlook.com", "--app-password"), "no app passwords")


def test_the_table_of_providers_agrees_with_itself() -> None:
    keys = [provider.key for provider in providers.PROVIDERS]
    domains = [domain for provider in providers.PROVIDERS for domain in provider.domains]
    assert len(set(keys)) == len(keys)
    assert len(set(domains)) == len(domains)
    for provider in providers.PROVIDERS:
        assert providers.provider_of(f"amy@{provider.domains[0].upper()}") is provider
        assert providers.provider_at(f"{provider.host}:993") is provider
        assert provider.app_passwords or provider.endpoints
        if provider.endpoints:
            assert provider.registration
            assert provider.consents
            for url in (provider.endpoints.authorize, provider.endpoints.token):
                assert url.startswith("https://")
    assert providers.provider_of("amy@salver.test") is None


# --- which account


def test_an_account_that_is_there_signs_in_anew_and_only_its_secret_changes(
    world: World, config: Path, tmp_path: Path
) -> None:
    run(config, *by_token(world, "--name", "work"))
    told, old = config.read_bytes(), (tmp_path / "var/secrets/work").read_text()
    result = run(config, "connect", "work")
    assert result.exit_code == 0, result.output
    assert "work (amy at 127.0.0.1" in result.output
    assert config.read_bytes() == told
    assert (tmp_path / "var/secrets/work").read_text() != old
    again = run(config, *by_token(world))  # the same account under no name
    assert again.exit_code == 0, again.output
    assert config.read_bytes() == told


def test_a_sign_in_anew_does_not_move_the_secret_unasked(world: World, config: Path, tmp_path: Path) -> None:
    run(config, "connect", "imap", "--name", "work", *here(world), answers=f"{PASSWORD}\n")
    told, elsewhere = config.read_bytes(), f"file:{tmp_path}/elsewhere"
    failed(run(config, "connect", "work", "--secret", elsewhere, answers=f"{PASSWORD}\n"), "keeps its secret at")
    assert config.read_bytes() == told
    assert not (tmp_path / "elsewhere").exists()


def test_a_sign_in_anew_that_fails_leaves_the_old_secret(world: World, config: Path, tmp_path: Path) -> None:
    run(config, "connect", "imap", "--name", "work", *here(world), answers=f"{PASSWORD}\n")
    failed(run(config, "connect", "work", answers="hunter2horse\n"), "did not take")
    assert (tmp_path / "var/secrets/work").read_text() == f"{PASSWORD}\n"
    assert run(config, "connect", "work", answers=f"{PASSWORD}\n").exit_code == 0


def test_a_name_of_another_account_is_refused(world: World, config: Path) -> None:
    run(config, "connect", "imap", "--name", "work", *here(world), answers=f"{PASSWORD}\n")
    told = config.read_bytes()
    other = here(world, **{"--user": dovecot.OTHER})
    failed(run(config, "connect", "imap", "--name", "work", *other), "work is there already", "choose another --name")
    failed(run(config, "connect", "imap", "--name", "home", *here(world)), "is there already: work")
    assert config.read_bytes() == told
    assert run(config, "connect", "imap", *other, answers=f"{PASSWORD}\n").exit_code == 0
    assert [account.name for account in load(config, environment={}).account] == ["work", "imap"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("connect", "gmial"), "gmial is none of gmail, outlook, imap"),
        (("connect", "imap", "--name", "My Work"), "is no account name"),
        (("connect", "imap", "--owner", "bob@salver.test"), "bob@salver.test is no owner; known are amy"),
        (("connect", "imap", "--secret", "hunter2horse"), "a secret is named, not written here"),
        (("connect", "imap", "--tls", "none"), "in the clear"),
        (("disconnect", "work"), "tells no account work; it tells none"),
    ],
)
def test_what_cannot_be_meant_is_one_line(config: Path, arguments: tuple[str, ...], words: str) -> None:
    more = ("--user", USER, "--host", "imap.example.org") if arguments[:2] == ("connect", "imap") else ()
    before = config.read_bytes()
    assert "hunter2horse" not in failed(run(config, *arguments, *more), words)
    assert config.read_bytes() == before


def test_without_a_configuration_of_ones_own_nothing_is_told() -> None:
    for command in ("connect", "disconnect"):
        result = CliRunner().invoke(main, [command, "imap"])
        assert result.exit_code == 1
        assert "--config FILE" in result.stderr


# --- the configuration file


@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
@pytest.mark.parametrize("last", ["", "end"])
def test_connecting_and_disconnecting_leaves_the_file_as_it_was(
    world: World, config: Path, tmp_path: Path, line_end: str, last: str
) -> None:
    before = BEFORE.format(folder=tmp_path).replace("\n", line_end)[: None if last else -len(line_end)].encode()
    config.write_bytes(before)
    config.chmod(0o640)
    run(config, "connect", "imap", "--name", "work", *here(world), answers=f"{PASSWORD}\n")
    told = config.read_bytes()
    assert told.startswith(before)
    assert told.count(b"\n") == told.count(line_end.encode())
    result = run(config, "disconnect", "work")
    assert result.exit_code == 0, result.output
    assert config.read_bytes().rstrip() == before.rstrip()
    assert stat.S_IMODE(config.stat().st_mode) == 0o640
    assert list((tmp_path / "var" / "secrets").iterdir()) == []


def test_what_was_added_around_the_account_stays(world: World, config: Path) -> None:
    run(config, "connect", "imap", "--name", "work", *here(world), answers=f"{PASSWORD}\n")
    text = config.read_text().replace("sort = false", "sort = true  # yes")
    config.write_text(text + "\n[log]\nlevel = 'warning'  # mine\n")
    assert run(config, "disconnect", "work").exit_code == 0
    assert config.read_text().endswith("\n[log]\nlevel = 'warning'  # mine\n")
    assert load(config, environment={}).account == ()


def test_an_account_written_by_hand_is_left_for_the_hand(world: World, config: Path, tmp_path: Path) -> None:
    secret = tmp_path / "secrets" / "work"
    secret.parent.mkdir()
    secret.write_text(PASSWORD)
    with config.open("a") as file:
        file.write(f'[[account]]\nname = "work"\nhost = "imap.example.org"\nuser = "amy"\nsecret = "file:{secret}"\n')
    before = config.read_bytes()
    result = run(config, "disconnect", "work")
    assert result.exit_code == 0, result.output
    assert "remove the [[account]] with the name work" in result.stderr
    assert "line 7" in result.stderr
    assert config.read_bytes() == before
    assert not secret.exists()


def test_an_account_that_is_a_mailbox_target_still_stands_there(world: World, config: Path) -> None:
    run(config, "connect", "imap", "--name", "work", *here(world), answers=f"{PASSWORD}\n")
    config.write_text(config.read_text().replace("addresses =", 'mailbox = "imap://work"\naddresses ='))
    before = config.read_bytes()
    result = run(config, "disconnect", "work")
    assert "would not load" in result.stderr
    assert config.read_bytes() == before


def test_a_file_that_would_not_load_any_more_is_put_back(world: World, config: Path, tmp_path: Path) -> None:
    text = config.read_text()
    config.write_text(f"account = []\n{text}")  # TOML lets nobody append to such a list
    before = config.read_bytes()
    result = run(config, "connect", "imap", "--name", "work", *here(world), answers=f"{PASSWORD}\n")
    failed(result, "is as it was")
    assert config.read_bytes() == before
    assert not (tmp_path / "var/secrets/work").exists()


def test_a_file_that_does_not_load_is_not_touched(world: World, config: Path) -> None:
    config.write_text("[owner\n")
    failed(run(config, "connect", "imap", *here(world), answers=f"{PASSWORD}\n"), "this is no TOML")
    assert config.read_text() == "[owner\n"


def test_a_link_to_the_configuration_stays_a_link(world: World, config: Path, tmp_path: Path) -> None:
    link = tmp_path / "link.toml"
    link.symlink_to(config)
    before = config.read_bytes()
    run(link, "connect", "imap", "--name", "work", *here(world), answers=f"{PASSWORD}\n")
    run(link, "disconnect", "work")
    assert link.is_symlink()
    assert config.read_bytes() == before


# --- disconnect


def test_disconnecting_revokes_the_tokens_and_removes_all(world: World, config: Path, tmp_path: Path) -> None:
    before = config.read_bytes()
    run(config, *by_token(world, "--name", "work"))
    (account,) = load(config, environment={}).account
    token_of(account, refused=kept(account.secret).access_token)  # it has been used, and its lock lies there
    result = run(config, "disconnect", "work")
    assert result.exit_code == 0, result.output
    assert "The sign-in is revoked" in result.output
    assert len(world.tokens.ended) == 1
    assert config.read_bytes() == before
    assert list((tmp_path / "var" / "secrets").iterdir()) == []
    assert_untold(world, tmp_path, result.output, result.stderr)


def test_what_cannot_be_revoked_now_is_told_and_the_rest_is_done(
    world: World, config: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(config, *by_token(world, "--name", "work"))
    monkeypatch.delenv("REQUESTS_CA_BUNDLE")
    result = run(config, "disconnect", "work")
    assert result.exit_code == 0, result.output
    assert "the sign-in could not be revoked: the certificate" in result.stderr
    assert load(config, environment={}).account == ()
    assert not (tmp_path / "var/secrets/work").exists()


def test_a_browser_that_comes_back_only_at_its_end_is_not_waited_for(
    world: World, config: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    over = threading.Event()
    waited_for: list[bool] = []

    def text_browser(address: str) -> bool:
        token_server.browse(address)
        waited_for.append(not over.wait(20))
        return True

    monkeypatch.setattr(webbrowser, "open", text_browser)
    result = run(config, *by_token(world))
    over.set()
    assert result.exit_code == 0, result.output
    assert waited_for in ([], [False])
