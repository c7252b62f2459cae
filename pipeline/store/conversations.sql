-- From schema 5 on: conversations, and what belongs to them. A new store and one that is migrated read this same file.

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
