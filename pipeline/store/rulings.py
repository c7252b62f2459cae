"""Which rules decided when: every set that was live or refused, with its texts, and those that were let pass."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Mapping
from typing import Any, NamedTuple

from pipeline.store.migrations import StoreError
from pipeline.store.sources import Read
from pipeline.store.writer import Job, Statement
from stages.refused_rules import RefusedRules, refused_rules
from stages.rules.kept import brought_back, kept
from stages.rules.language import Rules
from stages.score import decided_with
from stages.settings import Settings

_BESIDE = ("first", "folders")
"""What is kept beside what judges: folders are declared anew at a start only."""
_SHORTEST = 4
"""Characters of a version that name it."""

Effect = dict[str, dict[str, int]]
"""from where -> to where -> how many"""


class Tried(NamedTuple):
    """What a set of rules would have changed of the recent decisions."""

    changed: int
    of: int
    effect: Effect
    first: tuple[str, ...] = ()
    """some of what changes, in words; kept of a refused set only"""


class Ruling(NamedTuple):
    """One set, as it came to decide, or was refused."""

    id: int
    at: int
    state: str
    by: str
    settings: str
    version: str
    file: str
    files: dict[str, str]
    judging: dict[str, Any]
    tried: Tried | None
    why: str
    ended: int | None

    @property
    def rules(self) -> Rules:
        """StoreError: this Salver does not understand them any more."""
        try:
            return brought_back(self.judging["rules"])
        except (ValueError, KeyError) as error:
            raise StoreError(f"the rules {self.version} were kept by another Salver, in other words") from error

    @property
    def set(self) -> str:
        return _named(self.judging)


def set_of(settings: Settings) -> str:
    """Names all of the settings that judges and can be taken over while Salver runs: 12 hex digits."""
    return _named(judging_of(settings))


def _named(judging: Mapping[str, Any]) -> str:
    return _short(json.dumps({key: value for key, value in judging.items() if key not in _BESIDE}, sort_keys=True))


def judging_of(settings: Settings) -> dict[str, Any]:
    """All that judges: rules, points and lessons whole, the rest by a hash. Nothing of a profile can be read in it."""
    return {
        "rules": kept(settings.rules),
        "points": dict(sorted(settings.points.items())),
        "folders": list(settings.folders),
        "weights": _short(settings.weights.model_dump_json()),
        "profiles": {owner: _short(profile.model_dump_json()) for owner, profile in sorted(settings.profiles.items())},
    }


def _short(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:12]


# --- written ------------------------------------------------------------------------------------------------------

_INSERT = (
    "INSERT INTO rulings (at, state, by, settings, version, file, files, judging, changed, of, effect, why)"
    " SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12"
)
_LAST_LIVE = "SELECT settings || ' ' || version FROM rulings WHERE state = 'live' ORDER BY id DESC LIMIT 1"


def live(settings: Settings, files: Mapping[str, str], by: str, at: int, tried: Tried | None = None) -> Job:
    """This set decides from now on, and no refusal stands. The same as before is no new line."""
    return [
        put_right(at),
        Statement(
            f"{_INSERT} WHERE ?4 || ' ' || ?5 IS NOT ({_LAST_LIVE})", _row(settings, files, "live", by, at, tried)
        ),
    ]


def refused(
    why: str, by: str, at: int, settings: Settings | None, files: Mapping[str, str], tried: Tried | None = None
) -> Job:
    """This set was not taken over. settings: None where it could not even be read."""
    row = _row(settings, files, "refused", by, at, tried, why)
    same = "state = 'refused' AND ended IS NULL AND settings = ?4 AND version = ?5 AND why = ?12"
    return [
        Statement(
            "UPDATE rulings SET ended = ?1 WHERE state = 'refused' AND ended IS NULL"
            " AND NOT (settings = ?2 AND version = ?3 AND why = ?4)",
            (at, row[3], row[4], why),
        ),
        Statement(f"{_INSERT} WHERE NOT EXISTS (SELECT 1 FROM rulings WHERE {same})", row),  # noqa: S608
    ]


def put_right(at: int) -> Statement:
    """No refusal stands any more."""
    return Statement("UPDATE rulings SET ended = ? WHERE state = 'refused' AND ended IS NULL", (at,))


def _row(
    settings: Settings | None,
    files: Mapping[str, str],
    state: str,
    by: str,
    at: int,
    tried: Tried | None,
    why: str = "",
) -> tuple[Any, ...]:
    rules = settings.rules if settings is not None else Rules()
    first = {"first": tried.first} if tried and state == "refused" else {}
    return (
        at,
        state,
        by,
        decided_with(settings) if settings is not None else "",
        rules.version,
        rules.file,
        json.dumps(dict(files), ensure_ascii=False),
        json.dumps(judging_of(settings) | first, ensure_ascii=False) if settings is not None else "{}",
        tried.changed if tried else None,
        tried.of if tried else None,
        json.dumps(tried.effect if tried else {}),
        why,
    )


def approved(set: str, at: int, by: str = "apply") -> Statement:
    """The set that `set_of` names so may change as much as it does."""
    return Statement(
        "INSERT INTO approved (settings, at, by) VALUES (?, ?, ?)"
        " ON CONFLICT (settings) DO UPDATE SET at = excluded.at, by = excluded.by",
        (set, at, by),
    )


# --- asked of it --------------------------------------------------------------------------------------------------

_COLUMNS = "id, at, state, by, settings, version, file, files, judging, changed, of, effect, why, ended"


def _ruling(row: Any) -> Ruling:
    id, at, state, by, settings, version, file, files, judging, changed, of, effect, why, ended = row
    judged = json.loads(judging)
    tried = None if changed is None else Tried(changed, of, json.loads(effect), tuple(judged.get("first", ())))
    return Ruling(id, at, state, by, settings, version, file, json.loads(files), judged, tried, why, ended)


async def _first(read: Read, rest: str, *parameters: object) -> Ruling | None:
    rows = list(await read(f"SELECT {_COLUMNS} FROM rulings {rest} LIMIT 1", parameters))  # noqa: S608 - constants
    return _ruling(rows[0]) if rows else None


async def last_live(read: Read) -> Ruling | None:
    """The set that decides, or did when Salver last ran. None: a store from before sets were kept."""
    return await _first(read, "WHERE state = 'live' ORDER BY id DESC")


async def standing(read: Read) -> Ruling | None:
    """The refusal that stands."""
    return await _first(read, "WHERE state = 'refused' AND ended IS NULL ORDER BY id DESC")


async def kept_back(read: Read) -> RefusedRules | None:
    """The same for a digest. Nobody is named in it: it goes to every owner."""
    found = await standing(read)
    if found is None:
        return None
    last = await last_live(read)
    return refused_rules(found.why, found.at, last.at if last is not None else None)


async def history(read: Read, latest: int = -1) -> list[Ruling]:
    """Every set that was live, the newest first."""
    rows = await read(f"SELECT {_COLUMNS} FROM rulings WHERE state = 'live' ORDER BY id DESC LIMIT ?", (latest,))  # noqa: S608
    return [_ruling(row) for row in rows]


async def approval(read: Read, set: str) -> str | None:
    """By what this set was let pass."""
    for (by,) in await read("SELECT by FROM approved WHERE settings = ?", (set,)):
        return str(by)
    return None


async def approvals(read: Read) -> int:
    """A number that is another one whenever a set was let pass, whatever the clock shows."""
    ((told,),) = await read("SELECT coalesce(sum(at), 0) FROM approved", ())
    return int(told)


async def ruling_of(read: Read, version: str) -> Ruling:
    """The newest set of this version: of its rules, or of its settings; the first characters will do. StoreError."""
    sought = version.strip().lower()
    if len(sought) >= _SHORTEST:
        rest = (
            "WHERE settings != '' AND (substr(version, 1, length(?1)) = ?1 OR substr(settings, 1, length(?1)) = ?1)"
            " ORDER BY state = 'live' DESC, id DESC"
        )
        if (found := await _first(read, rest, sought)) is not None:
            return found
    raise StoreError(
        f'no rules of a version "{version}" are known; `salver rules history` lists versions, and at least '
        f"{_SHORTEST} characters name one"
    )


async def rules_of(read: Read, version: str) -> Rules:
    """The rules of an earlier version, with their lessons. Raises StoreError."""
    return (await ruling_of(read, version)).rules


async def made_under(read: Read) -> dict[int, int]:
    """Ruling -> how many decisions were made under it."""
    sets: dict[tuple[str, str], list[tuple[int, int]]] = {}
    for id, at, *names in await read(
        "SELECT id, at, settings, version FROM rulings WHERE state = 'live' ORDER BY id", ()
    ):
        sets.setdefault((names[0], names[1]), []).append((int(id), int(at)))
    rows = await read(
        "SELECT created_at, json_extract(body, '$.settings_hash'),"
        " json_extract(body, '$.decisions[0].rule_at.version'), json_array_length(body, '$.decisions')"
        " FROM events WHERE kind = 'Routed' AND json_valid(body)",
        (),
    )
    found: Counter[int] = Counter()
    for made_at, settings, version, count in rows:
        under = [id for id, at in sets.get((settings, version), ()) if at <= made_at]
        if under and count:
            found[under[-1]] += count
    return dict(found)
