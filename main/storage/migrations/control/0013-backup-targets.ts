/**
 * Further targets, which hold copies of the backups. `owner`: a tenant's id or `installation`; `gone`: the owner was deleted,
 * so that the next synchronisation deletes its copy. Times are epoch milliseconds.
 */
const sql = `
CREATE TABLE backup_targets (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  path TEXT NOT NULL UNIQUE,
  bytes_per_second INTEGER,
  added_at INTEGER NOT NULL,
  added_by TEXT,
  synced_at INTEGER,
  synced_bytes INTEGER NOT NULL DEFAULT 0,
  sync_error TEXT
) STRICT;

CREATE TABLE backup_copies (
  target_id TEXT NOT NULL REFERENCES backup_targets (id) ON DELETE CASCADE,
  owner TEXT NOT NULL,
  newest INTEGER,
  snapshots INTEGER NOT NULL,
  gone INTEGER NOT NULL DEFAULT 0 CHECK (gone IN (0, 1)),
  PRIMARY KEY (target_id, owner)
) STRICT, WITHOUT ROWID;
`;

export const backupTargets = { number: 13, name: 'backup-targets', sql };
