"""A signed-in IMAP connection of one account: opened when needed, closed when it fails, never hammered.

After RFC 3501, RFC 6851 (MOVE), RFC 4315 (UIDPLUS), RFC 2177 (IDLE); the client is IMAPClient.
"""

from __future__ import annotations

import contextlib
import re
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from typing import Any, Protocol

from imapclient import IMAPClient, SocketTimeout
from imapclient.exceptions import (
    CapabilityError,
    IMAPClientAbortError,
    IMAPClientError,
    IMAPClientReadOnlyError,
    LoginError,
)

from pipeline.accounts import wire
from pipeline.accounts.account import Account
from pipeline.accounts.secrets import SecretError, secret_of

TIMES = SocketTimeout(connect=15, read=60)
"""Seconds."""
FIRST_PAUSE, LONGEST_PAUSE = 5.0, 600.0
"""Seconds before a server that failed is tried again; doubled each time."""
_REFUSED_PAUSE = 60.0
"""The first one after a refused password or token, where many tries get an account locked, or when asked for one."""
_FLOOD_SECONDS = 2 * LONGEST_PAUSE
"""A flood this long after the last is a first one again."""
_QUIET_SECONDS = 120.0
"""After this long without use, servers and routers may have forgotten a connection: it is asked whether it is there."""
_ANSWER_SECONDS = 10.0
"""How long that answer may take."""
_LATER = re.compile(r"\[(?:UNAVAILABLE|INUSE|LIMIT|SERVERBUG)\]", re.IGNORECASE)
"""Response codes (RFC 5530) by which a server says: not now."""
_SLOWER = re.compile(r"\[THROTTLED\]|bandwidth limits|too many simultaneous", re.IGNORECASE)
"""By which one says: not so much. Gmail's code for it is [OVERQUOTA], as if there were no room."""
_BYTES = re.compile(r"^b(['\"])(.*)\1$")
_QUERY = re.compile(r"(https?://[^\s?\]]*)\?[^\s\]]*")
"""Of an address that a server tells: it may let whoever reads it in (Gmail's WEBALERT)."""
_SECONDS = re.compile(r" \([\d.]+ \+ [^()]* secs\)\.?")
"""Dovecot tells how long it took: with it no two refusals would be the same, and `salver status` would list each."""


GARBLED = (ValueError, TypeError, LookupError, AttributeError, OverflowError, MemoryError, RecursionError)


class AccountTrouble(OSError):
    """The account cannot be used now: weather, to be tried again. The text is for a person, without any secret."""


class SignInRefused(AccountTrouble):
    """The server did not take the password or token: a person has to act."""


class Refused(AccountTrouble):
    """The server is there, but refused one thing: the connection goes on, and whatever else is asked need not wait."""


class Slower(AccountTrouble):
    """The server asks to be left alone for a while."""


class Flooded(AccountTrouble):
    """The server says more than any answer needs. What it says is not read any more."""


class TokenOf(Protocol):
    """Gives the access token of an account that signs in by XOAUTH2. Raises AccountTrouble."""

    def __call__(self, account: Account, refused: str = "") -> str:
        """`refused`: the token that the server did not take; another one is wanted."""
        ...


