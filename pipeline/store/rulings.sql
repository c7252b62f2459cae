-- From schema 9 on: which rules decided when, what rules in the shadow would have said, and what was proposed.

-- Every set of rules that was live, or was refused; of each state the last some hundred (rulings.py). settings: hash of
-- all that can change a judgement; version: of the rules file's text and lists. state: live (it decided from `at` on),
-- refused (why says what was wrong with it, all of it; places: JSON, only in which files and lines), shadow. changed,
-- of: how many of the recent verdicts it changed, of how many that were tried; NULL: nothing was tried; beside: how many
-- would only be labelled or told otherwise. effect: JSON, {"good": {"ugly": 2}, ...}: from where to where; first: JSON,
-- some of what changes, in words. changes: JSON, what was other than in the set before, in words. judging: the text
-- (below) of the rules as they were read, points, lessons, and hashes of the rest; lists: JSON, the texts that it refers
-- to. No file's own text is kept, and no comment. ended: when a refusal was over.
CREATE TABLE rulings (
    id       INTEGER PRIMARY KEY,
    at       INTEGER NOT NULL,
    state    TEXT NOT NULL CHECK (state IN ('live', 'refused', 'shadow')),
    by       TEXT NOT NULL,
    settings TEXT NOT NULL,
    version  TEXT NOT NULL,
    file     TEXT NOT NULL,
    judging  TEXT NOT NULL,
    lists    TEXT NOT NULL DEFAULT '[]',
    changes  TEXT NOT NULL DEFAULT '[]',
    changed  INTEGER,
    of       INTEGER,
    beside   INTEGER NOT NULL DEFAULT 0,
    effect   TEXT NOT NULL DEFAULT '{}',
    first    TEXT NOT NULL DEFAULT '[]',
    why      TEXT NOT NULL DEFAULT '',
    places   TEXT NOT NULL DEFAULT '[]',
    ended    INTEGER
);
CREATE INDEX rulings_of_settings ON rulings (settings, id);

-- What sets consist of, each text once, by its SHA-256: a list of thousands of entries is in many sets the same.
CREATE TABLE ruling_texts (
    hash TEXT PRIMARY KEY,
    text TEXT NOT NULL
) WITHOUT ROWID;

-- Sets of rules that their owner lets pass once, whatever they change. settings: names what judges (rulings.py,
-- set_of). A row goes when its set is live, and counts for nothing after a day. id: never given twice.
CREATE TABLE approved (
    id       INTEGER PRIMARY KEY AUTOINCREMENT,
    settings TEXT NOT NULL UNIQUE,
    at       INTEGER NOT NULL,
    by       TEXT NOT NULL DEFAULT 'apply'
);

-- What rules in the shadow said of each request, beside what was decided. Part of the read model, made of Routed; of a
-- mail that is judged again the last time that its owner's word did not decide, though `at` is of the first. agrees:
-- same verdict, same folder; foregone: decided before all rules (a veto, a standing word, the request that it repeats).
CREATE TABLE shadows (
    version TEXT NOT NULL,
    mail    TEXT NOT NULL,
    request TEXT NOT NULL,
    owner   TEXT NOT NULL,
    at      INTEGER NOT NULL,
    verdict TEXT NOT NULL,
    rule    TEXT NOT NULL,
    folder  TEXT NOT NULL,
    shadow_verdict TEXT NOT NULL,
    shadow_rule    TEXT NOT NULL,
    shadow_folder  TEXT NOT NULL,
    agrees  INTEGER NOT NULL,
    foregone INTEGER NOT NULL,
    PRIMARY KEY (version, mail, request)
) WITHOUT ROWID;
CREATE INDEX shadows_of_owner ON shadows (version, owner, agrees, at);

-- What was proposed to an owner. state: open, accepted, declined, outdated (its corrections no longer say so),
-- forgotten (it was accepted, and taken back). what: names the proposal, so that a declined one is not made again.
-- body: JSON of the lesson and what it would have changed.
CREATE TABLE proposals (
    id          TEXT PRIMARY KEY,
    owner       TEXT NOT NULL,
    what        TEXT NOT NULL,
    state       TEXT NOT NULL CHECK (state IN ('open', 'accepted', 'declined', 'outdated', 'forgotten')),
    body        TEXT NOT NULL,
    made_at     INTEGER NOT NULL,
    told_at     INTEGER,
    answered_at INTEGER,
    by          TEXT NOT NULL DEFAULT ''
) WITHOUT ROWID;
CREATE INDEX proposals_of_owner ON proposals (owner, state);

-- News at once that were not told (notified.py).
CREATE INDEX events_not_told ON events (created_at) WHERE kind = 'NotificationDropped';

-- News at once, which counts against the measure of mails to an owner (due.py).
CREATE INDEX events_told_at_once ON events (owner, created_at) WHERE kind = 'NotificationStarted';
