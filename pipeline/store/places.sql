-- From schema 6 on: where mails lie, and what their owner said by moving them. Part of the read model.

-- One row a mail and mailbox: the folder where we put it last, or where its owner's move was accepted; empty: its owner
-- had moved it before its filing was on record. name: what the mailbox called it then; empty: not known.
CREATE TABLE places (
    mailbox TEXT NOT NULL,
    mail    TEXT NOT NULL,
    owner   TEXT NOT NULL,
    folder  TEXT NOT NULL,
    name    TEXT NOT NULL,
    since   INTEGER NOT NULL,
    PRIMARY KEY (mailbox, mail)
) WITHOUT ROWID;
CREATE INDEX places_in ON places (mailbox, folder, since);

-- What the owner said against a verdict. `was`: what Salver had said; number: the conversation's step. by: terminal,
-- mail, move or button. taken_back_at: when it was forgotten or undone, or they said something else; of a request at
-- most one counts.
CREATE TABLE corrections (
    request       TEXT NOT NULL,
    number        INTEGER NOT NULL,
    owner         TEXT NOT NULL,
    mail          TEXT NOT NULL,
    was           TEXT NOT NULL,
    said          TEXT NOT NULL,
    by            TEXT NOT NULL,
    at            INTEGER NOT NULL,
    taken_back_at INTEGER,
    PRIMARY KEY (request, number)
) WITHOUT ROWID;
CREATE INDEX corrections_at ON corrections (owner, at);

-- What all requests of a person or a company are, by the owner's word (stages/keeping.py): of several about the same,
-- the last one counts, until it is taken back. network: of a person.
CREATE TABLE remembered (
    request TEXT PRIMARY KEY,
    owner   TEXT NOT NULL,
    scope   TEXT NOT NULL,
    network TEXT NOT NULL,
    key     TEXT NOT NULL,
    name    TEXT NOT NULL,
    verdict TEXT NOT NULL,
    proven  INTEGER NOT NULL,
    at      INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX remembered_key ON remembered (owner, scope, network, key, at);

-- Ugly mails that a digest said would go, not before leaves_at. digest: the mail that said so. kept: why it stays for
-- good, unless its owner moves it into Ugly once more; empty: it goes.
CREATE TABLE going (
    mailbox   TEXT NOT NULL,
    mail      TEXT NOT NULL,
    owner     TEXT NOT NULL,
    digest    TEXT NOT NULL,
    listed_at INTEGER NOT NULL,
    leaves_at INTEGER NOT NULL,
    kept      TEXT NOT NULL,
    PRIMARY KEY (mailbox, mail)
) WITHOUT ROWID;
CREATE INDEX going_at ON going (owner, kept, leaves_at);

-- Mailboxes in which moves cannot be noticed now; no part of the read model, and emptied when a server starts.
CREATE TABLE unwatched (
    mailbox TEXT PRIMARY KEY,
    why     TEXT NOT NULL,
    since   INTEGER NOT NULL
) WITHOUT ROWID;

INSERT INTO places (mailbox, mail, owner, folder, name, since)
 SELECT json_extract(body, '$.mailbox'), mail, owner, json_extract(body, '$.folder'),
        coalesce(json_extract(body, '$.name'), ''), created_at
 FROM events AS last WHERE kind IN ('Filed', 'Moved') AND mail IN (SELECT id FROM mails)
 AND seq = (SELECT max(seq) FROM events WHERE events.mail = last.mail AND kind IN ('Filed', 'Moved', 'Returned')
            AND json_extract(events.body, '$.mailbox') = json_extract(last.body, '$.mailbox'));
