"""Secrets by reference: `env:NAME`, `file:PATH`, `keyring:SERVICE/USER`. Nothing here ever tells a secret."""

from __future__ import annotations

import importlib
import os
import stat
from contextlib import suppress
from pathlib import Path
from typing import Any


class SecretError(Exception):
    """A secret cannot be read or kept; the text says why and what to do, and never the secret."""


def secret_of(reference: str) -> str:
    """The secret a reference names, without the line's end. Raises SecretError."""
    kind, _, where = reference.partition(":")
    found: str | None = None
    if kind == "env":
        found = os.environ.get(where)
        hint = f"set the environment variable {where}"
    elif kind == "file":
        hint = f"write it into {where}, which only you may read"
        found = _read(Path(where).expanduser())
    elif kind == "keyring":
        hint = f"`salver connect` keeps it there; look at {where} in your keyring"
        service, _, user = where.rpartition("/")
        keyring = _keyring()
        try:
            found = keyring.get_password(service, user)
        except keyring.errors.KeyringError as error:
            raise SecretError(f"the keyring cannot be opened ({type(error).__name__}); unlock it") from None
    else:
        raise SecretError("a secret is named env:NAME, file:PATH or keyring:SERVICE/USER")
    found = (found or "").rstrip("\r\n")
    if not found:
        raise SecretError(f"there is no secret at {kind}:{where}; {hint}")
    return found


def _read(path: Path) -> str | None:
    try:
        mode = path.stat().st_mode
        if mode & (stat.S_IRWXG | stat.S_IRWXO):
            raise SecretError(f"others may read {path}, which holds a secret; chmod 600 {path}")
        return path.read_text("utf-8")
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError) as error:
        raise SecretError(f"{path} cannot be read ({getattr(error, 'strerror', None) or 'no text'})") from None


def keep(reference: str, secret: str) -> None:
    """Put a secret where the reference names, on disk for its owner alone. Raises SecretError."""
    kind, _, where = reference.partition(":")
    if kind == "file":
        _write(Path(where).expanduser(), secret)
    elif kind == "keyring":
        service, _, user = where.rpartition("/")
        keyring = _keyring()
        try:
            keyring.set_password(service, user, secret)
        except keyring.errors.KeyringError as error:
            raise SecretError(f"the keyring did not take it ({type(error).__name__}); use file:PATH instead") from None
    else:
        raise SecretError("only file:PATH and keyring:SERVICE/USER can keep a secret")


def _write(path: Path, secret: str) -> None:
    """Beside it first, then in its place: a cut never leaves half a token."""
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with suppress(FileNotFoundError):
            beside.unlink()
        descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(secret + "\n")
            file.flush()
            os.fsync(file.fileno())
        os.replace(beside, path)
    except OSError as error:
        raise SecretError(f"{path} cannot be written: {error.strerror}") from None


def forget(reference: str) -> bool:
    """Remove a secret. Whether one was there. Raises SecretError where it cannot be removed by us."""
    kind, _, where = reference.partition(":")
    if kind == "file":
        path = Path(where).expanduser()
        try:
            path.unlink()
        except FileNotFoundError:
            return False
        except OSError as error:
            raise SecretError(f"{path} cannot be removed: {error.strerror}") from None
        return True
    if kind == "keyring":
        service, _, user = where.rpartition("/")
        keyring = _keyring()
        try:
            keyring.delete_password(service, user)
        except keyring.errors.PasswordDeleteError:
            return False
        except keyring.errors.KeyringError as error:
            raise SecretError(f"the keyring did not give it up ({type(error).__name__}); remove it there") from None
        return True
    named = reference if kind == "env" else "what stands there"  # that may be the secret itself
    raise SecretError(f"{named} is not ours to remove; take it out yourself")


def has_keyring() -> bool:
    """Whether a keyring that keeps secrets is there: a machine without a desktop often has none."""
    try:
        keyring: Any = importlib.import_module("keyring")
    except ImportError:
        return False
    try:
        return float(keyring.get_keyring().priority) > 0
    except (keyring.errors.KeyringError, RuntimeError):
        return False


def _keyring() -> Any:
    try:
        importlib.import_module("keyring.errors")
        return importlib.import_module("keyring")
    except ImportError:
        raise SecretError("no keyring is installed: pip install 'salver[keyring]', or use file:PATH") from None
