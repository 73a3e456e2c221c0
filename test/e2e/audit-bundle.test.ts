// A bundle that the command line wrote, checked by the two verifiers that lie in it: the page, in a browser without a
// network, and the program.
import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { AxeBuilder } from '@axe-core/playwright';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { formatVerifierKey, noteVerifier } from '../../main/audit/note-key.ts';
import { filesOf } from '../doubles/bundle-files.ts';
import { type Material, mutations } from './bundle/mutations.ts';
import { VerifyPage } from './bundle/verify-page.ts';
import { Installation } from './holdfast.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 240_000 });

const [ours, theirs, thief] = [new Installation(), new Installation(), new Installation()];
const at = (name: string) => ours.path(name);
let material: Material;
let stolen: Buffer;
let keys: { first: string; present: string; other: string };
let page: VerifyPage;

async function exported(of: Installation, name: string, ...words: string[]): Promise<Buffer> {
  const file = of.path(`${name}.hfbundle.zip`);
  await of.does(['audit', 'export', '--out', file, ...words]);
  return readFileSync(file);
}

const keyOf = (bundle: Buffer): string => JSON.parse(String(filesOf(bundle).get('keys.json'))).present;

const chosen = ['--controls', 'soc2=CC4.2,CC6.1', '--notes', 'soc2=For the audit of spring'];
const report = ['--from', '-1h', '--to', 'now', '--standard', 'soc2'];

async function makeOurs(): Promise<Omit<Material, 'other'>> {
  await ours.does(['init', '--owner', 'Ada Obi', '--passphrase-only']);
  for (const [slug, tier] of [
    ['north', 'enterprise'],
    ['south', 'professional'],
  ] as const)
    await ours.does(['tenant', 'create', '--name', slug, '--tier', tier, '--slug', slug]);
  const earlier = await exported(ours, 'earlier', '--openings');
  cpSync(at('data'), thief.path('data'), { recursive: true });
  const { key } = await ours.does(['audit', 'rotate-key', '--reason', 'a test']);
  keys = { first: keyOf(earlier), present: key, other: '' };
  return {
    earlier,
    whole: await exported(ours, 'whole', '--openings'),
    reported: await exported(ours, 'reported', ...report),
    north: await exported(ours, 'north', '--tenant', 'north', ...report, ...chosen),
    south: await exported(ours, 'south', '--tenant', 'south'),
  };
}

async function makeTheirs(): Promise<Buffer> {
  await theirs.does(['init', '--owner', 'Ada Obi', '--passphrase-only']);
  return await exported(theirs, 'other');
}

beforeAll(async () => {
  const [made, other] = await Promise.all([makeOurs(), makeTheirs()]);
  material = { ...made, other };
  keys = { ...keys, other: keyOf(other) };
  stolen = await exported(thief, 'stolen');
  for (const name of ['verify.html', 'holdfast-verify.mjs'])
    writeFileSync(at(name), filesOf(material.whole).get(name) ?? '');
  page = await VerifyPage.open(at('verify.html'));
});
afterAll(async () => {
  await page?.close();
  for (const each of [ours, theirs, thief]) each.remove();
});

interface Program {
  readonly status: number;
  readonly report: {
    readonly problems: readonly { readonly index: number | null; readonly reason: string }[];
  };
}

/** The program's exit status and report. */
function byProgram(file: string, ...words: string[]): Promise<Program> {
  return new Promise((resolve, reject) => {
    const child = execFile(
      process.execPath,
      [at('holdfast-verify.mjs'), file, '--json', ...words],
      (_, stdout) => {
        try {
          resolve({ status: child.exitCode ?? -1, report: JSON.parse(stdout) });
        } catch {
          reject(new Error(stdout));
        }
      },
    );
  });
}

const pinned = (key: string | null) => (key === null ? [] : ['--key', key]);

/** A file of its own: a browser does not notice that the same one was chosen again. */
function put(bundle: Uint8Array): string {
  const file = at(`${randomUUID()}.zip`);
  writeFileSync(file, bundle);
  return file;
}

interface Case {
  readonly of: () => Uint8Array;
  readonly key: () => string | null;
  readonly status: 0 | 3;
  readonly title: string;
  readonly says: RegExp;
}

