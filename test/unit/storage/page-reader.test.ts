import { execFileSync } from 'node:child_process';
import { closeSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Checkpointer, createCheckpointer } from '../../../main/storage/checkpointer.ts';
import type { OpenStore } from '../../../main/storage/open-store.ts';
import { leaseAll, type PinnedImage, pinImage, pinUnder } from '../../../main/storage/page-reader.ts';
import { makePlace, type Place } from '../../doubles/store-place.ts';

let place: Place;
let store: OpenStore;
let checkpointer: Checkpointer;

beforeEach(async () => {
  place = makePlace();
  checkpointer = createCheckpointer();
  store = await place.open({ checkpointer, checkpointBytes: 300_000 });
});

afterEach(async () => {
  await store.close();
  await checkpointer.close();
  place.remove();
});

const contentOf = (sql: (text: string) => unknown) =>
  sql(
    `SELECT count(*) || ' ' || coalesce(sum(id * length(text)), 0) || ' ' || coalesce(sum(unicode(text) * id), 0) FROM notes`,
  );

function copyOf(image: PinnedImage, chunkBytes?: number): string {
  const file = join(place.folder, 'copy');
  const descriptor = openSync(file, 'w');
  for (const chunk of image.chunks(chunkBytes)) writeSync(descriptor, chunk);
  closeSync(descriptor);
  return file;
}

const sqlite = (file: string, text: string) =>
  execFileSync('sqlite3', ['-batch', file, text], { encoding: 'utf8' }).trim();

function change(random: () => number): Promise<unknown> {
  return store.write((transaction) => {
    const length = 1 + Math.floor(random() * 9000);
    transaction.sql(`INSERT INTO notes (text) VALUES (hex(randomblob(?)))`).run(length);
    if (random() < 0.4) {
      transaction.sql('DELETE FROM notes WHERE id % 7 = ?').run(Math.floor(random() * 7));
    }
    if (random() < 0.3) {
      transaction
        .sql(`UPDATE notes SET text = hex(randomblob(3000)) WHERE id % 5 = ?`)
        .run(Math.floor(random() * 5));
    }
  });
}

test('an image is a database of its own, without the rest of the log', async () => {
  for (let n = 0; n < 30; n += 1) await change(Math.random);
  const image = await pinImage(store);
  const expected = contentOf((text) => Object.values(store.sql<object>(text).get() ?? {})[0]);
  for (let n = 0; n < 30; n += 1) await change(Math.random);
  const copy = copyOf(image);
  image.end();
  expect(sqlite(copy, 'PRAGMA integrity_check')).toBe('ok');
  expect(contentOf((text) => sqlite(copy, text))).toBe(expected);
  expect(sqlite(copy, 'SELECT seq FROM commit_clock')).toBe(String(image.commit.seq));
  expect(() => image.chunks().next()).toThrow('let go');
});

test('under writers and checkpoints every image is one committed state', async () => {
  let stop = false;
  const writing = (async () => {
    while (!stop) await change(Math.random);
  })();
  const copying = (async () => {
    while (!stop) await checkpointer.checkpoint({ file: place.file, name: 'control', mode: 'PASSIVE' });
  })();
  for (let round = 0; round < 100; round += 1) {
    const lease = await store.lease('pin');
    const image = pinUnder(store, lease);
    const expected = contentOf((text) => Object.values(store.sql<object>(text).get() ?? {})[0]);
    lease.release();
    await change(Math.random);
    const copy = copyOf(image, 8192);
    image.end();
    const found = contentOf((text) =>
      sqlite(copy, `PRAGMA integrity_check; SELECT seq FROM commit_clock; ${text}`),
    );
    expect(found).toBe(`ok\n${image.commit.seq}\n${expected}`);
  }
  stop = true;
  await Promise.all([writing, copying]);
});

test('a flipped bit in the log is found', async () => {
  for (let n = 0; n < 5; n += 1) await change(Math.random);
  const image = await pinImage(store);
  const descriptor = openSync(`${place.file}-wal`, 'r+');
  writeSync(descriptor, Buffer.from([0xff, 0x00, 0xff]), 0, 3, 32 + 24 + 100);
  closeSync(descriptor);
  expect(() => copyOf(image)).toThrow(expect.objectContaining({ code: 'INTEGRITY' }));
  image.end();
});

test('a barrier over two stores is one point in time', async () => {
  const other = makePlace();
  const second = await other.open();
  const leases = await leaseAll([store, second], 'barrier');
  const images = [store, second].map((each) => {
    const lease = leases.get(each);
    if (lease === undefined) throw new Error('no lease');
    return pinUnder(each, lease);
  });
  let written = false;
  const write = store.write(() => {
    written = true;
  });
  await new Promise((resolve) => setTimeout(resolve, 10));
  expect(written).toBe(false);
  for (const lease of leases.values()) lease.release();
  await write;
  for (const image of images) image.end();
  await second.close();
  other.remove();
});

test('the page around the lock byte is left empty', async () => {
  await store.close();
  const pages = 2 ** 30 / 4096 + 2;
  const lockPage = pages - 1;
  const descriptor = openSync(place.file, 'r+');
  const size = Buffer.alloc(4);
  size.writeUInt32BE(pages);
  // The header's size of the database, and bytes on the page that SQLite never reads; the gigabyte between is a hole.
  writeSync(descriptor, size, 0, 4, 28);
  writeSync(descriptor, Buffer.alloc(4096, 'x'), 0, 4096, (lockPage - 1) * 4096);
  writeSync(descriptor, Buffer.alloc(4096, 'y'), 0, 4096, (pages - 1) * 4096);
  closeSync(descriptor);
  store = await place.open();
  const image = await pinImage(store);
  let bytes = 0;
  let end = Buffer.alloc(0);
  for (const chunk of image.chunks()) {
    bytes += chunk.byteLength;
    end = Buffer.from(chunk.subarray(-8192));
  }
  image.end();
  expect(bytes).toBe(pages * 4096);
  expect([end[0], end[4095], end[4096], end[8191]]).toEqual([0, 0, 121, 121]);
});
