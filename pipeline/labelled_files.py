"""Files -> labelled notes and the owners they name. What cannot be used is refused with file, line and field."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from pipeline.labelled import Labelled
from stages.settings import Profile

MOST_TOLD = 10
"""mistakes of one file that are told at once"""


class EvaluationError(Exception):
    """Something given cannot be evaluated; the text says where, what, and what to do."""


def read_notes(path: Path, owners: Mapping[str, Profile] | None = None) -> tuple[Labelled, ...]:
    """Every note of a JSON Lines file. With `owners`, each owner a note names must be among them.

    Raises EvaluationError, which names file, line and field of each mistake.
    """
    notes: dict[str, Labelled] = {}
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
        if note.id in notes:
            wrong.append(
                f"{at}: id: {_quoted(note.id)} stands on an earlier line too; each note needs an id of its own"
            )
        wrong += [f"{at}: {strange}" for strange in _strangers(note, owners)]
        notes[note.id] = note
    if wrong:
        more = [f"... and {len(wrong) - MOST_TOLD} more"] if len(wrong) > MOST_TOLD else []
        raise EvaluationError("\n".join(wrong[:MOST_TOLD] + more))
    if not notes:
        raise EvaluationError(f"{path}: there are no notes in it; write one JSON object a line")
    return tuple(notes.values())


def _strangers(note: Labelled, owners: Mapping[str, Profile] | None) -> list[str]:
    """Owners the note names and nobody knows."""
    if owners is None:
        return []
    known = ", ".join(owners)
    told = [("reference_owner", note.reference_owner)] if note.reference_owner else []
    told += [("relevance", name) for name in note.relevance or ()]
    return [f"{field}: {_quoted(name)} is no owner; known are {known}" for field, name in told if name not in owners]


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
