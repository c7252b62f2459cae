"""Brings the schema, and events read from disk, to this version of the code."""

from __future__ import annotations

import json
from collections.abc import Callable
from importlib.resources import files
from typing import Any

import aiosqlite

from stages import conversation, events, inspecting, keeping, learning, notifying, rereading
from stages.events import Event

SCHEMA = 9
"""The schema's version, kept in SQLite's `user_version`."""
WHOLE = 4
"""The version that schema.sql makes; a new store takes the steps from there, as one that is migrated does."""


def _script(name: str) -> str:
    return (files("pipeline.store") / name).read_text("utf-8")


STEPS: dict[int, str] = {
    1: """
CREATE TABLE wordings (
    owner   TEXT NOT NULL,
    shingle INTEGER NOT NULL,
    proven  INTEGER NOT NULL,
    note    INTEGER NOT NULL,
    person  INTEGER NOT NULL,
    seen_at INTEGER NOT NULL,
    PRIMARY KEY (owner, shingle, proven, note)
) WITHOUT ROWID;
CREATE INDEX wordings_of_note ON wordings (owner, note);

CREATE TABLE additions (
    id       INTEGER PRIMARY KEY,
    owner    TEXT NOT NULL,
    source   TEXT NOT NULL,
    key      TEXT NOT NULL,
    added_at INTEGER NOT NULL
);

CREATE TABLE acquaintances (
    owner    TEXT NOT NULL,
    digest   INTEGER NOT NULL,
    tier     TEXT NOT NULL CHECK (tier IN ('correspondent', 'contact', 'connection')),
    named    INTEGER NOT NULL,
    mail     INTEGER,
    addition INTEGER NOT NULL REFERENCES additions (id),
    PRIMARY KEY (owner, digest, tier)
) WITHOUT ROWID;
CREATE INDEX acquaintances_of_addition ON acquaintances (addition);
""",
    2: """
CREATE TABLE watches (
    account  TEXT PRIMARY KEY,
    validity INTEGER NOT NULL,
    uid      INTEGER NOT NULL
) WITHOUT ROWID;
""",
    3: """
CREATE TABLE sources (
    source     TEXT PRIMARY KEY,
    mail       TEXT NOT NULL,
    heard_at   INTEGER NOT NULL,
    checked_at INTEGER NOT NULL,
    silence    INTEGER NOT NULL
) WITHOUT ROWID;
""",
    4: _script("conversations.sql"),
    5: _script("places.sql"),
    6: """
-- From one time to another (by the clock of then) Salver ran; no part of the read model.
CREATE TABLE ran (
    began INTEGER PRIMARY KEY,
    ended INTEGER NOT NULL
);
""",
    7: _script("shapes.sql"),
    8: _script("rulings.sql"),
}
"""From this schema version to the next: one SQL script each."""

UPGRADES: dict[tuple[str, int], Callable[[dict[str, Any]], dict[str, Any]]] = {}
"""(kind, version) -> a function that turns such an event's body into that of the next version."""

VOCABULARY = (events, conversation, keeping, inspecting, learning, notifying, rereading)
"""Where the kinds of events are defined."""
KINDS: dict[str, type[Event]] = {kind.__name__: kind for kind in Event.__subclasses__()}


class StoreError(Exception):
    """The store cannot be used; the text says what happened and what to do next."""


async def migrate(db: aiosqlite.Connection) -> None:
    """Make or bring up to date the schema on a connection in autocommit mode.

    Raises StoreError for a store written by a newer Salver.
    """
    (row,) = await db.execute_fetchall("PRAGMA user_version")
    version = int(row[0])
    if not 0 <= version <= SCHEMA:
        raise StoreError(
            f"the store has schema {version}, this Salver knows {SCHEMA}: update Salver, or point [store] elsewhere"
        )
    if version == 0:
        script = "\n".join((_script("schema.sql"), *(STEPS[step] for step in range(WHOLE, SCHEMA))))
        await db.executescript(f"BEGIN IMMEDIATE;\n{script}\nPRAGMA user_version = {SCHEMA};\nCOMMIT;")
        return
    for step in range(version, SCHEMA):
        await db.executescript(f"BEGIN IMMEDIATE;\n{STEPS[step]}\nPRAGMA user_version = {step + 1};\nCOMMIT;")


def encode(event: Event) -> tuple[str, int, str]:
    """An event as (kind, version, JSON)."""
    return type(event).__name__, events.VERSION, event.model_dump_json()


def decode(kind: str, version: int, body: str) -> Event:
    """The event of a stored row. Raises StoreError for a kind or version this code does not know."""
    if kind not in KINDS or version > events.VERSION:
        raise StoreError(f"the log holds a {kind} of version {version}, which this Salver does not know: update Salver")
    if version == events.VERSION:
        return KINDS[kind].model_validate_json(body)
    fields = json.loads(body)
    for old in range(version, events.VERSION):
        upgrade = UPGRADES.get((kind, old))
        fields = upgrade(fields) if upgrade else fields
    return KINDS[kind].model_validate(fields)
