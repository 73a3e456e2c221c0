/**
 * How long logs are kept. `owner`: a tenant's id or `installation`, whose policy is also that of tenants without one. A change
 * is pending until it is `decided_at`, or too old. `audit_archive`: where archives are written. Times are epoch milliseconds.
 */
const sql = `
CREATE TABLE audit_retention (
  owner TEXT PRIMARY KEY,
  days INTEGER NOT NULL,
  set_at INTEGER NOT NULL,
  set_by TEXT
) STRICT;

CREATE TABLE audit_retention_changes (
  id TEXT PRIMARY KEY,
  owner TEXT NOT NULL,
  days INTEGER NOT NULL,
  reason TEXT NOT NULL,
  asked_at INTEGER NOT NULL,
  asked_by TEXT NOT NULL,
  decided_at INTEGER
) STRICT;

CREATE TABLE audit_holds (
  id TEXT PRIMARY KEY,
  owner TEXT NOT NULL,
  reason TEXT NOT NULL,
  placed_at INTEGER NOT NULL,
  placed_by TEXT,
  lifted_at INTEGER
) STRICT;

CREATE TABLE audit_archive (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  folder TEXT NOT NULL
) STRICT;
`;

export const auditRetention = { number: 25, name: 'audit retention', sql };
