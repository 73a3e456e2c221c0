/**
 * When each recorded commit of an owner was made, in blocks of consecutive commits (main/backups/timeline/commit-blocks.ts), and
 * what backups took and stored, for forecasts. `owner`: a tenant's id or `installation`. A block belongs to no snapshot: what can
 * be had of it, the snapshots tell. `day`: whole days since 1970 in UTC. Times are epoch milliseconds.
 * `protection_marks`: whose snapshots or drills changed, the newest with the highest version, so that a look at the protection of
 * all owners reads only what changed since the last one.
 */
const mark = (row: 'new' | 'old') => `
  INSERT INTO protection_marks (owner, version)
    SELECT coalesce(${row}.tenant_id, 'installation'), coalesce(max(version), 0) + 1 FROM protection_marks WHERE true
    ON CONFLICT (owner) DO UPDATE SET version = excluded.version;
`;

const triggers = ['snapshots', 'drills'].flatMap((table) => [
  `CREATE TRIGGER ${table}_made AFTER INSERT ON ${table} BEGIN ${mark('new')} END;`,
  `CREATE TRIGGER ${table}_changed AFTER UPDATE ON ${table} BEGIN ${mark('new')} END;`,
  `CREATE TRIGGER ${table}_gone AFTER DELETE ON ${table} BEGIN ${mark('old')} END;`,
]);

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

CREATE TABLE protection_marks (owner TEXT PRIMARY KEY, version INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE INDEX protection_marks_by_version ON protection_marks (version);
INSERT INTO protection_marks
  SELECT owner, row_number() OVER (ORDER BY owner) FROM (
    SELECT coalesce(tenant_id, 'installation') AS owner FROM snapshots
    UNION SELECT coalesce(tenant_id, 'installation') FROM drills);
${triggers.join('\n')}
`;

export const commitTimes = { number: 15, name: 'commit times', sql };
