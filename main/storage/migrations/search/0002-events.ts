// The envelope of every audit entry, by its position in audit.db: derived, and rebuilt from there at any time.
const sql = `
CREATE TABLE indexed (
  log INTEGER PRIMARY KEY,
  size INTEGER NOT NULL
) STRICT;

CREATE TABLE events (
  position INTEGER PRIMARY KEY,
  log INTEGER NOT NULL,
  time INTEGER NOT NULL,
  action TEXT NOT NULL,
  severity TEXT NOT NULL,
  outcome TEXT NOT NULL,
  actor TEXT
) STRICT;

CREATE INDEX events_by_time ON events (time, position);
CREATE INDEX events_by_log ON events (log, time, position);
CREATE INDEX events_by_action ON events (action, time, position);
CREATE INDEX events_by_severity ON events (severity, time, position);
CREATE INDEX events_by_outcome ON events (outcome, time, position);
CREATE INDEX events_by_actor ON events (actor, time, position);
`;

export const events = { number: 2, name: 'events', sql };
