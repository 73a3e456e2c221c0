/**
 * When each recorded commit of an owner was made, in blocks of consecutive commits (main/backups/timeline/commit-blocks.ts), and
 * what backups took and stored, for forecasts. `owner`: a tenant's id or `installation`. A block belongs to no snapshot: what can
 * be had of it, the snapshots tell. `day`: whole days since 1970 in UTC. Times are epoch milliseconds.
 */
const sql = `
CREATE TABLE commit_times (
  id INTEGER PRIMARY KEY,
  owner TEXT NOT NULL,
  first_seq INTEGER NOT NULL,
  commits INTEGER NOT NULL CHECK (commits > 0),
  first_time INTEGER NOT NULL,
  last_time INTEGER NOT NULL,
  steps BLOB NOT NULL
) STRICT;
CREATE INDEX commit_times_by_end ON commit_times (owner, last_time, first_time, first_seq, commits);

CREATE TABLE stored_days (
  day INTEGER NOT NULL,
  owner TEXT NOT NULL,
  added INTEGER NOT NULL,
  removed INTEGER NOT NULL,
  PRIMARY KEY (day, owner)
) STRICT, WITHOUT ROWID;

CREATE TABLE backup_measures (
  id INTEGER PRIMARY KEY,
  owner TEXT NOT NULL,
  time INTEGER NOT NULL,
  kind TEXT NOT NULL,
  bytes INTEGER NOT NULL,
  duration_ms INTEGER NOT NULL
) STRICT;
CREATE INDEX backup_measures_by_owner ON backup_measures (owner, time, id);

INSERT INTO stored_days SELECT time / 86400000, coalesce(tenant_id, 'installation'), sum(bytes_added), 0
  FROM snapshots GROUP BY 1, 2;
INSERT INTO backup_measures (owner, time, kind, bytes, duration_ms)
  SELECT coalesce(tenant_id, 'installation'), time, kind, bytes_added, duration_ms FROM snapshots
  WHERE safety = 0 AND bytes_added > 0 ORDER BY time, id;
`;

export const commitTimes = { number: 15, name: 'commit times', sql };
