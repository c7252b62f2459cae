"""TOML files of the owner's: read, checked against a model, every mistake told with its file and line."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple, get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails
from rapidfuzz import fuzz, process

from pipeline.owners_file import MOST_TOML, is_absent, text_in, why
from pipeline.toml_lines import DEEPEST, Place, line_of as line_of, lines_of, too_deep
from stages.header import clean
from stages.rules.language import OF_THE_FILE

_NEAR = 60
"""of 100: a key that is less like the one that was written was not meant"""
_LISTED = 24
"""keys that are named where none is near"""
_MOST = 1_000
"""mistakes that are put into words"""
_SHOWN, _TOLD = 120, 400
"""characters of a key, and of what is said about it"""


class ConfigError(Exception):
    """The configuration cannot be used; the text says where, what, and what to do."""


def shipped(name: str) -> Path:
    """A file of `config/`, as installed or in the checkout."""
    here = Path(__file__).resolve().parent
    inside = here / "config"
    return (inside if inside.is_dir() else here.parent / "config") / name


class Mistake(NamedTuple):
    """Something in a file that cannot be meant, in words, and the line on which it stands; None: nobody can tell."""

    line: int | None
    says: str

    def at(self, path: Path) -> str:
        return f"{path}, line {self.line}: {self.says}" if self.line else f"{path}: {self.says}"


def text_of(path: Path) -> str:
    """The text of a file of the owner's. Raises ConfigError."""
    try:
        return text_in(path, MOST_TOML)
    except (OSError, ValueError) as error:  # ValueError: it is no UTF-8, or its name can be no file's
        if isinstance(error, FileNotFoundError) and not path.is_symlink():
            told = f"{path}: there is no such file; name one that exists, or leave the option out"
        else:
            told = f"{clean(str(path))} cannot be read: {why(error)}"
        raise ConfigError(told) from None


def named_file(file: str, key: str) -> Path:
    """The file that a key of the configuration names. Raises ConfigError: nothing is called so."""
    path = Path(file)
    if is_absent(path):
        raise ConfigError(
            f"{clean(file)}: there is no such file, and `{key}` in your configuration names it; paths count from the "
            f"folder where Salver is started, here {clean(str(Path.cwd()))}"
        )
    return path


def toml_of(text: str, path: Path | None) -> dict[str, Any]:
    if (deep := too_deep(text)) is not None:
        raise ConfigError(f"{path}, line {deep}: this is no TOML of ours: a key has at most {DEEPEST} parts")
    try:
        return tomllib.loads(text)
    except ValueError as error:  # also a number of thousands of digits
        said = re.fullmatch(r"(.*) \(at (?:line (\d+), column \d+|end of document)\)", str(error), re.DOTALL)
        line = (said[2] or str(text.rstrip().count("\n") + 1)) if said else ""
        why = clean(_plain(said[1] if said else str(error)), 200)
        raise ConfigError(
            f"{path}{f', line {line}' if line else ''}: this is no TOML: {why}{_curly(text, line)}"
        ) from None
    except RecursionError:
        raise ConfigError(f"{path}: this is no TOML of ours: brackets lie too deep inside each other") from None


def _curly(text: str, line: str) -> str:
    """That the line has quotes which are none to TOML."""
    written = text.split("\n")[int(line) - 1] if line else ""
    curly = "".join(dict.fromkeys(char for char in written if char in "“”„‟‘’‚‛«»"))
    return f'; it has curly quotes ({curly}), as word processors write them: write straight ones (")' if curly else ""


def explain(error: ValidationError, text: str, path: Path, model: type[BaseModel]) -> str:
    """Each mistake with its line, in words."""
    return "\n".join(dict.fromkeys(mistake.at(path) for mistake in explained(error, text, model)))


def explained(error: ValidationError, text: str, model: type[BaseModel]) -> list[Mistake]:
    """The same, one by one. What a value might have been in several ways is one mistake."""
    found: dict[Place, list[ErrorDetails]] = {}
    for each in error.errors(include_url=False)[:_MOST]:
        found.setdefault(_in_file(tuple(each["loc"]), text), []).append(each)
    return [_mistake(where, each, text, model) for where, each in found.items()]


def _in_file(where: Place, text: str) -> Place:
    """A place without what pydantic adds to it: which of several kinds of value it tried."""
    lines = lines_of(text)
    while len(where) > 1 and where not in lines and _KIND.fullmatch(str(where[-1])):
        where = where[:-1]
    return where


_KIND = re.compile(r"float|int|str|bool|(literal|tuple|constrained|function|nullable)[-\[].*", re.DOTALL)


