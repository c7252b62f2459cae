-- Schema version 5. Times are UTC milliseconds.

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

-- One row a conversation, written whole with every step (stages/conversation.py). `due_at`: when time acts on it next;
-- mails: 1 if that is a mail to the owner; tell_at: from when on the owner is to hear of it, in a mail of its own or in
-- a digest; told: how often they did, in this phase; news: 1 from a change that the owner did not order until they were
-- told of it. `score`: as first judged.
-- Part of the read model, like tokens, uses, digests and samples.
CREATE TABLE conversations (
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

-- What a mail of ours can be answered with. `token` is a hash: the token itself stands in that mail alone. `sample`:
-- numbers of the requests that were drawn at random; turn: replies of ours to answers of no use, as they led to it.
CREATE TABLE tokens (
    token      TEXT PRIMARY KEY,
    owner      TEXT NOT NULL,
    requests   TEXT NOT NULL,
    sample     TEXT NOT NULL,
    turn       INTEGER NOT NULL,
    expires_at INTEGER NOT NULL
) WITHOUT ROWID;

-- Each request of a token can be answered once.
CREATE TABLE uses (
    token  TEXT NOT NULL,
    number INTEGER NOT NULL,
    PRIMARY KEY (token, number)
) WITHOUT ROWID;

-- slot: up to when each owner's digests were made, or passed over for want of anything to tell; made_at: when the last
-- was made, 0: none yet; number: how many were made.
CREATE TABLE digests (
    owner   TEXT PRIMARY KEY,
    slot    INTEGER NOT NULL,
    made_at INTEGER NOT NULL,
    number  INTEGER NOT NULL
) WITHOUT ROWID;

-- Ugly requests that were drawn at random and shown once more.
CREATE TABLE samples (
    request  TEXT PRIMARY KEY,
    owner    TEXT NOT NULL,
    drawn_at INTEGER NOT NULL
) WITHOUT ROWID;

CREATE INDEX requests_made ON requests (owner, created_at);
CREATE INDEX events_to_owners ON events (owner, created_at)
    WHERE kind IN ('ReminderWanted', 'DigestWanted', 'ReplyWanted');
