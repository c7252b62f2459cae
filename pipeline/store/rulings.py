"""Which rules decided when: the last sets that were live or refused, and what they consisted of."""

from __future__ import annotations

import hashlib
import json
from bisect import bisect_right
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from pipeline.store import ruling_texts as texts
from pipeline.store.approved import used
from pipeline.store.migrations import StoreError
from pipeline.store.reads import Read
from pipeline.store.writer import Job, Statement
from stages.refused_rules import RefusedAt, RefusedRules, refused_rules
from stages.rules.kept import brought_back, kept
from stages.rules.language import Rules
from stages.score import decided_with
from stages.settings import Settings

_BESIDE = ("folders",)
"""What is kept beside what judges: folders are declared anew at a start only."""
_SHORTEST = 4
"""Characters of a version that name it."""
KEPT = {"live": 500, "refused": 100}
"""So many of a state are kept, the newest: whoever changes rules every day has all of more than a year."""
MOST_CHANGES = 20
"""what changed with a set, in words"""
MOST_MISTAKES = 200
"""lines of a refusal that are kept"""

Effect = dict[str, dict[str, int]]
"""from where -> to where -> how many"""


class Tried(NamedTuple):
    """What a set of rules would have changed of the recent decisions."""

    changed: int
    of: int
    effect: Effect
    first: tuple[str, ...] = ()
    """some of what changes, in words; kept of a refused set only"""
    beside: int = 0
    """how many would lead to the same, with other labels or another notification"""


class Line(NamedTuple):
    """One set, as it came to decide, or was refused: what is told of it in a line."""

    id: int
    at: int
    state: str
    by: str
    settings: str
    version: str
    file: str
    changes: tuple[str, ...]
    """what was other than in the set before; empty: nothing is known of one before"""
    tried: Tried | None
    why: str
    places: tuple[RefusedAt, ...]
    ended: int | None


class Ruling(NamedTuple):
    """A set, and all that it consists of."""

    line: Line
    judging: dict[str, Any]

    @property
    def id(self) -> int:
        return self.line.id

    @property
    def at(self) -> int:
        return self.line.at

    @property
    def by(self) -> str:
        return self.line.by

    @property
    def settings(self) -> str:
        return self.line.settings

    @property
    def version(self) -> str:
        return self.line.version

    @property
    def tried(self) -> Tried | None:
        return self.line.tried

    @property
    def rules(self) -> Rules:
        """StoreError: this Salver does not understand them any more."""
        return rules_in(self.judging, self.version)

    @property
    def set(self) -> str:
        return _named(self.judging)


def rules_in(judging: Mapping[str, Any], version: str) -> Rules:
    """The rules of a set. StoreError: this Salver does not understand them any more."""
    try:
        return brought_back(judging["rules"])
    except (ValueError, KeyError) as error:
        raise StoreError(f"the rules {version} were kept by another Salver, in other words") from error


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
    "INSERT INTO rulings (at, state, by, settings, version, file, judging, lists, changes, changed, of, beside, effect,"
    " first, why, places) SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16"
)
_LAST_LIVE = "SELECT settings || ' ' || version FROM rulings WHERE state = 'live' ORDER BY id DESC LIMIT 1"
_STANDS = "state = 'refused' AND ended IS NULL"


def live(settings: Settings, by: str, at: int, tried: Tried | None = None, changes: Sequence[str] = ()) -> Job:
    """This set decides from now on, and no refusal stands. The same as before is no new line.

    `changes`: what is other than in the set before, in words.
    """
    parts = texts.parted(judging_of(settings))
    row = _Row(at, "live", by, settings, tried, changes)
    return [
        put_right(at),
        used(set_of(settings), at),
        *texts.kept(parts),
        Statement(f"{_INSERT} WHERE ?4 || ' ' || ?5 IS NOT ({_LAST_LIVE})", row.told(parts)),
        *_pruned(),
    ]


def refused(
    why: str,
    by: str,
    at: int,
    settings: Settings | None,
    tried: Tried | None = None,
    places: Sequence[RefusedAt] = (),
) -> Job:
    """This set was not taken over. settings: None where it could not even be read."""
    lines = why.splitlines()
    more = len(lines) - MOST_MISTAKES
    why = "\n".join((*lines[:MOST_MISTAKES], f"and {more} more")) if more > 0 else why
    row = _Row(at, "refused", by, settings, tried, (), why, places)
    parts = texts.parted(judging_of(settings) if settings is not None else {})
    told = row.told(parts)
    same = f"{_STANDS} AND settings = ?4 AND version = ?5 AND why = ?15"
    return [
        Statement(
            f"UPDATE rulings SET ended = ?1 WHERE {_STANDS} AND NOT (settings = ?2 AND version = ?3 AND why = ?4)",  # noqa: S608
            (at, told[3], told[4], why),
        ),
        *texts.kept(parts),
        Statement(f"{_INSERT} WHERE NOT EXISTS (SELECT 1 FROM rulings WHERE {same})", told),  # noqa: S608
        *_pruned(),
    ]


def put_right(at: int) -> Statement:
    """No refusal stands any more."""
    return Statement(f"UPDATE rulings SET ended = ? WHERE {_STANDS}", (at,))  # noqa: S608


def _pruned() -> list[Statement]:
    """What is older than is kept goes, and the texts that only it referred to."""
    old = (
        "DELETE FROM rulings WHERE state = ?1"
        " AND id <= (SELECT id FROM rulings WHERE state = ?1 ORDER BY id DESC LIMIT 1 OFFSET ?2)"
    )
    return [*(Statement(old, each) for each in KEPT.items()), texts.UNNEEDED]


