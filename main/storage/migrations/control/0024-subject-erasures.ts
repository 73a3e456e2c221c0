/**
 * People who were erased, under their pseudonym in the log. `subject_erasure_places`: where copies of the key lay that opened
 * what was sealed for them; `target_id` is empty for the first target, `locked_until` -1 without a known end. `entries` and
 * `fields`: of the log, null until they were counted. Times are epoch milliseconds.
 */
const sql = `
CREATE TABLE subject_erasures (
  subject_id TEXT PRIMARY KEY,
  pseudonym TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('user', 'bot', 'operator')),
  tenant_id TEXT,
  operation_id TEXT NOT NULL,
  erased_at INTEGER NOT NULL,
  key_destroyed_at INTEGER,
  entries INTEGER,
  fields INTEGER,
  certificate TEXT
) STRICT, WITHOUT ROWID;
CREATE INDEX subject_erasures_by_time ON subject_erasures (erased_at, subject_id);

CREATE TABLE subject_erasure_places (
  subject_id TEXT NOT NULL REFERENCES subject_erasures (subject_id),
  target_id TEXT NOT NULL,
  name TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('erased', 'pending', 'abandoned')),
  time INTEGER NOT NULL,
  locked_until INTEGER,
  PRIMARY KEY (subject_id, target_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX subject_erasure_places_by_target ON subject_erasure_places (target_id, state);
`;

export const subjectErasures = { number: 24, name: 'subject-erasures', sql };
