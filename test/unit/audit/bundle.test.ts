import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { encodeEntryBundle, parseEntryBundle } from '../../../main/audit/entry-bundle.ts';
import { formatNote, parseNote, signNote } from '../../../main/audit/note.ts';
import { formatVerifierKey, noteSigner, noteVerifier } from '../../../main/audit/note-key.ts';
import { ed25519KeyFromSeed } from '../../../main/secrets/ed25519.ts';
import { verifyBundle } from '../../../main/suite/verify-bundle.ts';
import type { BundledReport } from '../../../shared/contract/audit/reports.ts';
import { type Disclosure, disclosures } from '../../../shared/disclosures.ts';
import { type AuditStand, auditStand } from '../../doubles/audit-stand.ts';
import { changed, type Files, filesOf } from '../../doubles/bundle-files.ts';

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

async function exported(
  stand: AuditStand,
  options: {
    from?: string;
    to?: string;
    disclose?: Disclosure[];
    epoch?: number;
    reports?: BundledReport[];
  } = {},
) {
  const file = fresh();
  const operation = stand.run('audit.export', { read: true });
  const input = { disclose: [...disclosures], file, ...options };
  await stand.result(() => stand.audit.exports.exportAuditLog(input, operation));
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

it('of a period leaves no entry out that search.db does not tell of, nor one made while the clock was turned back', async () => {
  const turned = await standWith(260);
  const since = turned.clock.now() + 1;
  turned.clock.advance(1000);
  await change(turned, 300);
  turned.clock.advance(-5000);
  await change(turned, 10);
  turned.clock.advance(6000);
  await change(turned, 30);
  await turned.restart((file) => {
    const search = new Database(file.replace('audit.db', 'search.db'));
    search.prepare('DELETE FROM events WHERE position % 65536 NOT BETWEEN 400 AND 450').run();
    search.close();
  });
  const bundle = await exported(turned, { from: new Date(since).toISOString() });
  const range = JSON.parse(filesOf(bundle).get('manifest.json')?.toString() ?? '{}');
  expect(range).toMatchObject({ first: 256, end: 600 });
  const { verdict } = await checked(bundle, turned.audit.verifierKey());
  expect(verdict).toBe('verified');
});

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
    const closed = filesOf(await exported(stand, { disclose: [] }));
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
      bundle,
      replaced('keys.json', /"handedOver":\[.*\],"present"/, '"handedOver":[],"present"'),
    );
    expect(await checked(forged, first)).toMatchObject({ verdict: 'tampered' });
  });

  it('in the order in which keys took over, wherever the clock was', async () => {
    const other = await standWith(3);
    const first = other.audit.verifierKey();
    const rotate = () => other.audit.rotateSigningKey(other.run('audit.key.rotate', { critical: true }));
    other.clock.advance(36_000_000);
    await rotate();
    other.clock.advance(-28_800_000);
    await rotate();
    expect(await checked(await exported(other), first)).toMatchObject({ verdict: 'verified' });
  });

  it('by two keys of which one is of another installation: a forgery is still told', async () => {
    const file = fresh();
    const forged = await changed(whole, (files) => {
      const forger = ed25519KeyFromSeed(new Uint8Array(32).fill(9));
      const name = parseNote(files.get('manifest.note') ?? Buffer.alloc(0)).signatures[0]?.name ?? '';
      const text = parseNote(files.get('manifest.note') ?? Buffer.alloc(0)).text;
      files.set('manifest.note', Buffer.from(formatNote(signNote(text, [noteSigner(name, forger)]))));
      const present = formatVerifierKey(noteVerifier(name, forger.publicKey));
      files.set('keys.json', Buffer.from(JSON.stringify({ handedOver: [], present })));
    });
    writeFileSync(file, forged);
    const stranger = formatVerifierKey(noteVerifier(`${stand.ids.uuid()}/e1/k1`, new Uint8Array(32).fill(3)));
    const { problems } = await verifyBundle(file, { key: stranger, policy: `log ${key}\n` });
    expect(problems.map(({ reason }) => reason)).toContainEqual(
      expect.stringContaining('another key than the one'),
    );
  });
});

describe('the log of a former epoch', () => {
  it('is vouched for by the present one', async () => {
    const other = await standWith(3);
    const former = other.audit.verifierKey();
    await other.recover();
    await change(other, 1);
    const period = { from: '1970-01-01T00:00:00.000Z', to: '2100-01-01T00:00:00.000Z' };
    const bundle = await exported(other, { epoch: 1, reports: [{ standard: 'soc2' }], ...period });
    const present = other.audit.verifierKey();
    expect(await checked(bundle, present)).toMatchObject({
      verdict: 'verified',
      log: expect.stringMatching(/\/e1$/),
      key: present,
    });
    expect(await checked(bundle, former)).toMatchObject({ verdict: 'incomplete', problems: [] });
    expect(await checked(await exported(other), present)).toMatchObject({ verdict: 'verified' });
  });
});

