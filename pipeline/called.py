"""(a person's name, what was typed) -> is that person meant?"""

from __future__ import annotations

import unicodedata


def is_called(name: str, part: str) -> bool:
    """Whether a word of the name begins so, whatever the case and the accents."""
    wanted = _plain(part)
    return bool(wanted) and f" {wanted}" in f" {_plain(name)}"


def _plain(text: str) -> str:
    apart = unicodedata.normalize("NFKD", text.casefold())
    return " ".join("".join(" " if char == "-" else char for char in apart if not unicodedata.combining(char)).split())
