"""What `salver connect` does; `connect_cli.py` parses its arguments.

Asked is only what must be; the secret goes where its reference says, and into no text. Raises ConnectError, FileError,
AccountTrouble and SecretError, each with a text for a person.
"""

from __future__ import annotations

import contextlib
import re
from datetime import UTC, datetime
from pathlib import Path

from imapclient.exceptions import IMAPClientError

from pipeline import account_file
from pipeline.account_choice import Ask, ConnectError, Tell, Wanted, choose, place_of, provider_for
from pipeline.account_file import FileError
from pipeline.accounts import oauth, secrets, sign_in, survey, tokens
from pipeline.accounts.account import Account
from pipeline.accounts.oauth import Registration, Token
from pipeline.accounts.providers import Endpoints, Provider
from pipeline.accounts.secrets import SecretError
from pipeline.accounts.session import SignInRefused, TokenOf, no_token, open_client
from pipeline.configuration import Configuration


def connect(config: Path, configuration: Configuration, wanted: Wanted, ask: Ask, tell: Tell) -> None:
    """Sign in, look at the account once, keep the secret, and tell the configuration."""
    account_file.check_writable(config)
    account, anew = choose(configuration, wanted, ask)
    provider = provider_for(wanted.kind, account)
    if anew:
        tell(f"{account.name} ({account.user} at {account.host}) signs in anew.")
    token = _token(account, provider, wanted, ask, tell, anew) if account.sign_in == "xoauth2" else None
    if token is not None:
        _look(configuration, account, tell, token_of=_given(token))
        secret = token.model_dump_json()
    else:
        account = account.model_copy(update={"sign_in": "password"})
        secret = _password(account, provider, wanted, ask, tell, anew)
        _look(configuration, account, tell, password=secret or None)
    if secret:
        account = _keep(configuration, account, secret, may_move=not anew and not wanted.secret)
    tell(f"The secret lies at {account.secret}, and nowhere else.")
    if not anew:
        _tell_configuration(config, account, bool(secret), tell)


def _tell_configuration(config: Path, account: Account, ours: bool, tell: Tell) -> None:
    try:
        account_file.append(config, account, datetime.now(UTC).date())
    except FileError:
        if ours:
            secrets.forget(account.secret)
        raise
    tell(f"{config} tells the account {account.name} now. Nothing is moved until you say so:")
    tell(f"  salver pull {account.name} --config {config}        shows what would be moved")
    tell(f"  salver disconnect {account.name} --config {config}  signs out, and takes it out again")


def _look(
    configuration: Configuration,
    account: Account,
    tell: Tell,
    *,
    token_of: TokenOf = no_token,
    password: str | None = None,
) -> None:
    """Open the account once, and say what is seen."""
    client = open_client(account, token_of, password)
    try:
        tell(f"Signed in to {account.host} as {account.user}.")
        for line in survey.in_lines(survey.look(client, account), f"{configuration.pull.poll // 1000} s"):
            tell(line)
    finally:
        with contextlib.suppress(IMAPClientError, OSError):
            client.logout()


def _keep(configuration: Configuration, account: Account, secret: str, may_move: bool) -> Account:
    """Keep the secret; in a file, if the keyring that was chosen for it will not."""
    try:
        secrets.keep(account.secret, secret)
    except SecretError:
        if not may_move or not account.secret.startswith("keyring:"):
            raise
        place = place_of(configuration, account.name, account.user, keyring=False)
        account = account.model_copy(update={"secret": place})
        secrets.keep(place, secret)
    return account


# --- passwords


def _password(account: Account, provider: Provider | None, wanted: Wanted, ask: Ask, tell: Tell, anew: bool) -> str:
    """The password; empty where the reference that was named holds one already."""
    if anew and account.secret.startswith("env:"):
        name = account.secret.removeprefix("env:")
        raise ConnectError(f"the password of {account.name} is read from the environment variable {name}; set it there")
    if not anew and wanted.secret and _is_there(wanted.secret):
        return ""
    if provider is not None:
        own = provider.app_passwords.startswith("your password")
        tell(f"{provider.title} takes {'' if own else 'an app password, made at: '}{provider.app_passwords}")
        if provider.note:
            tell(provider.note)
    password = ask(f"Password of {account.user} at {account.host}", "--secret", hidden=True)
    if re.fullmatch(r"[a-z]{4}( [a-z]{4}){3}", password.strip()):  # an app password as Google and Yahoo show it
        password = password.replace(" ", "")
    if not password:
        raise ConnectError("no password was given, and nothing was changed")
    return password


