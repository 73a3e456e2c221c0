/**
 * Restores to a throw-away folder: what was proved, how long it took, what went wrong. `tenant_id` null: the
 * installation's own. `phases` and `error` are JSON. Times are epoch milliseconds, durations milliseconds. What kinds of
 * notices there are, the contract says, and no longer the table.
 */
const sql = `
CREATE TABLE drills (
  id TEXT PRIMARY KEY,
  tenant_id TEXT,
  snapshot_id TEXT NOT NULL,
  snapshot_time INTEGER NOT NULL,
  job_id TEXT NOT NULL,
  scheduled INTEGER NOT NULL CHECK (scheduled IN (0, 1)),
  outcome TEXT NOT NULL CHECK (outcome IN ('running', 'proven', 'failed', 'cancelled', 'interrupted')),
  started_at INTEGER NOT NULL,
  ended_at INTEGER,
  duration_ms INTEGER,
  rows INTEGER,
  files INTEGER,
  bytes INTEGER,
  phases TEXT NOT NULL,
  error TEXT,
  CHECK ((outcome = 'running') = (ended_at IS NULL)),
  CHECK (outcome <> 'proven' OR (rows IS NOT NULL AND files IS NOT NULL AND bytes IS NOT NULL AND duration_ms IS NOT NULL))
) STRICT;
CREATE INDEX drills_by_time ON drills (started_at, id);
CREATE INDEX drills_by_tenant ON drills (tenant_id, started_at, id);

CREATE INDEX snapshots_proven ON snapshots (tenant_id, verified_at) WHERE verified_level = 4;

CREATE TABLE notices_anew (
  id TEXT PRIMARY KEY,
  fold TEXT NOT NULL,
  time INTEGER NOT NULL,
  kind TEXT NOT NULL,
  severity TEXT NOT NULL CHECK (severity IN ('info', 'warning', 'critical')),
  tenant_id TEXT,
  job_id TEXT,
  job_kind TEXT,
  error TEXT,
  due_at INTEGER,
  acknowledged_at INTEGER,
  acknowledged_by TEXT
) STRICT;
INSERT INTO notices_anew SELECT id, fold, time, kind, severity, tenant_id, job_id, job_kind, error, due_at,
  acknowledged_at, acknowledged_by FROM notices;
DROP TABLE notices;
ALTER TABLE notices_anew RENAME TO notices;
CREATE INDEX notices_by_time ON notices (time, id);
CREATE UNIQUE INDEX notices_open ON notices (fold) WHERE acknowledged_at IS NULL;
`;

export const drills = { number: 11, name: 'drills', sql };
