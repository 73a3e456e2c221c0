// An import as a job, checked and counted first, against bare inserts of the same rows into the same tables and indexes.
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { type Checkpointer, createCheckpointer } from '../../main/storage/checkpointer.ts';
import { tenantMigrations } from '../../main/storage/migrations/tenant.ts';
import { openStore } from '../../main/storage/open-store.ts';
import { clock, operation, TestInstallation } from '../unit/tenants/test-installation.ts';
import { inFolder, rawDatabase } from './harness/raw-database.ts';
import { type Bench, perSecond, type Report } from './harness/report.ts';
import { inTurn, median, speedOf, timed } from './harness/rounds.ts';
import { StallWatch } from './harness/stalls.ts';

const documents = 50_000;
const rowsPerTransaction = 1000;
const rounds = 3;

const texts = Array.from({ length: documents }, (_, n) =>
  JSON.stringify({
    id: `customer-${n}`,
    name: `Name ${n}`,
    city: 'Graz',
    note: 'x'.repeat(n % 400),
    total: n / 7,
  }),
);

async function bareInserts(file: string): Promise<number> {
  const database = rawDatabase(file, tenantMigrations);
  const insert = database.prepare(
    `INSERT INTO documents (collection, id, revision, state, content, content_hash, updated_at, import_id)
     VALUES ('notes', ?, 1, 1, ?, ?, 0, 'import')`,
  );
  const chunk = database.transaction((at: number) => {
    for (const [offset, text] of texts.slice(at, at + rowsPerTransaction).entries()) {
      insert.run(`customer-${at + offset}`, text, createHash('sha256').update(text).digest());
    }
  });
  try {
    return await timed(() => {
      for (let at = 0; at < texts.length; at += rowsPerTransaction) chunk.immediate(at);
    });
  } finally {
    database.close();
  }
}

async function importJob(base: string, checkpointer: Checkpointer, watch: StallWatch): Promise<number> {
  const installation = await TestInstallation.open(base, {
    openStore: (file, { createIfMissing }) =>
      openStore({ file, name: 'tenant', migrations: tenantMigrations, clock, createIfMissing, checkpointer }),
  });
  try {
    const tenant = (await installation.createTenant()).id;
    const file = await installation.file('import.jsonl', texts.join('\n'));
    const input = { tenant, collection: 'notes', file, onDamaged: 'stop' } as const;
    return await watch.during(() =>
      timed(async () => {
        const started = installation.manager.importDocuments(input, operation('data.import'));
        await installation.jobs.result(started);
      }),
    );
  } finally {
    await installation.close();
  }
}

/** A process that does nothing while one thread of it is busy: what the machine itself adds to a stall. */
async function idleBesideBusyThread(milliseconds: number, watch: StallWatch): Promise<void> {
  const spin = `for (const end = Date.now() + require('node:worker_threads').workerData; Date.now() < end; );`;
  await watch.during(() => once(new Worker(spin, { eval: true, workerData: milliseconds }), 'exit'));
}

async function run(report: Report): Promise<void> {
  const watch = { imports: new StallWatch(), idle: new StallWatch() };
  const checkpointer = createCheckpointer();
  try {
    await inFolder(async (folder) => {
      const times = await inTurn(
        {
          bare: (round) => bareInserts(join(folder, `bare-${round}.db`)),
          imports: (round) => importJob(join(folder, `import-${round}`), checkpointer, watch.imports),
        },
        { rounds, warmUp: 1 },
      );
      await idleBesideBusyThread(median(times.imports), watch.idle);
      report.line({
        what: `import: ${documents.toLocaleString('en')} documents, checked and counted first`,
        ratio: speedOf(times.bare, times.imports),
        yardstick: 'bare inserts of the same rows',
        measured: perSecond(documents, median(times.imports)),
        against: perSecond(documents, median(times.bare)),
        stalls: watch.imports.stalls,
      });
      report.line({
        what: 'import: nothing at all, beside one busy thread',
        measured: `${Math.round(median(times.imports))} ms`,
        stalls: watch.idle.stalls,
      });
    });
  } finally {
    await checkpointer.close();
  }
}

export const bench: Bench = { name: 'import', run };
