// `position` = log * 2^36 + index: entries of a log lie side by side, in order.
const sql = `
CREATE TABLE logs (
  log INTEGER PRIMARY KEY,
  origin TEXT NOT NULL UNIQUE,
  tenant_id TEXT,
  size INTEGER NOT NULL,
  root BLOB NOT NULL,
  note BLOB NOT NULL,
  -- up to here a checkpoint of this log is a leaf of the installation's
  committed_size INTEGER NOT NULL
) STRICT;

CREATE TABLE entries (
  position INTEGER PRIMARY KEY,
  event_id TEXT NOT NULL UNIQUE,
  record BLOB NOT NULL
) STRICT;

CREATE TABLE openings (
  position INTEGER NOT NULL,
  field TEXT NOT NULL,
  sealed BLOB NOT NULL,
  PRIMARY KEY (position, field)
) STRICT, WITHOUT ROWID;

-- Full tiles only: a partial one follows from the entries, or from the full tiles of the level below.
CREATE TABLE tiles (
  log INTEGER NOT NULL,
  level INTEGER NOT NULL,
  tile INTEGER NOT NULL,
  hashes BLOB NOT NULL,
  PRIMARY KEY (log, level, tile)
) STRICT, WITHOUT ROWID;
`;

export const logs = { number: 2, name: 'logs', sql };