describe('what is disclosed', () => {
  it('is only what was chosen', async () => {
    const text = String(filesOf(await exported(stand, { disclose: ['reasons'] })).get('openings.jsonl'));
    expect(text).toContain('reason 7');
    expect(text).not.toContain('Ada Lovelace');
  });

  it('is counted before, with the entries and about the size', async () => {
    const plan = await stand.audit.exports.planAuditExport({});
    const bundle = await exported(stand);
    const manifest = JSON.parse(String(filesOf(bundle).get('manifest.json')));
    const { people, reasons, states } = plan.fields;
    expect({ entries: plan.entries, to: plan.to }).toEqual({
      entries: manifest.matched,
      to: manifest.end - 1,
    });
    expect(people + reasons + states).toBe(manifest.openings);
    expect(plan.bytes / bundle.length).toBeGreaterThan(0.7);
    expect(plan.bytes / bundle.length).toBeLessThan(1.4);
  });
});

// what one tile has, too, is in test/e2e/bundle/mutations.ts
const mutations: Record<string, [edit: (files: Files) => void, index: number | null, trustworthy: RegExp]> = {
  'an entry edited': [withRecords((all) => (all[7] = all[8] ?? Buffer.alloc(0))), 7, /^299 of 300/],
  'an entry cut short': [
    withRecords((all) => (all[5] = (all[5] ?? Buffer.alloc(0)).subarray(0, 50))),
    5,
    /^299 of 300/,
  ],
  'the last entries cut off': [
    (files) => files.set(entries, (files.get(entries) ?? Buffer.alloc(0)).subarray(0, -10)),
    255,
    /^299 of 300/,
  ],
  'a hash of a tile changed': [(files) => files.get('tile/0/000')?.fill(7, 96, 100), 0, /^44 of 300/],
  'a tile and its entry changed': [
    (files) => {
      withRecords((all) => (all[3] = all[4] ?? Buffer.alloc(0)))(files);
      const tile = files.get('tile/0/000');
      tile?.copy(tile, 96, 128, 160);
    },
    0,
    /^44 of 300/,
  ],
  'a tile missing': [(files) => files.delete('tile/1/000.p/1'), null, /^nothing/],
};

describe('both verifiers catch', () => {
  it.each(Object.entries(mutations))('%s', async (_, [edit, index, trustworthy]) => {
    const report = await checked(await changed(whole, edit));
    expect(report).toMatchObject({ verdict: 'tampered', trustworthy: expect.stringMatching(trustworthy) });
    if (index !== null) expect(report.problems[0]?.index).toBe(index);
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
    for (
      let at = 3;
      at < whole.length;
      at += Math.floor(whole.length / (process.env.HOLDFAST_SWEEP === 'all' ? 500 : 40))
    ) {
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

  it.each([
    ['witnesses without a quorum', 'witness w W'],
    ['two quorums', 'witness w W\nquorum w\nquorum none'],
    ['a witness called none', 'witness none W\nquorum none'],
    ['one witness under two names', 'witness w W\nwitness again W\ngroup g 2 w again\nquorum g'],
    ['a member that counts twice', 'witness w W\ngroup g 2 w w\nquorum g'],
    ['a member of two groups', 'witness w W\ngroup g 1 w\ngroup h 1 w\nquorum h'],
    ['a quorum of nobody', 'quorum nobody'],
  ])('a policy with %s: exit status 1', (_, lines) => {
    const [file, policy] = [join(folder, 'whole'), join(folder, 'policy')];
    const witness = formatVerifierKey(noteVerifier('witness', new Uint8Array(32).fill(3)));
    writeFileSync(file, whole);
    writeFileSync(policy, `log ${key}\n${lines.replaceAll('W', witness)}\n`);
    expect(spawnSync(process.execPath, [program, file, '--policy', policy]).status).toBe(1);
  });

  it('a bundle that says it is of a later format: nobody is sent to the verifier in it', async () => {
    const later = await changed(whole, (files) => {
      const note = String(files.get('manifest.note'));
      files.set('manifest.note', Buffer.from(note.replace('audit bundle v1', 'audit bundle v2')));
    });
    const error = await checked(later).catch(String);
    expect(error).toContain('somebody whom you trust, not from the file');
  });

  it('a file that can be read no further: that says nothing of the bundle', async () => {
    const [file, fails] = [join(folder, 'whole'), join(folder, 'fails.mjs')];
    writeFileSync(file, whole);
    const handles = `await open(${JSON.stringify(file)})`;
    writeFileSync(
      fails,
      `import { open } from 'node:fs/promises';
      const { prototype } = (${handles}).constructor;
      const { read } = prototype;
      let reads = 0;
      prototype.read = async function (...words) {
        reads += 1;
        if (reads > Number(process.env.GOOD_READS)) throw Object.assign(new Error('EIO: i/o error, read'), { code: 'EIO' });
        return await read.apply(this, words);
      };`,
    );
    const run = (good: number) =>
      spawnSync(process.execPath, ['--import', fails, program, file], {
        encoding: 'utf8',
        env: { ...process.env, GOOD_READS: String(good) },
      });
    for (const good of [0, 1, 10, 20, 40]) {
      const { status, stdout } = run(good);
      expect([good, status, stdout]).toEqual([good, 1, expect.stringContaining('EIO')]);
    }
    expect(run(1_000_000).status).toBe(3);
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
