"""A stand-in for the package `keyring`, an extra that tests do without: the same names and errors, kept in memory."""

from __future__ import annotations

import sys
from types import ModuleType, SimpleNamespace

import pytest


class KeyringError(Exception): ...


class PasswordDeleteError(KeyringError): ...


class KeyringLocked(KeyringError): ...


class Keyring(ModuleType):
    """`locked` as after a login without a desktop; `priority` 0 as where no backend is there."""

    def __init__(self) -> None:
        super().__init__("keyring")
        self.errors = SimpleNamespace(KeyringError=KeyringError, PasswordDeleteError=PasswordDeleteError)
        self.kept: dict[tuple[str, str], str] = {}
        self.locked = False
        self.priority = 5.0

    def get_keyring(self) -> SimpleNamespace:
        return SimpleNamespace(priority=self.priority)

    def get_password(self, service: str, user: str) -> str | None:
        self._open()
        return self.kept.get((service, user))

    def set_password(self, service: str, user: str, secret: str) -> None:
        self._open()
        self.kept[service, user] = secret

    def delete_password(self, service: str, user: str) -> None:
        self._open()
        if self.kept.pop((service, user), None) is None:
            raise PasswordDeleteError("not found")

    def _open(self) -> None:
        if self.locked:
            raise KeyringLocked("Failed to unlock the collection!")


def install(monkeypatch: pytest.MonkeyPatch) -> Keyring:
    keyring = Keyring()
    monkeypatch.setitem(sys.modules, "keyring", keyring)
    monkeypatch.setitem(sys.modules, "keyring.errors", keyring.errors)  # type: ignore[arg-type]
    return keyring
