/**
 * What needs a person's eyes, kept until somebody has seen it; and how the newest run by schedule of each owner ended.
 * `fold`: what makes two notices the same trouble, of which one is open at a time. Times are epoch milliseconds.
 */
const sql = `
CREATE TABLE notices (
  id TEXT PRIMARY KEY,
  fold TEXT NOT NULL,
  time INTEGER NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('job-failed', 'job-interrupted', 'backup-missed')),
  severity TEXT NOT NULL CHECK (severity IN ('info', 'warning', 'critical')),
  tenant_id TEXT,
  job_id TEXT,
  job_kind TEXT,
  error TEXT,
  due_at INTEGER,
  acknowledged_at INTEGER,
  acknowledged_by TEXT
) STRICT;
CREATE INDEX notices_by_time ON notices (time, id);
CREATE UNIQUE INDEX notices_open ON notices (fold) WHERE acknowledged_at IS NULL;

CREATE TABLE schedule_runs (
  owner TEXT PRIMARY KEY,
  started_at INTEGER NOT NULL,
  ended_at INTEGER,
  outcome TEXT NOT NULL CHECK (outcome IN ('running', 'succeeded', 'failed')),
  error_code TEXT,
  job_id TEXT
) STRICT;
`;

export const notices = { number: 8, name: 'notices', sql };
