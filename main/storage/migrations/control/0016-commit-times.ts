/**
 * When each recorded commit of an owner was made, in blocks of consecutive commits (main/backups/timeline/commit-blocks.ts).
 * `owner`: a tenant's id or `installation`. A block belongs to no snapshot: what can be had of it, the snapshots tell.
 */
const sql = `
CREATE TABLE commit_times (
  id INTEGER PRIMARY KEY,
  owner TEXT NOT NULL,
  first_seq INTEGER NOT NULL,
  commits INTEGER NOT NULL CHECK (commits > 0),
  first_time INTEGER NOT NULL,
  last_time INTEGER NOT NULL,
  steps BLOB NOT NULL
) STRICT;
CREATE INDEX commit_times_by_end ON commit_times (owner, last_time, first_time, first_seq, commits);
`;

export const commitTimes = { number: 15, name: 'commit times', sql };
