/** When the recorded commits of a snapshot begin and end: a point in time is looked for among thousands of them. */
const sql = `
ALTER TABLE snapshots ADD COLUMN base_time INTEGER NOT NULL DEFAULT 0;
ALTER TABLE snapshots ADD COLUMN last_time INTEGER NOT NULL DEFAULT 0;
UPDATE snapshots SET base_time = time, last_time = time;
CREATE INDEX snapshots_by_last_commit ON snapshots (tenant_id, last_time, commit_seq);
`;

export const recordedCommits = { number: 10, name: 'recorded commits', sql };
