/** What operators narrow the log to. `sealed`: name and filter as JSON, under the operator's own key. Times are epoch milliseconds. */
const sql = `
CREATE TABLE audit_filters (
  id TEXT PRIMARY KEY,
  operator_id TEXT NOT NULL REFERENCES operator,
  sealed BLOB NOT NULL,
  saved_at INTEGER NOT NULL
) STRICT;

CREATE INDEX audit_filters_by_operator ON audit_filters (operator_id, id);
`;

export const auditFilters = { number: 20, name: 'audit-filters', sql };
