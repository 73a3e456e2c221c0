// golang.org/x/mod/sumdb judges a log whose first entries and tiles are gone, and the archives that have them.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { encodeEntryBundle, parseEntryBundle } from '../../main/audit/entry-bundle.ts';
import { type LogHead, readHeads, records, storedTiles } from '../../main/audit/log-store.ts';
import { consistencyProof, inclusionProof } from '../../main/audit/merkle.ts';
import {
  changedTiles,
  entriesPath,
  nodesFromTiles,
  type TileReader,
  tilePath,
} from '../../main/audit/tiles.ts';
import type { AppliedRetention } from '../../shared/contract/audit/retention.ts';
import { type AuditStand, auditStand } from '../doubles/audit-stand.ts';
import { filesOf } from '../doubles/bundle-files.ts';
import { buildJudge, type Case, changeByte, judge as judgeWith } from './go-judge.ts';

const dayMs = 24 * 3_600_000;
const folder = mkdtempSync(join(tmpdir(), 'holdfast-go-'));
let program: string;
let stand: AuditStand;
/** In order, gapless from entry 0 on. */
const archives: Map<string, Uint8Array>[] = [];
/** Checkpoints that were signed: before anything was pruned, after the first pruning, and at the end. */
const notes: Uint8Array[] = [];

const judge = (cases: readonly Case[]) => judgeWith(program, cases);

async function happen(count: number): Promise<void> {
  for (let at = 0; at < count; at += 1) await stand.run('thing.create').succeeded();
}

async function prune(): Promise<void> {
  const run = stand.run('audit.retention.apply');
  const result = await stand.result(() => stand.audit.retention.apply({}, run));
  const [pruned] = (result as unknown as AppliedRetention).logs;
  archives.push(filesOf(readFileSync(pruned?.file ?? '')));
}

const keepNote = () => notes.push(Buffer.from(stand.audit.checkpoint(null) ?? ''));

beforeAll(async () => {
  program = buildJudge(folder);
  stand = await auditStand();
  await happen(850);
  keepNote();
  stand.clock.advance(3000 * dayMs);
  await happen(10);
  const archive = stand.run('audit.retention.archive', { critical: true });
  await stand.audit.retention.policies.setFolder(folder, archive);
  await prune();
  keepNote();
  await happen(300);
  stand.clock.advance(3000 * dayMs);
  await happen(20);
  await prune();
  await happen(50);
  await stand.audit.settle();
  keepNote();
}, 300_000);
afterAll(async () => {
  await stand.close();
  rmSync(folder, { recursive: true, force: true });
});

function head(): LogHead {
  const [found] = readHeads(stand.store);
  if (found === undefined) throw new Error('there is no log');
  return found;
}

const sizeOf = (note: Uint8Array) => Number(Buffer.from(note).toString().split('\n')[1]);

/** What is left of the log, with one of its entries and the way from an earlier checkpoint. */
function caseOfLog(oldNote: Uint8Array, index: number, first: number): Case {
  const { log, origin, note, size } = head();
  const readTile = storedTiles(stand.store, log);
  const files: Record<string, Uint8Array> = {};
  for (const { level, index: tile, width } of changedTiles(0, size)) {
    const hashes = readTile(level, tile, width);
    if (hashes.length > 0) files[tilePath(level, tile, width)] = hashes;
  }
  for (let start = first; start < size; start += 256) {
    const bundle = records(stand.store, log, start, Math.min(size, start + 256));
    files[entriesPath(start / 256, bundle.length)] = encodeEntryBundle(bundle);
  }
  const readNode = nodesFromTiles(size, readTile);
  return {
    verifierKeys: [stand.audit.verifierKey()],
    origin,
    note,
    oldNote,
    index,
    record: records(stand.store, log, index, index + 1)[0] ?? new Uint8Array(0),
    inclusion: inclusionProof(index, size, readNode),
    consistency: consistencyProof(sizeOf(oldNote), size, readNode),
    first,
    files,
  };
}

