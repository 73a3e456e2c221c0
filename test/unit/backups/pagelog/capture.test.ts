import { execFileSync } from 'node:child_process';
import {
  closeSync,
  cpSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Capture } from '../../../../main/backups/pagelog/capture.ts';
import { isDoubt } from '../../../../main/backups/pagelog/doubt.ts';
import { mergeSegments } from '../../../../main/backups/pagelog/merge.ts';
import { packPages } from '../../../../main/backups/pagelog/page-delta.ts';
import { isWithin, replay, type Until } from '../../../../main/backups/pagelog/replay.ts';
import {
  encodeGroup,
  type SegmentHeader,
  segmentFormat,
  segmentMagic,
} from '../../../../main/backups/pagelog/segment.ts';
import { SegmentFile } from '../../../../main/backups/pagelog/segment-file.ts';
import type { OpenStore } from '../../../../main/storage/open-store.ts';
import { pinImage } from '../../../../main/storage/page-reader.ts';
import { addNote, makePlace, type Place } from '../../../doubles/store-place.ts';

const chain = '01a217b8-efba-7032-a1fc-851f659a0360';
let place: Place;
let store: OpenStore;
let folder: string;
/** What the table held after each commit. */
let states: Map<number, string>;

beforeEach(async () => {
  place = makePlace();
  folder = join(place.folder, 'chain');
  states = new Map();
  await reopen();
});

afterEach(async () => {
  await store.close();
  place.remove();
});

/** In the same file, as it was. */
function putBack(content: Uint8Array, mtimeNs: bigint): void {
  writeFileSync(place.file, content);
  const [seconds, rest] = [mtimeNs / 1_000_000_000n, mtimeNs % 1_000_000_000n];
  execFileSync('touch', ['-d', `@${seconds}.${String(rest).padStart(9, '0')}`, place.file]);
}

async function reopen(): Promise<void> {
  store = await place.open({ mayCheckpoint: () => false });
}

const options = (checkpointBytes = 200_000) => ({ store, folder, chain, checkpointBytes });
const summary = `SELECT count(*) || ' ' || coalesce(sum(id * length(text)), 0) || ' ' || coalesce(sum(unicode(text) * id), 0) AS v FROM notes`;
const sqlite = (file: string, text: string) =>
  execFileSync('sqlite3', ['-batch', file, text], { encoding: 'utf8' }).trim();

async function change(random: () => number): Promise<void> {
  const { seq } = await store.write((transaction) => {
    const length = 1 + Math.floor(random() * 9000);
    transaction.sql('INSERT INTO notes (text) VALUES (hex(randomblob(?)))').run(length);
    if (random() < 0.4) {
      transaction.sql('DELETE FROM notes WHERE id % 7 = ?').run(Math.floor(random() * 7));
    }
    if (random() < 0.3) {
      transaction
        .sql('UPDATE notes SET text = hex(randomblob(3000)) WHERE id % 5 = ?')
        .run(Math.floor(random() * 5));
    }
    return transaction.commit;
  });
  states.set(seq, store.sql<{ v: string }>(summary).get()?.v ?? '');
}

/** The database file as it is now, and its commit. */
async function baseOf(): Promise<{ readonly file: string; readonly seq: number; readonly pages: number }> {
  const image = await pinImage(store);
  const file = join(place.folder, 'base');
  const descriptor = openSync(file, 'w');
  let bytes = 0;
  for (const chunk of image.chunks()) bytes += writeSync(descriptor, chunk);
  closeSync(descriptor);
  image.end();
  states.set(image.commit.seq, store.sql<{ v: string }>(summary).get()?.v ?? '');
  return { file, seq: image.commit.seq, pages: bytes / image.pageSize };
}

async function restored(base: Awaited<ReturnType<typeof baseOf>>, until: Until) {
  const file = join(place.folder, 'restored');
  cpSync(base.file, file);
  const segments = readdirSync(folder)
    .sort()
    .map((name) => new SegmentFile(join(folder, name)));
  const descriptor = openSync(file, 'r+');
  const target = { descriptor, pageSize: 4096, seq: base.seq, pages: base.pages };
  try {
    for (const segment of segments) segment.check();
    await replay(
      target,
      segments.map(({ header, path, read }) => ({ header, name: path, read })),
      until,
    );
  } finally {
    closeSync(descriptor);
    for (const segment of segments) segment.close();
  }
  return { file, seq: target.seq };
}

async function expectEveryCommit(base: Awaited<ReturnType<typeof baseOf>>, from: number): Promise<void> {
  for (const [seq, state] of states) {
    if (seq < from) continue;
    const { file, seq: reached } = await restored(base, { commit: seq });
    expect(reached).toBe(seq);
    expect(sqlite(file, `PRAGMA integrity_check; ${summary}; SELECT seq FROM commit_clock`)).toBe(
      `ok\n${state}\n${seq}`,
    );
  }
}

