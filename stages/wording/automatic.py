"""Is a message an automatic reply, which is no answer? By its wording: out of office, on leave, will answer later."""

from __future__ import annotations


def is_automatic(text: str) -> bool:
    raise NotImplementedError
