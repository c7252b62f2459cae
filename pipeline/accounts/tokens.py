"""Gives the access token of an account: kept as JSON behind its secret reference, refreshed ahead of its end.

A refresh token may be good for one use (RFC 9700 4.14.2): one process and thread refreshes at a time, the others use
what it got, and nothing is asked for before it is sure that the answer can be kept.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
import threading
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import structlog
from pydantic import ValidationError

from pipeline.accounts import oauth
from pipeline.accounts.account import Account
from pipeline.accounts.oauth import Token
from pipeline.accounts.secrets import SecretError, keep, secret_of
from pipeline.accounts.session import AccountTrouble, SignInRefused

log = structlog.get_logger()

_ONE_AT_A_TIME: defaultdict[str, threading.Lock] = defaultdict(threading.Lock)
"""Reference -> lock."""


def token_of(account: Account, refused: str = "") -> str:
    """The access token; another than `refused`. Raises AccountTrouble, SignInRefused where a person has to act."""
    try:
        token = kept(account.secret)
        if not (token.lasts() and token.access_token != refused):
            token = _refreshed(account, refused)
    except SecretError as error:
        raise SignInRefused(f"{account.name}: {error}") from None
    except AccountTrouble as error:
        hint = f"; `salver connect {account.name}` signs in anew" if isinstance(error, SignInRefused) else ""
        raise type(error)(f"{account.name}: {error}{hint}") from None
    return token.access_token


def kept(reference: str) -> Token:
    """The token that a reference names. Raises SecretError."""
    try:
        return Token.model_validate_json(secret_of(reference))
    except ValidationError:  # its text would repeat what lies there
        raise SecretError(f"what lies at {reference} is no token; `salver connect` puts one there") from None


def keep_token(reference: str, token: Token) -> None:
    """Raises SecretError."""
    keep(reference, token.model_dump_json())


def _refreshed(account: Account, refused: str) -> Token:
    with _alone(account.secret):
        token = kept(account.secret)  # another may have been here meanwhile
        if token.lasts() and token.access_token != refused:
            return token
        try:
            keep_token(account.secret, token)
            fresh = oauth.refresh(token)
        except SignInRefused:
            raise
        except (AccountTrouble, SecretError):
            if token.holds() and token.access_token != refused:  # it was early: there is time to try again
                return token
            raise
        keep_token(account.secret, fresh)
    log.info("token_refreshed", account=account.name)
    return fresh


@contextlib.contextmanager
def _alone(reference: str) -> Iterator[None]:
    """One thread and one process at a time; where no lock can be made on disk, one thread."""
    with _ONE_AT_A_TIME[reference], contextlib.ExitStack() as stack:
        with contextlib.suppress(OSError):
            path = lock_of(reference)
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            lock = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            stack.callback(os.close, lock)
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def lock_of(reference: str) -> Path:
    """Beside a file; for a keyring in the user's cache."""
    kind, _, where = reference.partition(":")
    if kind == "file":
        path = Path(where).expanduser()
        return path.with_name(f".{path.name}.lock")
    return Path.home() / ".cache" / "salver" / f"{hashlib.sha256(reference.encode()).hexdigest()[:16]}.lock"
