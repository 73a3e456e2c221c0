// The audit log against raw inserts of the very same rows into the same tables and indexes.
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { Database } from 'better-sqlite3';
import { auditMigrations } from '../../main/storage/migrations/audit.ts';
import type { OutboxEvent } from '../../main/storage/store.ts';
import { type AuditStand, auditStand } from '../doubles/audit-stand.ts';
import { Changes } from './harness/changes.ts';
import { inFolder, rawDatabase } from './harness/raw-database.ts';
import { type Bench, perSecond, type Report } from './harness/report.ts';
import { inTurn, median, speedOf, timed } from './harness/rounds.ts';
import { StallWatch } from './harness/stalls.ts';

const batch = 256;
const batchesARound = 12;
const singlesARound = 100;
const rounds = 11;

/** What one commit of the log wrote. */
interface CommittedRows {
  readonly entries: readonly { position: number; event_id: string; record: Uint8Array }[];
  readonly openings: readonly { position: number; field: string; sealed: Uint8Array }[];
  readonly tiles: readonly { log: number; level: number; tile: number; hashes: Uint8Array }[];
  readonly logs: readonly LogRow[];
}

interface LogRow {
  readonly log: number;
  readonly origin: string;
  readonly tenant_id: string | null;
  readonly size: number;
  readonly root: Uint8Array;
  readonly note: Uint8Array;
  readonly committed_size: number;
}

/** Inserts what the log has committed into the same tables of another file, with the same commits. */
class RawLog {
  readonly #database: Database;

  constructor(file: string) {
    this.#database = rawDatabase(file, auditMigrations);
  }

  insertAll(commits: readonly CommittedRows[]): void {
    for (const commit of commits) this.#insert(commit);
  }

  #insert({ entries, openings, tiles, logs }: CommittedRows): void {
    const database = this.#database;
    const entry = this.#prepared('INSERT INTO entries (position, event_id, record) VALUES (?, ?, ?)');
    const opening = this.#prepared('INSERT INTO openings (position, field, sealed) VALUES (?, ?, ?)');
    const tile = this.#prepared('INSERT INTO tiles (log, level, tile, hashes) VALUES (?, ?, ?, ?)');
    const log = this.#prepared('INSERT OR REPLACE INTO logs VALUES (?, ?, ?, ?, ?, ?, ?)');
    database.exec('BEGIN IMMEDIATE');
    for (const row of entries) entry.run(row.position, row.event_id, row.record);
    for (const row of openings) opening.run(row.position, row.field, row.sealed);
    for (const row of tiles) tile.run(row.log, row.level, row.tile, row.hashes);
    for (const row of logs)
      log.run(row.log, row.origin, row.tenant_id, row.size, row.root, row.note, row.committed_size);
    database.exec('COMMIT');
  }

  /** Reads every row and hashes what is in it; answers how many entries there were. */
  hashAll(): number {
    let entries = 0;
    for (const [table, column] of [
      ['entries', 'record'],
      ['openings', 'sealed'],
      ['tiles', 'hashes'],
    ]) {
      const rows = this.#database.prepare<[], Uint8Array>(`SELECT ${column} FROM ${table}`).pluck();
      for (const bytes of rows.iterate()) {
        createHash('sha256').update(bytes).digest();
        if (table === 'entries') entries += 1;
      }
    }
    return entries;
  }

  close(): void {
    this.#database.close();
  }

  readonly #statements = new Map<string, ReturnType<Database['prepare']>>();
  #prepared(sql: string) {
    const statement = this.#statements.get(sql) ?? this.#database.prepare(sql);
    this.#statements.set(sql, statement);
    return statement;
  }
}

/** Reads back what the log wrote since `after`, cut into the commits of `size` entries of the tenant that made it. */
class WrittenRows {
  readonly #store: AuditStand['store'];
  readonly #ends = new Map<number, number>();
  #tiles = new Set<string>();

  constructor(store: AuditStand['store']) {
    this.#store = store;
  }