def no_token(account: Account, refused: str = "") -> str:
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
        self._used_at = 0.0
        self._floods = 0
        self._flooded_at = 0.0

    @contextlib.contextmanager
    def use(self) -> Iterator[IMAPClient]:
        """Raises AccountTrouble, for whatever the server or the network does. Other errors pass, and close it too."""
        with self._lock:
            if self._client is None and time.monotonic() < self._not_before:
                raise AccountTrouble(self._trouble)
            whole = False
            try:
                if (
                    self._client is not None
                    and time.time() - self._used_at > _QUIET_SECONDS
                    and not _there(self._client)
                ):
                    self._drop()
                if self._client is None:
                    self._client = open_client(self.account, self._token_of)
                yield self._client
                whole, self._pause = True, 0.0
            except (IMAPClientError, OSError, *GARBLED) as error:
                trouble = error if isinstance(error, AccountTrouble) else in_words(self.account, error)
                whole = isinstance(trouble, Refused) and not isinstance(error, IMAPClientAbortError)
                if not whole:
                    self._leave_alone(trouble)
                raise trouble from None
            finally:
                self._used_at = time.time()  # not monotonic: that clock stands still while a laptop sleeps
                if not whole:
                    self._drop()

    def _leave_alone(self, trouble: AccountTrouble) -> None:
        first = _REFUSED_PAUSE if isinstance(trouble, (SignInRefused, Slower)) else FIRST_PAUSE
        if isinstance(trouble, Flooded):  # signing in goes well each time, and would begin it anew
            again = time.monotonic() - self._flooded_at < _FLOOD_SECONDS
            self._floods, self._flooded_at = self._floods + 1 if again else 0, time.monotonic()
            first = FIRST_PAUSE * 2 ** min(self._floods, 10)
        self._pause = min(LONGEST_PAUSE, max(first, self._pause * 2))
        self._not_before = time.monotonic() + self._pause
        self._trouble = str(trouble)

    def close(self) -> None:
        """Sign out. Safe to call at any time; a connection that is still in use after 5 seconds is cut."""
        if not self._lock.acquire(timeout=5):
            if (client := self._client) is not None:
                hang_up(client)
            return
        try:
            if self._client is not None:
                with contextlib.suppress(IMAPClientError, OSError):
                    self._client.logout()
            self._client = None
        finally:
            self._lock.release()

    def another(self) -> Session:
        """Of the same account, with a connection of its own."""
        return Session(self.account, self._token_of)

    def one_more(self) -> IMAPClient:
        """A connection that is signed in, for the caller to hang up. Raises AccountTrouble."""
        return open_client(self.account, self._token_of)

    def again(self) -> None:
        """Forget what failed: the next use tries at once."""
        with self._lock:
            self._pause = self._not_before = 0.0

    def _drop(self) -> None:
        client, self._client = self._client, None
        if client is not None:
            hang_up(client)


def hang_up(client: IMAPClient) -> None:
    """Cut the line."""
    with contextlib.suppress(IMAPClientError, OSError):
        client.socket().shutdown(socket.SHUT_RDWR)
    with contextlib.suppress(IMAPClientError, OSError):
        client.shutdown()


def _there(client: IMAPClient) -> bool:
    """Whether a connection that was long not used still answers."""
    try:
        client.socket().settimeout(_ANSWER_SECONDS)
        client.noop()
        client.socket().settimeout(TIMES.read)
    except (IMAPClientError, OSError):
        return False
    return True


def open_client(account: Account, token_of: TokenOf = no_token, password: str | None = None) -> IMAPClient:
    """Connect and sign in, with `password` instead of the one that is kept.

    Raises AccountTrouble; SignInRefused where a person has to act.
    """
    if account.sign_in == "password":
        return _opened(account, _kept(account) if password is None else password)
    token = token_of(account)
    try:
        return _opened(account, token)
    except SignInRefused:  # a token may end before its time: once more with a fresh one
        return _opened(account, token_of(account, refused=token))


def _kept(account: Account) -> str:
    try:
        return secret_of(account.secret)
    except SecretError as error:
        raise SignInRefused(f"{account.name}: {error}") from None


def _opened(account: Account, secret: str) -> IMAPClient:
    host, port = account.endpoint
    try:
        context = trusted(account) if account.tls != "none" else None
        client = wire.client(host, port, account.tls == "implicit", context, TIMES)
        with contextlib.ExitStack() as undo:
            undo.callback(hang_up, client)
            client.socket().setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # APPEND sends in small parts
            if account.tls == "starttls":
                client.starttls(context)
            _sign_in(client, account, secret)
            undo.pop_all()
    except AccountTrouble:
        raise
    except (IMAPClientError, OSError, *GARBLED) as error:
        raise in_words(account, error) from None
    return client


def trusted(account: Account) -> ssl.SSLContext:
    """Whose certificates count for its server: the system's, or those of `ca` alone. AccountTrouble: it holds none."""
    try:
        return ssl.create_default_context(cafile=account.ca or None)
    except OSError as error:  # ssl.SSLError is one
        why = error.strerror or type(error).__name__
        raise AccountTrouble(f"{account.name}: `ca` names {account.ca}, which holds no certificates ({why})") from None


