"""What a set of rules consists of <-> texts that are kept once by their hash: its lists apart from all else."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any, NamedTuple

from pipeline.store.writer import Statement


class Parted(NamedTuple):
    """A set in parts. hash: of its text, empty if nothing is known of it; lists: hashes of those that it refers to."""

    hash: str
    lists: tuple[str, ...]
    texts: dict[str, str]
    """hash -> text, of them all"""


def parted(judging: Mapping[str, Any]) -> Parted:
    """`judging`: as `judging_of` makes it, or empty."""
    if not judging:
        return Parted("", (), {})
    lists: dict[str, str] = {}
    text = json.dumps(
        {**judging, "rules": _without_lists(json.loads(judging["rules"]), lists)},
        ensure_ascii=False,
    )
    return Parted(_hash(text), tuple(sorted(lists)), {**lists, _hash(text): text})


def joined(text: str, lists: Mapping[str, str]) -> dict[str, Any]:
    """What `parted` was given."""
    told: dict[str, Any] = json.loads(text)
    told["rules"] = json.dumps(_with_lists(told["rules"], lists), ensure_ascii=False)
    return told


def kept(parts: Parted) -> list[Statement]:
    """What is there already is not written again."""
    return [
        Statement("INSERT OR IGNORE INTO ruling_texts (hash, text) VALUES (?, ?)", each) for each in parts.texts.items()
    ]


UNNEEDED = Statement(
    "DELETE FROM ruling_texts WHERE hash NOT IN (SELECT judging FROM rulings"
    " UNION SELECT value FROM rulings, json_each(rulings.lists))"
)
"""Texts that no set refers to go."""


def _without_lists(tree: Any, lists: dict[str, str]) -> Any:
    """The same with the hash of a file's texts instead of them."""
    if isinstance(tree, dict):
        if tree.get("file") and isinstance(texts := tree.get("texts"), list):
            text = json.dumps(texts, ensure_ascii=False)
            lists[_hash(text)] = text
            return {**tree, "texts": _hash(text)}
        return {key: _without_lists(each, lists) for key, each in tree.items()}
    return [_without_lists(each, lists) for each in tree] if isinstance(tree, list) else tree


def _with_lists(tree: Any, lists: Mapping[str, str]) -> Any:
    if isinstance(tree, dict):
        if tree.get("file") and isinstance(hash := tree.get("texts"), str):
            return {**tree, "texts": json.loads(lists[hash])}
        return {key: _with_lists(each, lists) for key, each in tree.items()}
    return [_with_lists(each, lists) for each in tree] if isinstance(tree, list) else tree


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
