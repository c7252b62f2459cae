"""TOML files of the owner's: read, checked against a model, every mistake told with its file and line."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails
from rapidfuzz import fuzz, process

from stages.rules.language import OF_THE_FILE

_NEAR = 60
"""of 100: a key that is less like the one that was written was not meant"""
_LISTED = 24
"""keys that are named where none is near"""


class ConfigError(Exception):
    """The configuration cannot be used; the text says where, what, and what to do."""


def shipped(name: str) -> Path:
    """A file of `config/`, as installed or in the checkout."""
    here = Path(__file__).resolve().parent
    inside = here / "config"
    return (inside if inside.is_dir() else here.parent / "config") / name


def text_of(path: Path) -> str:
    try:
        return path.read_text("utf-8-sig")
    except FileNotFoundError:
        raise ConfigError(f"{path}: there is no such file; name one that exists, or leave the option out") from None
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path} cannot be read: {error}") from None


def toml_of(text: str, path: Path | None) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{path}: this is no TOML: {error}") from None
    except RecursionError:
        raise ConfigError(f"{path}: this is no TOML of ours: brackets lie too deep inside each other") from None


def explain(error: ValidationError, text: str, path: Path, model: type[BaseModel]) -> str:
    """Each mistake with its line, in words."""
    lines = []
    for mistake in error.errors():
        where = tuple(mistake["loc"])
        line = line_of(text, where)
        key = ".".join(str(part) for part in where if not isinstance(part, int)) or "the file"
        at = f"{path}, line {line}" if line else str(path)
        if mistake["type"] == "extra_forbidden":
            last = str(where[-1])
            known = _siblings(model, where[:-1])
            near = process.extractOne(last, known, scorer=fuzz.ratio, score_cutoff=_NEAR)
            listed = f"known here are {', '.join(known)}" if len(known) <= _LISTED else "nothing here is called so"
            hint = f'did you mean "{near[0]}"?' if near else listed
            if last in _siblings(model, ()) and len(where) > 1:
                hint = f'"{last}" stands at the top of the file, above the first [section]'
            lines.append(f'{at}: unknown key "{key}"; {hint}')
        else:
            lines.append(f"{at}: {key}: {_in_words(mistake)}")
    return "\n".join(dict.fromkeys(lines))


def _in_words(mistake: ErrorDetails) -> str:
    """pydantic's message for people who do not know pydantic."""
    kind = mistake["type"]
    if kind == "tuple_type" and str(mistake["loc"][-1]) == "owner":
        return "write [[owner]], with two brackets: there may be several"
    if kind == "tuple_type":
        return 'this is a list; write it in brackets, such as ["one", "two"]'
    if kind == "missing":
        return "this is missing, and has no default"
    if kind == "string_pattern_mismatch":
        allowed = str(mistake.get("ctx", {}).get("pattern", "")).strip("^$()").replace("|", ", ")
        return f'"{mistake["input"]}" will not do; it must be of the form {allowed}'
    if kind == "too_long":
        most = mistake.get("ctx", {}).get("max_length", "fewer")
        return f"at most {most} entries are compared with every note; people belong into `salver people add`"
    if kind in ("int_type", "int_parsing", "int_from_float"):
        return f'"{mistake["input"]}" is no whole number; write one, such as 2023'
    if kind in ("model_type", "model_attributes_type"):
        return "this is a table with keys of its own; see config/default.toml"
    return mistake["msg"].removeprefix("Value error, ")


def nearest(key: str, known: Any) -> str:
    found = process.extractOne(key, list(known))
    return str(found[0]) if found else ""


def _siblings(model: type[BaseModel], where: tuple[int | str, ...]) -> list[str]:
    """The keys a table at this place can have."""
    for part in where:
        if isinstance(part, int):
            continue
        fields = {field.alias or name: field.annotation for name, field in model.model_fields.items()}
        inner = [
            kind for kind in _unfold(fields.get(str(part))) if isinstance(kind, type) and issubclass(kind, BaseModel)
        ]
        if not inner:
            break
        model = inner[0]
    return [
        field.alias or name
        for name, field in model.model_fields.items()
        if not field.exclude and OF_THE_FILE not in field.metadata
    ]


def _unfold(kind: Any) -> Iterator[Any]:
    yield kind
    for part in get_args(kind):
        yield from _unfold(part)


def line_of(text: str, where: tuple[int | str, ...]) -> int | None:
    """The line of a key: tables are followed by their headers, lists of tables by counting. None if not found."""
    names = [str(part) for part in where if not isinstance(part, int)]
    if not names:
        return None
    count = next((part for part in where if isinstance(part, int)), 0)
    table, seen, last_seen = "", -1, None
    wanted = ".".join(names[:-1])
    for number, line in enumerate(text.splitlines(), 1):
        header = re.match(r"\s*\[\[?\s*([^\]]+?)\s*\]\]?\s*(#.*)?$", line)
        if header:
            table = header[1].replace('"', "").replace(" ", "")
            if line.lstrip().startswith("[[") and table == names[0]:
                seen += 1
            if table == ".".join(names) and (not line.lstrip().startswith("[[") or seen == count):
                return number
            continue
        listed = seen >= 0 and table == names[0]
        if table not in (wanted, names[0], "") or (listed and seen != count):
            continue
        if re.search(rf'(^|[\s{{,."]){re.escape(names[-1])}("?\s*=|"\s*:)', line):  # the colon: JSON
            return number
        begins = re.match(rf'\s*"?{re.escape(names[0])}("?\s*=|"\s*:)', line)
        if begins or (listed and len(names) > 1 and names[1] in line):
            last_seen = number
    return last_seen
