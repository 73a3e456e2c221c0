// `witnesses`: who cosigns this installation's checkpoints. `cosignatures`: its checkpoints as they came back from them.
// `witnessed`: of each log of others that this installation cosigns, the newest checkpoint with its own cosignature.
const sql = `
CREATE TABLE witnesses (
  name TEXT PRIMARY KEY,
  key TEXT NOT NULL,
  label TEXT NOT NULL,
  added_at INTEGER NOT NULL
) STRICT;

CREATE TABLE cosignatures (
  origin TEXT NOT NULL,
  size INTEGER NOT NULL,
  witness TEXT NOT NULL,
  key TEXT NOT NULL,
  note BLOB NOT NULL,
  PRIMARY KEY (origin, witness, size)
) STRICT, WITHOUT ROWID;

CREATE TABLE witnessed (
  origin TEXT PRIMARY KEY,
  key TEXT NOT NULL,
  note BLOB NOT NULL
) STRICT;
`;

export const witnesses = { number: 5, name: 'witnesses', sql };
