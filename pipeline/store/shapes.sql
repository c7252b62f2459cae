-- From schema 8 on: whose mailboxes mail is forwarded from. Part of the read model.

-- One row for each owner and forwarding mailbox, as mails of networks told it; address: in the spelling by which two are
-- compared (stages/recipients.py: mailbox_of). Anybody can write what it tells, so it is shown and never counted.
CREATE TABLE forwarders (
    owner    TEXT NOT NULL,
    address  TEXT NOT NULL,
    first_at INTEGER NOT NULL,
    mails    INTEGER NOT NULL,
    PRIMARY KEY (owner, address)
) WITHOUT ROWID;

WITH told AS (
    SELECT owner, created_at AS at, lower(json_extract(body, '$.parsed.forwarded.by')) AS said FROM events
    WHERE kind = 'Enriched' AND state != 'dead' AND json_extract(body, '$.parsed.network') IS NOT NULL
    AND json_extract(body, '$.kind') != 'spoof' AND coalesce(json_extract(body, '$.again'), 0) = 0
), halves AS (
    SELECT owner, at, substr(said, 1, instr(said, '@') - 1) AS local, substr(said, instr(said, '@') + 1) AS domain
    FROM told WHERE instr(said, '@') > 1
), bare AS (
    SELECT owner, at, domain, iif(instr(local, '+') > 1, substr(local, 1, instr(local, '+') - 1), local) AS local
    FROM halves
)
INSERT INTO forwarders (owner, address, first_at, mails)
 SELECT owner, iif(domain IN ('gmail.com', 'googlemail.com'), replace(local, '.', '') || '@gmail.com',
                   local || '@' || domain) AS address, min(at), count(*)
 FROM bare GROUP BY owner, address;

-- How mails were read: one row for each person and template, of the latest mail, without any value of it. proven: it was
-- aligned; way: p (a page), t (text), or empty; person: a keyed hash; wording: one of the note without what differs from
-- person to person, 0: none; layout: its fingerprint; strange: too little was read to know the layout; imported: it came
-- before Salver did; at: when it came; shown and absent: names of fields, one blank apart. The latest are kept.
-- Part of the read model, like inspections.
CREATE TABLE readings (
    id       INTEGER PRIMARY KEY,
    owner    TEXT NOT NULL,
    network  TEXT NOT NULL,
    template TEXT NOT NULL,
    proven   INTEGER NOT NULL,
    way      TEXT NOT NULL,
    person   INTEGER NOT NULL,
    wording  INTEGER NOT NULL,
    layout   TEXT NOT NULL,
    strange  INTEGER NOT NULL,
    imported INTEGER NOT NULL,
    mail     TEXT NOT NULL,
    at       INTEGER NOT NULL,
    shown    TEXT NOT NULL,
    absent   TEXT NOT NULL
);
CREATE INDEX readings_of_template ON readings (owner, network, template, proven, way, strange, at);
CREATE UNIQUE INDEX readings_of_person ON readings (owner, network, template, proven, way, person);
CREATE INDEX readings_of_network ON readings (owner, network, proven, at);

-- What was announced of each template: a field, or "layout". number: how often it was before, so that two mails that
-- are read at once cannot both announce it. read, whole: in how many mails it could be read before.
CREATE TABLE inspections (
    owner    TEXT NOT NULL,
    network  TEXT NOT NULL,
    template TEXT NOT NULL,
    proven   INTEGER NOT NULL,
    way      TEXT NOT NULL,
    what     TEXT NOT NULL,
    number   INTEGER NOT NULL,
    layout   TEXT NOT NULL,
    mail     TEXT NOT NULL,
    at       INTEGER NOT NULL,
    read     INTEGER NOT NULL,
    whole    INTEGER NOT NULL,
    PRIMARY KEY (owner, network, template, proven, way, what, number)
) WITHOUT ROWID;
