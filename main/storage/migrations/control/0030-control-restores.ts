/**
 * Restores of the installation's own data, which are prepared while Holdfast runs and carried out at a start. `moment`: of what the
 * data are; `undoes`: the one that it takes back; `sha256`: of the prepared file, hex; applied: the data are set back (by the commit of `applied_at`), and what
 * comes after is not done yet; `taken`: JSON of how many can do less. `control_restore_access`: who can do less by it. Times are epoch milliseconds.
 */
const sql = `
CREATE TABLE control_restores (
  id TEXT PRIMARY KEY,
  undo_id TEXT NOT NULL UNIQUE,
  snapshot_id TEXT NOT NULL,
  moment INTEGER NOT NULL,
  undo_snapshot_id TEXT NOT NULL,
  undoes TEXT,
  sha256 TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('pending', 'applied', 'done', 'cancelled', 'failed')),
  asked_at INTEGER NOT NULL,
  asked_by TEXT,
  applied_at INTEGER,
  ended_at INTEGER,
  taken TEXT
) STRICT;
CREATE UNIQUE INDEX control_restores_waiting ON control_restores (1) WHERE state IN ('pending', 'applied');

CREATE TABLE control_restore_access (
  restore_id TEXT NOT NULL REFERENCES control_restores (id),
  id TEXT NOT NULL,
  PRIMARY KEY (restore_id, id)
) STRICT, WITHOUT ROWID;
`;

export const controlRestores = { number: 30, name: 'control restores', sql };