def _sign_in(client: IMAPClient, account: Account, secret: str) -> None:
    try:
        if account.sign_in == "xoauth2":
            client.oauth2_login(account.user, secret)
        elif (account.user + secret).isascii():
            client.login(account.user, secret)
        elif client.has_capability("AUTH=PLAIN"):  # LOGIN takes no other letters (RFC 3501 9), SASL does (RFC 4616)
            client.plain_login(account.user, secret)
        else:
            raise SignInRefused(
                f"{account.name}: {account.host} takes plain letters only, and the name or password has others; "
                f"many providers give an app password, which has none"
            )
    except LoginError as error:
        cut = error.__context__ if isinstance(error.__context__, IMAPClientAbortError) else None
        if cut is not None or _LATER.search(str(error)) or asks_for_pause(error):
            raise in_words(account, cut or error) from None
        said = _said(error).replace(secret, "***")  # some servers repeat the line
        raise SignInRefused(f"{account.name}: {_refused(account, said)}") from None


def _refused(account: Account, said: str) -> str:
    again = f"`salver connect {account.name}` signs in anew"
    if account.sign_in == "xoauth2":
        return f"{account.host} did not take the token ({said}); it may have been revoked. {again}"
    return (
        f"{account.host} did not take the name and password ({said}); many providers want an app password here. {again}"
    )


def in_words(account: Account, error: Exception) -> AccountTrouble:
    """What a failed command or connection means, for a person."""
    said, start = _said(error), f"{account.name}: {account.host}"
    if isinstance(error, GARBLED) and not isinstance(error, OSError):  # a bad certificate is both
        return AccountTrouble(f"{start} answered with something that is no IMAP ({type(error).__name__})")
    if wire.too_much(error):
        return Flooded(
            f"{start} says more than any answer needs ({said}); the line was cut, and is tried again after pauses that "
            f"grow. If that goes on, tell whoever runs that server"
        )
    if isinstance(error, ssl.SSLCertVerificationError):
        return AccountTrouble(
            f"{account.name}: the certificate of {account.host} is not valid: {error.verify_message}; if it is one of "
            "your own, name its file (`ca` in [[account]], `--ca` of `salver connect`)"
        )
    if isinstance(error, ssl.SSLError):
        return AccountTrouble(f"{start} does not speak TLS as expected ({said}); try another port, or `--tls starttls`")
    if isinstance(error, TimeoutError):
        return AccountTrouble(f"{start} did not answer in time")
    if asks_for_pause(error):
        return Slower(f"{start} asks for a pause ({said}); it is left alone for a while, then all goes on by itself")
    if isinstance(error, IMAPClientReadOnlyError):
        return Refused(f"{start} lets this account only read there ({said}); nothing can be moved")
    if isinstance(error, IMAPClientAbortError):
        return AccountTrouble(f"{start} hung up, or the line was cut ({said})")
    if isinstance(error, CapabilityError):
        return Refused(f"{start} cannot do what is needed here ({said})")
    if isinstance(error, IMAPClientError) and "quota" in said.lower():
        return AccountTrouble(f"{start} has no room left ({said}); make some, and what waits is filed")
    if isinstance(error, IMAPClientError) and not _LATER.search(said):
        return Refused(f"{start}: {said}")
    return AccountTrouble(f"{start}: {said}")


def asks_for_pause(error: Exception) -> bool:
    """Whether a server refused a command because there were too many."""
    return isinstance(error, IMAPClientError) and _SLOWER.search(str(error)) is not None


def _said(error: Exception) -> str:
    text: Any = error.strerror if isinstance(error, OSError) and error.strerror else error
    if isinstance(text, bytes):
        text = text.decode("utf-8", "replace")
    text = _BYTES.sub(r"\2", str(text))  # IMAPClient hands on the repr of what imaplib raised
    text = "".join(char if char.isprintable() else " " for char in text)  # a server must not steer the terminal
    return " ".join(_SECONDS.sub("", _QUERY.sub(r"\1", str(text))).split())[:200] or type(error).__name__
