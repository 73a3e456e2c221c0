/**
 * Where the audit log is forwarded to, and how far. `secrets`: names of those that are in keyring.enc; `next`: index of the first
 * entry that was not taken; `event_id`: of the entry before it. Times are epoch milliseconds.
 */
const sql = `
CREATE TABLE forward_destinations (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL UNIQUE COLLATE NOCASE,
  address TEXT NOT NULL,
  format TEXT NOT NULL CHECK (format IN ('ocsf', 'record')),
  minimum_severity TEXT NOT NULL CHECK (minimum_severity IN ('info', 'warning', 'critical')),
  tenant_id TEXT,
  ca TEXT,
  fingerprints TEXT NOT NULL,
  maximum_bytes INTEGER NOT NULL,
  secrets TEXT NOT NULL,
  enabled INTEGER NOT NULL DEFAULT 1 CHECK (enabled IN (0, 1)),
  sent INTEGER NOT NULL DEFAULT 0,
  sent_at INTEGER,
  added_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE forward_cursors (
  destination_id TEXT NOT NULL REFERENCES forward_destinations (id) ON DELETE CASCADE,
  origin TEXT NOT NULL,
  next INTEGER NOT NULL,
  event_id TEXT,
  PRIMARY KEY (destination_id, origin)
) STRICT, WITHOUT ROWID;

CREATE TABLE dead_letters (
  destination_id TEXT NOT NULL REFERENCES forward_destinations (id) ON DELETE CASCADE,
  origin TEXT NOT NULL,
  entry INTEGER NOT NULL,
  reason TEXT NOT NULL CHECK (reason IN ('refused', 'too-large')),
  detail TEXT NOT NULL,
  tries INTEGER NOT NULL,
  time INTEGER NOT NULL,
  due INTEGER NOT NULL DEFAULT 0 CHECK (due IN (0, 1)),
  PRIMARY KEY (destination_id, origin, entry)
) STRICT, WITHOUT ROWID;
`;

export const forwarding = { number: 22, name: 'forwarding', sql };
