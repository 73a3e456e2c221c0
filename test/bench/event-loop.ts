// What an operator notices of long work on the log: the longest that the main thread keeps others waiting, while 200,000 entries
// (--entries: another number) are indexed, verified, exported and attacked on a copy, and while as many keys are copied.
import { randomBytes, randomUUID } from 'node:crypto';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { restoreSubjectKeys, sealSubjectKeys } from '../../main/secrets/subject-keys-file.ts';
import { createCheckpointer } from '../../main/storage/checkpointer.ts';
import { keysMigrations } from '../../main/storage/migrations/keys.ts';
import { type OpenStore, openStore } from '../../main/storage/open-store.ts';
import { systemClock } from '../../shared/clock.ts';
import type { Uuid } from '../../shared/ids.ts';
import { auditStand } from '../doubles/audit-stand.ts';
import { Changes } from './harness/changes.ts';
import { inFolder } from './harness/raw-database.ts';
import { type Bench, type BenchOptions, perSecond, type Report } from './harness/report.ts';
import { timed } from './harness/rounds.ts';
import { StallWatch } from './harness/stalls.ts';

const usualEntries = 200_000;
const atOnce = 2_000;

/** Measures one piece of work, as a line. */
type Watched = (what: string, work: () => Promise<unknown>) => Promise<void>;

async function run(report: Report, { entries = usualEntries }: BenchOptions): Promise<void> {
  const watched: Watched = async (what, work) => {
    const watch = new StallWatch();
    const { wall } = await watch.during(() => timed(work));
    report.line({
      what: `event-loop: ${what}`,
      measured: `${perSecond(entries, wall)}, ${(wall / 1000).toFixed(1)} s`,
      stalls: watch.stalls,
    });
  };
  await measureLog(entries, watched);
  await inFolder((folder) => measureKeys(folder, entries, watched));
}

async function measureLog(entries: number, watched: Watched): Promise<void> {
  const checkpointer = createCheckpointer();
  const stand = await auditStand('full', checkpointer);
  try {
    const changes = new Changes(stand, null);
    for (let made = 0; made < entries; made += atOnce) {
      const events = changes.some(Math.min(atOnce, entries - made));
      await Promise.all(events.map((event) => stand.audit.append(event)));
    }
    await stand.audit.settle();
    await stand.restart((file) => forgetIndex(file.replace('audit.db', 'search.db')));
    const job = (start: () => Promise<{ readonly jobId: Uuid }>) => stand.result(start);
    const read = (action: string) => stand.run(action, { read: true });
    await watched('the index is made anew', () => stand.audit.exports.planAuditExport({}));
    await watched('verification', () => job(() => stand.audit.verifyAuditLog({}, read('audit.verify'))));
    const file = join(stand.folder, 'whole.hfbundle.zip');
    await watched('export of a bundle', () =>
      job(() =>
        stand.audit.exports.exportAuditLog({ disclose: ['people', 'states'], file }, read('audit.export')),
      ),
    );
    await watched('tamper drill', () => job(() => stand.audit.drill.run(stand.run('audit.drill'))));
  } finally {
    await stand.close();
    await checkpointer.close();
  }
}

/** As when search.db is lost: its rows are made again. */
function forgetIndex(file: string): void {
  for (const end of ['', '-wal', '-shm']) rmSync(file + end, { force: true });
}

async function measureKeys(folder: string, count: number, watched: Watched): Promise<void> {
  const open = (name: string): Promise<OpenStore> =>
    openStore({
      file: join(folder, name),
      name: 'keys',
      migrations: keysMigrations,
      clock: systemClock,
      createIfMissing: true,
      erasable: true,
    });
  const [store, empty] = [await open('keys.db'), await open('again.db')];
  try {
    await store.write((transaction) => {
      const insert = transaction.sql(
        'INSERT INTO subject_keys (subject_id, owner, wrapped, created_at) VALUES (?, ?, ?, ?)',
      );
      for (let made = 0; made < count; made += 1)
        insert.run(randomUUID(), 'installation', randomBytes(60), made);
    });
    const [installationId, masterKey] = [randomUUID() as Uuid, randomBytes(32)];
    let bytes: Buffer = Buffer.alloc(0);
    await watched('copying the keys of people', async () => {
      bytes = await sealSubjectKeys(store, installationId, masterKey);
    });
    await watched('bringing them back', () => restoreSubjectKeys(empty, bytes, installationId, masterKey));
  } finally {
    await store.close();
    await empty.close();
  }
}

export const bench: Bench = { name: 'event-loop', run };
