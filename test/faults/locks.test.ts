import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, copyFileSync, openSync, readFileSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createCheckpointer } from '../../main/storage/checkpointer.ts';
import type { OpenStore } from '../../main/storage/open-store.ts';
import { pinImage } from '../../main/storage/page-reader.ts';
import { addNote, makePlace, notesOf, type Place } from '../doubles/store-place.ts';

let place: Place;

beforeEach(() => {
  place = makePlace();
});

afterEach(() => {
  place.remove();
});

/** This process's locks on the database and its shared memory, as the kernel sees them. */
function locks(): string[] {
  const inodes = new Map([place.file, `${place.file}-shm`].map((file) => [String(statSync(file).ino), file]));
  return readFileSync('/proc/locks', 'utf8')
    .split('\n')
    .flatMap((line) => {
      const [, , , kind, pid, place_ = '', from, to] = line.split(/\s+/);
      const file = inodes.get(place_.split(':')[2] ?? '');
      return pid === String(process.pid) && file
        ? [`${file.slice(place.file.length) || 'db'} ${kind} ${from}-${to}`]
        : [];
    })
    .sort();
}

describe.runIf(process.platform === 'linux')('what costs this process its locks', () => {
  let store: OpenStore;
  let held: string[];

  beforeEach(async () => {
    store = await place.open();
    await store.write(addNote('x'.repeat(10_000)));
    held = locks();
  });

  afterEach(async () => {
    await store.close();
  });

  test('an open store has a lock on the file and on its shared memory', () => {
    expect(held.map((lock) => lock.split(' ').slice(0, 2).join(' '))).toEqual(['-shm READ', 'db READ']);
  });

  test('a copy made past storage does, so this test can fail', () => {
    copyFileSync(place.file, `${place.file}.copy`);
    expect(locks()).not.toEqual(held);
  });

  test('reading an image does not', async () => {
    const image = await pinImage(store);
    let bytes = 0;
    for (const chunk of image.chunks()) {
      bytes += chunk.byteLength;
      expect(locks()).toEqual(expect.arrayContaining(held));
    }
    image.end();
    expect(bytes).toBeGreaterThan(10_000);
    expect(locks()).toEqual(held);
  });

  test('closing the log does not', () => {
    closeSync(openSync(`${place.file}-wal`, 'r'));
    expect(locks()).toEqual(held);
  });

  test('connections of workers and of the checkpointer do not, when they close or die', async () => {
    const checkpointer = createCheckpointer();
    await checkpointer.checkpoint({ file: place.file, name: 'control', mode: 'PASSIVE' });
    expect(locks()).toEqual(held);
    await checkpointer.close();
    for (const end of ['close', 'die']) {
      const shared = store.share();
      const worker = new Worker(new URL('./lease-subject.ts', import.meta.url), {
        workerData: shared,
        transferList: [shared.port],
      });
      worker.postMessage({ order: 'write', text: end });
      await once(worker, 'message');
      expect(locks()).toEqual(expect.arrayContaining(held));
      if (end === 'close') {
        worker.postMessage({ order: 'close' });
        await once(worker, 'exit');
      } else {
        await worker.terminate();
      }
      expect(locks()).toEqual(held);
    }
  });
});

describe('a killed process', () => {
  const subject = fileURLToPath(new URL('./commit-subject.ts', import.meta.url));

  /** Lets the subject write until `enough` notes are kept, an outsider looks in, then kills it. Answers the kept. */
  async function killed(meanwhile: string, first: number, enough: number, look: boolean): Promise<number[]> {
    const child: ChildProcess = spawn(
      process.execPath,
      [subject, place.file, String(first), '1000000', meanwhile],
      {
        stdio: ['ignore', 'pipe', 'inherit'],
      },
    );
    let printed = '';
    let looked = !look;
    child.stdout?.on('data', (data: Buffer) => {
      printed += data;
      const lines = printed.split('\n').length;
      if (!looked && lines > 20) {
        looked = true;
        execFileSync('sqlite3', [place.file, 'SELECT count(*) FROM notes']);
      }
      if (lines > enough) child.kill('SIGKILL');
    });
    await once(child, 'close');
    return [...printed.matchAll(/^kept (\d+)\n/gm)].map((match) => Number(match[1]));
  }

  async function missing(kept: readonly number[]): Promise<number[]> {
    const store = await place.open();
    const present = new Set(notesOf(store).map((text) => Number(text.split(' ')[1])));
    const answer = store.sql<{ integrity_check: string }>('PRAGMA integrity_check').all();
    expect(answer).toEqual([{ integrity_check: 'ok' }]);
    await store.close();
    return kept.filter((n) => !present.has(n));
  }

  test.each(['plain', 'raw'])('loses nothing that it acknowledged (%s)', async (meanwhile) => {
    await (await place.open()).close();
    const kept: number[] = [];
    for (let round = 0; round < 5; round += 1) {
      kept.push(
        ...(await killed(meanwhile, round * 1_000_000 + 1, 40 + Math.floor(Math.random() * 100), true)),
      );
    }
    expect(kept.length).toBeGreaterThan(200);
    expect(await missing(kept)).toEqual([]);
  });

  test('loses much when someone closed the file, so this test can fail', async () => {
    await (await place.open()).close();
    const kept = await killed('careless', 1, 200, true);
    expect((await missing(kept)).length).toBeGreaterThan(50);
  });
});
