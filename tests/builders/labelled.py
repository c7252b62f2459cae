"""Labelled notes of our own, their owners, and the files they stand in."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from pipeline.labelled import Labelled
from pipeline.settings import load_rules, shipped
from stages.settings import Settings

DEFAULT = "I'd like to add you to my professional network on LinkedIn."
WIRE = "I am an officer of a bank in Lagos. Help me to transfer 9 million dollars to your account, you keep a third."
WARM = "Your talk on parcel lockers at the Fernhill Expo changed how we count failed drops. Could I ask you about it?"
OWNERS: dict[str, Any] = {
    "owners": [
        {"id": "lockers", "name": "Ottilie Marsh", "published": [{"kind": "talk", "title": "Parcel lockers"}],
         "events": ["Fernhill Expo"]},
        {"id": "teeth", "name": "Bram Kuiper", "industry": ["dental supplies"]},
    ]
}  # fmt: skip


def note(id: str = "a", text: str = WARM, label: str = "good", **given: Any) -> dict[str, Any]:
    return {"id": id, "text": text, "label": label, "language": "en", "source_kind": "own", "core": True, **given}


def labelled(*args: Any, **given: Any) -> Labelled:
    return Labelled.model_validate_json(json.dumps(note(*args, **given)))


def lines(notes: list[dict[str, Any]]) -> str:
    return "".join(json.dumps(each, ensure_ascii=False) + "\n" for each in notes)


def written(folder: Path, notes: list[dict[str, Any]], owners: dict[str, Any] | None = None) -> tuple[str, str]:
    (folder / "notes.jsonl").write_text(lines(notes), "utf-8")
    (folder / "owners.json").write_text(json.dumps(owners or OWNERS, indent=1), "utf-8")
    return str(folder / "notes.jsonl"), str(folder / "owners.json")


def in_folder(folder: Path, owners: dict[str, Any] | None, **notes: list[dict[str, Any]]) -> Path:
    """A folder with notes/*.jsonl and, if there are owners, owners/own.json."""
    (folder / "notes").mkdir(parents=True)
    for name, some in notes.items():
        (folder / "notes" / f"{name}.jsonl").write_text(lines(some), "utf-8")
    if owners is not None:
        (folder / "owners").mkdir()
        (folder / "owners" / "own.json").write_text(json.dumps(owners), "utf-8")
    return folder


def plain_settings() -> Settings:
    """The shipped rules, and no owner."""
    return Settings(rules=load_rules(shipped("rules.toml")))


_THINGS = ("parcels", "ferries", "vineyards", "looms", "kilns", "orchards", "bridges", "clocks")
_SAID = {
    "good": "Your article on {} changed our plan, may I ask you more?",
    "intriguing": "I build {} and there may be something for both.",
    "ugly": "We sell {} at the best price, book a call today.",
    "follow_up": "Hello, it would be great to stay in touch here.",
}
_FILL = " In this part of the country {} have been around for a long time."
_FILLS = (0, 2, 4, 8, 12)
"""How often, so that there are texts of every length."""
_WANTS: dict[str, dict[str, Any]] = {
    "good": {"asks": "none", "tie": 2, "reason": 2},
    "intriguing": {"asks": "job", "tie": 1, "reason": 1},
    "ugly": {"asks": "sale", "tie": 0, "reason": 0},
    "follow_up": {"asks": "none", "tie": 0, "reason": 0},
}


def some_of_each(sources: int = 6) -> list[dict[str, Any]]:
    """Four labels, each with two wordings a source: enough to learn from, and quick."""
    found = []
    for source in range(sources):
        for at, (label, said) in enumerate(_SAID.items()):
            for turn in range(2):
                text = said + _FILL * _FILLS[(source + at + 2 * turn) % len(_FILLS)]
                text = text.replace("{}", _THINGS[(source + 3 * turn) % len(_THINGS)])
                found.append(note(f"{source}-{label}-{turn}", text, label, source=f"page {source}", **_WANTS[label]))
    return found
