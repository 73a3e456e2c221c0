const sql = `
CREATE TABLE job (
  id TEXT NOT NULL PRIMARY KEY,
  kind TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN
    ('queued', 'running', 'cancelling', 'succeeded', 'failed', 'cancelled', 'interrupted')),
  phase TEXT NOT NULL,
  done INTEGER NOT NULL,
  total INTEGER,
  unit TEXT NOT NULL,
  bytes INTEGER NOT NULL,
  heartbeat_at INTEGER,
  error TEXT,
  result TEXT,
  requested_by TEXT,
  tenant_id TEXT,
  resource TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  started_at INTEGER,
  ended_at INTEGER
) STRICT;
CREATE INDEX job_by_time ON job (created_at, id);
CREATE INDEX job_by_state ON job (state, created_at, id);
`;

/** Long work: what runs, what ran and how it ended. Times are epoch milliseconds; error and result are JSON. */
export const jobs = { number: 5, name: 'jobs', sql };
