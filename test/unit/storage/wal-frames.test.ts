import { execFileSync } from 'node:child_process';
import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { frameHeaderBytes, WalFile, walHeaderBytes } from '../../../main/storage/wal-frames.ts';
import { addNote, makePlace } from '../../doubles/store-place.ts';

/** The checksum of sqlite.org/fileformat2.html 4.2, over big-endian words, as plainly as it can be written. */
function sum(bytes: Buffer, [s0, s1]: readonly [bigint, bigint]): [bigint, bigint] {
  let [a, b] = [s0, s1];
  for (let at = 0; at < bytes.length; at += 8) {
    a = (a + BigInt(bytes.readUInt32BE(at)) + b) & 0xffffffffn;
    b = (b + BigInt(bytes.readUInt32BE(at + 4)) + a) & 0xffffffffn;
  }
  return [a, b];
}

test('a log written on a machine of the other byte order reads the same, for SQLite as for us', async () => {
  const place = makePlace();
  const store = await place.open();
  for (const text of ['a', 'b', 'c']) await store.write(addNote(text));
  const other = join(place.folder, 'other.db');
  copyFileSync(place.file, other);
  const log = readFileSync(`${place.file}-wal`);
  const frameBytes = frameHeaderBytes + log.readUInt32BE(8);
  const count = (log.length - walHeaderBytes) / frameBytes;
  log.writeUInt32BE(0x377f0683, 0);
  let running = sum(log.subarray(0, 24), [0n, 0n]);
  log.writeUInt32BE(Number(running[0]), 24);
  log.writeUInt32BE(Number(running[1]), 28);
  for (let n = 0; n < count; n += 1) {
    const frame = log.subarray(walHeaderBytes + n * frameBytes, walHeaderBytes + (n + 1) * frameBytes);
    running = sum(frame.subarray(0, 8), running);
    running = sum(frame.subarray(frameHeaderBytes), running);
    frame.writeUInt32BE(Number(running[0]), 16);
    frame.writeUInt32BE(Number(running[1]), 20);
  }
  writeFileSync(`${other}-wal`, log);
  const ours = new WalFile(place.file, 'control');
  const theirs = new WalFile(other, 'control');
  const pages = (file: WalFile) =>
    [...file.frames(count)].map(({ page, commitPages }) => [page, commitPages]);
  expect(pages(theirs)).toEqual(pages(ours));
  expect(pages(ours)).toHaveLength(count);
  ours.close();
  theirs.close();
  expect(execFileSync('sqlite3', [other, 'SELECT group_concat(text) FROM notes'], { encoding: 'utf8' })).toBe(
    'a,b,c\n',
  );
  await store.close();
  place.remove();
});

test('what is no log is refused', async () => {
  const place = makePlace();
  for (const content of ['', 'short', 'x'.repeat(100)]) {
    writeFileSync(`${place.file}-wal`, content);
    expect(() => new WalFile(place.file, 'control')).toThrow(expect.objectContaining({ code: 'INTEGRITY' }));
  }
  place.remove();
});
