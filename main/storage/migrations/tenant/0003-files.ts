/** File entries; contents lie beside the database, named by SHA-256. Each entry counts in full. */
const sql = `
CREATE TABLE files (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  size INTEGER NOT NULL CHECK (size >= 0),
  sha256 BLOB NOT NULL CHECK (length(sha256) = 32),
  created_at INTEGER NOT NULL
) STRICT;
CREATE INDEX files_by_content ON files (sha256);

CREATE TRIGGER files_counted AFTER INSERT ON files WHEN NEW.size > 0
BEGIN UPDATE storage SET used = used + NEW.size; END;
CREATE TRIGGER files_uncounted AFTER DELETE ON files WHEN OLD.size > 0
BEGIN UPDATE storage SET used = used - OLD.size; END;
CREATE TRIGGER files_immutable BEFORE UPDATE OF id, size, sha256 ON files
BEGIN SELECT RAISE(ABORT, 'immutable:files'); END;
`;

export const files = { number: 3, name: 'files', sql };