/** An archive alone: its entries, the tiles that lie in it, and the checkpoint before it. */
function caseOfArchive(files: ReadonlyMap<string, Uint8Array>, at: number): Case {
  const read = (name: string) => files.get(name) ?? new Uint8Array(0);
  const json = (name: string) => JSON.parse(Buffer.from(read(name)).toString());
  const { log, first, end } = json('manifest.json');
  const note = read('checkpoints/last.note');
  const oldNote = first === 0 ? note : read('checkpoints/first.note');
  const tiles = [...files].filter(([name]) => name.startsWith('tile/'));
  const readTile: TileReader = (level, tile, width) => read(tilePath(level, tile, width));
  const readNode = nodesFromTiles(end, readTile);
  const index = first + at;
  const bundle = Math.floor(index / 256);
  const proof = Buffer.from(read('checkpoints/consistency.txt')).toString().trim();
  return {
    verifierKeys: [json('keys.json').present],
    origin: log,
    note,
    oldNote,
    index,
    record: parseEntryBundle(read(entriesPath(bundle, 256)), 256)[index - bundle * 256] ?? new Uint8Array(0),
    inclusion: inclusionProof(index, end, readNode),
    consistency: proof === '' ? [] : proof.split('\n').map((line) => Buffer.from(line, 'base64')),
    first,
    files: Object.fromEntries(tiles),
  };
}

/** Every case with one byte of one part changed, at the beginning, in the middle and at the end of each. */
function changedOnes(good: Case): Case[] {
  const samples = (bytes: Uint8Array) =>
    [0, Math.floor(bytes.length / 2), bytes.length - 1].map((at) => changeByte(bytes, at));
  return [
    ...(['note', 'oldNote', 'record'] as const).flatMap((member) =>
      samples(good[member]).map((changed) => ({ ...good, [member]: changed })),
    ),
    ...(['inclusion', 'consistency'] as const).flatMap((member) =>
      good[member].flatMap((hash, which) =>
        samples(hash).map((changed) => ({ ...good, [member]: good[member].with(which, changed) })),
      ),
    ),
    ...Object.entries(good.files).flatMap(([name, file]) =>
      samples(file).map((changed) => ({ ...good, files: { ...good.files, [name]: changed } })),
    ),
  ];
}

function expectJudged(good: readonly Case[]): void {
  expect(judge(good)).toEqual(good.map(() => 'accepted'));
  for (const each of good) {
    const changed = changedOnes(each);
    const verdicts = judge(changed);
    expect(verdicts).toHaveLength(changed.length);
    expect(verdicts.filter((verdict) => !verdict.startsWith('refused: '))).toEqual([]);
    expect(changed.length).toBeGreaterThan(20);
  }
}

describe('golang.org/x/mod/sumdb, of a log that was pruned twice', () => {
  it('finds no leaves of what is gone', () => {
    const { log, size } = head();
    const minimum = 1024;
    expect(stand.store.sql('SELECT minimum FROM pruned WHERE log = ?').get(log)).toEqual({ minimum });
    const { files } = caseOfLog(notes[2] ?? new Uint8Array(0), size - 2, minimum);
    const leaves = Object.keys(files).filter((name) => name.startsWith('tile/0/'));
    // an entry log.pruned stays in the fourth, and the hashes with it
    expect(leaves).toEqual(['tile/0/003', expect.stringMatching(/^tile\/0\/004\.p\//)]);
  });

  it('accepts what is left: checkpoints, inclusion, and consistency from what was signed before', () => {
    const { size } = head();
    const [, second, last] = notes as [Uint8Array, Uint8Array, Uint8Array];
    const indices = [1024, 1025, 1100, size - 1];
    expectJudged(indices.map((index) => caseOfLog(last, index, 1024)));
    expect(sizeOf(second)).toBeLessThan(1024);
    expectJudged([caseOfLog(second, 1024, 1024)]);
  });

  it('accepts each archive alone, and the way from one to the next and to the log', () => {
    expectJudged(archives.flatMap((files) => [caseOfArchive(files, 0), caseOfArchive(files, 200)]));
    const ends = archives.map((files) => files.get('checkpoints/last.note') ?? new Uint8Array(0));
    expect(ends.map(sizeOf)).toEqual([768, 1024]);
    const [first, second] = archives;
    const begin = second?.get('checkpoints/first.note') ?? new Uint8Array(0);
    const rootOf = (note: Uint8Array | undefined) =>
      Buffer.from(note ?? [])
        .toString()
        .split('\n')[2];
    expect(rootOf(begin)).toBe(rootOf(first?.get('checkpoints/last.note')));
    expectJudged(ends.map((end) => caseOfLog(end, 1024, 1024)));
  });

  it('refuses an archive as the beginning of a log that is another', async () => {
    const other = await auditStand();
    try {
      for (let at = 0; at < 300; at += 1) await other.run('thing.create').succeeded();
      const note = Buffer.from(other.audit.checkpoint(null) ?? '');
      const good = caseOfLog(archives[0]?.get('checkpoints/last.note') ?? new Uint8Array(0), 1024, 1024);
      const [verdict] = judge([{ ...good, oldNote: note }]);
      expect(verdict).toMatch(/^refused: old checkpoint/);
    } finally {
      await other.close();
    }
  });
});
