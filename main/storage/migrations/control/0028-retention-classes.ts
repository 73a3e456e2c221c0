/**
 * Days may be set for a class of entries (`class`: see shared/audit-retention.ts) as well as for `every` entry that no class has
 * days for.
 */
const sql = `
CREATE TABLE audit_retention_by_class (
  owner TEXT NOT NULL,
  class TEXT NOT NULL,
  days INTEGER NOT NULL,
  set_at INTEGER NOT NULL,
  set_by TEXT,
  PRIMARY KEY (owner, class)
) STRICT;
INSERT INTO audit_retention_by_class SELECT owner, 'every', days, set_at, set_by FROM audit_retention;
DROP TABLE audit_retention;
ALTER TABLE audit_retention_by_class RENAME TO audit_retention;

ALTER TABLE audit_retention_changes ADD COLUMN class TEXT NOT NULL DEFAULT 'every';
`;

export const retentionClasses = { number: 28, name: 'retention classes', sql };
