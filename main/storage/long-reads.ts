import { statSync } from 'node:fs';
import type { Clock } from '../../shared/clock.ts';
import { HoldfastError } from '../../shared/errors.ts';
import type { Reading, SqlParameters, Statement } from './store.ts';

const longMicros = 60_000_000;
/** Growth of the write-ahead log that no checkpoint can undo while a state is held. */
const mostGrowthBytes = 64 * 2 ** 20;
const rowsBetweenLooks = 256;

/**
 * A state that is held by `reading` from now on, for as long as writers can bear it: once it is older than a minute and the
 * write-ahead log has grown by 64 MiB meanwhile, the next row of it throws UNAVAILABLE, so that the log cannot fill the disk.
 */
export function endedWhenLong(
  reading: Reading,
  { file, name, clock }: { readonly file: string; readonly name: string; readonly clock: Clock },
): Reading {
  const since = clock.monotonicMicros();
  const log = `${file}-wal`;
  const bytes = () => statSync(log, { throwIfNoEntry: false })?.size ?? 0;
  const before = bytes();
  const look = () => {
    if (clock.monotonicMicros() - since < longMicros || bytes() - before < mostGrowthBytes) return;
    throw new HoldfastError(
      'UNAVAILABLE',
      `The ${name} database was read for more than a minute while much was written to it, so the reading was ended before the disk fills. Try again when less is written.`,
      { reason: 'read-too-long', where: name },
    );
  };
  return {
    sql: <Row>(text: string): Statement<Row> => {
      const statement = reading.sql<Row>(text);
      const looking =
        <Result>(act: (...parameters: SqlParameters) => Result) =>
        (...parameters: SqlParameters): Result => {
          look();
          return act(...parameters);
        };
      return {
        get: looking(statement.get),
        all: looking(statement.all),
        run: looking(statement.run),
        iterate: (...parameters) => lookingBetween(statement.iterate(...parameters), look),
      };
    },
  };
}

function* lookingBetween<Row>(rows: Iterable<Row>, look: () => void): Generator<Row, undefined> {
  let count = 0;
  for (const row of rows) {
    if (count % rowsBetweenLooks === 0) look();
    count += 1;
    yield row;
  }
}
