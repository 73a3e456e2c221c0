import { execFileSync } from 'node:child_process';
import { closeSync, cpSync, mkdirSync, openSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Capture } from '../../main/backups/pagelog/capture.ts';
import { LocalSegments, segmentPaths } from '../../main/backups/pagelog/local-segments.ts';
import { replay } from '../../main/backups/pagelog/replay.ts';
import { SegmentFile, segmentName } from '../../main/backups/pagelog/segment-file.ts';
import type { OpenStore } from '../../main/storage/open-store.ts';
import { pinImage } from '../../main/storage/page-reader.ts';
import { addNote, makePlace, type Place } from '../doubles/store-place.ts';
import { type Fault, type Run, sweep } from './strace.ts';

const chain = '01a217b8-efba-7032-a1fc-851f659a0360';
const module = fileURLToPath(new URL('./capture-subject.ts', import.meta.url));
const notes = 'SELECT coalesce(group_concat(text), 0) FROM (SELECT text FROM notes ORDER BY id)';
let place: Place;
let folder: string;
let base: { readonly seq: number; readonly pages: number };

const open = () => place.open({ mayCheckpoint: () => false });
const sqlite = (file: string, text: string) =>
  execFileSync('sqlite3', ['-batch', file, text], { encoding: 'utf8', maxBuffer: 2 ** 26 }).trim();
/** What a run begins with. */
const saved = () => join(place.folder, 'saved');
const parts = ['control.db', 'control.db-wal', 'chain'];

async function writeBase(store: OpenStore): Promise<void> {
  const image = await pinImage(store);
  const descriptor = openSync(join(place.folder, 'base'), 'w');
  let bytes = 0;
  for (const chunk of image.chunks()) bytes += writeSync(descriptor, chunk);
  closeSync(descriptor);
  base = { seq: image.commit.seq, pages: bytes / image.pageSize };
  image.end();
}

beforeEach(async () => {
  place = makePlace();
  folder = join(place.folder, 'chain');
  const store = await open();
  await store.write(addNote('first'));
  const capture = await Capture.begin({ store, folder, chain });
  await writeBase(store);
  await store.write(addNote('second'));
  await capture.capture();
  // as a killed process leaves it: the log has what the file has not
  mkdirSync(saved());
  for (const part of parts) cpSync(join(place.folder, part), join(saved(), part), { recursive: true });
  capture.end();
  await store.close();
  putBack();
});
afterEach(() => place.remove());

function putBack(): void {
  for (const part of [...parts, 'control.db-shm']) {
    rmSync(join(place.folder, part), { recursive: true, force: true });
  }
  for (const part of parts) cpSync(join(saved(), part), join(place.folder, part), { recursive: true });
}

/** Whatever failed: the next start goes on, and base and segments lead to the database as it is, every kept commit in it. */
async function judge({ stdout, status }: Run, when: number): Promise<void> {
  const store = await open();
  const capture = await Capture.resume({ store, folder, chain }).catch((error: unknown) => {
    throw new Error(`call ${when} (ended with ${status}): ${String(error)}\n${stdout}`);
  });
  const { seq } = capture.captured;
  const kept = [...stdout.matchAll(/^kept (\d+)/gm)].map(([, number]) => Number(number));
  const strange = [...stdout.matchAll(/^refused \w+ (.*)$/gm)].filter(
    ([, code]) => !['IO', 'STORAGE_FULL', 'EIO', 'ENOSPC'].includes(code ?? ''),
  );
  expect({ when, strange, seq: seq >= Math.max(0, ...kept) }).toEqual({ when, strange: [], seq: true });
  new LocalSegments(folder).merge();
  const file = join(place.folder, 'rebuilt');
  cpSync(join(place.folder, 'base'), file);
  const descriptor = openSync(file, 'r+');
  const segments = segmentPaths(folder).map((path) => new SegmentFile(path));
  for (const segment of segments) segment.check();
  const readable = segments.map(({ header, path, read }) => ({ header, name: path, read }));
  await replay({ descriptor, pageSize: 4096, ...base }, readable, { commit: seq });
  closeSync(descriptor);
  for (const segment of segments) segment.close();
  expect(sqlite(file, `PRAGMA integrity_check; ${notes}`)).toBe(`ok\n${sqlite(place.file, notes)}`);
  capture.end();
  await store.close();
  rmSync(file);
  putBack();
}

const segmentFiles = () =>
  Array.from({ length: 9 }, (_, at) => join(folder, segmentName(at))).flatMap((path) => [
    path,
    `${path}.partial`,
  ]);
const cases: readonly [calls: string, effect: Fault['effect'], least: number][] = [
  ['write', 'error=ENOSPC', 8],
  ['write', 'error=EIO', 8],
  ['fsync,fdatasync', 'error=EIO', 8],
  ['rename', 'error=EIO', 4],
  ['pwrite64,ftruncate', 'error=EIO', 4],
  ['write,fsync,fdatasync,rename,pwrite64,ftruncate', 'signal=KILL', 20],
];

/** By default every third call is hit, with HOLDFAST_SWEEP=all each. */
const step = process.env.HOLDFAST_SWEEP === 'all' ? 1 : 3;

describe.runIf(process.platform === 'linux')('a fault in each system call of a capture', () => {
  test.each(cases)('%s %s costs no commit', { timeout: 300_000 }, async (calls, effect, least) => {
    const paths = [folder, ...segmentFiles(), place.file];
    const hit = await sweep({ module, args: [place.file, folder, chain], paths }, calls, effect, judge, step);
    expect(hit).toBeGreaterThanOrEqual(least - step + 1);
  });
});
