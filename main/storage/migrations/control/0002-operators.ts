const sql = `
CREATE TABLE operator (
  id TEXT NOT NULL PRIMARY KEY,
  name_sealed BLOB NOT NULL,
  name_index BLOB NOT NULL UNIQUE,
  role TEXT NOT NULL CHECK (role IN ('owner', 'administrator', 'operator', 'auditor')),
  state TEXT NOT NULL CHECK (state IN ('active', 'disabled')),
  passphrase TEXT NOT NULL,
  mac BLOB NOT NULL CHECK (length(mac) = 32),
  created_at INTEGER NOT NULL,
  disabled_at INTEGER
) STRICT;

CREATE TABLE session (
  token_hash BLOB NOT NULL PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  operator_id TEXT NOT NULL REFERENCES operator (id) ON DELETE CASCADE,
  created_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  seen_at INTEGER NOT NULL,
  proved_at INTEGER NOT NULL,
  mac BLOB NOT NULL CHECK (length(mac) = 32)
) STRICT, WITHOUT ROWID;
CREATE INDEX session_by_operator ON session (operator_id);

CREATE TABLE sign_in_failure (
  name_index BLOB NOT NULL PRIMARY KEY,
  failures INTEGER NOT NULL,
  last_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
`;

/**
 * Operators: names sealed under their subject key and found by a keyed hash, passphrases as PHC strings; `mac` is
 * over what decides who may do what. Sessions by the SHA-256 of their token, with a MAC too. Failed sign-ins by name, of names that nobody has too. Times are epoch
 * milliseconds.
 */
export const operators = { number: 2, name: 'operators', sql };
