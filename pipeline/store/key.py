"""The key of this installation: what is kept of people and of wordings is hashed with it first.

It lies in a file beside the store (`salver.db.key`, for this user alone), made when the store is first opened. So a
copy of the store without that file (a backup, a disk image of the database, a file sent along with a bug report) tells
nobody who the owner knows: without the key a hash cannot be compared with a guess. Who reads both files can guess:
names and addresses are few enough to be tried one after the other, and no hash helps against that. Nor is the store
anonymous: the log holds the mails that came in, with the names of those who wrote them.

Where the key is lost, what was hashed with it is never found again: people are to be added anew; wordings come back
with what comes in, or when the read model is rebuilt.
"""

from __future__ import annotations

import hashlib
import secrets
from contextlib import suppress
from pathlib import Path

from pipeline.store.migrations import StoreError
from pipeline.whole_file import put

_BYTES = 32


class Key:
    """Turns texts into numbers of 64 bits (signed, as SQLite keeps them) that only this installation can make."""

    def __init__(self, secret: bytes) -> None:
        self._secret = secret
        self.id = hashlib.blake2b(b"id", key=secret, digest_size=4).hexdigest()
        """names the key, and tells nothing of it"""

    def number(self, use: str, *texts: str) -> int:
        """Of texts for one use (at most 16 letters): the same texts have another number for another use."""
        told = hashlib.blake2b(key=self._secret, digest_size=8, person=use.encode())
        for text in texts:
            raw = text.encode("utf-8", "replace")
            told.update(len(raw).to_bytes(8, "big") + raw)
        return int.from_bytes(told.digest(), "big", signed=True)


def key_path(store: Path) -> Path:
    """Where the key of a store lies."""
    return store.with_name(store.name + ".key")


def read_key(store: Path) -> Key | None:
    """The key beside a store, None if there is none. Raises StoreError for one that is damaged."""
    path = key_path(store)
    try:
        secret = bytes.fromhex(path.read_text("ascii").strip())
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:
        raise StoreError(f"the key {path} cannot be read ({error}): {_WAY_OUT}") from None
    if len(secret) != _BYTES:
        raise StoreError(f"the key {path} is damaged: {_WAY_OUT}")
    return Key(secret)


_WAY_OUT = "restore it from a copy, or remove it, and add the people you know again with `salver people add`"


def made_key(store: Path) -> Key:
    """The key beside a store, made if there is none. OSError where it cannot be written."""
    path = key_path(store)
    while (key := read_key(store)) is None:
        with suppress(FileExistsError):  # one came meanwhile: that is the key then
            put(path, secrets.token_hex(_BYTES).encode() + b"\n", over=False)
    return key