  since(commits: number): CommittedRows[] {
    const logs = this.#store.sql<LogRow>('SELECT * FROM logs ORDER BY log').all();
    const chunks: { -readonly [Part in keyof CommittedRows]: CommittedRows[Part][number][] }[] = Array.from(
      { length: commits },
      () => ({ entries: [], openings: [], tiles: [], logs: [...logs] }),
    );
    for (const { log } of logs) {
      const from = this.#ends.get(log) ?? log * 2 ** 36;
      const entries = this.#store
        .sql<CommittedRows['entries'][number]>('SELECT * FROM entries WHERE position >= ? AND position < ?')
        .all(from, (log + 1) * 2 ** 36);
      const openings = this.#store
        .sql<CommittedRows['openings'][number]>('SELECT * FROM openings WHERE position >= ? AND position < ?')
        .all(from, (log + 1) * 2 ** 36);
      const chunkOf = (position: number) =>
        chunks[Math.floor(((position - from) * commits) / entries.length)] ?? chunks[commits - 1];
      for (const row of entries) chunkOf(row.position)?.entries.push(row);
      for (const row of openings) chunkOf(row.position)?.openings.push(row);
      this.#ends.set(log, from + entries.length);
    }
    const tiles = this.#store.sql<CommittedRows['tiles'][number]>('SELECT * FROM tiles').all();
    for (const [at, row] of tiles.filter((row) => this.#isNew(row)).entries()) {
      chunks[at % commits]?.tiles.push(row);
    }
    return chunks;
  }

  #isNew({ log, level, tile }: CommittedRows['tiles'][number]): boolean {
    const name = `${log}/${level}/${tile}`;
    if (this.#tiles.has(name)) return false;
    this.#tiles.add(name);
    return true;
  }
}

async function run(report: Report): Promise<void> {
  await inFolder(async (folder) => {
    const stand = await auditStand();
    const raw = new RawLog(join(folder, 'raw.db'));
    try {
      await measure(report, stand, raw);
    } finally {
      raw.close();
      await stand.close();
    }
  });
}

/** Waits for the index, as a list does: what is left of one piece of work is not part of the next. */
async function indexed({ audit, run: begin }: AuditStand): Promise<void> {
  await audit.explorer.getAuditTrail({ limit: 1, order: 'newest' }, begin('audit.read', { read: true }));
}

async function measure(report: Report, stand: AuditStand, raw: RawLog): Promise<void> {
  const { audit } = stand;
  const changes = new Changes(stand, stand.ids.uuid());
  const written = new WrittenRows(stand.store);
  const watch = { batches: new StallWatch(), singles: new StallWatch() };
  const entries = batch * batchesARound;

  let drafts: OutboxEvent[] = [];
  const batches = await inTurn(
    {
      drafts: () =>
        timed(() => {
          drafts = changes.some(entries);
        }),
      log: () =>
        watch.batches.during(() => timed(() => Promise.all(drafts.map((event) => audit.append(event))))),
      raw: async () => {
        const rows = written.since(batchesARound);
        return await timed(() => raw.insertAll(rows));
      },
    },
    { rounds, warmUp: 2 },
  );
  await audit.settle();
  raw.insertAll(written.since(1));
  await indexed(stand);

  const singles = await inTurn(
    {
      log: () => {
        drafts = changes.some(singlesARound);
        return watch.singles.during(() =>
          timed(async () => {
            for (const event of drafts) await audit.append(event);
          }),
        );
      },
      raw: async () => {
        const rows = written.since(singlesARound);
        return await timed(() => raw.insertAll(rows));
      },
    },
    { rounds, warmUp: 1 },
  );

  report.line({
    what: `audit: append in batches of ${batch}`,
    ratio: speedOf(batches.raw, batches.log),
    computing: speedOf(batches.raw, batches.log, 'computing'),
    aim: 0.4,
    yardstick: 'raw inserts of the same rows',
    measured: perSecond(entries, median(batches.log)),
    against: perSecond(entries, median(batches.raw)),
    stalls: watch.batches.stalls,
  });
  report.line({
    what: 'audit: append one by one, each durable',
    ratio: speedOf(singles.raw, singles.log),
    computing: speedOf(singles.raw, singles.log, 'computing'),
    aim: 0.5,
    yardstick: 'raw inserts of the same rows',
    measured: perSecond(singlesARound, median(singles.log)),
    against: perSecond(singlesARound, median(singles.raw)),
    stalls: watch.singles.stalls,
  });
  raw.insertAll(written.since(1));
  await indexed(stand);
  let read = 0;
  const verifying = new StallWatch();
  const verification = await inTurn(
    {
      log: () =>
        verifying.during(() =>
          timed(() =>
            stand.result(() => audit.verifyAuditLog({}, stand.run('audit.verify', { read: true }))),
          ),
        ),
      raw: () =>
        timed(() => {
          read = raw.hashAll();
        }),
    },
    { rounds: 5, warmUp: 1 },
  );
  report.line({
    what: 'audit: verification of every stored value',
    ratio: speedOf(verification.raw, verification.log),
    aim: 1 / 3,
    yardstick: 'the same rows read and hashed',
    measured: perSecond(read, median(verification.log)),
    against: perSecond(read, median(verification.raw)),
    stalls: verifying.stalls,
  });
  report.line({
    what: 'audit: making the events (seal, commit to, encode)',
    measured: perSecond(entries, median(batches.drafts)),
  });
}

export const bench: Bench = { name: 'audit', run };
