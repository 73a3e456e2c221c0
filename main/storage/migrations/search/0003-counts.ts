/**
 * How many events there are in each hour, kept by triggers so that it follows whatever is added to or taken from `events`.
 * `log` -1: of all logs. `hour`: hours since 1970.
 */
const everyRow = (log: string, row: 'NEW' | 'OLD', sign: 1 | -1) => `
  INSERT INTO event_counts (log, hour, severity, outcome, count)
  VALUES (${log}, ${row}.time / 3600000, ${row}.severity, ${row}.outcome, ${sign})
  ON CONFLICT DO UPDATE SET count = count + (${sign});`;

const sql = `
CREATE TABLE event_counts (
  log INTEGER NOT NULL,
  hour INTEGER NOT NULL,
  severity TEXT NOT NULL,
  outcome TEXT NOT NULL,
  count INTEGER NOT NULL,
  PRIMARY KEY (log, hour, severity, outcome)
) STRICT, WITHOUT ROWID;

INSERT INTO event_counts
SELECT log, time / 3600000, severity, outcome, count(*) FROM events GROUP BY 1, 2, 3, 4;
INSERT INTO event_counts
SELECT -1, hour, severity, outcome, sum(count) FROM event_counts GROUP BY 2, 3, 4;

CREATE TRIGGER events_counted AFTER INSERT ON events BEGIN
  ${everyRow('NEW.log', 'NEW', 1)}
  ${everyRow('-1', 'NEW', 1)}
END;
CREATE TRIGGER events_uncounted AFTER DELETE ON events BEGIN
  ${everyRow('OLD.log', 'OLD', -1)}
  ${everyRow('-1', 'OLD', -1)}
END;
`;

export const counts = { number: 3, name: 'counts', sql };
