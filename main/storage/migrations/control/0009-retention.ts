/**
 * Which snapshots stay. `owner`: a tenant's id or `installation`; `policy`: JSON of numbers by rule. A hold without
 * `snapshot_id` is on everything of its owner. A mark with `removal_id` is of a snapshot that is being removed: the id is
 * that of the operation its audit events carry. Times are epoch milliseconds.
 */
const sql = `
CREATE TABLE retention_policies (
  owner TEXT PRIMARY KEY,
  policy TEXT NOT NULL,
  set_at INTEGER NOT NULL,
  set_by TEXT
) STRICT;

CREATE TABLE holds (
  id TEXT PRIMARY KEY,
  owner TEXT NOT NULL,
  snapshot_id TEXT,
  reason TEXT NOT NULL,
  placed_at INTEGER NOT NULL,
  placed_by TEXT,
  lifted_at INTEGER,
  lifted_by TEXT,
  lift_reason TEXT,
  CHECK ((lifted_at IS NULL) = (lift_reason IS NULL))
) STRICT;
CREATE INDEX holds_by_owner ON holds (owner, placed_at, id);

CREATE TABLE removal_marks (
  snapshot_id TEXT PRIMARY KEY,
  owner TEXT NOT NULL,
  marked_at INTEGER NOT NULL,
  backups INTEGER NOT NULL DEFAULT 0 CHECK (backups >= 0),
  removal_id TEXT
) STRICT;
CREATE INDEX removal_marks_by_owner ON removal_marks (owner, marked_at, snapshot_id);

CREATE TABLE prunes_due (
  owner TEXT PRIMARY KEY,
  since INTEGER NOT NULL
) STRICT;
`;

export const retention = { number: 9, name: 'retention', sql };
