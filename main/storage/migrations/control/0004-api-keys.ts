const sql = `
CREATE TABLE api_key (
  lookup TEXT NOT NULL PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  mac BLOB NOT NULL CHECK (length(mac) = 32),
  tenant_id TEXT NOT NULL,
  principal_id TEXT NOT NULL,
  scopes TEXT,
  created_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  revoked_at INTEGER,
  last_used_at INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX api_key_by_tenant ON api_key (tenant_id, id);
CREATE INDEX api_key_by_principal ON api_key (principal_id, id);
`;

/**
 * API keys, by their public part; `mac` is HMAC-SHA-256 of the whole key, id, tenant, principal, scopes and both
 * times under the pepper. `scopes` is a JSON list, or null for all that the principal has. Times are epoch milliseconds.
 */
export const apiKeys = { number: 4, name: 'api-keys', sql };
