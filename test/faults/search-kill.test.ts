import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  closeSync,
  existsSync,
  openSync,
  readFileSync,
  statSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import type { AuditVerification } from '../../shared/contract/audit.ts';
import { temporaryFolder } from '../doubles/temporary-folder.ts';
import { everyPage, OpenedSuite } from './opened-suite.ts';

const subject = fileURLToPath(new URL('./search-subject.ts', import.meta.url));
const pageBytes = 4096;

/** Kills a process that indexes after so many milliseconds more. */
async function killed(folder: string, afterMs: number): Promise<void> {
  const child: ChildProcess = spawn(process.execPath, [subject, folder], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, NODE_OPTIONS: '' },
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  await once(child.stdout ?? child, 'data');
  await sleep(afterMs);
  child.kill('SIGKILL');
  await once(child, 'exit');
}

/** What lists, filters and words answer is what the log has, and a verification finds nothing to mend. */
async function expectRight(folder: string): Promise<void> {
  const opened = await OpenedSuite.open(folder);
  try {
    const { client, suite } = opened;
    const trail = (filter: object) =>
      everyPage((cursor) => client.audit.getAuditTrail({ ...filter, limit: 500, cursor }));
    const logged = new Map<string, number>();
    for (const { record } of suite.audit.store
      .sql<{ record: Uint8Array }>('SELECT record FROM entries')
      .all()) {
      const { act } = JSON.parse(Buffer.from(record).toString()) as { act: string };
      logged.set(act, (logged.get(act) ?? 0) + 1);
    }
    expect(logged.get('thing.odd')).toBeGreaterThan(30);
    for (const action of ['thing.odd', 'thing.even'])
      expect((await trail({ action })).length).toBe(logged.get(action));
    expect((await trail({ text: 'word2' })).length).toBeGreaterThan(0);
    const { verdict, problems } = await opened.finished<AuditVerification>(client.audit.verifyAuditLog({}));
    expect([verdict, problems]).toEqual(['verified', []]);
  } finally {
    await opened.stop();
  }
}

async function furnished(): Promise<{ folder: string; file: string }> {
  const folder = join(temporaryFolder(), 'data');
  const { opened } = await OpenedSuite.create(folder);
  await opened.stop();
  return { folder, file: join(folder, 'search.db') };
}

test('a process that is killed while it writes search.db leaves an index that goes on and answers right', async () => {
  const { folder } = await furnished();
  for (const afterMs of [0, 90, 333]) {
    await killed(folder, afterMs);
    await expectRight(folder);
  }
});

test('what a power cut leaves of the last commits of search.db is made again from the log', async () => {
  const { folder, file } = await furnished();
  await killed(folder, 200);
  const wal = `${file}-wal`;
  const { size } = statSync(wal);
  expect(size).toBeGreaterThan(10 * pageBytes);
  const kept = ['', '-wal'].map((end) => [end, readFileSync(`${file}${end}`)] as const);
  const losses: Record<string, () => void> = {
    'all of the write-ahead log': () => truncateSync(wal, 0),
    'half of it': () => truncateSync(wal, Math.floor(size / 2)),
    'its last bytes': () => truncateSync(wal, size - 7),
    'a page in the middle, and what follows is there': () => fill(wal, Math.floor(size / 2), pageBytes, 0),
    'the last pages, as zeros': () => fill(wal, size - 3 * pageBytes, 3 * pageBytes, 0),
  };
  for (const [what, lose] of Object.entries(losses)) {
    for (const [end, bytes] of kept) writeFileSync(`${file}${end}`, bytes);
    lose();
    await expectRight(folder).catch((error: unknown) => {
      throw new Error(`after ${what} was lost`, { cause: error });
    });
  }
});

test('search.db with a damaged page in the middle says so once it is read, and the next start makes it anew', async () => {
  const { folder, file } = await furnished();
  await killed(folder, 300);
  await expectRight(folder);
  const whole = readFileSync(file);
  const pages = Math.floor(whole.length / pageBytes);
  let told = 0;
  for (const share of [0.05, 0.2, 0.5, 0.8]) {
    writeFileSync(file, whole);
    fill(file, Math.floor(pages * share) * pageBytes, pageBytes, 0xa5);
    const damaged = { code: 'INTEGRITY', data: { where: 'search' }, message: /restart Holdfast/ };
    await expectRight(folder).catch((error: unknown) => {
      told += 1;
      expect(error).toMatchObject({ ...damaged, message: expect.stringMatching(damaged.message) });
      expect(existsSync(`${file}.damaged`)).toBe(true);
    });
    await expectRight(folder).catch((error: unknown) => {
      throw new Error(`page ${Math.floor(pages * share)} of ${pages}`, { cause: error });
    });
    expect(existsSync(`${file}.damaged`)).toBe(false);
  }
  expect(told).toBeGreaterThan(0);
});

function fill(file: string, at: number, length: number, byte: number): void {
  const descriptor = openSync(file, 'r+');
  writeSync(descriptor, new Uint8Array(length).fill(byte), 0, length, at);
  closeSync(descriptor);
}
