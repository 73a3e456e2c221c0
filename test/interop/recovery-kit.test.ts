import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, statSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { type RecoveryKitFacts, recoveryKit } from '../../main/reports/recovery-kit.ts';
import { Installation } from '../e2e/holdfast.ts';

// each command is a process of its own, and proves a passphrase with argon2id
vi.setConfig({ testTimeout: 240_000, hookTimeout: 240_000 });

const installation = new Installation();
const root = fileURLToPath(new URL('../../', import.meta.url));
const target = installation.path("the firm's backups");
const pdf = installation.path('kit.pdf');
let facts: RecoveryKitFacts;
let tenant: string;

beforeAll(async () => {
  mkdirSync(target);
  const init = ['init', '--owner', 'Ada Obi', '--passphrase-only', '--target', target, '--recovery-kit', pdf];
  const { installationId, recoveryKey, recoveryKit: path } = await installation.does(init);
  expect(path).toBe(pdf);
  tenant = (await installation.does(['tenant', 'create', '--name', 'Acme', '--tier', 'enterprise'])).id;
  await installation.does(['data', 'put', 'one', '{}', '--tenant', tenant, '--collection', 'notes']);
  await installation.does(['backup', 'run', '--all']);
  facts = {
    installationId,
    recoveryKey,
    fingerprint: '',
    logKey: '',
    target,
    dataFolder: installation.path('data'),
    secrets: 'passphrase',
    operator: 'Ada Obi',
    app: '',
    time: 0,
  };
});
afterAll(() => installation.remove());

const commandsOf = (of: RecoveryKitFacts) =>
  recoveryKit(of).blocks.flatMap((block) => (block.kind === 'commands' ? block.lines : []));

/** Runs lines in a shell as a person would, the key typed in when it is asked for. */
function type(lines: readonly string[], folder: string): string {
  const bin = installation.path('bin');
  mkdirSync(bin, { recursive: true });
  mkdirSync(folder, { recursive: true });
  for (const [name, to] of [
    ['holdfast', join(root, 'main/hosts/cli/holdfast.mjs')],
    ['node', process.execPath],
  ] as const) {
    if (!readdirSync(bin).includes(name)) symlinkSync(to, join(bin, name));
  }
  const { HOLDFAST_DATA: _, ...environment } = installation.environment;
  return execFileSync('bash', ['-euc', lines.join('\n')], {
    cwd: folder,
    input: `${facts.recoveryKey}\n`,
    encoding: 'utf8',
    env: { ...environment, PATH: `${bin}:${process.env.PATH}` },
  });
}

describe('the recovery kit', () => {
  test('holds the key as text and as a code, for this user alone, with its fonts in it', () => {
    expect(statSync(pdf).mode & 0o777).toBe(0o600);
    const text = execFileSync('pdftotext', ['-layout', pdf, '-'], { encoding: 'utf8' });
    for (const group of facts.recoveryKey.split('-')) expect(text).toContain(group);
    expect(text).toContain(facts.installationId);
    const picture = installation.path('kit');
    execFileSync('pdftoppm', ['-r', '150', '-png', '-f', '1', '-l', '1', '-singlefile', pdf, picture]);
    const code = execFileSync('zbarimg', ['-q', '--raw', `${picture}.png`], {
      encoding: 'utf8',
      stdio: 'pipe',
    });
    expect(code.trim()).toBe(facts.recoveryKey);
    const fonts = execFileSync('pdffonts', [pdf], { encoding: 'utf8' }).trim().split('\n').slice(2);
    expect(fonts.length).toBeGreaterThan(0);
    for (const font of fonts) expect(font).toMatch(/TrueType +Identity-H +yes yes yes/);
    expect(execFileSync('pdfinfo', [pdf], { encoding: 'utf8' })).toMatch(/Tagged: +yes/);
  });

  test('says word for word what brings everything back', async () => {
    const text = execFileSync('pdftotext', ['-layout', pdf, '-'], { encoding: 'utf8' });
    const printed = text.replaceAll(/\s/g, '');
    const commands = commandsOf(facts);
    for (const line of commands) expect(printed).toContain(line.replaceAll(/\s/g, ''));

    const folder = installation.path('new machine');
    const told = type(commands, folder);
    expect(told).toContain(`The installation is back in ${join(folder, 'holdfast-data')}`);
    expect(told).toContain(tenant);
    expect(readdirSync(folder).sort()).toEqual(['databases', 'holdfast-data', 'restored']);
    expect(readdirSync(join(folder, 'databases')).sort()).toEqual(['audit.sqlite', 'control.sqlite']);
    const names = ['sqlite3', [join(folder, 'databases/control.sqlite'), 'SELECT id FROM tenants']] as const;
    expect(execFileSync(...names, { encoding: 'utf8' }).trim()).toBe(tenant);
    const again = await installation.run(['tenant', 'list', '--data', join(folder, 'holdfast-data')]);
    expect(again.document.items).toMatchObject([{ id: tenant }]);
  });

  test('of backups inside the data folder has the way by restic, and says what is missing', () => {
    const dataFolder = join(target, facts.installationId); // what a data folder looks like to restic
    const inside = { ...facts, target: null, dataFolder };
    const folder = installation.path('another machine');
    type(commandsOf(inside), folder);
    expect(readdirSync(join(folder, 'databases')).sort()).toEqual(['audit.sqlite', 'control.sqlite']);
    expect(JSON.stringify(recoveryKit(inside))).toContain('Backups stand on the machine itself');
  });

  test('is not written over another file, and then nothing is set up', async () => {
    const data = installation.path('other');
    const init = ['init', '--owner', 'Ada Obi', '--passphrase-only', '--recovery-kit', pdf, '--data', data];
    const before = readFileSync(pdf);
    const { status, document } = await installation.run(init);
    expect([status, document.error]).toEqual([1, expect.objectContaining({ code: 'CONFLICT' })]);
    expect(readFileSync(pdf).equals(before)).toBe(true);
    expect(readdirSync(installation.folder)).not.toContain('other');
  });
});
