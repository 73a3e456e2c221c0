/** Jobs of one kind, newest first. */
const sql = `
CREATE INDEX job_by_kind ON job (kind, created_at, id);
`;

export const jobsByKind = { number: 21, name: 'jobs-by-kind', sql };
