/**
 * Documents by revision. `state`: 1 live, 2 superseded, 3 deleted (docs/formats/row-hash.md). `storage` counts the
 * UTF-8 bytes of every kept revision and refuses increases over the limit; null is unlimited.
 */
const sql = `
CREATE TABLE documents (
  collection TEXT NOT NULL,
  id TEXT NOT NULL,
  revision INTEGER NOT NULL CHECK (revision > 0),
  state INTEGER NOT NULL CHECK (state IN (1, 2, 3)),
  content TEXT NOT NULL,
  content_hash BLOB NOT NULL CHECK (length(content_hash) = 32),
  updated_at INTEGER NOT NULL,
  import_id TEXT,
  PRIMARY KEY (collection, id, revision)
) STRICT;
CREATE UNIQUE INDEX documents_live ON documents (collection, id) WHERE state = 1;
CREATE INDEX documents_by_time ON documents (collection, updated_at, id) WHERE state = 1;
CREATE INDEX documents_by_import ON documents (import_id, collection, id) WHERE import_id IS NOT NULL;

CREATE TABLE collections (
  collection TEXT PRIMARY KEY,
  documents INTEGER NOT NULL CHECK (documents >= 0),
  rows INTEGER NOT NULL CHECK (rows >= 0),
  row_hash BLOB NOT NULL CHECK (length(row_hash) = 32)
) STRICT, WITHOUT ROWID;

CREATE TABLE storage (
  one INTEGER PRIMARY KEY CHECK (one = 1),
  used INTEGER NOT NULL CHECK (used >= 0),
  storage_limit INTEGER
) STRICT;
INSERT INTO storage (one, used, storage_limit) VALUES (1, 0, NULL);

CREATE TRIGGER storage_within_limit BEFORE UPDATE OF used ON storage
WHEN NEW.used > OLD.used AND NEW.used > OLD.storage_limit
BEGIN SELECT RAISE(ABORT, 'quota:storageBytes'); END;

CREATE TRIGGER documents_counted AFTER INSERT ON documents WHEN octet_length(NEW.content) > 0
BEGIN UPDATE storage SET used = used + octet_length(NEW.content); END;
CREATE TRIGGER documents_uncounted AFTER DELETE ON documents WHEN octet_length(OLD.content) > 0
BEGIN UPDATE storage SET used = used - octet_length(OLD.content); END;
CREATE TRIGGER documents_immutable BEFORE UPDATE OF collection, id, revision, content, content_hash ON documents
BEGIN SELECT RAISE(ABORT, 'immutable:documents'); END;
`;

export const documents = { number: 2, name: 'documents', sql };
