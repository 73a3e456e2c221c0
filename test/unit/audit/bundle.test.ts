import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { canonicalJson } from '../../../main/audit/canonical-json.ts';
import { encodeEntryBundle, parseEntryBundle } from '../../../main/audit/entry-bundle.ts';
import { formatNote, parseNote, signNote } from '../../../main/audit/note.ts';
import { formatVerifierKey, noteSigner, noteVerifier } from '../../../main/audit/note-key.ts';
import { ed25519KeyFromSeed } from '../../../main/secrets/ed25519.ts';
import { verifyBundle } from '../../../main/suite/verify-bundle.ts';
import { type AuditStand, auditStand } from '../../doubles/audit-stand.ts';
import { type Files, filesOf, zipped } from '../../doubles/bundle-files.ts';

const folder = mkdtempSync(join(tmpdir(), 'bundle-'));
const program = join(folder, 'holdfast-verify.mjs');
const stands: AuditStand[] = [];
let whole: Buffer;
let key: string;
let count = 0;

function fresh(): string {
  count += 1;
  return join(folder, `${count}.hfbundle.zip`);
}

async function change(stand: AuditStand, times: number): Promise<void> {
  for (let at = 0; at < times; at += 1) {
    const run = stand.run('thing.create', { reason: `reason ${at}` });
    await stand.control.store.write((transaction) =>
      run.record(transaction, { resource: { kind: 'thing', id: '=1+1' } }),
    );
    await run.succeeded();
  }
}

async function exported(stand: AuditStand, options: { from?: string; openings?: boolean } = {}) {
  const file = fresh();
  const operation = stand.run('audit.export', { read: true });
  const input = { openings: true, file, ...options };
  await stand.result(() => stand.audit.exportAuditLog(input, operation));
  return readFileSync(file);
}

async function standWith(entries: number): Promise<AuditStand> {
  const stand = await auditStand();
  stands.push(stand);
  await change(stand, entries);
  return stand;
}

let stand: AuditStand;

beforeAll(async () => {
  stand = await standWith(300);
  whole = await exported(stand);
  key = stand.audit.verifierKey();
  writeFileSync(program, filesOf(whole).get('holdfast-verify.mjs') ?? '');
}, 120_000);
afterAll(async () => {
  for (const each of stands) await each.close();
  rmSync(folder, { recursive: true, force: true });
});

async function changed(edit: (files: Files) => void, from = whole): Promise<Buffer> {
  const files = filesOf(from);
  edit(files);
  return await zipped(files);
}

/** What both verifiers say; they say the same. */
async function checked(bundle: Uint8Array, pinned: string | null = key) {
  const file = fresh();
  writeFileSync(file, bundle);
  const report = await verifyBundle(file, { key: pinned ?? undefined, policy: undefined });
  const words = [program, file, '--json', ...(pinned === null ? [] : ['--key', pinned])];
  const { status, stdout } = spawnSync(process.execPath, words, { encoding: 'utf8' });
  expect(status).toBe({ verified: 0, tampered: 2, incomplete: 3 }[report.verdict]);
  expect(JSON.parse(stdout)).toMatchObject(report);
  return report;
}

const entries = 'tile/entries/000';

/** Puts other records into the first entry bundle. */
const withRecords = (edit: (records: Uint8Array[]) => void) => (files: Files) => {
  const records = parseEntryBundle(files.get(entries) ?? new Uint8Array(0), 256);
  edit(records);
  files.set(entries, Buffer.from(encodeEntryBundle(records)));
};
const swap = (records: Uint8Array[], one: number, other: number) => {
  const [first, second] = [records[one], records[other]];
  if (first !== undefined && second !== undefined) [records[one], records[other]] = [second, first];
};
const replaced = (name: string, from: string | RegExp, to: string) => (files: Files) => {
  const before = files.get(name)?.toString('utf8') ?? '';
  const after = before.replace(from, to);
  expect(after).not.toBe(before);
  files.set(name, Buffer.from(after));
};

