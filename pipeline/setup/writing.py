"""Answers -> the commented configuration file; and changes of one line in a file that a person may have edited."""

from __future__ import annotations

import os
import re
import tomllib
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple

from pipeline import whole_file
from pipeline.profile_file import toml_text
from pipeline.settings import ConfigError, load
from pipeline.setup.talk import SetupError


class Wish(NamedTuple):
    """What the answers come to."""

    id: str
    name: str
    addresses: tuple[str, ...]
    accounts: tuple[str, ...]
    folder: Path
    time_zone: str
    listen: str = ""
    """empty: nothing comes in from outside"""
    hostname: str = ""


def rendered(wish: Wish) -> str:
    """The file. The same answers give the same text."""
    lines = [
        "# Written by `salver setup`; change what you like. `salver check --config FILE` says whether it still holds.",
        "# Only what differs from the defaults stands here; config/default.toml lists every key.",
        "",
    ]
    if wish.listen:
        lines += [
            "[smtp]",
            "# Where mail comes in. Port 25 is the one that mail providers send to.",
            f"listen = {toml_text(wish.listen)}",
            "# The name under which other mail servers know this machine.",
            f"hostname = {toml_text(wish.hostname)}",
            "",
        ]
    lines += [
        "[store]",
        "# The log of every mail, which is what Salver must never lose. Keep it on a disk of its own machine.",
        f"url = {toml_text(f'sqlite:///{wish.folder}/salver.db')}",
        "",
        "[[owner]]",
        "# Names you in the log and in paths; mail that was sorted belongs to this name, so leave it as it is.",
        f"id = {toml_text(wish.id)}",
        f"name = {toml_text(wish.name)}",
        *_addresses(wish),
        "# Good, Intriguing and Ugly lie below this folder. Any mail program that reads Maildir opens it.",
        f"mailbox = {toml_text(f'maildir:{wish.folder}/mail/{wish.id}')}",
        "# For the dates in reminders.",
        f"time_zone = {toml_text(wish.time_zone)}",
        "# What you do and look for, so that notes are weighed for you: `salver profile init` writes the file.",
        '# profile = "profile.toml"',
    ]
    return "\n".join(lines) + "\n"


def _addresses(wish: Wish) -> list[str]:
    def listed(addresses: tuple[str, ...]) -> str:
        return f"[{', '.join(map(toml_text, addresses))}]"

    told = (
        "# What your forwarding rule points at. Who knows it can send you mail, so keep it to yourself;\n"
        "# `salver address` makes another one and retires this one."
        if wish.listen
        else "# You. Your account is read; nothing has to be sent here."
    )
    return [
        told,
        f"addresses = {listed(wish.addresses)}",
        "# Your own addresses elsewhere. A request that was sent to none of them is marked as a replay.",
        f"accounts = {listed(wish.accounts)}",
    ]


def put(path: Path, content: bytes) -> None:
    """The whole content or nothing, in place of what is there, whose mode stays; a new file only its owner can read."""
    path = path.resolve()  # a link stays one
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        whole_file.put(path, content, keep_mode=True)
    except OSError as error:
        raise SetupError(f"{path} cannot be written: {error.strerror or error}") from None


def create(path: Path, text: str, force: bool) -> Path | None:
    """Write the configuration. One that is there stays, unless told otherwise: then it is kept under another name,
    which is returned. The same text already there is as good as written. Raises SetupError."""
    aside = None
    with suppress(FileNotFoundError):
        if path.read_bytes() == text.encode():
            return None
        if not force:
            raise SetupError(
                f"{path} is there already, and stays as it is. Name another file with --config, or say --force: "
                "then it is kept beside the new one"
            )
        aside = _free(path)
        path.rename(aside)
    put(path, text.encode())
    return aside


def _free(path: Path) -> Path:
    numbered = (path.with_name(f"{path.name}.old{number or ''}") for number in range(1000))
    return next(each for each in numbered if not os.path.lexists(each))


# --- one line of a file that is there

_TOKEN = re.compile(r"""(?P<comment>\#[^\n]*)|(?P<text>"(?:[^"\\\n]|\\.)*"|'[^'\n]*')|(?P<end>\])""")


class Place(NamedTuple):
    """One text in a list, and where it stands."""

    start: int
    end: int


def _owner_block(text: str, number: int) -> tuple[int, int] | None:
    """Start and end of the lines below the `number`th [[owner]], counted from 0."""
    headers = list(re.finditer(r"^[ \t\ufeff]*\[\[[ \t]*owner[ \t]*\]\][^\n]*\n?", text, re.MULTILINE))
    if number >= len(headers):
        return None
    start = headers[number].end()
    following = re.compile(r"^[ \t]*\[[^\n]*\][ \t]*(#[^\n]*)?\r?$", re.MULTILINE).search(text, start)
    return start, following.start() if following else len(text)


def _places(text: str, start: int, end: int) -> list[Place]:
    """The texts of `addresses = [...]` within a block; none where it is written in a way that is not ours."""
    found = re.compile(r"^[ \t]*addresses[ \t]*=[ \t]*\[", re.MULTILINE).search(text, start, end)
    places: list[Place] = []
    for token in _TOKEN.finditer(text, found.end(), end) if found else ():
        if token["end"]:
            return places
        if token["text"]:
            places.append(Place(*token.span()))
    return []


def change_addresses(path: Path, owner: int, add: str = "", take: str = "", pin: str = "") -> None:
    """Add an address to an owner's list, or take one out, and leave every other octet of the file as it is.

    `pin` is written as the owner's id, where it would change with the first address. What comes out is read again,
    and must differ from before in nothing else: else the file stays as it is. Raises SetupError.
    """
    text = _read(path)
    wanted = _toml(text)
    listed: list[str] = wanted["owner"][owner]["addresses"]
    at = next((number for number, each in enumerate(listed) if take and each.lower() == take), None)
    block = _owner_block(text, owner)
    places = _places(text, *block) if block else []
    by_hand = f"{path} is written in a way Salver does not change: {_by_hand(add, take)}"
    if block is None or len(places) != len(listed) or (take and at is None):
        raise SetupError(by_hand)
    changed = text
    if add:
        changed = f"{text[: places[-1].end]}, {toml_text(add)}{text[places[-1].end :]}"
        listed.append(add)
    elif at is not None:
        after = at + 1 < len(places)
        start, end = (places[at].start, places[at + 1].start) if after else (places[at - 1].end, places[at].end)
        changed = text[:start] + text[end:]
        del listed[at]
    if pin:
        changed = f"{changed[: block[0]]}id = {toml_text(pin)}\n{changed[block[0] :]}"
        wanted["owner"][owner]["id"] = pin
    if _toml(changed) != wanted:
        raise SetupError(by_hand)
    put(path, changed.encode())
    try:
        load(path)
    except ConfigError as error:
        put(path, text.encode())
        raise SetupError(f"{path} is as it was, since after the change it would not load: {error}") from None


def _by_hand(add: str, take: str) -> str:
    return f'write "{add}" into `addresses` yourself' if add else f'take "{take}" out of `addresses` yourself'


def has_id(path: Path, owner: int) -> bool:
    """Whether the owner's id is written down, or made of the first address."""
    return "id" in _toml(_read(path))["owner"][owner]


def _read(path: Path) -> str:
    try:
        return path.read_bytes().decode("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise SetupError(f"{path} cannot be read: {error}") from None


def _toml(text: str) -> dict[str, Any]:
    """Empty for what is no TOML."""
    try:
        return tomllib.loads(text.removeprefix("\ufeff"))
    except tomllib.TOMLDecodeError:
        return {}