def _mistake(where: Place, mistakes: list[ErrorDetails], text: str, model: type[BaseModel]) -> Mistake:
    line = line_of(text, where)
    key = clean(".".join(str(part) for part in where if not isinstance(part, int)), _SHOWN) or "the file"
    if mistakes[0]["type"] != "extra_forbidden":
        return Mistake(line, f"{key}: {clean(_all_in_words(mistakes), _TOLD)}")
    last = str(where[-1])
    known = _siblings(model, where[:-1])
    near = process.extractOne(last[:_SHOWN], known, scorer=fuzz.ratio, score_cutoff=_NEAR)
    listed = f"known here are {', '.join(known)}" if len(known) <= _LISTED else "nothing here is called so"
    hint = f'did you mean "{near[0]}"?' if near else listed
    if last in _siblings(model, ()) and len(where) > 1:
        hint = f'"{last}" stands at the top of the file, above the first [section]'
    return Mistake(line, f'unknown key "{key}"; {hint}')


def _all_in_words(mistakes: list[ErrorDetails]) -> str:
    """Why a value is none of those that it might be."""
    expected = [
        value for each in mistakes for value in re.findall(r"'([^']*)'", each.get("ctx", {}).get("expected", ""))
    ]
    given = mistakes[0]["input"]
    if not expected or not isinstance(given, str):
        return " or: ".join(dict.fromkeys(_in_words(each) for each in mistakes))
    near = process.extractOne(given[:_SHOWN], expected, scorer=fuzz.ratio, score_cutoff=50)
    hint = f'; did you mean "{near[0]}"?' if near else ""
    return f'"{clean(given, _SHOWN)}" will not do; it must be one of {", ".join(expected)}{hint}'


def _in_words(mistake: ErrorDetails) -> str:
    """pydantic's message for people who do not know pydantic."""
    kind = mistake["type"]
    last = next((part for part in reversed(mistake["loc"]) if isinstance(part, str)), "")
    if kind == "tuple_type" and last in ("owner", "account", "rule", "lesson") and len(mistake["loc"]) == 1:
        return f"write [[{last}]], with two brackets: there may be several"
    if kind == "tuple_type" and isinstance(mistake["input"], dict):
        return f"there may be several, so write it in brackets, as a list: {last} = [{{ ... }}]"
    if kind == "tuple_type":
        return 'this is a list; write it in brackets, such as ["one", "two"]'
    if kind == "missing":
        return "this is missing, and has no default"
    if kind == "string_pattern_mismatch" and mistake["loc"][0] == "rule":
        return f'"{mistake["input"]}" will not do; write small letters, digits and dashes, at most 64 of them'
    if kind == "string_pattern_mismatch":
        allowed = str(mistake.get("ctx", {}).get("pattern", "")).strip("^$()").replace("|", ", ")
        return f'"{mistake["input"]}" will not do; it must be of the form {allowed}'
    if kind == "too_long":
        most = mistake.get("ctx", {}).get("max_length", "fewer")
        if mistake["loc"][0] == "rule":
            return f"there are at most {most} of these"
        return f"at most {most} entries are compared with every note; people belong into `salver people add`"
    if kind in ("int_type", "int_parsing", "int_from_float"):
        return f'"{mistake["input"]}" is no whole number; write one, such as 2023'
    if kind in _BOUNDS:
        (bound,) = (value for key, value in mistake.get("ctx", {}).items() if key in ("le", "lt", "ge", "gt"))
        return f"{mistake['input']} is too {_BOUNDS[kind]} {bound:g}"
    if kind in ("float_type", "float_parsing"):
        quotes = "; write it without quotes" if isinstance(mistake["input"], str) else ""
        return f"{_as_written(mistake['input'])} is no number{quotes or '; write one, such as 2 or 0.25'}"
    if kind in ("bool_type", "bool_parsing"):
        return f"{_as_written(mistake['input'])} is neither true nor false; write one of these, without quotes"
    if kind == "string_type":
        return f"{_as_written(mistake['input'])} is no text; write it in quotes"
    if kind in ("model_type", "model_attributes_type") and last in ("all", "any", "none", "examples"):
        return f"write each of these in braces: {last} = [{{ ... }}]"
    if kind in ("model_type", "model_attributes_type"):
        return "this is a table with keys of its own; see config/default.toml"
    return _plain(mistake["msg"].removeprefix("Value error, "))


_BOUNDS = {
    "less_than_equal": "large; it is at most",
    "less_than": "large; it is less than",
    "greater_than_equal": "small; it is at least",
    "greater_than": "small; it is more than",
}


def _as_written(value: Any) -> str:
    """As it stands in the file, about."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return f'"{value}"'
    return str(value) if isinstance(value, int | float) else "this"


def _plain(said: str) -> str:
    """Python's own words for a number of thousands of digits are no use to anybody here."""
    return "a number has thousands of digits; write a smaller one" if "integer string conversion" in said else said


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
