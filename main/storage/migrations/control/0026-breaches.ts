/**
 * Breaches of personal data (GDPR 33(5)): nothing is ever removed. `sealed`: the record, which may tell of people, under a key of
 * the installation and bound to the columns before it. `outcome`: the state, of a closed one that before. `told`, `wall_stage`: of which stage of the time left people were told, and
 * where the clock on the wall stood; `spent_ms`: how much of the time is known to have passed. Of notices: which breach, and
 * which destination of the log, they are about. Times are epoch milliseconds.
 */
const sql = `
CREATE TABLE breaches (
  id TEXT PRIMARY KEY,
  revision INTEGER NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('open', 'notified', 'not-notifiable', 'closed')),
  outcome TEXT NOT NULL CHECK (outcome IN ('open', 'notified', 'not-notifiable')),
  aware_at INTEGER NOT NULL,
  recorded_at INTEGER NOT NULL,
  closed_at INTEGER,
  sealed BLOB NOT NULL,
  told INTEGER NOT NULL DEFAULT 0,
  wall_stage INTEGER NOT NULL DEFAULT 0,
  spent_ms INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;
CREATE INDEX breaches_by_rank ON breaches (state = 'open', CASE state WHEN 'open' THEN -aware_at ELSE recorded_at END, id);
CREATE INDEX breaches_open ON breaches (id) WHERE state = 'open';

CREATE TABLE breach_tenants (
  tenant_id TEXT NOT NULL,
  breach_id TEXT NOT NULL REFERENCES breaches (id),
  PRIMARY KEY (tenant_id, breach_id)
) STRICT, WITHOUT ROWID;

ALTER TABLE notices ADD COLUMN breach_id TEXT;
ALTER TABLE notices ADD COLUMN destination_id TEXT;
`;

export const breaches = { number: 26, name: 'breaches', sql };