def _is_there(reference: str) -> bool:
    """Whether a secret is to be used as it is: an environment variable always is."""
    kind, _, where = reference.partition(":")
    if kind == "keyring":
        try:
            return bool(secrets.secret_of(reference))
        except SecretError:
            return False
    return kind == "env" or Path(where).expanduser().exists()


# --- tokens


def _token(
    account: Account, provider: Provider | None, wanted: Wanted, ask: Ask, tell: Tell, anew: bool
) -> Token | None:
    """Sign in by token. None: an app password is wanted instead."""
    old = _old_token(account, must=bool(wanted.secret) and not anew)
    endpoints = _endpoints(account, provider, wanted, old)
    app = _registration(provider, wanted, old, ask, tell, may_turn=not anew)
    if app is None:
        return None
    if wanted.device:
        return sign_in.by_device(endpoints, app, tell)
    return sign_in.by_browser(endpoints, app, account.user, tell, browser=wanted.browser)


def _old_token(account: Account, must: bool) -> Token | None:
    """What was kept for this account before. ConnectError where something else lies there that is not to be lost."""
    if account.secret.startswith("env:"):
        raise ConnectError("a token is renewed every hour and cannot lie in the environment; use file: or keyring:")
    try:
        return tokens.kept(account.secret)
    except SecretError:
        if must and _is_there(account.secret):
            raise ConnectError(f"{account.secret} is there already and is no token; name another place") from None
        return None


def _endpoints(account: Account, provider: Provider | None, wanted: Wanted, old: Token | None) -> Endpoints:
    issuer = wanted.issuer or (old.issuer if old else "")
    if issuer:
        found = oauth.discover(issuer)
    elif provider is not None and provider.endpoints is not None:
        found = provider.endpoints
    else:
        raise ConnectError(f"how {account.host} gives tokens is not known; name its OpenID provider with --issuer URL")
    if wanted.device and not found.device:
        raise ConnectError(
            "device codes give no access to mail there; --no-browser lets you sign in on another computer instead"
        )
    return found


def _registration(
    provider: Provider | None, wanted: Wanted, old: Token | None, ask: Ask, tell: Tell, may_turn: bool
) -> Registration | None:
    """The owner's own app registration. None: an app password is wanted instead."""
    client_id = wanted.client_id or (old.client_id if old else "")
    if not client_id:
        may_turn = may_turn and provider is not None and bool(provider.app_passwords)
        _explain(provider, tell, may_turn)
        client_id = ask(f"Client id{' (Enter: an app password instead)' if may_turn else ''}", "--client-id").strip()
        if not client_id and may_turn:
            return None
    if not client_id:
        raise ConnectError("without a client id nobody can sign in by token; nothing was changed")
    if provider is not None and provider.client_id_like and not re.fullmatch(provider.client_id_like, client_id):
        raise ConnectError(f"that is no client id of {provider.title}; copy it once more, without its secret")
    if wanted.client_secret:
        named = wanted.client_secret.startswith(("env:", "file:", "keyring:"))
        return Registration(client_id, secrets.secret_of(wanted.client_secret) if named else wanted.client_secret)
    if old is not None and old.client_id == client_id:
        return Registration(client_id, old.client_secret)
    if provider is not None and provider.client_secret:
        return Registration(client_id, ask("Client secret", "--client-secret", hidden=True).strip())
    return Registration(client_id)


def _explain(provider: Provider | None, tell: Tell, may_turn: bool) -> None:
    """Whose registration is used, and how to make one."""
    whose = provider.title if provider else "the OpenID provider"
    tell(f"Salver ships no app registration: you sign in with your own at {whose}, so that nobody else is in between.")
    if provider is not None:
        tell("You make it once:")
        for number, step in enumerate(provider.registration, 1):
            tell(f"  {number}. {step}")
        if provider.note:
            tell(provider.note)
        if may_turn:
            tell(f"Or, simpler, an app password: {provider.app_passwords}")
    else:
        tell("It is a public client, with http://127.0.0.1 and any port as its redirect address.")


def _given(token: Token) -> TokenOf:
    """The token that was got just now, before it is kept."""

    def given(account: Account, refused: str = "") -> str:
        if refused:
            raise SignInRefused(
                f"{account.host} did not take the sign-in; was it {account.user} that you chose, and does the "
                f"account allow IMAP? Nothing was changed"
            )
        return token.access_token

    return given
