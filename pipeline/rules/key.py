"""The `rules` key of a configuration file, set to what `shadow` names; nothing else in the file changes.

tomlkit writes tables that stand between those of a list elsewhere, so it is given the keys above the first table only.
What it makes of them is read again, and compared with what was meant, before anybody is told that it will do.
"""

from __future__ import annotations

import os
import re
import tomllib
from pathlib import Path
from typing import Any

import tomlkit
from tomlkit.items import SingleKey

from pipeline.toml_file import ConfigError
from pipeline.whole_file import put

_BOM = b"\xef\xbb\xbf"
_TABLE = re.compile(r"^[ \t]*\[", re.MULTILINE)


def promoted(content: bytes, path: Path) -> bytes:
    """The file with what `shadow` names under `rules`, and without `shadow`. Raises ConfigError."""
    bom = _BOM if content.startswith(_BOM) else b""
    text = content.removeprefix(_BOM).decode()
    tree = tomllib.loads(text)
    end = _first_table(text)
    meant = {**tree, "rules": tree.get("shadow")}
    del meant["shadow"]
    made = _changed(text[:end]) + text[end:]
    if tomllib.loads(made) != meant:
        raise ConfigError(
            f"{path} was left as it is, since it cannot be changed without touching more: at its top write "
            f'rules = "{tree["shadow"]}", and take the line of shadow out'
        )
    return bom + made.encode()


def _first_table(text: str) -> int:
    """Where the first table begins: a bracket at a line's begin, above which everything is whole."""
    for found in _TABLE.finditer(text):
        if _is_whole(text[: found.start()]):
            return found.start()
    return len(text)


def _is_whole(text: str) -> bool:
    try:
        tomllib.loads(text)
    except tomllib.TOMLDecodeError:  # it lies in a list or a text of several lines
        return False
    return True


def _changed(head: str) -> str:
    document = tomlkit.parse(head)
    if "rules" in document:
        document["rules"] = str(document["shadow"])
        del document["shadow"]
    else:
        _rename(document.body)
    return tomlkit.dumps(document)


def _rename(body: list[Any]) -> None:
    """`shadow` becomes `rules` where it stands, with what is written around it."""
    for at, (key, item) in enumerate(body):
        if key is not None and key.key == "shadow":
            written = re.sub(r"""(["']?)shadow\1""", "rules", key.as_string())
            body[at] = (SingleKey("rules", sep=key.sep, original=written), item)


def check_writable(path: Path) -> None:
    """Raises ConfigError. Root may write what its owner marked as read-only, and must not."""
    mode = path.stat().st_mode
    if not os.access(path, os.W_OK) or not mode & 0o222:
        raise ConfigError(f"{path} may not be written by you; make it writable, or change `rules` in it by hand")


def write(path: Path, before: bytes, after: bytes) -> None:
    """Whole or not at all; a link stays one. Raises ConfigError: it changed since it was read, or cannot be written."""
    try:
        check_writable(path)
        if path.read_bytes() != before:
            raise ConfigError(f"{path} was changed meanwhile, and was left as it is; say `salver shadow promote` again")
        put(path, after, keep_mode=True)
    except OSError as error:
        raise ConfigError(f"{path} cannot be written: {error.strerror or error}") from None
