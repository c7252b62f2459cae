"""Profile -> a commented TOML file that only its owner can read, and what is odd in one that was read."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from pipeline.profile import QUESTIONS, TITLES, ProfileError, language_code
from pipeline.whole_file import put
from stages.settings import Profile
from stages.toml_text import toml_text as toml_text

WIDTH = 100
"""Characters of a list that is still written on one line."""


def _toml(value: Any, width: int = 0) -> str:
    """A value of the profile in TOML; lists longer than `width` (0: never) get a line for each item."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int):
        return str(value)
    if isinstance(value, str):
        return toml_text(value)
    if isinstance(value, tuple):
        items = [_toml(each) for each in value]
        line = f"[{', '.join(items)}]"
        return line if not width or len(line) <= width else "[\n" + "".join(f"    {item},\n" for item in items) + "]"
    table = value.model_dump(by_alias=True, exclude_defaults=True)
    if list(table) in (["name"], ["title"]):
        return toml_text(*table.values())  # a plain text stands for a table that has only its name
    inside = ", ".join(f"{key} = {_toml(each)}" for key, each in table.items())
    return f"{{ {inside} }}" if inside else "{}"


def rendered(profile: Profile) -> str:
    """The file: every field with a comment that says what it is for, the empty ones with an example."""
    lines = [
        "# About you, made by `salver profile init`. Every key is optional; change what you like, then check it with",
        "# `salver profile check`. It stays on your machine. Names lie here as plain text: keep the file to yourself.",
    ]
    if profile.id:
        lines += ["", f"id = {toml_text(profile.id)}"]
    for question in QUESTIONS:
        value = getattr(profile, question.field)
        lines += ["", f"# {question.says}"]
        if not value:
            lines.append(f"# Such as: {question.field} = {question.example}")
        lines.append(f"{question.field} = {_toml(value, WIDTH)}")
    return "\n".join(lines) + "\n"


def check_place(path: Path, force: bool) -> None:
    """Raises ProfileError where a profile could not, or must not, be written."""
    if path.suffix.lower() == ".json":
        raise ProfileError(f"{path}: what is written is TOML; name a file such as profile.toml")
    if path.is_dir():
        raise ProfileError(f"{path} is a folder; name a file in it, such as {path / 'profile.toml'}")
    if os.path.lexists(path) and not force:
        raise ProfileError(f"{path} is there already, and stays as it is; name another --output, or say --force")


def write(profile: Profile, path: Path, force: bool) -> None:
    """Writes the whole file or nothing, readable by its owner only (0600). Raises ProfileError."""
    check_place(path, force)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        put(path, rendered(profile).encode(), over=force)
    except FileExistsError:
        raise ProfileError(
            f"{path} has come into being meanwhile, and stays as it is; say --force to replace"
        ) from None
    except OSError as error:
        raise ProfileError(f"{path} cannot be written: {error.strerror or error}") from None


def doubts(profile: Profile, path: Path) -> tuple[str, ...]:
    """What is allowed in a profile, but hardly meant."""
    found = [
        f'languages: "{each}" is no code of a language; write one such as "{language_code(each) or "en"}"'
        for each in profile.languages
        if language_code(each) != each
    ]
    for field, (_, key) in TITLES.items():
        numbers = [number for number, each in enumerate(getattr(profile, field), 1) if not getattr(each, key).strip()]
        found += [f"{field}: number {number} has no {key}" for number in numbers]
    found += [
        f"employers: {each.name} ends ({each.end}) before it begins ({each.start})"
        for each in profile.employers
        if each.start is not None and each.end is not None and each.end < each.start
    ]
    if path.stat().st_mode & 0o077:
        found.append(f"others on this machine may read it; chmod 600 {path} keeps it to you")
    return tuple(found)


def summary(profile: Profile) -> str:
    """How much each field says, and which say nothing."""
    counts = {question.field: getattr(profile, question.field) for question in QUESTIONS[1:]}
    full = ", ".join(f"{field} {len(value)}" for field, value in counts.items() if value)
    empty = ", ".join(field for field, value in counts.items() if not value)
    parts = (profile.name or "no name", full, f"nothing in {empty}" if empty else "")
    return "; ".join(part for part in parts if part)


def shortened(lines: tuple[str, ...], most: int = 20) -> tuple[str, ...]:
    """At most so many lines, and how many there are beside."""
    return lines if len(lines) <= most else (*lines[:most], f"... and {len(lines) - most} more like these")
