"""Plain data -> TOML, in lines of a readable length; whatever in a text would end, hide or turn a line is escaped."""

from __future__ import annotations

import re
from typing import Any

_WIDTH = 116
INDENT = "    "

_HIDDEN = re.compile(r'["\\\x00-\x1f\x7f-\x9f\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]')


def toml_text(text: str) -> str:
    """A TOML basic string (TOML 1.0, "String")."""

    def escape(found: re.Match[str]) -> str:
        return f"\\{found[0]}" if found[0] in '"\\' else f"\\u{ord(found[0]):04X}"

    return f'"{_HIDDEN.sub(escape, text)}"'


def toml_flat(value: Any) -> str:
    """Plain data in TOML, on one line; tables are written inline."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | float):
        return str(int(value)) if abs(value) < 1e15 and value == int(value) else repr(value)
    if isinstance(value, str):
        return toml_text(value)
    if isinstance(value, dict):
        return f"{{ {', '.join(f'{key} = {toml_flat(each)}' for key, each in value.items())} }}"
    return f"[{', '.join(map(toml_flat, value))}]"


def toml_value(value: Any, used: int, indent: str = "") -> str:
    """The same; a list that does not fit behind the `used` characters of its line gets lines of its own."""
    flat = toml_flat(value)
    if used + len(flat) < _WIDTH or not isinstance(value, dict | list):
        return flat
    if isinstance(value, dict):  # within braces a line may only end inside a list
        return f"{{ {', '.join(f'{key} = {toml_value(each, used, indent)}' for key, each in value.items())} }}"
    inside = indent + INDENT
    if all(isinstance(each, str) for each in value):
        return f"[\n{_filled([toml_flat(each) for each in value], inside)}{indent}]"
    return f"[\n{''.join(f'{inside}{toml_value(each, len(inside), inside)},{chr(10)}' for each in value)}{indent}]"


def _filled(texts: list[str], indent: str) -> str:
    """As many on a line as fit."""
    lines, line = [], indent
    for text in texts:
        if line.strip() and len(line) + len(text) > _WIDTH:
            lines.append(line.rstrip())
            line = indent
        line += f"{text}, "
    return "\n".join((*lines, line.rstrip())) + "\n"
