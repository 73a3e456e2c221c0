/**
 * Statistics on the logs. `anomaly_days`: what each actor did on each day (days since 1970, UTC) in the log of an origin, as JSON; with
 * an empty `subject` all of that log. `alerts.anomaly`: JSON of what contributes to a finding of the statistics, and `score` its
 * sum in hundredths of bits; null for those of the rules. With `superseded_by` a stronger one of the same day took its place. `forward_destinations.what`:
 * alerts alone are the entries of the installation's log that tell of one.
 */
const sql = `
CREATE TABLE anomaly_days (
  origin TEXT NOT NULL,
  subject TEXT NOT NULL,
  day INTEGER NOT NULL,
  counts TEXT NOT NULL,
  PRIMARY KEY (origin, subject, day)
) STRICT, WITHOUT ROWID;
CREATE INDEX anomaly_days_by_day ON anomaly_days (origin, day);

ALTER TABLE alerts ADD COLUMN anomaly TEXT;
ALTER TABLE alerts ADD COLUMN score INTEGER;
ALTER TABLE alerts ADD COLUMN superseded_by TEXT;

ALTER TABLE forward_destinations ADD COLUMN what TEXT NOT NULL DEFAULT 'entries' CHECK (what IN ('entries', 'alerts'));
`;

export const anomalies = { number: 27, name: 'anomalies', sql };
