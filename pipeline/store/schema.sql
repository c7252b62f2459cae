-- Schema version 4; what came later stands in files of its own. Times are UTC milliseconds.

CREATE TABLE blobs (
    id    TEXT PRIMARY KEY,
    bytes BLOB NOT NULL
);

-- One row a mail and owner. The unique index makes a mail that is delivered twice one mail.
CREATE TABLE mails (
    id          TEXT PRIMARY KEY,
    owner       TEXT NOT NULL,
    blob        TEXT NOT NULL REFERENCES blobs (id),
    fingerprint TEXT NOT NULL,
    received_at INTEGER NOT NULL,
    UNIQUE (owner, fingerprint)
);

-- The log. state: ready (waits for a worker), claimed (a worker has it), done, dead (waits for a person).
CREATE TABLE events (
    seq        INTEGER PRIMARY KEY,
    id         TEXT NOT NULL UNIQUE,
    mail       TEXT NOT NULL,
    owner      TEXT NOT NULL,
    kind       TEXT NOT NULL,
    version    INTEGER NOT NULL,
    body       TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    state      TEXT NOT NULL CHECK (state IN ('ready', 'claimed', 'done', 'dead')),
    due_at     INTEGER NOT NULL DEFAULT 0,
    tries      INTEGER NOT NULL DEFAULT 0,
    error      TEXT
);
CREATE INDEX events_of_mail ON events (mail);
CREATE INDEX events_ready ON events (due_at, seq) WHERE state = 'ready';
CREATE INDEX events_claimed ON events (seq) WHERE state = 'claimed';
CREATE INDEX events_dead ON events (seq) WHERE state = 'dead';

-- The read model: written from events in the same transaction, and rebuilt from them when asked.
CREATE TABLE requests (
    id         TEXT PRIMARY KEY,
    owner      TEXT NOT NULL,
    network    TEXT NOT NULL,
    name       TEXT,
    headline   TEXT,
    words      TEXT NOT NULL,
    verdict    TEXT,
    score      REAL,
    rule       TEXT,
    folder     TEXT,
    mail       TEXT NOT NULL,
    proven     INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    settled_at INTEGER
);
CREATE INDEX requests_of_mail ON requests (mail);

-- What identifies an open request. level: 0 invitation id, 1 canonical profile, 2 name and headline.
-- What proven (aligned) mails say is kept apart from what anybody may have written.
CREATE TABLE aliases (
    owner   TEXT NOT NULL,
    network TEXT NOT NULL,
    level   INTEGER NOT NULL,
    proven  INTEGER NOT NULL,
    alias   TEXT NOT NULL,
    request TEXT NOT NULL,
    seen_at INTEGER NOT NULL,
    PRIMARY KEY (owner, network, level, proven, alias)
) WITHOUT ROWID;
CREATE INDEX aliases_of_request ON aliases (request);

CREATE TABLE people (
    owner    TEXT NOT NULL,
    network  TEXT NOT NULL,
    person   TEXT NOT NULL,
    requests INTEGER NOT NULL DEFAULT 0,
    accepted INTEGER NOT NULL DEFAULT 0,
    messages INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (owner, network, person)
) WITHOUT ROWID;

-- Which words came before: one row a shingle of a note (stages/wording/shingles.py). Shingles and persons are keyed
-- hashes (key.py); `note` counts the notes of an owner. Part of the read model.
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

-- People the owner told us about, by keyed hashes of names and addresses (key.py). No event makes them, so they are no
-- part of the read model and cannot be rebuilt. `key` names the key that they were hashed with.
CREATE TABLE additions (
    id       INTEGER PRIMARY KEY,
    owner    TEXT NOT NULL,
    source   TEXT NOT NULL,
    key      TEXT NOT NULL,
    added_at INTEGER NOT NULL
);

-- named: 1 a full name, 0 an address. mail: the one mail to them that is known so far, hashed; else NULL.
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

-- How far each account's inbox was read: its UIDVALIDITY, and the last UID.
CREATE TABLE watches (
    account  TEXT PRIMARY KEY,
    validity INTEGER NOT NULL,
    uid      INTEGER NOT NULL
) WITHOUT ROWID;

-- When each source of mail (a forward by owner and network, an account) was heard last: its last mail. `silence` in ms:
-- how long nothing came since while we could have heard it, up to `checked_at`.
CREATE TABLE sources (
    source     TEXT PRIMARY KEY,
    mail       TEXT NOT NULL,
    heard_at   INTEGER NOT NULL,
    checked_at INTEGER NOT NULL,
    silence    INTEGER NOT NULL
) WITHOUT ROWID;
