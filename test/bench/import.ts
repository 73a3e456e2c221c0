// Importing JSON Lines against raw inserts of the very same rows: same tables, indexes and triggers.
import { createHash, randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createCheckpointer } from '../../main/storage/checkpointer.ts';
import { tenantMigrations } from '../../main/storage/migrations/tenant.ts';
import { openStore } from '../../main/storage/open-store.ts';
import { systemIds } from '../../main/suite/system.ts';
import type { TenantDatabase } from '../../main/tenants/data/tenant-databases.ts';
import { importDocuments } from '../../main/tenants/imports/imports.ts';
import { systemClock } from '../../shared/clock.ts';
import { ledgerLine } from './harness/ledger.ts';
import { inFolder, rawDatabase } from './harness/raw-database.ts';
import { type Bench, perSecond, type Report } from './harness/report.ts';
import { inTurn, median, speedOf, type Took, timed } from './harness/rounds.ts';
import { StallWatch } from './harness/stalls.ts';

const documents = 50_000;
const rowsACommit = 1000;
const rounds = 3;

const clock = systemClock;
const ids = systemIds(clock);

interface Row {
  readonly id: string;
  readonly content: string;
  readonly hash: Uint8Array;
}

async function importAll(file: string, source: string, watch: StallWatch): Promise<Took> {
  const checkpointer = createCheckpointer();
  const store = await openStore({
    file,
    name: 'tenant',
    migrations: tenantMigrations,
    clock,
    checkpointer,
    createIfMissing: true,
  });
  const database: TenantDatabase = {
    tenantId: ids.uuid(),
    folder: file,
    store,
    rowHashPrefix: randomBytes(32),
    write: (change) => store.write(change),
  };
  const context = {
    jobId: ids.uuid(),
    operation: {
      id: ids.uuid(),
      action: 'data.import',
      caller: { kind: 'system' },
      signal: new AbortController().signal,
      record: () => undefined,
      describe: () => undefined,
    },
    progress: { phase: () => undefined, advance: () => undefined },
  } as const;
  try {
    return await watch.during(() =>
      timed(async () => {
        const input = { collection: 'ledger', file: source, onDamaged: 'stop' } as const;
        const { imported } = await importDocuments(database, ids, input, context);
        if (imported !== documents) throw new TypeError('not all lines were imported');
      }),
    );
  } finally {
    await store.close();
    await checkpointer.close();
  }
}

async function insertAll(file: string, rows: readonly Row[]): Promise<Took> {
  const database = rawDatabase(file, tenantMigrations);
  const importId = ids.uuid();
  const insert = database.prepare(
    `INSERT INTO documents (collection, id, revision, state, content, content_hash, updated_at, import_id)
     VALUES ('ledger', ?, 1, 1, ?, ?, ?, ?)`,
  );
  try {
    return await timed(() => {
      for (let from = 0; from < rows.length; from += rowsACommit) {
        database.exec('BEGIN IMMEDIATE');
        for (const { id, content, hash } of rows.slice(from, from + rowsACommit)) {
          insert.run(id, content, hash, clock.now(), importId);
        }
        database.exec('COMMIT');
      }
    });
  } finally {
    database.close();
  }
}

async function run(report: Report): Promise<void> {
  await inFolder(async (folder) => {
    const source = join(folder, 'ledger.jsonl');
    const lines = Array.from({ length: documents }, (_, at) => ledgerLine(at, 300 + (at % 401)));
    writeFileSync(source, lines.map(({ text }) => `${text}\n`).join(''));
    const rows = lines.map(({ id, text }) => ({
      id,
      content: text,
      hash: createHash('sha256').update(text).digest(),
    }));
    const watch = new StallWatch();
    const times = await inTurn(
      {
        import: (round) => importAll(join(folder, `import-${round}.db`), source, watch),
        raw: (round) => insertAll(join(folder, `raw-${round}.db`), rows),
      },
      { rounds },
    );
    report.line({
      what: `import: ${documents.toLocaleString('en')} JSON lines of 500 bytes`,
      ratio: speedOf(times.raw, times.import),
      yardstick: `raw inserts, ${rowsACommit.toLocaleString('en')} a commit`,
      measured: perSecond(documents, median(times.import)),
      against: perSecond(documents, median(times.raw)),
      stalls: watch.stalls,
    });
  });
}

export const bench: Bench = { name: 'import', run };
