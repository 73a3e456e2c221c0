// `timestamp_authority`: who is asked for RFC 3161 time stamps; one row at most. `timestamps`: checkpoints of the installation
// with the token that an authority gave for each, and the CA certificates that it was checked with.
const sql = `
CREATE TABLE timestamp_authority (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  url TEXT NOT NULL,
  policy TEXT,
  certificates TEXT NOT NULL,
  every_hours INTEGER NOT NULL,
  authorization BLOB,
  set_at INTEGER NOT NULL
) STRICT;

CREATE TABLE timestamps (
  origin TEXT NOT NULL,
  size INTEGER NOT NULL,
  time INTEGER NOT NULL,
  authority TEXT NOT NULL,
  certificates TEXT NOT NULL,
  note BLOB NOT NULL,
  token BLOB NOT NULL,
  PRIMARY KEY (origin, size)
) STRICT;
`;

export const timestamps = { number: 6, name: 'timestamps', sql };
