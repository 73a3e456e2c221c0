/** One row: the number and time (epoch milliseconds) of the newest transaction (formats.md, Commit table). */
export const commitClock = `
CREATE TABLE commit_clock (
  one INTEGER PRIMARY KEY CHECK (one = 1),
  seq INTEGER NOT NULL,
  time INTEGER NOT NULL
) STRICT;
INSERT INTO commit_clock (one, seq, time) VALUES (1, 0, 0);
`;

/** Audit events on their way into the log; AUTOINCREMENT, so that a number is never used twice. */
export const outbox = `
CREATE TABLE outbox (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  event_id TEXT NOT NULL UNIQUE,
  tenant_id TEXT,
  critical INTEGER NOT NULL CHECK (critical IN (0, 1)),
  bytes INTEGER NOT NULL,
  draft BLOB NOT NULL,
  openings TEXT NOT NULL
) STRICT;
`;
