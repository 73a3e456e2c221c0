/**
 * Alerts: how far the rules have read each log (`state`: JSON of what they keep of entries that have raised nothing yet),
 * what they found (`entries`: JSON of index, event and leaf hash of each entry; `threshold`, `window_ms`: null where one
 * entry is enough; `more`: how often the rule was met again on that day beyond the most that are raised), and which rules
 * are muted (`tenant_id` null: everywhere). `alerts_not_before` has a row until the logs of an installation that is older
 * than its alerts are taken as they stand. Times are epoch milliseconds, days those since 1970.
 */
const sql = `
CREATE TABLE alert_cursors (
  origin TEXT PRIMARY KEY,
  size INTEGER NOT NULL,
  state TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE alerts (
  id TEXT PRIMARY KEY,
  rule TEXT NOT NULL,
  severity TEXT NOT NULL CHECK (severity IN ('info', 'warning', 'critical')),
  time INTEGER NOT NULL,
  day INTEGER NOT NULL,
  raised_at INTEGER NOT NULL,
  origin TEXT NOT NULL,
  tenant_id TEXT,
  subject TEXT NOT NULL,
  actor TEXT,
  entries TEXT NOT NULL,
  threshold INTEGER,
  window_ms INTEGER,
  event_id TEXT NOT NULL,
  more INTEGER NOT NULL DEFAULT 0,
  last_time INTEGER NOT NULL,
  CHECK ((threshold IS NULL) = (window_ms IS NULL))
) STRICT;
CREATE INDEX alerts_by_time ON alerts (time, id);
CREATE INDEX alerts_by_rule ON alerts (rule, tenant_id, day, time, id);

CREATE TABLE alert_mutes (
  id TEXT PRIMARY KEY,
  rule TEXT NOT NULL,
  tenant_id TEXT,
  reason TEXT NOT NULL,
  muted_at INTEGER NOT NULL,
  muted_by TEXT,
  until INTEGER NOT NULL,
  ended_at INTEGER,
  met INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX alert_mutes_by_rule ON alert_mutes (rule, tenant_id, until);

CREATE TABLE alerts_not_before (since INTEGER NOT NULL) STRICT;
INSERT INTO alerts_not_before SELECT 0 WHERE EXISTS (SELECT 1 FROM operator);

ALTER TABLE notices ADD COLUMN alert_id TEXT;
ALTER TABLE notices ADD COLUMN alert_rule TEXT;
`;

export const alerts = { number: 23, name: 'alerts', sql };