describe('an exported log', () => {
  it('verifies with the pinned key, and is only consistent in itself without one', async () => {
    expect(await checked(whole)).toMatchObject({ verdict: 'verified', problems: [], missing: [] });
    expect(await checked(whole, null)).toMatchObject({ verdict: 'incomplete', problems: [] });
  });

  it('has the same bytes again but for what is signed at the export', async () => {
    stand.clock.advance(1000);
    const to = new Date(stand.clock.now()).toISOString();
    await change(stand, 1);
    const period = { from: '1970-01-01T00:00:00.000Z', to };
    const [one, other] = [await exported(stand, period), await exported(stand, period)].map(filesOf);
    const names = [...(one?.keys() ?? [])];
    expect([...(other?.keys() ?? [])]).toEqual(names);
    const differing = names.filter((name) => !one?.get(name)?.equals(other?.get(name) ?? Buffer.alloc(0)));
    expect(differing).toEqual(['seal.json', 'trailer.json']);
  });

  it('may begin and end within the log, and still leads to the signed roots', async () => {
    stand.clock.advance(60_000);
    const from = new Date(stand.clock.now()).toISOString();
    await change(stand, 3);
    const part = await exported(stand, { from });
    expect([...filesOf(part).keys()]).toContain('checkpoints/first.note');
    expect(await checked(part)).toMatchObject({ verdict: 'verified', first: 256, matched: 3 });
  });

  it('leaves nothing open without leave, and no formula in the table', async () => {
    const closed = filesOf(await exported(stand, { openings: false }));
    expect(closed.has('openings.jsonl')).toBe(false);
    const text = [...closed].map(([, content]) => content.toString('latin1')).join('\n');
    expect(text).not.toContain('reason 7');
    expect(text).not.toContain('Ada Lovelace');
    expect(filesOf(whole).get('openings.jsonl')?.toString()).toContain('reason 7');
    expect(closed.get('events.csv')?.toString()).toContain(",'=1+1,");
  });

  it('is vouched for by the key before, through the handing over', async () => {
    const other = await standWith(3);
    const first = other.audit.verifierKey();
    await other.audit.rotateSigningKey(other.run('audit.key.rotate', { critical: true }));
    const bundle = await exported(other);
    expect(await checked(bundle, first)).toMatchObject({ verdict: 'verified' });
    expect(await checked(bundle, other.audit.verifierKey())).toMatchObject({ verdict: 'verified' });
    const forged = await changed(
      replaced('keys.json', /"handedOver":\[.*\],"present"/, '"handedOver":[],"present"'),
      bundle,
    );
    expect(await checked(forged, first)).toMatchObject({ verdict: 'tampered' });
  });
});

const mutations: Record<string, [edit: (files: Files) => void, index: number | null]> = {
  'an entry edited': [
    withRecords((all) => (all[7] = Buffer.from(String(Buffer.from(all[7] ?? '')).replace('info', 'warn')))),
    7,
  ],
  'an entry deleted': [withRecords((all) => all.splice(9, 1)), 9],
  'an entry inserted': [withRecords((all) => all.splice(9, 0, all[3] ?? Buffer.alloc(0))), 9],
  'two entries swapped': [withRecords((all) => swap(all, 11, 12)), 11],
  'an entry cut short': [withRecords((all) => (all[5] = (all[5] ?? Buffer.alloc(0)).subarray(0, 50))), 5],
  'the last entries cut off': [
    (files) => files.set(entries, (files.get(entries) ?? Buffer.alloc(0)).subarray(0, -10)),
    255,
  ],
  'a hash of a tile changed': [(files) => files.get('tile/0/000')?.fill(7, 96, 100), 0],
  'a tile missing': [(files) => files.delete('tile/1/000.p/1'), null],
  'a checkpoint deleted': [(files) => files.delete('checkpoints/last.note'), null],
  'the keys deleted': [(files) => files.delete('keys.json'), null],
  'the manifest changed': [replaced('manifest.json', '"from":null', '"from":1'), null],
  'the note of the manifest deleted': [(files) => files.delete('manifest.note'), null],
  'the seal deleted': [(files) => files.delete('seal.json'), null],
  'the trailer cut off': [(files) => files.delete('trailer.json'), null],
  'a file added': [(files) => files.set('tile/entries/999', Buffer.from('x')), null],
  'a conversion changed': [replaced('events.csv', 'thing.create', 'thing.delete'), null],
  'an event changed': [replaced('events.jsonl', 'thing.create', 'thing.delete'), 0],
  'a disclosed field changed': [replaced('openings.jsonl', 'reason 7"', 'reason 8"'), null],
  'a name that climbs out': [(files) => files.set('../evil', Buffer.from('x')), null],
};

