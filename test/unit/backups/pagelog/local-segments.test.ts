import { copyFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { LocalSegments } from '../../../../main/backups/pagelog/local-segments.ts';
import { mergeSegments } from '../../../../main/backups/pagelog/merge.ts';
import { segmentFormat } from '../../../../main/backups/pagelog/segment.ts';
import { SegmentFileWriter, withSegment } from '../../../../main/backups/pagelog/segment-file.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'holdfast-segments-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** A segment with one commit of so many bytes, which follows the one before. */
function add(seq: number, bytes = 10): void {
  const writer = new SegmentFileWriter(folder, seq);
  writer.write(Buffer.alloc(bytes, seq));
  writer.finish({
    format: segmentFormat,
    chain: '01a217b8-efba-7032-a1fc-851f659a0360',
    seq,
    pageSize: 4096,
    after: { seq: seq - 1, time: seq - 1, pages: 1 },
    commits: [[seq, seq, 1, bytes]],
    position: { salt1: 1, salt2: 2, frame: seq, checksum: [0, 0] },
    closed: null,
  });
}
const paths = () => readdirSync(folder).sort();
const commits = () =>
  mergeSegments(paths().map((name) => join(folder, name))).flatMap(({ header }) =>
    header.commits.map(([seq]) => seq),
  );
const upTo = (last: number) => Array.from({ length: last }, (_, at) => at + 1);

test('however many wait there are few files, with every commit in order, the newest as it was', () => {
  const segments = new LocalSegments(folder);
  for (let seq = 1; seq <= 3000; seq += 1) {
    add(seq, 500);
    segments.merge();
  }
  expect(paths().length).toBeLessThan(100);
  expect(commits()).toEqual(upTo(3000));
  withSegment(join(folder, paths().at(-1) ?? ''), ({ header }) => expect(header.position?.frame).toBe(3000));
  expect(segments.handOut(2999, 3000)).toHaveLength(1);
});

test('what is being read stays as it is until it is asked for again', () => {
  const segments = new LocalSegments(folder);
  for (let seq = 1; seq <= 50; seq += 1) add(seq);
  const handed = segments.handOut(0, 50);
  for (let seq = 51; seq <= 200; seq += 1) {
    add(seq);
    segments.merge();
  }
  expect(mergeSegments(handed)[0]?.header.commits).toHaveLength(50);
  segments.removeThrough(50);
  expect(commits()).toEqual(upTo(200).slice(50));
  expect(paths().length).toBeLessThan(40);
});

test('a merging that was cut off before it removed the parts is finished', () => {
  for (let seq = 1; seq <= 40; seq += 1) add(seq);
  const [part = ''] = paths();
  copyFileSync(join(folder, part), join(folder, 'aside'));
  new LocalSegments(folder).merge();
  expect(paths()).not.toContain(part);
  copyFileSync(join(folder, 'aside'), join(folder, part));
  rmSync(join(folder, 'aside'));
  expect(new LocalSegments(folder).handOut(0, 40)).toHaveLength(2);
  expect(commits()).toEqual(upTo(40));
});

test('a part that was changed is told and none is lost', () => {
  for (let seq = 1; seq <= 40; seq += 1) add(seq);
  const [first = ''] = paths();
  const bytes = readFileSync(join(folder, first));
  bytes[9] = 0xff;
  writeFileSync(join(folder, first), bytes);
  expect(() => new LocalSegments(folder).merge()).toThrow('does not match its hash');
  expect(paths()).toHaveLength(40);
});
