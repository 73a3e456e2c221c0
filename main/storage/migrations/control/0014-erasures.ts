/**
 * Tenants that were erased. `proof`, JSON: the newest attempt to read one. `erasure_places`: where its backups lay;
 * `target_id` is empty for the first target. Times are epoch milliseconds.
 */
const sql = `
CREATE TABLE erasures (
  tenant_id TEXT PRIMARY KEY,
  slug TEXT NOT NULL,
  operation_id TEXT NOT NULL,
  erased_at INTEGER NOT NULL,
  proof TEXT,
  certificate TEXT
) STRICT, WITHOUT ROWID;
CREATE INDEX erasures_by_time ON erasures (erased_at, tenant_id);

CREATE TABLE erasure_places (
  tenant_id TEXT NOT NULL REFERENCES erasures (tenant_id),
  target_id TEXT NOT NULL,
  name TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('erased', 'pending', 'abandoned')),
  time INTEGER NOT NULL,
  PRIMARY KEY (tenant_id, target_id)
) STRICT, WITHOUT ROWID;
`;

export const erasures = { number: 14, name: 'erasures', sql };
