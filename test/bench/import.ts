// An import of 50,000 documents as a job, against bare inserts of the same rows into the same tables and indexes; and
// how long the event loop of the process was held up meanwhile.
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { Worker } from 'node:worker_threads';
import Database from 'better-sqlite3';
import { createCheckpointer } from '../../main/storage/checkpointer.ts';
import { tenantMigrations } from '../../main/storage/migrations/tenant.ts';
import { openStore } from '../../main/storage/open-store.ts';
import { clock, operation, TestInstallation, temporaryFolder } from '../unit/tenants/test-installation.ts';

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

async function bareInserts(base: string): Promise<number> {
  const file = join(base, 'bare.db');
  const made = await openStore({
    file,
    name: 'bare',
    migrations: tenantMigrations,
    clock,
    createIfMissing: true,
  });
  await made.close();
  const database = new Database(file);
  database.pragma('synchronous = FULL');
  const insert = database.prepare(
    `INSERT INTO documents (collection, id, revision, state, content, content_hash, updated_at)
     VALUES ('notes', ?, 1, 1, ?, ?, 0)`,
  );
  const started = performance.now();
  for (let at = 0; at < texts.length; at += rowsPerTransaction) {
    database.transaction(() => {
      for (const [offset, text] of texts.slice(at, at + rowsPerTransaction).entries()) {
        insert.run(`customer-${at + offset}`, text, createHash('sha256').update(text).digest());
      }
    })();
  }
  const milliseconds = performance.now() - started;
  database.close();
  return milliseconds;
}

/** The longest stall of a process that does nothing while one thread of it is busy: what the machine itself adds. */
async function idleStall(milliseconds: number): Promise<number> {
  const worker = new Worker(
    'for (const end = Date.now() + require("node:worker_threads").workerData; Date.now() < end; );',
    {
      eval: true,
      workerData: milliseconds,
    },
  );
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  await once(worker, 'exit');
  delay.disable();
  return delay.max / 1e6;
}

async function importJob(base: string): Promise<{ milliseconds: number; stallMs: number }> {
  const checkpointer = createCheckpointer();
  const installation = await TestInstallation.open(base, {
    openStore: (file, { createIfMissing }) =>
      openStore({ file, name: 'tenant', migrations: tenantMigrations, clock, createIfMissing, checkpointer }),
  });
  try {
    const tenant = (await installation.createTenant()).id;
    const file = await installation.file('import.jsonl', texts.join('\n'));
    const delay = monitorEventLoopDelay({ resolution: 1 });
    delay.enable();
    const started = performance.now();
    await installation.jobs.result(
      installation.manager.importDocuments(
        { tenant, collection: 'notes', file, onDamaged: 'stop' },
        operation('data.import'),
      ),
    );
    const milliseconds = performance.now() - started;
    delay.disable();
    return { milliseconds, stallMs: delay.max / 1e6 };
  } finally {
    await installation.close();
    await checkpointer.close();
  }
}

const results = [];
for (let round = 1; round <= rounds; round += 1) {
  const base = await temporaryFolder();
  try {
    const bare = await bareInserts(base);
    const { milliseconds, stallMs } = await importJob(base);
    results.push({
      round,
      'bare inserts/s': Math.round((documents / bare) * 1000),
      'imported/s': Math.round((documents / milliseconds) * 1000),
      ratio: Number((bare / milliseconds).toFixed(2)),
      'longest stall ms': Number(stallMs.toFixed(1)),
      'idle beside a busy thread': Number((await idleStall(milliseconds)).toFixed(1)),
    });
  } finally {
    await rm(base, { recursive: true });
  }
}
console.log(
  `import of ${documents} documents, checked and counted first, against bare inserts of the same rows`,
);
console.table(results);
