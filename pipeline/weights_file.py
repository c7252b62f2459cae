"""Weights <-> one TOML file that a person can read: a section a field, a line a weight, in alphabetical order."""

from __future__ import annotations

import os
import textwrap
import tomllib
from collections.abc import Iterator, Mapping
from math import isfinite
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails
from rapidfuzz import process

from pipeline.owners_file import content_of, text_in, why
from pipeline.profile_file import toml_text
from pipeline.toml_lines import DEEPEST, line_of, too_deep
from stages.header import clean
from stages.signals import SIGNALS
from stages.weights import Weights

MOST_TOLD = 10
"""mistakes of one file that are told at once"""
WIDTH = 116
HEAD = "# Weights that `salver train` learned"
"""How every file of ours begins."""


MOST_OCTETS = 8_000_000
"""of a weights file"""
MOST = 100.0
"""Points or weight of one thing, either way."""


class WeightsError(Exception):
    """A weights file cannot be used; the text says where, what, and what to do."""


# --- writing ------------------------------------------------------------------------------------------------------


def write_weights(weights: Weights, path: Path) -> None:
    """Write the file, whole or not at all. Raises WeightsError."""
    part = path.with_name(f"{path.name}.part")
    try:
        part.write_text(rendered(weights), "utf-8", newline="\n")
        os.replace(part, path)
    except OSError as error:
        raise WeightsError(f"{path} cannot be written: {error.strerror}") from None


def is_ours(path: Path) -> bool:
    """Whether `salver train` wrote this file, also where it names signals that are no more."""
    try:
        return content_of(path, MOST_OCTETS).startswith(HEAD.encode())
    except OSError:
        return False


def rendered(weights: Weights) -> str:
    """The file: single values first, then a section for each table, below what `Weights` says of it."""
    fields = weights.model_dump(exclude_none=True)
    tables = {name: value for name, value in fields.items() if isinstance(value, dict)}
    lines = [
        *_comment(
            f"{HEAD.removeprefix('# ')} from labelled notes. Do not tune them here: the next training writes"
            " the file anew; what a signal is to weigh for you stands in [points] of your configuration."
        ),
        "#",
        *_comment(Weights.__doc__ or ""),
    ]
    for name, value in fields.items():
        if name not in tables:
            lines += ["", *_says(name), f"{_key(name)} = {_scalar(value)}"]
    for name, table in tables.items():
        lines += ["", *_says(name), *_section((name,), table)]
    return "\n".join(lines) + "\n"


def _section(path: tuple[str, ...], table: Mapping[str, Any]) -> Iterator[str]:
    """A table of weights, then the tables inside it."""
    yield f"[{'.'.join(map(_key, path))}]"
    for name, value in sorted(table.items()):
        if not isinstance(value, dict):
            yield f"{_key(name)} = {_scalar(value)}"
    for name, value in sorted(table.items()):
        if isinstance(value, dict):
            yield from ("", *_section((*path, name), value))


def _key(name: str) -> str:
    bare = name.isascii() and name.replace("_", "").replace("-", "").isalnum()
    return name if bare else toml_text(name)


def _scalar(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return toml_text(value) if isinstance(value, str) else repr(value)


def _says(name: str) -> list[str]:
    return _comment(Weights.model_fields[name].description or "")


def _comment(text: str) -> list[str]:
    """A paragraph between blank lines stays one."""
    paragraphs = [" ".join(part.split()) for part in text.split("\n\n")]
    wrapped = [textwrap.wrap(paragraph, WIDTH) or [""] for paragraph in paragraphs]
    return [f"# {line}".rstrip() for part in wrapped for line in part if line]


# --- reading ------------------------------------------------------------------------------------------------------


def load_weights(path: Path) -> Weights:
    """A weights file. Raises WeightsError, which names file, line and field of each mistake."""
    text = _text(path)
    if (deep := too_deep(text)) is not None:
        raise WeightsError(f"{path}, line {deep}: this is no weights file: a key has at most {DEEPEST} parts")
    try:
        tree = tomllib.loads(text)
    except ValueError as error:  # also a number of thousands of digits
        raise WeightsError(f"{path}: this is no TOML: {error}") from None
    except RecursionError:
        raise WeightsError(f"{path}: this is no weights file: brackets lie too deep inside each other") from None
    try:
        found = Weights.model_validate(tree)
    except ValidationError as error:
        _refuse(path, text, [(tuple(map(str, mistake["loc"])), _in_words(mistake)) for mistake in error.errors()])
    _refuse(path, text, list(_odd(found)))
    return found


def _text(path: Path) -> str:
    try:
        return text_in(path, MOST_OCTETS)
    except (OSError, ValueError) as error:  # ValueError: it is no UTF-8, or its name can be no file's
        if isinstance(error, FileNotFoundError) and not path.is_symlink():
            told = f"{path}: there is no such file; name one that exists, or let `salver train` make it"
        else:
            told = f"{clean(str(path))} cannot be read: {why(error)}"
        raise WeightsError(told) from None


def _odd(weights: Weights) -> Iterator[tuple[tuple[str, ...], str]]:
    """Mistakes that the types allow: names of no signal, and numbers that are none."""
    for name in weights.points:
        if name not in SIGNALS:
            near = process.extractOne(name, list(SIGNALS))[0]
            yield ("points", name), f'there is no such signal; did you mean "{near}"? Else take the line out'
    waiting: list[tuple[tuple[str, ...], object]] = [((), weights.model_dump())]
    for where, value in waiting:
        if isinstance(value, dict):
            waiting += [((*where, name), each) for name, each in value.items()]
        elif isinstance(value, float) and not (isfinite(value) and abs(value) <= MOST):
            yield where, f"{value:g} is no weight; they lie between -{MOST:g} and {MOST:g}"


def _in_words(mistake: ErrorDetails) -> str:
    """pydantic's message for people who do not know pydantic."""
    kind = mistake["type"]
    if kind == "extra_forbidden":
        near = process.extractOne(str(mistake["loc"][-1]), list(Weights.model_fields))[0]
        return f'unknown key; did you mean "{near}"?'
    if kind == "dict_type":
        return "this is a section with a line for each weight"
    if kind in ("float_type", "float_parsing"):
        return "this must be a number, such as -1.25"
    return "this must be a text, in quotes" if kind == "string_type" else mistake["msg"].removeprefix("Value error, ")


def _refuse(path: Path, text: str, mistakes: list[tuple[tuple[str, ...], str]]) -> None:
    if not mistakes:
        return
    lines = [_told(path, line_of(text, where), where, words) for where, words in mistakes[:MOST_TOLD]]
    if len(mistakes) > MOST_TOLD:
        lines.append(f"... and {len(mistakes) - MOST_TOLD} more")
    raise WeightsError("\n".join(lines))


def _told(path: Path, line: int | None, where: tuple[str, ...], words: str) -> str:
    return f"{path}{f', line {line}' if line else ''}: {'.'.join(map(_key, where)) or 'the file'}: {words}"
