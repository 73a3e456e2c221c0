// golang.org/x/mod/sumdb judges our checkpoints, proofs, tiles and entry bundles. Debian packages golang-go
// and golang-golang-x-mod-dev; the program is test/interop/go/main.go.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { formatCheckpoint } from '../../main/audit/checkpoint.ts';
import { encodeEntryBundle, parseEntryBundle } from '../../main/audit/entry-bundle.ts';
import { logOrigin, signingKeyName } from '../../main/audit/log-name.ts';
import { readHeads, records, storedTiles } from '../../main/audit/log-store.ts';
import { consistencyProof, hashLength, inclusionProof } from '../../main/audit/merkle.ts';
import { formatNote, signNote } from '../../main/audit/note.ts';
import { formatVerifierKey, noteSigner, noteVerifier } from '../../main/audit/note-key.ts';
import { encodeRecord, recordHash } from '../../main/audit/record.ts';
import {
  changedTiles,
  entriesPath,
  nodesFromTiles,
  type TileReader,
  tilePath,
} from '../../main/audit/tiles.ts';
import { appendLeaves, edgeRoot, emptyEdge, loadEdge } from '../../main/audit/tree-edge.ts';
import { formatWitnessRequest } from '../../main/audit/witness/witness-request.ts';
import { ed25519KeyFromSeed } from '../../main/secrets/ed25519.ts';
import { auditStand } from '../doubles/audit-stand.ts';
import { otherInstallation } from '../doubles/other-installation.ts';
import { buildJudge, type Case, changeByte, judge as judgeWith } from './go-judge.ts';

const installation = '01920000-0000-7000-8000-000000000000';
const origin = logOrigin(installation, 'installation', 1);
const keys = [1, 2].map((generation) => ({
  name: signingKeyName(installation, 1, generation),
  key: ed25519KeyFromSeed(new Uint8Array(32).fill(generation)),
}));

function record(index: number): Uint8Array {
  return encodeRecord({
    v: 1,
    log: origin,
    i: index,
    id: `01920000-0000-7000-8000-${String(index).padStart(12, '0')}`,
    t: 1790000000000 + index,
    boot: installation,
    mono: index,
    act: 'log.heartbeat',
    sev: 'info',
    out: 'success',
    ph: 'outcome',
    who: { k: 'system' },
    app: '1.0.0',
    pol: 'a'.repeat(64),
    x: { text: 'é <&> \u2028' },
  });
}

/** A log of `size` records as an auditor gets it, with proofs for the record at `index` and from `oldSize`. */
function makeCase(size: number, oldSize: number, index: number): Case {
  const records = Array.from({ length: size }, (_, at) => record(at));
  const hashes = new Uint8Array(size * hashLength);
  for (const [at, entry] of records.entries()) hashes.set(recordHash(entry), at * hashLength);
  const { edge, tiles } = appendLeaves(emptyEdge(), hashes);
  const files: Record<string, Uint8Array> = {};
  for (const tile of tiles) files[tilePath(tile.level, tile.index, tile.width)] = tile.hashes;
  for (let start = 0; start < size; start += 256) {
    const bundle = records.slice(start, start + 256);
    files[entriesPath(start / 256, bundle.length)] = encodeEntryBundle(bundle);
  }
  const readTile: TileReader = (level, tileIndex, width) => {
    const tile = tiles.find((candidate) => candidate.level === level && candidate.index === tileIndex);
    return tile?.hashes.subarray(0, width * hashLength) ?? new Uint8Array(0);
  };
  const sign = (head: { size: number; root: Uint8Array }) => {
    const signers = keys.map(({ name, key }) => noteSigner(name, key));
    return formatNote(signNote(formatCheckpoint({ origin, ...head }), signers));
  };
  const readNode = nodesFromTiles(size, readTile);
  return {
    verifierKeys: keys.map(({ name, key }) => formatVerifierKey(noteVerifier(name, key.publicKey))),
    origin,
    note: sign({ size, root: edgeRoot(edge) }),
    oldNote: sign({ size: oldSize, root: edgeRoot(loadEdge(oldSize, readTile)) }),
    index,
    record: record(index),
    inclusion: inclusionProof(index, size, readNode),
    consistency: consistencyProof(oldSize, size, readNode),
    files,
  };
}

