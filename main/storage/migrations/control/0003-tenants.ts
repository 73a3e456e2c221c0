/**
 * Tenants with the counters of their bots and users, and the principals behind them. Triggers keep the counters and
 * refuse increases over a limit (null: unlimited); personal fields are sealed under the principal's own key.
 * `doomed_subjects`: deleted, their keys still to be destroyed.
 */
const sql = `
CREATE TABLE tenants (
  id TEXT PRIMARY KEY,
  slug TEXT NOT NULL UNIQUE REFERENCES slugs (slug),
  name TEXT NOT NULL,
  folded_name TEXT NOT NULL,
  tier TEXT NOT NULL CHECK (tier IN ('free', 'standard', 'professional', 'enterprise')),
  state TEXT NOT NULL CHECK (state IN ('active', 'suspended')),
  sample INTEGER NOT NULL CHECK (sample IN (0, 1)),
  bots INTEGER NOT NULL DEFAULT 0 CHECK (bots >= 0),
  bots_limit INTEGER,
  users INTEGER NOT NULL DEFAULT 0 CHECK (users >= 0),
  users_limit INTEGER,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL
) STRICT;
CREATE INDEX tenants_by_name ON tenants (folded_name, id);
CREATE INDEX tenants_by_creation ON tenants (created_at, id);

CREATE TABLE slugs (
  slug TEXT PRIMARY KEY,
  tenant_id TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TRIGGER slugs_are_kept BEFORE DELETE ON slugs BEGIN SELECT RAISE(ABORT, 'immutable:slugs'); END;

CREATE TABLE principals (
  id TEXT PRIMARY KEY,
  tenant_id TEXT NOT NULL REFERENCES tenants (id),
  kind TEXT NOT NULL CHECK (kind IN ('user', 'bot')),
  name BLOB NOT NULL,
  name_index BLOB NOT NULL,
  external_id BLOB,
  external_index BLOB,
  scopes TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('active', 'disabled')),
  created_at INTEGER NOT NULL,
  last_seen_at INTEGER
) STRICT;
CREATE INDEX principals_by_tenant ON principals (tenant_id, id);
CREATE INDEX principals_by_name ON principals (tenant_id, name_index);
CREATE UNIQUE INDEX principals_by_external_id ON principals (tenant_id, external_index)
WHERE external_index IS NOT NULL;

CREATE TRIGGER bots_within_limit BEFORE UPDATE OF bots ON tenants
WHEN NEW.bots > OLD.bots AND NEW.bots > OLD.bots_limit
BEGIN SELECT RAISE(ABORT, 'quota:bots'); END;
CREATE TRIGGER users_within_limit BEFORE UPDATE OF users ON tenants
WHEN NEW.users > OLD.users AND NEW.users > OLD.users_limit
BEGIN SELECT RAISE(ABORT, 'quota:users'); END;

CREATE TRIGGER bots_counted AFTER INSERT ON principals WHEN NEW.kind = 'bot'
BEGIN UPDATE tenants SET bots = bots + 1 WHERE id = NEW.tenant_id; END;
CREATE TRIGGER users_counted AFTER INSERT ON principals WHEN NEW.kind = 'user'
BEGIN UPDATE tenants SET users = users + 1 WHERE id = NEW.tenant_id; END;
CREATE TRIGGER bots_uncounted AFTER DELETE ON principals WHEN OLD.kind = 'bot'
BEGIN UPDATE tenants SET bots = bots - 1 WHERE id = OLD.tenant_id; END;
CREATE TRIGGER users_uncounted AFTER DELETE ON principals WHEN OLD.kind = 'user'
BEGIN UPDATE tenants SET users = users - 1 WHERE id = OLD.tenant_id; END;
CREATE TRIGGER principals_stay_where_they_are BEFORE UPDATE OF id, tenant_id, kind ON principals
BEGIN SELECT RAISE(ABORT, 'immutable:principals'); END;

CREATE TABLE doomed_subjects (
  subject_id TEXT PRIMARY KEY
) STRICT, WITHOUT ROWID;
`;

export const tenants = { number: 3, name: 'tenants', sql };
