"""Files -> labelled notes and the owners they name. What cannot be used is refused with file, line and field."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from pipeline.labelled import Labelled
from stages.settings import Profile

MOST_TOLD = 10
"""mistakes of one file that are told at once"""


class EvaluationError(Exception):
    """Something given cannot be evaluated; the text says where, what, and what to do."""


class Sample(NamedTuple):
    """Notes that were read, by the file they stand in, and the owners they name; None: relevance is not judged."""

    path: Path
    owners_path: Path | None
    files: dict[Path, tuple[Labelled, ...]]
    owners: dict[str, Profile] | None

    @property
    def notes(self) -> tuple[Labelled, ...]:
        return tuple(note for notes in self.files.values() for note in notes)


def read(path: Path, owners_path: Path | None = None, taken: dict[str, str] | None = None) -> Sample:
    """A file of notes, or a folder with `notes/*.jsonl` and perhaps `owners/*.json`; `owners_path` names more owners.

    Note ids are unique over all files, and over what was read with the same `taken` before. Raises EvaluationError,
    which names file, line and field of each mistake.
    """
    taken = {} if taken is None else taken
    folder = path.is_dir()
    files = _of_folder(path / "notes", "jsonl") if folder else (path,)
    known = _of_folder(path / "owners", "json") if folder and (path / "owners").is_dir() else ()
    if owners_path is not None:
        known += _of_folder(owners_path, "json") if owners_path.is_dir() else (owners_path,)
    owners = _owners(known) if known else None
    found: dict[Path, tuple[Labelled, ...]] = {}
    for file in files:
        found[file] = read_notes(file, owners, taken)
    return Sample(path, owners_path or (path / "owners" if known else None), found, owners)


def _of_folder(folder: Path, ending: str) -> tuple[Path, ...]:
    files = tuple(sorted(folder.glob(f"*.{ending}")))
    if not files:
        raise EvaluationError(f"{folder}: there is no *.{ending} in it; name a file, or a folder with {folder.name}/")
    return files


def read_notes(
    path: Path, owners: Mapping[str, Profile] | None = None, taken: dict[str, str] | None = None
) -> tuple[Labelled, ...]:
    """Every note of a JSON Lines file. With `owners`, each owner a note names must be among them.

    `taken`: where each id read before stands; it grows. Raises EvaluationError, which names file, line and field.
    """
    taken = {} if taken is None else taken
    notes: list[Labelled] = []
    wrong: list[str] = []
    # Only a line feed ends a line: a note may hold U+2028 or other characters that splitlines() takes for an end.
    for number, line in enumerate(_bytes(path).removeprefix(b"\xef\xbb\xbf").split(b"\n"), 1):
        if not line.strip():
            continue
        at = f"{path}, line {number}"
        try:
            note = Labelled.model_validate_json(line)
        except ValidationError as error:
            wrong += [f"{at}: {_told(mistake)}" for mistake in error.errors()]
            continue
        if (before := taken.get(note.id)) is not None:
            where = "on an earlier line" if before.startswith(f"{path}, line ") else f"in {before},"
            wrong.append(f"{at}: id: {_quoted(note.id)} stands {where} too; each note needs an id of its own")
        taken[note.id] = at
        wrong += [f"{at}: {strange}" for strange in _strangers(note, owners)]
        notes.append(note)
    if wrong:
        more = [f"... and {len(wrong) - MOST_TOLD} more"] if len(wrong) > MOST_TOLD else []
        raise EvaluationError("\n".join(wrong[:MOST_TOLD] + more))
    if not notes:
        raise EvaluationError(f"{path}: there are no notes in it; write one JSON object a line")
    return tuple(notes)


def _strangers(note: Labelled, owners: Mapping[str, Profile] | None) -> list[str]:
    """Owners the note names and nobody knows."""
    if owners is None:
        return []
    known = ", ".join(owners)
    told = [("reference_owner", note.reference_owner)] if note.reference_owner else []
    told += [("relevance", name) for name in note.relevance or ()]
    return [f"{field}: {_quoted(name)} is no owner; known are {known}" for field, name in told if name not in owners]


def _owners(paths: tuple[Path, ...]) -> dict[str, Profile]:
    """The owners of all files. One id is one person: the same profile may stand in two files, another may not."""
    owners: dict[str, Profile] = {}
    for path in paths:
        for name, profile in read_owners(path).items():
            if owners.setdefault(name, profile) != profile:
                raise EvaluationError(f"{path}: id: {_quoted(name)} is another owner in an earlier file; rename one")
    return owners


def read_owners(path: Path) -> dict[str, Profile]:
    """Profiles by owner id, from an object with a list `owners`. Raises EvaluationError with file, line and field."""
    text = _bytes(path).decode("utf-8-sig", "replace")
    try:
        tree = json.loads(text)
    except json.JSONDecodeError as error:
        raise EvaluationError(f"{path}, line {error.lineno}: this is no JSON ({error.msg})") from None
    listed = tree.get("owners") if isinstance(tree, dict) else None
    if not isinstance(listed, list) or not listed:
        raise EvaluationError(f'{path}: owners: write an object with a list, {{"owners": [{{"id": "amy", ...}}]}}')
    owners: dict[str, Profile] = {}
    for number, given in enumerate(listed, 1):
        try:
            profile = Profile.model_validate(given)
        except ValidationError as error:
            name = str(given.get("id", "")) if isinstance(given, dict) else ""
            told = [f"{_where(path, text, name, mistake)}: {_told(mistake)}" for mistake in error.errors()]
            raise EvaluationError("\n".join(told[:MOST_TOLD])) from None
        if not profile.id or profile.id in owners:
            raise EvaluationError(f'{path}: id: owner {number} needs an id of its own, such as "amy"')
        owners[profile.id] = profile
    return owners


def _where(path: Path, text: str, owner: str, mistake: ErrorDetails) -> str:
    """The line of a key in the object of this owner; JSON parsers tell no positions, so the text is searched."""
    key = next((part for part in reversed(mistake["loc"]) if isinstance(part, str)), "")
    start = max(text.find(f'"{owner}"'), 0) if owner else 0
    at = text.find(f'"{key}"', start) if key else -1
    line = text.count("\n", 0, at if at >= 0 else start) + 1
    return f"{path}, line {line}"


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        raise EvaluationError(f"{path}: there is no such file; name one that exists") from None
    except OSError as error:
        raise EvaluationError(f"{path} cannot be read: {error.strerror}") from None


def _told(mistake: ErrorDetails) -> str:
    """pydantic's message with its field, for people who do not know pydantic."""
    field = ".".join(str(part) for part in mistake["loc"])
    kind, given = mistake["type"], _quoted(mistake["input"])
    words = {
        "missing": "this field is missing",
        "json_invalid": f"this is no JSON ({mistake.get('ctx', {}).get('error', 'not readable')})",
        "model_type": "this must be an object, in braces",
        "dict_type": "this must be an object, in braces",
        "tuple_type": "this must be a list, in brackets",
        "string_type": f"{given} is no text; write it in quotes",
        "bool_type": f"{given} is neither true nor false",
        "int_type": f"{given} is no whole number",
        "greater_than_equal": f"{given} is too small",
        "extra_forbidden": "there is no such field",
        "literal_error": f"{given} is none of {_choices(mistake)}",
    }.get(kind, mistake["msg"].removeprefix("Value error, "))
    return f"{field}: {words}" if field else words


def _quoted(given: object) -> str:
    """As JSON, so that no control character of a file reaches a terminal; not the whole of a long one."""
    text = json.dumps(given, ensure_ascii=False, default=str)
    return text if len(text) <= 60 else text[:59] + "…"


def _choices(mistake: ErrorDetails) -> str:
    """`'good', 'ugly' or 'follow_up'` -> `good, ugly, follow_up`."""
    return str(mistake.get("ctx", {}).get("expected", "")).replace(" or ", ", ").replace("'", "")
