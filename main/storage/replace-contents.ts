import type { Clock } from '../../shared/clock.ts';
import { HoldfastError } from '../../shared/errors.ts';
import { Connection } from './connection.ts';
import type { Lease, Reading, Store, Transaction } from './store.ts';

export interface Replacement {
  /** The live store, in the worker thread that does the work, and the lease that holds its writers back. */
  readonly store: Store;
  readonly lease: Lease;
  /** The rebuilt database: same schema number, nobody else on it; it is changed on the way. */
  readonly rebuilt: string;
  readonly clock: Clock;
  /** Last changes to the rebuilt database, such as taking events out of its outbox that the log has. */
  readonly prepare?: (rebuilt: Pick<Transaction, 'sql'>, live: Reading) => void;
  readonly onProgress?: (donePages: number, totalPages: number) => void;
}

const pagesAtOnce = 1024;

/**
 * Writes a rebuilt database into a live one by SQLite's online-backup API: one atomic commit that open
 * connections see; a crash before its end changes nothing. The commit clock goes on from the live one, and live
 * events that still wait for the log stay. Errors: CONFLICT (other schema or page size), STORAGE_FULL, IO, INTEGRITY.
 */
export async function replaceContents(replacement: Replacement): Promise<Transaction['commit']> {
  const { store, lease, rebuilt, onProgress } = replacement;
  const source = new Connection(rebuilt, { name: store.name });
  try {
    refuseOtherForm(source, store);
    source.exec('BEGIN IMMEDIATE');
    prepareSource(source, replacement);
    source.exec('COMMIT');
    await source.copyTo(store.file, (done, total) => {
      onProgress?.(done, total);
      return pagesAtOnce;
    });
  } finally {
    source.rollback();
    source.close();
  }
  // The copy's own connection does not sync its commit; this one's sync covers both.
  return lease.write((transaction) => transaction.commit);
}

function refuseOtherForm(source: Connection, store: Store): void {
  for (const what of ['application_id', 'user_version', 'page_size']) {
    const rebuilt = source.pragma(what);
    const live = Object.values(store.sql<Record<string, unknown>>(`PRAGMA ${what}`).get() ?? {})[0];
    if (rebuilt !== live) {
      throw new HoldfastError(
        'CONFLICT',
        `The rebuilt ${store.name} database is of another form (${what} is ${rebuilt}, the live one's ${live}). Bring it up to date first.`,
        { reason: what },
      );
    }
  }
}

interface OutboxRow {
  readonly seq: number;
  readonly event_id: string;
  readonly tenant_id: string | null;
  readonly critical: number;
  readonly bytes: number;
  readonly draft: Uint8Array;
  readonly openings: string;
}

function prepareSource(source: Connection, { store, clock, prepare }: Replacement): void {
  const writing = { sql: <Row>(text: string) => source.sql<Row>(text, true) };
  prepare?.(writing, store);
  const live = store.sql<{ seq: number; time: number }>('SELECT seq, time FROM commit_clock').get();
  writing
    .sql('UPDATE commit_clock SET seq = max(seq, ?) + 1, time = max(time, ?, ?)')
    .run(live?.seq ?? 0, live?.time ?? 0, clock.now());
  const has = (reading: Reading) =>
    reading.sql(`SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = 'outbox'`).get() !== undefined;
  if (has(store) && has(writing)) keepWaitingEvents(writing, store);
}

/** Numbers go on from the live outbox's, so that none is taken for one that was drained already. */
function keepWaitingEvents(rebuilt: Reading, live: Reading): void {
  const all = 'SELECT seq, event_id, tenant_id, critical, bytes, draft, openings FROM outbox ORDER BY seq';
  const waiting = live.sql<OutboxRow>(all).all();
  const old = rebuilt.sql<OutboxRow>(all).all();
  const last =
    live.sql<{ seq: number }>(`SELECT seq FROM sqlite_sequence WHERE name = 'outbox'`).get()?.seq ?? 0;
  rebuilt.sql('DELETE FROM outbox').run();
  const insert = rebuilt.sql(
    `INSERT INTO outbox (seq, event_id, tenant_id, critical, bytes, draft, openings)
     VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (event_id) DO NOTHING`,
  );
  let next = last;
  for (const row of [...waiting, ...old.map((event) => ({ ...event, seq: ++next }))]) {
    insert.run(row.seq, row.event_id, row.tenant_id, row.critical, row.bytes, row.draft, row.openings);
  }
  rebuilt.sql(`DELETE FROM sqlite_sequence WHERE name = 'outbox'`).run();
  rebuilt.sql(`INSERT INTO sqlite_sequence (name, seq) VALUES ('outbox', ?)`).run(next);
}