test('every commit comes back, whatever was written, captured and checkpointed when', async () => {
  for (let n = 0; n < 20; n += 1) await change(Math.random);
  const capture = await Capture.begin(options());
  for (let n = 0; n < 5; n += 1) await change(Math.random);
  const base = await baseOf();
  for (let n = 0; n < 120; n += 1) {
    await change(Math.random);
    if (Math.random() < 0.3) await capture.capture();
  }
  await capture.capture();
  expect(capture.captured.seq).toBe(Math.max(...states.keys()));
  await expectEveryCommit(base, base.seq);
  capture.end();
}, 120_000);

test('what is captured while others write is never half a commit', async () => {
  const capture = await Capture.begin(options(100_000));
  const base = await baseOf();
  let stop = false;
  const writing = (async () => {
    while (!stop) await change(Math.random);
  })();
  for (let round = 0; round < 60; round += 1) await capture.capture();
  stop = true;
  await writing;
  await capture.capture();
  await expectEveryCommit(base, capture.captured.seq - 3);
  const { seq } = await restored(base, { time: Date.now() });
  expect(seq).toBe(capture.captured.seq);
  capture.end();
}, 120_000);

test('the log is begun anew again and again, and stays small', async () => {
  const capture = await Capture.begin(options(100_000));
  const base = await baseOf();
  let largest = 0;
  for (let n = 0; n < 80; n += 1) {
    await change(Math.random);
    await capture.capture();
    largest = Math.max(largest, readFileSync(`${place.file}-wal`).length);
  }
  expect(largest).toBeLessThan(5_000_000);
  await expectEveryCommit(base, base.seq);
  capture.end();
}, 120_000);

test('a small change of a large row costs little', async () => {
  await store.write(addNote('x'));
  for (let n = 0; n < 50; n += 1) await change(Math.random);
  const capture = await Capture.begin(options());
  await store.write((transaction) => transaction.sql(`UPDATE notes SET text = 'y' WHERE text = 'x'`).run());
  await capture.capture();
  const [newest = ''] = readdirSync(folder).sort().slice(-1);
  expect(readFileSync(join(folder, newest)).length).toBeLessThan(1_000);
  capture.end();
});

test('goes on after an orderly end, which takes over the rest', async () => {
  const capture = await Capture.begin(options());
  const base = await baseOf();
  for (let n = 0; n < 10; n += 1) await change(Math.random);
  capture.finish();
  await store.close();
  await reopen();
  for (let n = 0; n < 10; n += 1) await change(Math.random);
  const next = await Capture.resume(options());
  expect(next.captured.seq).toBe(Math.max(...states.keys()));
  await change(Math.random);
  await next.capture();
  await expectEveryCommit(base, base.seq);
  next.end();
});

test('goes on where the process died, with what was committed before it and not captured', async () => {
  for (const died of ['with the log as it was', 'after the log began anew']) {
    const capture = await Capture.begin({ ...options(died.startsWith('after') ? 1 : 10_000_000), folder });
    const base = await baseOf();
    for (let n = 0; n < 10; n += 1) await change(Math.random);
    await capture.capture();
    for (let n = 0; n < 10; n += 1) await change(Math.random);
    // nothing is closed: what a killed process leaves
    const left = { file: readFileSync(place.file), log: readFileSync(`${place.file}-wal`) };
    capture.end();
    await store.close();
    writeFileSync(place.file, left.file);
    writeFileSync(`${place.file}-wal`, left.log);
    await reopen();
    const next = await Capture.resume(options());
    await change(Math.random);
    await next.capture();
    await expectEveryCommit(base, base.seq);
    next.end();
    await store.close();
    for (const name of readdirSync(folder)) execFileSync('rm', [join(folder, name)]);
    states.clear();
    await reopen();
  }
}, 120_000);

test('goes on where the process died before anything was captured', async () => {
  await change(Math.random);
  await store.close();
  await reopen();
  const capture = await Capture.begin(options());
  const base = await baseOf();
  for (let n = 0; n < 3; n += 1) await change(Math.random);
  const left = { file: readFileSync(place.file), log: readFileSync(`${place.file}-wal`) };
  const { mtimeNs } = statSync(place.file, { bigint: true });
  capture.end();
  await store.close();
  writeFileSync(`${place.file}-wal`, left.log);
  putBack(left.file, mtimeNs);
  await reopen();
  const next = await Capture.resume(options());
  await expectEveryCommit(base, base.seq);
  next.end();
});