const sound: Record<string, Case> = {
  'the installation, with its key': {
    of: () => material.whole,
    key: () => keys.present,
    status: 0,
    title: '✓ Verified',
    says: /Trustworthy\s+(\d+) of \1 entries/,
  },
  'the installation, with the key before': {
    of: () => material.whole,
    key: () => keys.first,
    status: 0,
    title: '✓ Verified',
    says: /Not proven/,
  },
  'a tenant, with the key': {
    of: () => material.north,
    key: () => keys.present,
    status: 0,
    title: '✓ Verified',
    says: /in the period asked for/,
  },
  'the installation, with a report': {
    of: () => material.reported,
    key: () => keys.present,
    status: 0,
    title: '✓ Verified',
    says: /soc2 CC6.1\s+Access by logic\s+Evidence for\s+counted again: [1-9]/,
  },
  'a tenant, with a report that draws on a log which is not here': {
    of: () => material.north,
    key: () => keys.present,
    status: 0,
    title: '✓ Verified',
    says: /soc2 CC4.2\s+Telling of weaknesses\s+.*stated of other logs: \d/,
  },
  'a tenant, with a report on chosen controls': {
    of: () => material.north,
    key: () => keys.present,
    status: 0,
    title: '✓ Verified',
    says: /controls of soc2 which are not here have evidence: 2 were chosen/,
  },
  'without a key': {
    of: () => material.whole,
    key: () => null,
    status: 3,
    title: '! Internally consistent',
    says: /No key was given/,
  },
  'with the key of another installation': {
    of: () => material.whole,
    key: () => keys.other,
    status: 3,
    title: '! Incomplete',
    says: /not of the installation whose key was given/,
  },
  'of a copy that goes on with the key before it was replaced': {
    of: () => stolen,
    key: () => keys.present,
    status: 3,
    title: '! Incomplete',
    says: /before or after the time of the key/,
  },
};

describe('what was exported', () => {
  test.each(Object.entries(sound))('%s', async (_, { of, key, status, title, says }) => {
    const file = put(of());
    const [shown, program] = await Promise.all([page.check(file, key()), byProgram(file, ...pinned(key()))]);
    expect({ ...shown, status: program.status }).toEqual({
      tone: status === 0 ? 'good' : 'open',
      title,
      text: expect.stringMatching(says),
      status,
    });
  });

  test('lacks the witness that a policy demands', async () => {
    const witness = formatVerifierKey(noteVerifier('witness', new Uint8Array(32).fill(3)));
    const policy = `log ${keys.present}\nwitness w ${witness}\nquorum w\n`;
    writeFileSync(at('policy'), policy);
    const file = put(material.whole);
    expect(await page.check(file, null, policy)).toMatchObject({
      tone: 'open',
      title: '! Incomplete',
      text: expect.stringMatching(/not cosigned by the witnesses/),
    });
    expect((await byProgram(file, '--policy', at('policy'))).status).toBe(3);
  });

  test('has nothing that axe finds, light and dark', async () => {
    await page.check(put(material.reported), keys.present);
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.page.emulateMedia({ colorScheme });
      const { violations } = await new AxeBuilder({ page: page.page }).analyze();
      expect(violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])).toEqual([]);
    }
  });
});

describe('what was tampered with', () => {
  test.each(Object.entries(mutations))('%s', async (_, { make, says, index }) => {
    const file = put(await make(material));
    const key = keys.present;
    const [shown, program] = await Promise.all([page.check(file, key), byProgram(file, ...pinned(key))]);
    expect(shown).toEqual({ tone: 'bad', title: '✗ Tampered', text: expect.stringMatching(says) });
    expect(program.status).toBe(2);
    expect(program.report.problems.map(({ reason }) => reason)).toContainEqual(expect.stringMatching(says));
    if (index !== undefined) {
      expect(program.report.problems[0]?.index).toBe(index);
      expect(shown.text).toMatch(new RegExp(`First bad entry\\s+${index}\\n`));
    }
  });
});

test('a key that is none cannot be checked with', async () => {
  const shown = await page.check(put(material.whole), 'nonsense');
  expect(shown).toMatchObject({ tone: 'bad', title: 'Could not check' });
});

test('a bundle can be dropped, and the page has asked for nothing', async () => {
  const bytes = material.whole.toString('base64');
  await page.page.getByLabel('Verifier key of the installation').fill(keys.present);
  const dropped = await page.page.evaluateHandle(`(() => {
    const dropped = new DataTransfer();
    const bytes = Uint8Array.from(atob('${bytes}'), (character) => character.charCodeAt(0));
    dropped.items.add(new File([bytes], 'dropped.hfbundle.zip'));
    return dropped;
  })()`);
  await page.page.dispatchEvent('h1', 'drop', { dataTransfer: dropped });
  expect(await page.shown()).toMatchObject({
    title: '✓ Verified',
    text: expect.stringMatching(/dropped\.hfbundle\.zip/),
  });
  expect(page.complaints).toEqual([]);
});