/** The installation's log of a real AuditLogger over a real audit.db, after `entries` operations. */
async function caseOfRealLog(entries: number): Promise<Case> {
  const stand = await auditStand();
  const change = async () => {
    const run = stand.run('thing.create', { reason: 'to be judged' });
    await stand.control.store.write((transaction) =>
      run.record(transaction, { resource: { kind: 'thing', id: 'one' } }),
    );
    await run.succeeded();
  };
  try {
    await Promise.all(Array.from({ length: entries / 2 }, change));
    const oldNote = Buffer.from(stand.audit.checkpoint(null) ?? '');
    await Promise.all(Array.from({ length: entries / 2 }, change));
    const [head] = readHeads(stand.store);
    if (head === undefined) throw new Error('there is no log');
    const readTile = storedTiles(stand.store, head.log);
    const all = records(stand.store, head.log, 0, head.size);
    const files: Record<string, Uint8Array> = {};
    for (const { level, index, width } of changedTiles(0, head.size)) {
      files[tilePath(level, index, width)] = readTile(level, index, width);
    }
    for (let start = 0; start < head.size; start += 256) {
      const bundle = all.slice(start, start + 256);
      files[entriesPath(start / 256, bundle.length)] = encodeEntryBundle(bundle);
    }
    const readNode = nodesFromTiles(head.size, readTile);
    const index = head.size - 2;
    return {
      verifierKeys: [stand.audit.verifierKey()],
      origin: head.origin,
      note: head.note,
      oldNote,
      index,
      record: all[index] ?? new Uint8Array(0),
      inclusion: inclusionProof(index, head.size, readNode),
      consistency: consistencyProof(entries / 2, head.size, readNode),
      files,
    };
  } finally {
    await stand.close();
  }
}

/** A real export as Go gets it: its tiles with one of its entries, and its seal, which names an earlier head. */
async function casesOfExport(entries: number): Promise<Case[]> {
  const stand = await auditStand();
  try {
    for (let at = 0; at < entries; at += 1) await stand.run('thing.create').succeeded();
    const file = join(folder, 'go.hfbundle.zip');
    const operation = stand.run('audit.export', { read: true });
    await stand.result(() => stand.audit.exports.exportAuditLog({ file, disclose: [] }, operation));
    const unpacked = join(folder, 'unpacked');
    execFileSync('python3', ['-m', 'zipfile', '-e', file, unpacked]);
    const read = (name: string) => readFileSync(join(unpacked, name));
    const { present } = JSON.parse(read('keys.json').toString());
    const { log, end, files } = JSON.parse(read('manifest.json').toString());
    const tiles = (files as { name: string }[]).filter(({ name }) => name.startsWith('tile/'));
    const seal = JSON.parse(read('seal.json').toString());
    const bytes = (list: string[]) => list.map((text) => new Uint8Array(Buffer.from(text, 'base64')));
    const common = { verifierKeys: [present], origin: log, oldNote: read('checkpoints/last.note') };
    const sealed = {
      ...common,
      note: Buffer.from(seal.checkpoint),
      index: seal.leaf.index,
      record: Buffer.from(seal.leaf.record, 'base64'),
      inclusion: bytes(seal.leaf.proof),
      consistency: bytes(seal.consistency),
      files: {},
    };
    const contents = Object.fromEntries(tiles.map(({ name }) => [name, new Uint8Array(read(name))]));
    const index = end - 2;
    const bundle = Math.floor(index / 256);
    const width = Math.min(256, end - bundle * 256);
    const readTile: TileReader = (level, tile, wide) =>
      contents[tilePath(level, tile, wide)] ?? new Uint8Array(0);
    const tiled = {
      ...common,
      note: common.oldNote,
      index,
      record:
        parseEntryBundle(read(entriesPath(bundle, width)), width)[index - bundle * 256] ?? new Uint8Array(0),
      inclusion: inclusionProof(index, end, nodesFromTiles(end, readTile)),
      consistency: [],
      files: contents,
    };
    return [sealed, tiled];
  } finally {
    await stand.close();
  }
}

