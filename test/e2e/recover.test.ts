import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { Installation } from './holdfast.ts';

// each command is a process of its own, and proves a passphrase with argon2id
vi.setConfig({ testTimeout: 240_000, hookTimeout: 240_000 });

const installation = new Installation();
const does = (words: readonly string[], input?: string) => installation.does(words, input);
const target = installation.path('backups');
const keyFile = installation.path('recovery-key.txt');
const recover = ['recover', '--target', target, '--recovery-key-file', keyFile, '--passphrase-only'];

let installationId: string;
let tenants: { id: string; slug: string }[];
let apiKey: string;
const content = Buffer.from(`a file that must come back\n${'x'.repeat(300_000)}`);

beforeAll(async () => {
  mkdirSync(target);
  const made = await does(['init', '--owner', 'Ada Obi', '--passphrase-only', '--target', target]);
  installationId = made.installationId;
  writeFileSync(keyFile, `${made.recoveryKey}\n`);
  tenants = [];
  for (const slug of ['acme', 'globex']) {
    tenants.push(await does(['tenant', 'create', '--name', slug, '--tier', 'professional', '--slug', slug]));
    const lines = Array.from({ length: 50 }, (_, n) => JSON.stringify({ id: `${slug}-${n}`, n }));
    const file = installation.path(`${slug}.jsonl`);
    writeFileSync(file, `${lines.join('\n')}\n`);
    await does(['data', 'import', file, '--tenant', slug, '--collection', 'people']);
  }
  writeFileSync(installation.path('plan.txt'), content);
  await does(['files', 'add', installation.path('plan.txt'), '--tenant', 'acme']);
  const bot = await does(['principal', 'create', '--tenant', 'acme', '--kind', 'bot', '--name', 'Robot']);
  apiKey = (await does(['key', 'create', '--principal', bot.id])).key;
  await does(['backup', 'run', '--all']);
});
afterAll(() => installation.remove());

const documents = async (slug: string) =>
  (await does(['data', 'list', '--tenant', slug, '--collection', 'people', '--limit', '100'])).items;

test('a lost installation comes back whole, and goes on', async () => {
  const before = { acme: await documents('acme'), globex: await documents('globex') };
  const logged = (await does(['status'])).log.size;
  rmSync(installation.path('data'), { recursive: true });

  const recovery = await does(recover);
  expect(recovery).toMatchObject({
    installationId,
    tenants: tenants.map(({ id }) => ({
      tenantId: id,
      snapshotId: expect.stringMatching(/^[0-9a-f]{64}$/),
      time: expect.stringMatching(/Z$/),
      rows: id === tenants[0]?.id ? 51 : 50,
    })),
    lost: { entries: expect.any(Number) },
  });
  // the tenants' backups carry checkpoints that are newer than the installation's own
  expect(recovery.lost.entries).toBeGreaterThan(0);
  expect(recovery.lost.entries).toBeLessThan(logged);
  expect(readdirSync(installation.folder)).not.toContain('data.recovering');

  expect(await documents('acme')).toEqual(before.acme);
  expect(await documents('globex')).toEqual(before.globex);
  const [file] = (await does(['files', 'list', '--tenant', 'acme'])).items;
  expect(file.sha256).toBe(createHash('sha256').update(content).digest('hex'));
  const out = installation.path('plan-again.txt');
  await does(['files', 'get', file.id, '--tenant', 'acme', '--out', out]);
  expect(readFileSync(out).equals(content)).toBe(true);
  expect(await does(['key', 'verify', apiKey])).toMatchObject({ valid: true });

  const logs = await does(['audit', 'verify']);
  expect(logs).toMatchObject({ verdict: 'verified', problems: [] });
  const names = logs.logs.map(({ logId }: { logId: string }) => logId);
  expect(names).toEqual(
    expect.arrayContaining([`${installationId}/installation/e1`, `${installationId}/installation/e2`]),
  );
  const [told] = (await does(['audit', 'list', '--action', 'log.recovered'])).items;
  expect(told).toMatchObject({ severity: 'critical', facts: { entriesLost: recovery.lost.entries } });
  // what was logged of a tenant before and after is found by its name
  const ofTenant = (await does(['audit', 'list', '--tenant', 'acme', '--limit', '100'])).items;
  const origins = new Set(ofTenant.map(({ logId }: { logId: string }) => logId.split('/').at(-1)));
  expect(origins.has('e1')).toBe(true);

  const listed = (await does(['backup', 'list'])).items;
  expect(listed).toHaveLength(3);
  expect(await does(['backup', 'verify', '--level', '4'])).toMatchObject({ ok: true });
});

test('new backups go to the same target, which restic still checks with the same recovery key', async () => {
  const { snapshots } = await does(['backup', 'run', '--all']);
  expect(snapshots).toHaveLength(3);
  const password = readFileSync(keyFile, 'utf8').trim();
  const repositories = `${target}/${installationId}/repositories`;
  for (const name of readdirSync(repositories)) {
    const check = () =>
      execFileSync('restic', ['--no-cache', '--repo', `${repositories}/${name}`, 'check', '--read-data'], {
        env: { ...process.env, RESTIC_PASSWORD: password },
        stdio: 'pipe',
      });
    expect(check).not.toThrow();
  }
});

test('killed wherever it is, it leaves no folder, and the next attempt succeeds', async () => {
  const place = installation.path('killed');
  const begun = `${place}.recovering`;
  for (const afterMs of [0, 150, 400]) {
    const child = installation.start([...recover, '--operator', 'Ada Obi', '--json', '--data', place]);
    const ended = once(child, 'close');
    while (!existsSync(begun) && child.exitCode === null) await sleep(5);
    await sleep(afterMs);
    child.kill('SIGKILL');
    await ended;
    expect(existsSync(place)).toBe(false);
    expect(existsSync(begun)).toBe(true);
  }
  await does([...recover, '--data', place]);
  expect(existsSync(begun)).toBe(false);
  expect(await does(['audit', 'verify', '--data', place])).toMatchObject({ verdict: 'verified' });
});

test('a second recovery, as of now, begins one more epoch, and all are verified', async () => {
  renameSync(installation.path('data'), installation.path('lost'));
  const recovery = await does([...recover, '--at', 'now']);
  expect(recovery.tenants).toHaveLength(2);
  expect(recovery.asOf).toEqual(recovery.time);
  const { verdict, problems, logs } = await does(['audit', 'verify']);
  expect({ verdict, problems }).toEqual({ verdict: 'verified', problems: [] });
  const own = logs
    .map(({ logId }: { logId: string }) => logId)
    .filter((id: string) => id.includes('/installation/'));
  expect(own).toHaveLength(3);
});

test('refusals say what to do and change nothing', async () => {
  const refused = async (words: readonly string[], environment: NodeJS.ProcessEnv = {}) => {
    const { status, document } = await installation.run(words, '', environment);
    return { status, code: document.error.code };
  };
  const other = installation.path('other');
  const elsewhere = [...recover, '--data', other];
  // in use
  expect(await refused(recover)).toEqual({ status: 1, code: 'CONFLICT' });
  // somebody else's passphrase
  const wrong = { HOLDFAST_PASSPHRASE: 'wrong horse battery staple' };
  expect(await refused(elsewhere, wrong)).toEqual({ status: 1, code: 'UNAUTHENTICATED' });
  expect(existsSync(other)).toBe(false);
  expect(existsSync(`${other}.recovering`)).toBe(false);
});
