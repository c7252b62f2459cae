"""What the project contains, we wrote: no text of the labelled notes of others stands in it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
NOTES = ROOT / ".." / "shared" / "notes" / "notes.jsonl"
RUN = 13
"""words in a row; shorter runs are formulas that everybody writes"""
KINDS = {".py", ".toml", ".jsonl", ".json", ".md", ".eml"}
NOT_OURS_TO_CHOOSE = {"platform_default"}
"""kinds of source whose texts are the network's own sentences"""


def words_of(text: str) -> list[str]:
    return [word.lower() for word in re.findall(r"\w+", text)]


def runs_of(text: str) -> Iterator[tuple[str, ...]]:
    words = words_of(text)
    return (tuple(words[at : at + RUN]) for at in range(len(words) - RUN + 1))


def texts_of(note: dict[str, object]) -> Iterator[str]:
    yield str(note["text"])
    thread = note.get("thread")
    for turn in thread if isinstance(thread, list) else ():
        yield turn.get("text") or ""


def files() -> Iterator[Path]:
    for folder in ("stages", "pipeline", "config", "training", "tests", "deploy"):
        yield from (path for path in sorted((ROOT / folder).rglob("*")) if path.suffix in KINDS)
    yield from sorted(ROOT.glob("*.md"))


@pytest.mark.skipif(not NOTES.is_file(), reason="../shared/notes is absent: nothing to compare with")
def test_no_text_of_the_shared_notes_stands_in_the_project() -> None:
    notes = [json.loads(line) for line in NOTES.read_text("utf-8").splitlines()]
    defaults = {
        run
        for note in notes
        if note["source_kind"] in NOT_OURS_TO_CHOOSE
        for text in texts_of(note)
        for run in runs_of(text)
    }
    theirs = {run: note["id"] for note in notes for text in texts_of(note) for run in runs_of(text)}
    found = {
        f"{path.relative_to(ROOT)}, line {number}: {theirs[run]}"
        for path in files()
        for number, line in enumerate(path.read_text("utf-8", "replace").splitlines(), 1)
        for run in runs_of(line)
        if run in theirs and run not in defaults
    }
    assert not found


def test_a_copied_text_would_be_seen() -> None:
    text = " ".join(f"word{number}" for number in range(RUN + 1))
    assert set(runs_of(f"before {text} after")) & set(runs_of(text))
    assert not list(runs_of(" ".join(words_of(text)[: RUN - 1])))
