/**
 * The catalogue of snapshots (rebuildable from the repositories) and the restores in place. `tenant_id` null:
 * the installation's own. `summary` is JSON of what getSnapshot shows from the manifest.
 */
const sql = `
CREATE TABLE snapshots (
  id TEXT PRIMARY KEY CHECK (length(id) = 64),
  tenant_id TEXT,
  kind TEXT NOT NULL CHECK (kind IN ('full', 'incremental')),
  time INTEGER NOT NULL,
  repository TEXT NOT NULL,
  bytes_added INTEGER NOT NULL CHECK (bytes_added >= 0),
  duration_ms INTEGER NOT NULL CHECK (duration_ms >= 0),
  verified_level INTEGER CHECK (verified_level BETWEEN 0 AND 4),
  verified_at INTEGER,
  safety INTEGER NOT NULL CHECK (safety IN (0, 1)),
  timeline TEXT NOT NULL,
  commit_seq INTEGER NOT NULL,
  summary TEXT NOT NULL,
  CHECK ((verified_level IS NULL) = (verified_at IS NULL))
) STRICT;
CREATE INDEX snapshots_by_time ON snapshots (time, id);
CREATE INDEX snapshots_by_tenant ON snapshots (tenant_id, time, id);

CREATE TABLE restores (
  id TEXT PRIMARY KEY,
  undo_id TEXT NOT NULL UNIQUE,
  tenant_id TEXT NOT NULL,
  snapshot_id TEXT NOT NULL,
  undo_snapshot_id TEXT NOT NULL,
  timeline TEXT NOT NULL UNIQUE,
  state TEXT NOT NULL CHECK (state IN ('replacing', 'done', 'abandoned')),
  started_at INTEGER NOT NULL,
  ended_at INTEGER
) STRICT;
CREATE INDEX restores_unfinished ON restores (state) WHERE state = 'replacing';
`;

export const backups = { number: 6, name: 'backups', sql };
