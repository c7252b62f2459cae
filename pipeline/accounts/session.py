"""A signed-in IMAP connection of one account: opened when needed, closed when it fails, never hammered.

After RFC 3501, RFC 6851 (MOVE), RFC 4315 (UIDPLUS), RFC 2177 (IDLE); the client is IMAPClient.
"""

from __future__ import annotations

import contextlib
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

from imapclient import IMAPClient, SocketTimeout
from imapclient.exceptions import CapabilityError, IMAPClientError, LoginError

from pipeline.accounts.account import Account
from pipeline.accounts.secrets import SecretError, secret_of

TIMES = SocketTimeout(connect=15, read=60)
"""Seconds."""
_FIRST_PAUSE, _LONGEST_PAUSE = 5.0, 600.0
"""Seconds before a server that failed is tried again; doubled each time."""


class AccountTrouble(OSError):
    """The account cannot be used now: weather, to be tried again. The text is for a person, without any secret."""


class SignInRefused(AccountTrouble):
    """The server did not take the password or token: a person has to act."""


TokenOf = Callable[[Account], str]
"""Gives the access token of an account that signs in by XOAUTH2. Raises AccountTrouble."""


def no_token(account: Account) -> str:
    raise SignInRefused(f"{account.name}: there is no token; `salver connect` gets one")


class Session:
    """One connection of an account, used by one thread at a time.

    `with session.use() as client:` gives a signed-in client. What fails on it closes it; then the server is left alone
    for a while that grows with each failure, and calls meanwhile fail at once with what went wrong.
    """

    def __init__(self, account: Account, token_of: TokenOf = no_token) -> None:
        self.account = account
        self._token_of = token_of
        self._client: IMAPClient | None = None
        self._lock = threading.RLock()
        self._pause = 0.0
        self._not_before = 0.0
        self._trouble = ""

    @contextlib.contextmanager
    def use(self) -> Iterator[IMAPClient]:
        """Raises AccountTrouble, for whatever the server or the network does. Other errors pass, and close it too."""
        with self._lock:
            if self._client is None and time.monotonic() < self._not_before:
                raise AccountTrouble(self._trouble)
            whole = False
            try:
                if self._client is None:
                    self._client = open_client(self.account, self._token_of)
                yield self._client
                whole, self._pause = True, 0.0
            except (IMAPClientError, OSError) as error:
                trouble = error if isinstance(error, AccountTrouble) else in_words(self.account, error)
                self._pause = min(_LONGEST_PAUSE, self._pause * 2 or _FIRST_PAUSE)
                self._not_before = time.monotonic() + self._pause
                self._trouble = str(trouble)
                raise trouble from None
            finally:
                if not whole:
                    self._drop()

    def close(self) -> None:
        """Sign out. Safe to call at any time; a connection in use is left to its user."""
        if self._lock.acquire(timeout=5):
            try:
                if self._client is not None:
                    with contextlib.suppress(IMAPClientError, OSError):
                        self._client.logout()
                self._client = None
            finally:
                self._lock.release()

    def again(self) -> None:
        """Forget what failed: the next use tries at once."""
        with self._lock:
            self._pause = self._not_before = 0.0

    def _drop(self) -> None:
        client, self._client = self._client, None
        if client is not None:
            _hang_up(client)


def _hang_up(client: IMAPClient) -> None:
    with contextlib.suppress(IMAPClientError, OSError):
        client.shutdown()


def open_client(account: Account, token_of: TokenOf = no_token) -> IMAPClient:
    """Connect and sign in. Raises AccountTrouble; SignInRefused where a person has to act."""
    host, port = account.endpoint
    try:
        context = ssl.create_default_context()
        client: IMAPClient = IMAPClient(
            host, port, ssl=account.tls == "implicit", ssl_context=context, timeout=TIMES, use_uid=True
        )
        with contextlib.ExitStack() as undo:
            undo.callback(_hang_up, client)
            if account.tls == "starttls":
                client.starttls(context)
            _sign_in(client, account, token_of)
            undo.pop_all()
    except AccountTrouble:
        raise
    except (IMAPClientError, OSError) as error:
        raise in_words(account, error) from None
    return client


def _sign_in(client: IMAPClient, account: Account, token_of: TokenOf) -> None:
    try:
        if account.sign_in == "xoauth2":
            client.oauth2_login(account.user, token_of(account))
        else:
            client.login(account.user, secret_of(account.secret))
    except SecretError as error:
        raise SignInRefused(f"{account.name}: {error}") from None
    except LoginError as error:
        raise SignInRefused(f"{account.name}: {_refused(account, _said(error))}") from None


def _refused(account: Account, said: str) -> str:
    again = f"`salver connect {account.name}` signs in anew"
    if account.sign_in == "xoauth2":
        return f"{account.host} did not take the token ({said}); it may have been revoked. {again}"
    return (
        f"{account.host} did not take the name and password ({said}); many providers want an app password here. {again}"
    )


def in_words(account: Account, error: Exception) -> AccountTrouble:
    """What a failed command or connection means, for a person."""
    said = _said(error)
    if isinstance(error, ssl.SSLCertVerificationError):
        return AccountTrouble(f"{account.name}: the certificate of {account.host} is not valid: {error.verify_message}")
    if isinstance(error, TimeoutError):
        return AccountTrouble(f"{account.name}: {account.host} did not answer in time")
    if isinstance(error, CapabilityError):
        return AccountTrouble(f"{account.name}: {account.host} cannot do what is needed here ({said})")
    return AccountTrouble(f"{account.name}: {account.host}: {said}")


def _said(error: Exception) -> str:
    text: Any = error.strerror if isinstance(error, OSError) and error.strerror else error
    if isinstance(text, bytes):
        text = text.decode("utf-8", "replace")
    return " ".join(str(text).split())[:200] or type(error).__name__
