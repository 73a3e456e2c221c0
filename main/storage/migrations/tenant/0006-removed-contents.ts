/** Contents that a file entry named until it was deleted, with the newest commit that deleted one; until they are removed from the disk. */
const sql = `
CREATE TABLE removed_contents (
  sha256 BLOB PRIMARY KEY CHECK (length(sha256) = 32),
  size INTEGER NOT NULL CHECK (size >= 0),
  seq INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TRIGGER files_removed AFTER DELETE ON files
BEGIN
  INSERT INTO removed_contents (sha256, size, seq)
    VALUES (OLD.sha256, OLD.size, (SELECT seq FROM commit_clock))
    ON CONFLICT (sha256) DO UPDATE SET seq = excluded.seq;
END;
`;

export const removedContents = { number: 6, name: 'removed-contents', sql };
