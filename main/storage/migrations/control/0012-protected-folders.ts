/**
 * Folders of this machine that are backed up with a tenant, and the catalogue of their snapshots (rebuildable from the
 * repositories, but for `databases` and `notes`, which only the run knew). `excludes` and `notes` are JSON.
 */
const sql = `
CREATE TABLE protected_folders (
  id TEXT PRIMARY KEY,
  tenant_id TEXT NOT NULL,
  path TEXT NOT NULL,
  excludes TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  UNIQUE (tenant_id, path)
) STRICT;

CREATE TABLE folder_snapshots (
  id TEXT PRIMARY KEY CHECK (length(id) = 64),
  tenant_id TEXT NOT NULL,
  folder_id TEXT NOT NULL,
  path TEXT NOT NULL,
  time INTEGER NOT NULL,
  repository TEXT NOT NULL,
  bytes_added INTEGER NOT NULL CHECK (bytes_added >= 0),
  duration_ms INTEGER NOT NULL CHECK (duration_ms >= 0),
  files INTEGER NOT NULL CHECK (files >= 0),
  bytes INTEGER NOT NULL CHECK (bytes >= 0),
  databases INTEGER CHECK (databases >= 0),
  warnings INTEGER NOT NULL CHECK (warnings >= 0),
  notes TEXT NOT NULL,
  verified_level INTEGER CHECK (verified_level BETWEEN 0 AND 4),
  verified_at INTEGER,
  CHECK ((verified_level IS NULL) = (verified_at IS NULL))
) STRICT;
CREATE INDEX folder_snapshots_by_folder ON folder_snapshots (folder_id, time, id);
CREATE INDEX folder_snapshots_by_tenant ON folder_snapshots (tenant_id, time, id);
`;

export const protectedFolders = { number: 12, name: 'protected-folders', sql };