test('a log that begins anew right behind a pin is read as what it was', async () => {
  const capture = await Capture.begin(options(1));
  const base = await baseOf();
  for (let n = 0; n < 40; n += 1) {
    await change(Math.random);
    await capture.capture(); // all of the log is in the file
    await Promise.all([capture.capture(), change(Math.random)]);
  }
  await capture.capture();
  await expectEveryCommit(base, capture.captured.seq - 5);
  capture.end();
}, 60_000);

test('pages that are none of the database are refused, and nothing is written for them', async () => {
  const file = join(place.folder, 'small');
  writeFileSync(file, Buffer.alloc(4096));
  for (const page of [0, 2, 2 ** 32 - 1]) {
    const group = encodeGroup({
      pages: [page],
      packed: packPages(Buffer.alloc(4096, 1), Buffer.alloc(4096)),
    });
    const descriptor = openSync(file, 'r+');
    const header = {
      format: segmentFormat,
      chain,
      seq: 1,
      pageSize: 4096,
      after: { seq: 1, time: 1, pages: 1 },
      commits: [[2, 2, 1, group.length]],
      position: null,
      closed: null,
    } satisfies SegmentHeader;
    const read = (position: number, length: number) =>
      group.subarray(position - segmentMagic.length, position - segmentMagic.length + length);
    const target = { descriptor, pageSize: 4096, seq: 1, pages: 1 };
    await expect(replay(target, [{ header, name: 'hostile', read }], { commit: 2 })).rejects.toThrow(
      'none of the database',
    );
    closeSync(descriptor);
    expect(statSync(file).size).toBe(4096);
  }
});

const doubts: Record<string, readonly [reason: RegExp, meanwhile: () => void | Promise<void>]> = {
  'another program wrote while it was closed': [
    /another program wrote/,
    () => void sqlite(place.file, `INSERT INTO notes (text) VALUES ('foreign')`),
  ],
  'a process without capture wrote and was closed': [
    /another program wrote|log is gone|another one/,
    async () => {
      const other = await place.open();
      await other.write(addNote('not captured'));
      await other.close();
    },
  ],
  'the file was replaced': [/replaced/, () => writeFileSync(place.file, readFileSync(place.file))],
};
for (const [name, [reason, meanwhile]] of Object.entries(doubts)) {
  test(`does not go on when ${name}`, async () => {
    const capture = await Capture.begin(options());
    await change(Math.random);
    capture.finish();
    await store.close();
    await meanwhile();
    await reopen();
    await expect(Capture.resume(options())).rejects.toThrow(reason);
    expect(isDoubt(await Capture.resume(options()).catch((error: unknown) => error))).toBe(true);
  });
}

test('a foreign commit while it runs is a doubt, not a guess', async () => {
  const capture = await Capture.begin(options());
  await change(Math.random);
  sqlite(place.file, `PRAGMA wal_autocheckpoint = 0; INSERT INTO notes (text) VALUES ('foreign')`);
  await change(Math.random);
  await expect(capture.capture()).rejects.toThrow('another program wrote');
  capture.end();
});

test('a segment that is missing in the middle is a gap, to whoever merges them and to whoever plays them back', async () => {
  const capture = await Capture.begin(options());
  const base = await baseOf();
  for (let n = 0; n < 4; n += 1) {
    await change(Math.random);
    await capture.capture();
  }
  const paths = readdirSync(folder)
    .sort()
    .map((name) => join(folder, name));
  const merged = mergeSegments(paths);
  expect(merged).toHaveLength(1);
  expect(merged[0]?.header.commits).toHaveLength(capture.captured.seq - (merged[0]?.header.after.seq ?? 0));
  rmSync(paths[2] ?? '');
  const rest = paths.filter((_, at) => at !== 2);
  expect(() => mergeSegments(rest)).toThrow('does not follow commit');
  await expect(restored(base, { time: Date.now() })).rejects.toThrow('does not follow commit');
  capture.end();
});

test('a capture is no commit that would have to be captured', async () => {
  await store.close();
  let told = 0;
  store = await place.open({
    mayCheckpoint: () => false,
    onGrown: () => {
      told += 1;
    },
  });
  const capture = await Capture.begin(options());
  await change(Math.random);
  const before = told;
  expect(before).toBeGreaterThan(0);
  for (let n = 0; n < 3; n += 1) await capture.capture();
  expect(told).toBe(before);
  capture.end();
});

test('a commit is within by number or by time', () => {
  expect(isWithin({ commit: 7 }, [7, 100])).toBe(true);
  expect(isWithin({ commit: 7 }, [8, 100])).toBe(false);
  expect(isWithin({ time: 100 }, [8, 100])).toBe(true);
  expect(isWithin({ time: 100 }, [8, 101])).toBe(false);
});
