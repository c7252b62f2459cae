"""Brings the schema, and events read from disk, to this version of the code."""

from __future__ import annotations

import json
from collections.abc import Callable
from importlib.resources import files
from typing import Any

import aiosqlite

from stages import conversation, events
from stages.events import Event

SCHEMA = 5
"""The schema's version, kept in SQLite's `user_version`."""

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
    4: """CREATE TABLE conversations (
    request TEXT PRIMARY KEY,
    owner   TEXT NOT NULL,
    mail    TEXT NOT NULL,
    network TEXT,
    profile TEXT,
    name    TEXT,
    phase   TEXT NOT NULL,
    version INTEGER NOT NULL,
    score   REAL NOT NULL,
    proven  INTEGER NOT NULL,
    came_at INTEGER NOT NULL,
    told    INTEGER NOT NULL,
    due_at  INTEGER,
    mails   INTEGER NOT NULL,
    tell_at INTEGER,
    news    INTEGER NOT NULL,
    body    TEXT NOT NULL,
    at      INTEGER NOT NULL
);
CREATE INDEX conversations_due ON conversations (mails, due_at) WHERE due_at IS NOT NULL;
CREATE INDEX conversations_to_tell ON conversations (owner, phase, tell_at) WHERE tell_at IS NOT NULL;
CREATE INDEX conversations_news ON conversations (owner, at) WHERE news;
CREATE INDEX conversations_of_profile ON conversations (owner, network, profile) WHERE profile IS NOT NULL;
CREATE INDEX conversations_of_name ON conversations (owner, network, name);
CREATE INDEX conversations_at ON conversations (owner, at);

CREATE TABLE tokens (
    token      TEXT PRIMARY KEY,
    owner      TEXT NOT NULL,
    requests   TEXT NOT NULL,
    sample     TEXT NOT NULL,
    turn       INTEGER NOT NULL,
    expires_at INTEGER NOT NULL
) WITHOUT ROWID;

CREATE TABLE uses (
    token  TEXT NOT NULL,
    number INTEGER NOT NULL,
    PRIMARY KEY (token, number)
) WITHOUT ROWID;

CREATE TABLE digests (
    owner   TEXT PRIMARY KEY,
    slot    INTEGER NOT NULL,
    made_at INTEGER NOT NULL,
    number  INTEGER NOT NULL
) WITHOUT ROWID;

CREATE TABLE samples (
    request  TEXT PRIMARY KEY,
    owner    TEXT NOT NULL,
    drawn_at INTEGER NOT NULL
) WITHOUT ROWID;

CREATE INDEX requests_made ON requests (owner, created_at);
CREATE INDEX events_to_owners ON events (owner, created_at)
    WHERE kind IN ('ReminderWanted', 'DigestWanted', 'ReplyWanted');
""",
}
"""From this schema version to the next: one SQL script each."""

UPGRADES: dict[tuple[str, int], Callable[[dict[str, Any]], dict[str, Any]]] = {}
"""(kind, version) -> a function that turns such an event's body into that of the next version."""

VOCABULARY = (events, conversation)
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
        script = (files("pipeline.store") / "schema.sql").read_text("utf-8")
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
