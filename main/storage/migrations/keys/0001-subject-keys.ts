import { commitClock } from '../shared-tables.ts';

/** `owner` is a tenant's id, or `installation`; `wrapped` is sealed under the owner's wrapping key. */
const subjectKeysTable = `
CREATE TABLE subject_keys (
  subject_id TEXT PRIMARY KEY,
  owner TEXT NOT NULL,
  wrapped BLOB NOT NULL,
  created_at INTEGER NOT NULL
) STRICT;
CREATE INDEX subject_keys_by_owner ON subject_keys (owner);
`;

export const subjectKeys = { number: 1, name: 'subject-keys', sql: commitClock + subjectKeysTable };
