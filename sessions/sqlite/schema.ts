/**
 * The journal's tables, one step a version. A step is never edited once it was published: add another.
 * Keyv makes its own tables.
 */
export const STEPS: readonly string[] = [
  `
  CREATE TABLE inbox (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    network TEXT NOT NULL,
    account TEXT NOT NULL,
    external_id TEXT NOT NULL,
    key TEXT NOT NULL,
    kind TEXT NOT NULL,
    message TEXT NOT NULL,
    state TEXT NOT NULL,
    turn TEXT,
    attempts INTEGER NOT NULL,
    received_at INTEGER NOT NULL,
    reason TEXT,
    UNIQUE (network, account, external_id)
  ) STRICT;
  CREATE INDEX inbox_queue ON inbox (key, seq) WHERE state = 'queued' AND kind = 'turn';
  CREATE INDEX inbox_commands ON inbox (seq) WHERE state = 'queued' AND kind <> 'turn';
  CREATE INDEX inbox_adopted ON inbox (turn, seq) WHERE turn IS NOT NULL;
  CREATE INDEX inbox_dead ON inbox (seq) WHERE state = 'dead';
  CREATE INDEX inbox_settled ON inbox (received_at) WHERE state IN ('done', 'dead');

  CREATE TABLE turns (
    id TEXT PRIMARY KEY,
    key TEXT NOT NULL,
    session TEXT NOT NULL,
    owner TEXT NOT NULL,
    fence INTEGER NOT NULL,
    generation INTEGER NOT NULL,
    attempt INTEGER NOT NULL,
    phase TEXT NOT NULL,
    outcome TEXT,
    interruption TEXT,
    reason TEXT,
    started_at INTEGER NOT NULL,
    ended_at INTEGER
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX turns_open ON turns (key) WHERE phase <> 'ended';
  CREATE INDEX turns_ended ON turns (ended_at) WHERE phase = 'ended';
  CREATE INDEX turns_key ON turns (key);

  CREATE TABLE transcript (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    session TEXT NOT NULL,
    id TEXT NOT NULL,
    turn TEXT NOT NULL,
    at INTEGER NOT NULL,
    body TEXT NOT NULL,
    UNIQUE (session, id)
  ) STRICT;
  CREATE INDEX transcript_order ON transcript (session, seq);
  CREATE INDEX transcript_turn ON transcript (turn);

  CREATE TABLE outbox (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    network TEXT NOT NULL,
    account TEXT NOT NULL,
    chat TEXT NOT NULL,
    thread TEXT,
    key TEXT,
    turn TEXT,
    purpose TEXT NOT NULL,
    message TEXT NOT NULL,
    state TEXT NOT NULL,
    placed TEXT,
    attempts INTEGER NOT NULL,
    due_at INTEGER NOT NULL,
    uncertain INTEGER NOT NULL,
    error TEXT,
    created_at INTEGER NOT NULL,
    settled_at INTEGER
  ) STRICT;
  CREATE INDEX outbox_unsettled ON outbox (seq) WHERE state IN ('draft', 'held', 'pending', 'sending');
  CREATE INDEX outbox_turn ON outbox (turn, seq) WHERE turn IS NOT NULL;
  CREATE INDEX outbox_dead ON outbox (seq) WHERE state = 'dead';
  CREATE INDEX outbox_settled ON outbox (settled_at) WHERE state IN ('sent', 'dead', 'dropped');

  CREATE TABLE requests (
    id TEXT PRIMARY KEY,
    key TEXT NOT NULL,
    turn TEXT NOT NULL,
    title TEXT NOT NULL,
    detail TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    state TEXT NOT NULL,
    detached INTEGER NOT NULL,
    shown_in TEXT,
    answered_by TEXT,
    opened_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    closed_at INTEGER
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX requests_open ON requests (opened_at, id) WHERE state = 'open';
  CREATE INDEX requests_turn ON requests (turn, opened_at);
  CREATE INDEX requests_key ON requests (key, opened_at);
  CREATE INDEX requests_closed ON requests (closed_at) WHERE state <> 'open';

  CREATE TABLE events (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    key TEXT NOT NULL,
    session TEXT NOT NULL,
    at INTEGER NOT NULL,
    event TEXT NOT NULL
  ) STRICT;
  CREATE INDEX events_key ON events (key, seq);

  CREATE TABLE boots (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    started_at INTEGER NOT NULL,
    pid INTEGER NOT NULL,
    ended TEXT
  ) STRICT;
  CREATE TABLE processes (
    pid INTEGER PRIMARY KEY,
    start_time TEXT NOT NULL,
    boot TEXT NOT NULL,
    marker TEXT NOT NULL
  ) STRICT;
  CREATE TABLE leases (
    resource TEXT PRIMARY KEY,
    owner TEXT,
    fence INTEGER NOT NULL,
    expires_at INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE session_index (
    key TEXT PRIMARY KEY,
    session TEXT NOT NULL,
    revision INTEGER NOT NULL,
    status TEXT NOT NULL,
    touched_at INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX session_status ON session_index (status, touched_at, key);
  CREATE TABLE conversations (
    session TEXT PRIMARY KEY,
    key TEXT NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX conversations_key ON conversations (key);

  CREATE TABLE keyed_expiry (
    space TEXT NOT NULL,
    key TEXT NOT NULL,
    expires_at INTEGER NOT NULL,
    PRIMARY KEY (space, key)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX keyed_expiry_at ON keyed_expiry (space, expires_at);
  `,
  `
  ALTER TABLE boots ADD COLUMN ready_at INTEGER;
  ALTER TABLE boots ADD COLUMN ended_at INTEGER;
  ALTER TABLE boots ADD COLUMN seen_at INTEGER;
  ALTER TABLE leases ADD COLUMN renewed_at INTEGER;
  CREATE TABLE drains (
    boot TEXT NOT NULL,
    began_at INTEGER NOT NULL,
    next TEXT NOT NULL,
    asked_by TEXT NOT NULL,
    timed_out_at INTEGER,
    ended_at INTEGER,
    how TEXT,
    PRIMARY KEY (boot, began_at)
  ) STRICT, WITHOUT ROWID;
  DROP INDEX turns_ended;
  CREATE INDEX turns_ended ON turns (ended_at, started_at) WHERE phase = 'ended';
  `,
];
