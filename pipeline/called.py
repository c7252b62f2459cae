"""(people's names, what was typed) -> who is meant; where several are, how to tell them apart."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

from stages.header import clean

_END = 8
"""Characters of an id's end that are shown."""
_LISTED = 9
"""People that are named where a name is of several."""


def is_called(name: str, part: str) -> bool:
    """Whether a word of the name begins so, whatever the case and the accents."""
    wanted = _plain(part)
    return bool(wanted) and f" {wanted}" in f" {_plain(name)}"


def several(what: str, part: str, called: Sequence[tuple[str, str]]) -> str:
    """That more than one of (request, name) is called so, and how to name one of them."""
    named = ", ".join(f"{clean(name, 60)} ({request[-_END:]})" for request, name in called[:_LISTED])
    more = f" and {len(called) - _LISTED} more" if len(called) > _LISTED else ""
    return f'{len(called)} {what} fit "{clean(part, 60)}": {named}{more}; write the letters in brackets'


def _plain(text: str) -> str:
    apart = unicodedata.normalize("NFKD", text.casefold())
    return " ".join("".join(" " if char == "-" else char for char in apart if not unicodedata.combining(char)).split())
