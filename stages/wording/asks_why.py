"""Does a message ask its reader why they wanted to connect?"""

from __future__ import annotations


def asks_why(text: str) -> bool:
    raise NotImplementedError
