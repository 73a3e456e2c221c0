/**
 * Events by kind (what was done, how severe, with what end), so that every filter is a few exact ranges of one index.
 * All of it is derived: what was there is left out and made again from the log at the next catching up.
 */
const everyRow = (log: string, row: 'NEW' | 'OLD', sign: 1 | -1) => `
  INSERT INTO event_counts (log, hour, severity, outcome, count)
  SELECT ${log}, ${row}.time / 3600000, severity, outcome, ${sign} FROM event_kinds WHERE kind = ${row}.kind
  ON CONFLICT DO UPDATE SET count = count + (${sign});`;

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

CREATE TRIGGER events_counted AFTER INSERT ON events BEGIN
  ${everyRow('NEW.log', 'NEW', 1)}
  ${everyRow('-1', 'NEW', 1)}
END;
CREATE TRIGGER events_uncounted AFTER DELETE ON events BEGIN
  ${everyRow('OLD.log', 'OLD', -1)}
  ${everyRow('-1', 'OLD', -1)}
END;
`;

export const kinds = { number: 4, name: 'kinds', sql };
