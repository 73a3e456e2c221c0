/**
 * How many events of a kind there are, of an actor or of all, in each hour, day and 28 days. `span`: so many hours; `at`: so many
 * spans since 1970; `log` -1: of all logs; `actor` 0: of everybody, 1: of the system. Who inserts events adds them, many at
 * once; a trigger takes away what is deleted, and what comes to nothing is gone.
 */
const uncount = (span: number, log: string) => `
  UPDATE event_counts SET count = count - 1
  WHERE span = ${span} AND log = ${log} AND at = OLD.time / ${span * 3_600_000} AND kind = OLD.kind
    AND actor IN (0, (SELECT actor FROM event_actors WHERE pseudonym IS OLD.actor));`;

const sql = `
DROP TRIGGER events_uncounted;
DROP TABLE event_counts;

CREATE TABLE event_actors (
  actor INTEGER PRIMARY KEY,
  pseudonym TEXT UNIQUE
) STRICT;
INSERT INTO event_actors (actor, pseudonym) VALUES (1, NULL);
INSERT INTO event_actors (pseudonym) SELECT DISTINCT actor FROM events WHERE actor IS NOT NULL;

CREATE TABLE event_counts (
  span INTEGER NOT NULL,
  log INTEGER NOT NULL,
  actor INTEGER NOT NULL,
  at INTEGER NOT NULL,
  kind INTEGER NOT NULL,
  count INTEGER NOT NULL,
  PRIMARY KEY (span, log, actor, at, kind)
) STRICT, WITHOUT ROWID;

INSERT INTO event_counts
SELECT 1, log, event_actors.actor, time / 3600000, kind, count(*)
FROM events JOIN event_actors ON pseudonym IS events.actor GROUP BY 1, 2, 3, 4, 5;
INSERT INTO event_counts
SELECT 24, log, actor, at / 24, kind, sum(count) FROM event_counts WHERE span = 1 GROUP BY 1, 2, 3, 4, 5;
INSERT INTO event_counts
SELECT 672, log, actor, at / 28, kind, sum(count) FROM event_counts WHERE span = 24 GROUP BY 1, 2, 3, 4, 5;
INSERT INTO event_counts
SELECT span, log, 0, at, kind, sum(count) FROM event_counts GROUP BY 1, 2, 3, 4, 5;
INSERT INTO event_counts
SELECT span, -1, actor, at, kind, sum(count) FROM event_counts GROUP BY 1, 2, 3, 4, 5;

CREATE TRIGGER events_uncounted AFTER DELETE ON events BEGIN
  ${[1, 24, 672].flatMap((span) => ['OLD.log', '-1'].map((log) => uncount(span, log))).join('')}
END;
CREATE TRIGGER event_counts_gone AFTER UPDATE OF count ON event_counts WHEN NEW.count = 0 BEGIN
  DELETE FROM event_counts
  WHERE span = NEW.span AND log = NEW.log AND actor = NEW.actor AND at = NEW.at AND kind = NEW.kind;
END;
`;

export const countsByActor = { number: 6, name: 'counts-by-actor', sql };
