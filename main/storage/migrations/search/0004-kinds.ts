/**
 * Events by kind (what was done, how severe, with what end), so that every filter is a few exact ranges of one index.
 * Who inserts events adds them to `event_counts`, many at once; a trigger takes away what is deleted. All of it is
 * derived: what was there is left out and made again from the log at the next catching up.
 */
const uncount = (log: string) => `
  UPDATE event_counts SET count = count - 1
  WHERE log = ${log} AND hour = OLD.time / 3600000
    AND (severity, outcome) = (SELECT severity, outcome FROM event_kinds WHERE kind = OLD.kind);`;

const sql = `
DROP TABLE events;
DELETE FROM event_counts;
DELETE FROM indexed;

CREATE TABLE event_kinds (
  kind INTEGER PRIMARY KEY,
  action TEXT NOT NULL,
  severity TEXT NOT NULL,
  outcome TEXT NOT NULL,
  UNIQUE (action, severity, outcome)
) STRICT;

CREATE TABLE events (
  position INTEGER PRIMARY KEY,
  log INTEGER NOT NULL,
  time INTEGER NOT NULL,
  kind INTEGER NOT NULL REFERENCES event_kinds,
  actor TEXT
) STRICT;

CREATE INDEX events_by_time ON events (time, position);
CREATE INDEX events_by_log ON events (log, time, position);
CREATE INDEX events_by_kind ON events (kind, time, position);
CREATE INDEX events_by_log_and_kind ON events (log, kind, time, position);
CREATE INDEX events_by_actor ON events (actor, kind, time, position);
CREATE INDEX events_by_log_and_actor ON events (log, actor, kind, time, position);

CREATE TRIGGER events_uncounted AFTER DELETE ON events BEGIN
  ${uncount('OLD.log')}
  ${uncount('-1')}
END;
`;

export const kinds = { number: 4, name: 'kinds', sql };
