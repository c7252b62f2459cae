"""(text of a TOML or JSON file) -> the line of every key and list entry in it."""

from __future__ import annotations

import re
import tomllib
from functools import lru_cache

Place = tuple[str | int, ...]
"""Keys, and numbers of list entries from 0, from the top inwards: as pydantic names a place."""

DEEPEST = 40
"""parts of a place that are told apart; no file of ours goes as deep"""
_SIGN = re.compile(
    r"#[^\n]*"
    r'|"""(?:[^\\]|\\.)*?""""{0,2}'  # such a text may end in two quotes of its own
    r"|'''.*?''''{0,2}"
    r'|"(?:[^"\\\n]|\\.)*"'
    r"|'[^'\n]*'"
    r"|[\[\]{}=:,\n]"
    r"|[^\s\[\]{}=:,\"'#]+",
    re.DOTALL,
)


def lines_of(text: str) -> dict[Place, int]:
    """Where each key and list entry stands, counted from 1. `text` is sound TOML, or JSON; of others, what can be told.

    It goes through the text once, whatever lies inside what.
    """
    return _scanned(text).lines


def too_deep(text: str) -> int | None:
    """The line of a key of more than DEEPEST parts, `a.b.c...`, which would cost a TOML parser room without bounds.

    A key stands on one line, with a dot between two parts: where no line has so many, none need be walked through.
    """
    return _scanned(text).deep if any(line.count(".") >= DEEPEST for line in text.split("\n")) else None


@lru_cache(maxsize=8)
def _scanned(text: str) -> _Scan:
    return _Scan(text)


def line_of(text: str, where: Place) -> int | None:
    """The line of a key; of one that is not there, that of the list entry it would stand in. None if not found."""
    lines = lines_of(text)
    if where and where in lines:
        return lines[where]
    return next((lines[where[:most]] for most in range(len(where) - 1, 1, -1) if where[:most] in lines), None)


class _Scan:
    """One walk through the tokens of a text. `inside`: the lists and inline tables that are open, outermost first."""

    def __init__(self, text: str) -> None:
        self.lines: dict[Place, int] = {}
        self.line = 1
        self.deep: int | None = None
        self._key: list[str] = []
        self._key_line = 1
        self._table: Place = ()
        self._place: Place = ()
        self._lists: dict[Place, int] = {}
        """[[...]] -> the number of its last entry"""
        self._inside: list[tuple[Place, int | None]] = []
        """each with the number of the list entry that is read; None: a table"""
        self._step = self._in_key
        if text.lstrip().startswith("{"):  # JSON
            self._step = self._in_value
        at = 0
        for sign in _SIGN.finditer(text):
            self.line += text.count("\n", at, sign.start())
            at = sign.start()
            if sign[0][0] != "#":
                self._step(sign[0])

    def _found(self, place: Place, line: int | None = None) -> None:
        self.lines.setdefault(place, line or self.line)

    def _in_key(self, sign: str) -> None:
        if sign in ("=", ":"):
            base = self._inside[-1][0] if self._inside else self._table
            names = self._names(self._key)
            place = base
            for name in names:
                place = _below(place, name)
                self._found(place, self._key_line)
            self._key, self._place, self._step = [], place, self._in_value
        elif sign == "[" and not self._key and not self._inside:
            self._key_line, self._step = self.line, self._in_header
        elif sign in ("}", "]"):
            self._close()
        elif sign not in (",", "\n"):
            self._key_line = self.line
            self._key.append(sign)

    def _names(self, signs: list[str]) -> tuple[str, ...]:
        names = _names(signs)
        if len(names) > DEEPEST and self.deep is None:
            self.deep = self._key_line
        return names

    def _in_header(self, sign: str) -> None:
        if sign not in ("]", "\n"):
            self._key.append(sign)
            return
        several = self._key[:1] == ["["]
        names = self._names(self._key[1:] if several else self._key)
        place: Place = ()
        for at, name in enumerate(names, 1):
            place = _below(place, name)
            self._found(place, self._key_line)
            if several and at == len(names):
                self._lists[place] = self._lists.get(place, -1) + 1
            if place in self._lists:
                place = _below(place, self._lists[place])
                self._found(place, self._key_line)
        self._key, self._table, self._step = [], place, self._after

    def _in_value(self, sign: str) -> None:
        if sign == "\n":
            return
        if sign in ("]", "}"):
            self._close()
            return
        self._found(self._place)
        if sign == "[":
            self._inside.append((self._place, 0))
            self._place = _below(self._place, 0)
        elif sign == "{":
            self._inside.append((self._place, None))
            self._step = self._in_key
        else:
            self._step = self._after

    def _after(self, sign: str) -> None:
        """A value ended, or a header."""
        if sign in ("]", "}"):
            self._close()
        elif sign == "\n" and not self._inside:
            self._step = self._in_key
        elif sign == "," and self._inside:
            place, number = self._inside[-1]
            if number is None:
                self._step = self._in_key
            else:
                self._inside[-1] = (place, number + 1)
                self._place, self._step = _below(place, number + 1), self._in_value

    def _close(self) -> None:
        if self._inside:
            self._inside.pop()
        self._step = self._after


def _below(place: Place, part: str | int) -> Place:
    return (*place, part) if len(place) < DEEPEST else place


def _names(signs: list[str]) -> tuple[str, ...]:
    """The names in a key, `a."b c"` -> a, b c."""
    key = "".join(signs)
    if ('"' not in key and "'" not in key) or key.count(".") > DEEPEST:
        return tuple(name for name in key.split(".") if name)
    try:
        inner = tomllib.loads(f"{key} = 0")
    except ValueError:  # of JSON, whose escapes are a few more
        return (key.strip('"'),)
    names: list[str] = []
    while isinstance(inner, dict):
        name, inner = next(iter(inner.items()))
        names.append(name)
    return tuple(names)