class _Row(NamedTuple):
    at: int
    state: str
    by: str
    settings: Settings | None
    tried: Tried | None
    changes: Sequence[str] = ()
    why: str = ""
    places: Sequence[RefusedAt] = ()

    def told(self, parts: texts.Parted) -> tuple[Any, ...]:
        """As `_INSERT` takes it."""
        rules = self.settings.rules if self.settings is not None else Rules()
        tried = self.tried or Tried(0, 0, {})
        return (
            self.at,
            self.state,
            self.by,
            decided_with(self.settings) if self.settings is not None else "",
            rules.version,
            rules.file,
            parts.hash,
            json.dumps(parts.lists),
            json.dumps(_shortened(self.changes), ensure_ascii=False),
            tried.changed if self.tried is not None else None,
            tried.of if self.tried is not None else None,
            tried.beside,
            json.dumps(tried.effect, ensure_ascii=False),
            json.dumps(tried.first if self.state == "refused" else (), ensure_ascii=False),
            self.why,
            json.dumps([each.model_dump() for each in self.places], ensure_ascii=False),
        )


def _shortened(changes: Sequence[str]) -> tuple[str, ...]:
    more = len(changes) - MOST_CHANGES
    return (*changes[:MOST_CHANGES], *((f"and {more} more, which `salver rules diff` lists",) if more > 0 else ()))


# --- asked of it --------------------------------------------------------------------------------------------------

_LINE = "id, at, state, by, settings, version, file, changes, changed, of, beside, effect, first, why, places, ended"
_WHOLE = (
    f"{_LINE}, (SELECT text FROM ruling_texts WHERE hash = judging),"  # noqa: S608 - constants
    " (SELECT json_group_object(hash, text) FROM ruling_texts WHERE hash IN (SELECT value FROM json_each(lists)))"
)


def _line(row: Any) -> Line:
    id, at, state, by, settings, version, file, changes, changed, of, beside, effect, first, why, places, ended = row
    tried = None if changed is None else Tried(changed, of, json.loads(effect), tuple(json.loads(first)), beside)
    where = tuple(RefusedAt.model_validate(each) for each in json.loads(places))
    return Line(id, at, state, by, settings, version, file, tuple(json.loads(changes)), tried, why, where, ended)


def _ruling(row: Any) -> Ruling:
    *line, text, lists = row
    return Ruling(_line(line), texts.joined(text, json.loads(lists)) if text is not None else {})


async def _first(read: Read, rest: str, *parameters: object) -> Ruling | None:
    rows = list(await read(f"SELECT {_WHOLE} FROM rulings {rest} LIMIT 1", parameters))  # noqa: S608 - constants
    return _ruling(rows[0]) if rows else None


async def last_live(read: Read) -> Ruling | None:
    """The set that decides, or did when Salver last ran. None: a store from before sets were kept."""
    return await _first(read, "WHERE state = 'live' ORDER BY id DESC")


async def standing(read: Read) -> Line | None:
    """The refusal that stands."""
    rows = list(await read(f"SELECT {_LINE} FROM rulings WHERE {_STANDS} ORDER BY id DESC LIMIT 1", ()))  # noqa: S608
    return _line(rows[0]) if rows else None


async def kept_back(read: Read, owner: str) -> RefusedRules | None:
    """The same for a digest of this owner: which files and lines are wrong, and nothing that stands in them."""
    found = await standing(read)
    if found is None:
        return None
    (last,) = await lines(read, 1) or (None,)
    since = last.at if last is not None else None
    if found.tried is not None:  # it counts, and names nobody
        return refused_rules(found.at, since, found.why.splitlines())
    theirs = [each for each in found.places if not each.owners or owner in each.owners]
    return None if found.places and not theirs else refused_rules(found.at, since, places=theirs)


async def lines(read: Read, latest: int = -1) -> list[Line]:
    """Every set that was live, the newest first; of none the texts."""
    rows = await read(f"SELECT {_LINE} FROM rulings WHERE state = 'live' ORDER BY id DESC LIMIT ?", (latest,))  # noqa: S608
    return [_line(row) for row in rows]


async def history(read: Read, latest: int = -1) -> list[Ruling]:
    """The same with all that they consisted of."""
    rows = await read(f"SELECT {_WHOLE} FROM rulings WHERE state = 'live' ORDER BY id DESC LIMIT ?", (latest,))  # noqa: S608
    return [_ruling(row) for row in rows]


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
    sets: dict[tuple[str, str], tuple[list[int], list[int]]] = {}
    for id, at, *names in await read(
        "SELECT id, at, settings, version FROM rulings WHERE state = 'live' ORDER BY id", ()
    ):
        ids, times = sets.setdefault((names[0], names[1]), ([], []))
        ids.append(int(id))
        times.append(max(int(at), times[-1] if times else 0))  # a clock may have been set back
    rows = await read(
        "SELECT created_at, json_extract(body, '$.settings_hash'),"
        " json_extract(body, '$.decisions[0].rule_at.version'), json_array_length(body, '$.decisions')"
        " FROM events WHERE kind = 'Routed' AND json_valid(body)",
        (),
    )
    found: Counter[int] = Counter()
    for made_at, settings, version, count in rows:
        ids, times = sets.get((settings, version), ([], []))
        under = bisect_right(times, made_at)
        if under and count:
            found[ids[under - 1]] += count
    return dict(found)
