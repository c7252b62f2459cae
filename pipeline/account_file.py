"""The `[[account]]` table that `salver connect` appends to a configuration file, and takes out again.

Nothing else in the file changes, and a file that would not load any more is put back as it was.
"""

from __future__ import annotations

import os
import re
import tomllib
from datetime import date
from pathlib import Path

from pipeline.accounts.account import Account
from pipeline.profile_file import toml_text
from pipeline.settings import ConfigError, load
from pipeline.whole_file import put


class FileError(Exception):
    """The configuration file was not changed; the text says why and what to do."""


def _begin(name: str) -> str:
    return f"# --- account {name}: `salver connect` wrote this, `salver disconnect {name}` takes it out"


def _end(name: str) -> str:
    return f"# --- end of account {name}"


def text_of(account: Account, day: date) -> str:
    """The table with its comments, lines ended by a line feed."""
    lines = [f"{_begin(account.name)} ({day.isoformat()})", "[[account]]", f"name = {toml_text(account.name)}"]
    if account.owner:
        lines.append(f"owner = {toml_text(account.owner)}")
    lines.append(f"host = {toml_text(account.host)}")
    if account.tls != "implicit":
        lines.append(f"tls = {toml_text(account.tls)}")
    if account.ca:
        lines.append(f"ca = {toml_text(account.ca)}")
    kind = "token" if account.sign_in == "xoauth2" else "password"
    lines += [
        f"user = {toml_text(account.user)}",
        f"sign_in = {toml_text(account.sign_in)}",
        f"# where the {kind} lies, never the {kind} itself",
        f"secret = {toml_text(account.secret)}",
        "# under this folder Good, Intriguing and Ugly are made when first needed",
        f"folders = {toml_text(account.folders)}",
        "# true: `salver serve` moves requests in this account as they come; false: only when you call `salver pull`",
        f"sort = {'true' if account.sort else 'false'}",
        _end(account.name),
    ]
    return "\n".join(lines) + "\n"


def check_writable(config: Path) -> None:
    """Raises FileError, so that nobody signs in for nothing."""
    if not os.access(config, os.W_OK):
        raise FileError(f"{config} may not be written by you, and the account is to be told there; choose another user")


def append(config: Path, account: Account, day: date) -> None:
    """Append the account's table. Raises FileError; then the file is as it was."""
    check_writable(config)
    before = config.read_bytes()
    line_end = b"\r\n" if b"\r\n" in before else b"\n"
    text = text_of(account, day).encode().replace(b"\n", line_end)
    gap = b"" if not before else line_end if before.endswith(b"\n") else line_end * 2
    try:
        with config.open("ab") as file:
            file.write(gap + text)
            file.flush()
            os.fsync(file.fileno())
        load(config)
    except (ConfigError, OSError) as error:
        os.truncate(config, len(before))
        raise FileError(f"{config} is as it was, since with the new account it would not load: {error}") from None


def take_out(config: Path, name: str) -> None:
    """Remove the block that `append` wrote, even if changed since. Raises FileError; then the file is as it was."""
    check_writable(config)
    before = config.read_bytes()
    block = rf"(?:\r?\n)?^{re.escape(_begin(name))}[^\n]*\n(.*?)^{re.escape(_end(name))}[^\n]*(?:\n|\Z)"
    found = re.search(block.encode(), before, re.MULTILINE | re.DOTALL)
    line = _line_of(before, name)
    by_hand = f"remove the [[account]] with the name {name} from {config}{f', line {line}' if line else ''}"
    if found is None or not _is_one_account(found[1], name):
        raise FileError(by_hand)
    _write(config, before[: found.start()] + before[found.end() :])
    try:
        load(config)
    except ConfigError as error:
        _write(config, before)
        raise FileError(
            f"{by_hand}; it still stands there, since without it the file would not load: {error}"
        ) from None


def _is_one_account(text: bytes, name: str) -> bool:
    """Whether the text between our two lines is that account and nothing else."""
    try:
        tree = tomllib.loads(text.decode())
    except (tomllib.TOMLDecodeError, UnicodeDecodeError):
        return False
    accounts = tree.get("account")
    return (
        set(tree) == {"account"}
        and isinstance(accounts, list)
        and [account.get("name") for account in accounts if isinstance(account, dict)] == [name]
    )


def _line_of(text: bytes, name: str) -> int | None:
    named = re.compile(rf"""^\s*name\s*=\s*["']{re.escape(name)}["']""".encode())
    return next((number for number, line in enumerate(text.splitlines(), 1) if named.match(line)), None)


def _write(config: Path, content: bytes) -> None:
    """With its mode and owner. Raises FileError; then the file is as it was."""
    try:
        put(config, content, keep_mode=True)
    except OSError as error:
        raise FileError(f"{config} cannot be written: {error.strerror}") from None
