"""Somebody whom the owner knows, as a file names them: what the readers of files give, and the store keeps hashed."""

from __future__ import annotations

from typing import NamedTuple


class Person(NamedTuple):
    """What somebody is called, their addresses, and the mails that the owner wrote to them, by their ids."""

    names: tuple[str, ...]
    addresses: tuple[str, ...] = ()
    mails: tuple[str, ...] = ()


class PeopleError(Exception):
    """A file of people cannot be used; the text says where, what, and what to do."""