const folder = mkdtempSync(join(tmpdir(), 'holdfast-go-'));
let program: string;
beforeAll(() => {
  program = buildJudge(folder);
}, 300_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const judge = (cases: readonly Case[]) => judgeWith(program, cases);

describe('golang.org/x/mod/sumdb', () => {
  const sizes: [number, number, number][] = [
    [1, 1, 0],
    [2, 1, 1],
    [7, 3, 6],
    [255, 254, 100],
    [256, 255, 255],
    [257, 256, 256],
    [1000, 513, 700],
    [66_000, 65_537, 65_536],
  ];
  it('accepts checkpoints, proofs, tiles and bundles of trees of many sizes', () => {
    expect(judge(sizes.map((size) => makeCase(...size)))).toEqual(sizes.map(() => 'accepted'));
  });

  it('accepts the log of a real audit.db, and refuses it with another record', async () => {
    const real = await caseOfRealLog(520);
    const changed = { ...real, record: changeByte(real.record, 40) };
    const [verdict, other] = judge([real, changed]);
    expect(verdict).toBe('accepted');
    expect(other).toMatch(/^refused: /);
  });

  it('accepts the tiles, notes and proofs of a real export, and refuses them with another record', async () => {
    const cases = await casesOfExport(300);
    const changed = cases.map((entry) => ({ ...entry, record: changeByte(entry.record, 40) }));
    const verdicts = judge([...cases, ...changed]);
    expect(verdicts.slice(0, 2)).toEqual(['accepted', 'accepted']);
    for (const verdict of verdicts.slice(2)) expect(verdict).toMatch(/^refused: /);
    expect(verdicts).toHaveLength(4);
  });

  it('accepts a checkpoint that came back from a witness, and refuses it with another time or signature', async () => {
    const [real, witness] = [await caseOfRealLog(4), otherInstallation()];
    const asked = formatWitnessRequest({ old: 0, proof: [], note: real.note });
    const note = Buffer.from(witness.cosigned(asked));
    const good = { ...real, oldNote: real.note, consistency: [], files: {} };
    const cosigned = {
      ...good,
      note,
      oldNote: note,
      verifierKeys: [...real.verifierKeys, witness.witnessKey],
    };
    const start = note.toString().lastIndexOf(' ') + 1;
    const rest = Buffer.byteLength(note.toString().slice(0, start)) + 8;
    const changed = [rest, rest + 8, note.length - 10].map((at) => ({
      ...cosigned,
      note: changeByte(note, at),
    }));
    const verdicts = judge([cosigned, ...changed]);
    expect(verdicts[0]).toBe('accepted');
    expect(verdicts.slice(1)).toEqual(changed.map(() => expect.stringMatching(/^refused: /)));
  });

  it('refuses one changed byte, wherever it is', () => {
    const good = makeCase(300, 77, 200);
    const changedCases: Case[] = [];
    const samples = (length: number) => [0, Math.floor(length / 2), length - 1];
    for (const member of ['note', 'oldNote', 'record'] as const) {
      for (const at of samples(good[member].length)) {
        changedCases.push({ ...good, [member]: changeByte(good[member], at) });
      }
    }
    for (const member of ['inclusion', 'consistency'] as const) {
      good[member].forEach((hash, which) => {
        for (const at of samples(hash.length)) {
          changedCases.push({ ...good, [member]: good[member].with(which, changeByte(hash, at)) });
        }
      });
    }
    for (const [name, file] of Object.entries(good.files)) {
      for (const at of samples(file.length)) {
        changedCases.push({ ...good, files: { ...good.files, [name]: changeByte(file, at) } });
      }
    }
    for (const [which, key] of good.verifierKeys.entries()) {
      const changed = Buffer.from(changeByte(Buffer.from(key), key.length - 2)).toString('utf8');
      changedCases.push({ ...good, verifierKeys: good.verifierKeys.with(which, changed) });
    }
    changedCases.push(
      { ...good, origin: good.origin.replace('e1', 'e2') },
      { ...good, index: good.index + 1 },
    );
    const [first, ...verdicts] = judge([good, ...changedCases]);
    expect(first).toBe('accepted');
    expect(verdicts).toHaveLength(changedCases.length);
    expect(verdicts.filter((verdict) => !verdict.startsWith('refused: '))).toEqual([]);
    expect(changedCases.length).toBeGreaterThan(60);
  });
});