describe('both verifiers catch', () => {
  it.each(Object.entries(mutations))('%s', async (name, [edit, index]) => {
    // yazl itself refuses to write such a name
    const bundle = name.includes('climbs')
      ? Buffer.from(
          (await changed((files) => files.set('xx/evil', Buffer.from('x'))))
            .toString('latin1')
            .replaceAll('xx/evil', '../evil'),
          'latin1',
        )
      : await changed(edit);
    const report = await checked(bundle);
    expect(report.verdict).toBe('tampered');
    if (index !== null) expect(report.problems[0]?.index).toBe(index);
  });

  it('a bundle that somebody else signed anew', async () => {
    const forger = ed25519KeyFromSeed(new Uint8Array(32).fill(9));
    const name = parseNote(filesOf(whole).get('manifest.note') ?? Buffer.alloc(0)).signatures[0]?.name ?? '';
    const signer = noteSigner(name, forger);
    const present = formatVerifierKey(noteVerifier(name, forger.publicKey));
    const forged = await changed((files) => {
      files.set('keys.json', Buffer.from(canonicalJson({ handedOver: [], present })));
      for (const note of ['manifest.note', 'checkpoints/last.note']) {
        const { text } = parseNote(files.get(note) ?? Buffer.alloc(0));
        files.set(note, Buffer.from(formatNote(signNote(text, [signer]))));
      }
    });
    const { verdict, problems } = await checked(forged);
    expect(verdict).toBe('tampered');
    expect(problems.map(({ reason }) => reason)).toContainEqual(
      expect.stringMatching(/another key than the one/),
    );
  });

  it("another installation's bundle, which is sound but not the one that was asked for", async () => {
    const other = await standWith(2);
    expect(await checked(await exported(other))).toMatchObject({
      verdict: 'incomplete',
      missing: [expect.stringMatching(/not of the installation whose key was given/)],
    });
  });

  it('a file that is cut anywhere, or is none', async () => {
    const end = whole.readUInt32LE(whole.length - 6);
    for (const length of [
      0,
      1,
      21,
      22,
      100,
      Math.floor(end / 2),
      end,
      end + 10,
      whole.length - 22,
      whole.length - 1,
    ]) {
      expect([length, (await checked(whole.subarray(0, length))).verdict]).toEqual([length, 'tampered']);
    }
    expect((await checked(Buffer.concat([whole, Buffer.of(0)]))).verdict).toBe('tampered');
    expect((await checked(Buffer.concat([Buffer.of(0), whole]))).verdict).toBe('tampered');
  });

  it('a changed byte, wherever it is', async () => {
    for (let at = 3; at < whole.length; at += Math.floor(whole.length / 150)) {
      const file = fresh();
      const bytes = Buffer.from(whole);
      bytes.writeUInt8((bytes[at] ?? 0) ^ 0x10, at);
      writeFileSync(file, bytes);
      expect([at, (await verifyBundle(file, { key, policy: undefined })).verdict]).toEqual([at, 'tampered']);
      rmSync(file);
    }
  }, 120_000);
});

describe('what cannot be checked', () => {
  it.each([
    ['a file that is not there', ['nowhere.zip']],
    ['no file', []],
    ['a key that is none', ['whole', '--key', 'nonsense']],
    ['a policy that is none', ['whole', '--policy', program]],
  ])('%s: exit status 1', (_, words) => {
    const file = join(folder, 'whole');
    writeFileSync(file, whole);
    expect(spawnSync(process.execPath, [program, ...words], { cwd: folder }).status).toBe(1);
  });

  it('a witness that the policy demands and that is not there: exit status 3', () => {
    const [file, policy] = [join(folder, 'whole'), join(folder, 'policy')];
    const witness = formatVerifierKey(noteVerifier('witness', new Uint8Array(32).fill(3)));
    writeFileSync(file, whole);
    writeFileSync(policy, `log ${key}\nwitness w ${witness}\nquorum w\n`);
    expect(spawnSync(process.execPath, [program, file, '--policy', policy]).status).toBe(3);
    writeFileSync(policy, `log ${key}\nwitness w ${witness}\nquorum none\n`);
    expect(spawnSync(process.execPath, [program, file, '--policy', policy]).status).toBe(0);
  });
});
