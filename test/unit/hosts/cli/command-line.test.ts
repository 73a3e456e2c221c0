import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Core } from '../../../../main/hosts/cli/core.ts';
import { socketAddress } from '../../../../main/hosts/socket/address.ts';
import { serveSocket } from '../../../../main/hosts/socket/server.ts';
import { type ErrorCode, HoldfastError } from '../../../../shared/errors.ts';
import { type Answers, contractRouter, type ReceivedCall } from '../../../doubles/contract-router.ts';
import { ownedCore, runCommand } from '../../../doubles/terminal.ts';

const id = '01900000-0000-7000-8000-000000000001';
const now = '2026-09-30T12:00:00.000Z';
const session = { token: 'tkn', operatorId: id, name: 'Ada', role: 'owner', expiresAt: now };
const tenant = {
  id,
  slug: 'acme',
  name: 'Acme \u001b[31m',
  tier: 'free',
  state: 'active',
  sample: false,
  createdAt: now,
  updatedAt: now,
};
const jobOf = (state: string, result: unknown = null) => ({
  id,
  kind: 'k',
  state,
  phase: 'Reading rows',
  done: 1,
  total: 2,
  unit: 'rows',
  tenantId: null,
  requestedBy: 'Ada',
  createdAt: now,
  startedAt: now,
  endedAt: null,
  heartbeatAt: null,
  error: null,
  result,
});

const signing: Answers = { 'auth.signIn': () => session, 'auth.signOut': () => ({}) };
const core = (answers: Answers): Core => ownedCore(contractRouter({ ...signing, ...answers }));
const jobCore = (operation: string, result: unknown, calls: ReceivedCall[] = []) =>
  core({
    [operation]: (call) => {
      calls.push(call);
      return { jobId: id };
    },
    'jobs.watchJob': () =>
      (async function* () {
        yield jobOf('running');
        yield jobOf('succeeded', result);
      })(),
  });
const failing = (code: ErrorCode) =>
  core({
    'tenants.getTenant': () => {
      throw new HoldfastError(code, `about ${code}`, { fact: 1 });
    },
  });

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'holdfast-cli-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('answers', () => {
  test('one JSON document, the operation carries the session', async () => {
    const calls: ReceivedCall[] = [];
    const { status, stdout, stderr } = await runCommand(
      ['tenant', 'create', '--name', 'Acme', '--tier', 'free', '--json'],
      core({
        'tenants.createTenant': (call) => {
          calls.push(call);
          return tenant;
        },
      }),
    );
    expect({ status, stderr, document: JSON.parse(stdout) }).toEqual({
      status: 0,
      stderr: '',
      document: tenant,
    });
    expect(calls).toMatchObject([{ sessionToken: 'tkn', input: { name: 'Acme', tier: 'free' } }]);
  });

  test('text for people carries no control characters from data', async () => {
    const { stdout } = await runCommand(
      ['tenant', 'show', '--tenant', 'acme'],
      core({ 'tenants.getTenant': () => tenant }),
    );
    expect(stdout).toContain('Acme \ufffd[31m');
  });

  test('global options are taken before and after the command', async () => {
    const answers = core({ 'tenants.getTenant': () => tenant });
    for (const words of [
      ['--json', 'tenant', 'show', '--tenant', 'acme'],
      ['tenant', '--json', 'show', '--tenant', 'acme'],
      ['tenant', 'show', '--tenant', 'acme', '--json'],
    ]) {
      expect(JSON.parse((await runCommand(words, answers)).stdout)).toEqual(tenant);
    }
  });

  test('init answers id and recovery key', async () => {
    const { stdout } = await runCommand(['init', '--owner', 'Ada', '--passphrase-only', '--json'], core({}));
    expect(JSON.parse(stdout)).toEqual({ installationId: 'i', recoveryKey: 'KEY' });
  });

  test('long work answers its result, progress goes to standard error', async () => {
    const result = { importId: id, imported: 2, skipped: 0, failed: [] };
    const calls: ReceivedCall[] = [];
    const words = ['data', 'import', 'a.jsonl', '--tenant', 'acme', '--collection', 'c', '--json'];
    const { status, stdout, stderr } = await runCommand(
      words,
      jobCore('tenants.importDocuments', result, calls),
    );
    expect({ status, stderr, document: JSON.parse(stdout) }).toEqual({
      status: 0,
      stderr: 'Reading rows\n',
      document: result,
    });
    expect(calls).toMatchObject([{ input: { file: '/somewhere/a.jsonl', onDamaged: 'stop' } }]);
    const quiet = await runCommand([...words, '--quiet'], jobCore('tenants.importDocuments', result));
    expect(quiet.stderr).toBe('');
  });

  test('standard input is spooled where only this user reads it, and removed', async () => {
    let file = '';
    let seen = { mode: 0, text: '' };
    const result = { importId: id, imported: 1, skipped: 0, failed: [] };
    const spooling = core({
      'tenants.importDocuments': ({ input }) => {
        file = String((input as { file: string }).file);
        seen = { mode: statSync(file).mode & 0o777, text: readFileSync(file, 'utf8') };
        return { jobId: id };
      },
      'jobs.watchJob': () =>
        (async function* () {
          yield jobOf('succeeded', result);
        })(),
    });
    const words = ['data', 'import', '-', '--tenant', 'acme', '--collection', 'c', '--json'];
    const { status } = await runCommand(words, spooling, { input: '{"id":"1"}\n' });
    expect({ status, ...seen, left: existsSync(file) }).toEqual({
      status: 0,
      mode: 0o600,
      text: '{"id":"1"}\n',
      left: false,
    });
  });

  test('call reaches any operation and follows its job', async () => {
    const list = await runCommand(
      ['call', 'tenants.listTenants', '{"limit":1}', '--json'],
      core({ 'tenants.listTenants': () => ({ items: [], next: null }) }),
    );
    expect(JSON.parse(list.stdout)).toEqual({ items: [], next: null });
    const backup = await runCommand(
      ['call', 'backups.createBackup', '{"scope":{"all":true}}', '--json'],
      jobCore('backups.createBackup', { snapshots: [] }),
    );
    expect(JSON.parse(backup.stdout)).toEqual({ snapshots: [] });
  });
});

describe('exit status', () => {
  test.each([
    ['NOT_FOUND', 1],
    ['VALIDATION', 1],
    ['FORBIDDEN', 1],
    ['CANCELLED', 1],
    ['INTEGRITY', 2],
    ['APPROVAL_PENDING', 3],
  ] as const)('%s is %i', async (code, expected) => {
    const words = ['tenant', 'show', '--tenant', 'acme'];
    const { status, stdout } = await runCommand([...words, '--json'], failing(code));
    expect({ status, ...JSON.parse(stdout) }).toEqual({
      status: expected,
      error: { code, message: `about ${code}`, data: { fact: 1 } },
    });
    const text = await runCommand(words, failing(code));
    expect(text).toEqual({ status: expected, stdout: '', stderr: `holdfast: about ${code} [${code}]\n` });
  });

  test.each([
    ['verified', 0],
    ['tampered', 2],
    ['incomplete', 3],
  ])('audit verify: %s is %i', async (verdict, expected) => {
    const result = { verdict, logs: [], horizon: null, gaps: [], problems: [] };
    const { status, stdout } = await runCommand(
      ['audit', 'verify', '--json'],
      jobCore('audit.verifyAuditLog', result),
    );
    expect({ status, document: JSON.parse(stdout) }).toEqual({ status: expected, document: result });
  });

  test.each([
    [true, 0],
    [false, 2],
  ])('backup verify: ok %s is %i', async (ok, expected) => {
    const result = { target: null, level: 2, ok, snapshots: [], byOwner: [], problems: [] };
    const verified = await runCommand(
      ['backup', 'verify', '--json'],
      jobCore('backups.verifyBackupIntegrity', result),
    );
    expect({ status: verified.status, document: JSON.parse(verified.stdout) }).toEqual({
      status: expected,
      document: result,
    });
  });

  test('a restore that names neither snapshot nor time is of the newest backup', async () => {
    const calls: ReceivedCall[] = [];
    const words = ['restore', 'run', '--tenant', 'acme', '--to', 'in-place', '--reason', 'why'];
    await runCommand([...words, '--json'], jobCore('backups.restoreBackup', {}, calls));
    expect(calls.map(({ input }) => input)).toEqual([
      { tenant: 'acme', destination: { kind: 'in-place' }, reason: 'why' },
    ]);
  });

  test('key verify: the same document, 1 when not valid; the key may come from standard input', async () => {
    const result = { valid: false, reason: 'expired', principalId: null, tenantId: null, scopes: [] };
    const calls: ReceivedCall[] = [];
    const verifying = core({
      'auth.verifyApiKey': (call) => {
        calls.push(call);
        return result;
      },
    });
    const { status, stdout } = await runCommand(['key', 'verify', '-', '--json'], verifying, {
      input: 'hfk_x\n',
    });
    expect({ status, document: JSON.parse(stdout) }).toEqual({ status: 1, document: result });
    expect(calls).toMatchObject([{ input: { key: 'hfk_x' } }]);
  });

  test.each([
    [['frob']],
    [[]],
    [['tenant']],
    [['tenant', 'show']],
    [['tenant', 'show', '--tenant', 'a', '--bogus']],
    [['tenant', 'create', '--name', 'x', '--tier', 'gold']],
    [['audit', 'list', '--from', 'tomorrow']],
    [['backup', 'run']],
    [['backup', 'run', '--all', '--installation']],
    [['backup', 'verify', '--level', '5']],
    [['restore', 'plan', '--tenant', 'a', '--at', 'now', '--snapshot', '0a1b2c3d', '--to', 'in-place']],
    [['restore', 'find', '--tenant', 'a', '--at', 'now', '--snapshot', '0a1b2c3d']],
    [['restore', 'run', '--tenant', 'a', '--at', 'now', '--to', 'nowhere', '--reason', 'why']],
    [['restore', 'plan', '--tenant', 'a', '--at', 'now', '--to', 'in-place', '--only']],
    [['restore', 'plan', '--tenant', 'a', '--at', 'now', '--to', 'in-place', '--slug', 'b']],
    [['restore', 'plan', '--tenant', 'a', '--at', 'now', '--to', 'tenant:B', '--tier', 'gold']],
    [['data', 'import', 'a.csv', '--tenant', 'a', '--collection', 'c']],
    [['data', 'put', 'x', '{', '--tenant', 'a', '--collection', 'c']],
    [['call', 'tenants.__proto__']],
    [['call', 'auth.signIn']],
    [['backup', 'run', '--all', '--detach']],
  ])('wrong usage is 64: %j', async (words) => {
    const { status, stdout } = await runCommand([...words, '--json'], core({}));
    expect({ status, ...JSON.parse(stdout) }).toMatchObject({ status: 64, error: { code: 'USAGE' } });
    const text = await runCommand(words, core({}));
    expect(text).toMatchObject({ status: 64, stdout: '' });
    expect(text.stderr).not.toBe('');
  });

  test('help and version are 0', async () => {
    expect(await runCommand(['--version'], core({}))).toEqual({ status: 0, stdout: '0.0.0\n', stderr: '' });
    const help = await runCommand(['data', 'import', '--help'], core({}));
    expect(help).toMatchObject({ status: 0, stderr: '' });
    expect(help.stdout).toContain('--on-damaged');
  });

  test.each([
    ['failed', { code: 'QUOTA_EXCEEDED', message: 'too much', data: { limit: 1 } }, 'QUOTA_EXCEEDED', 1],
    ['failed', { code: 'INTEGRITY', message: 'damaged', data: {} }, 'INTEGRITY', 2],
    ['interrupted', null, 'INTERRUPTED', 1],
    ['cancelled', null, 'CANCELLED', 1],
  ])('a job that ended as %s with %j is %s, %i', async (state, error, code, expected) => {
    const ending = core({
      'backups.createBackup': () => ({ jobId: id }),
      'jobs.watchJob': () =>
        (async function* () {
          yield { ...jobOf(state), error };
        })(),
    });
    const { status, stdout } = await runCommand(['backup', 'run', '--all', '--json'], ending);
    expect({ status, ...JSON.parse(stdout) }).toMatchObject({ status: expected, error: { code } });
  });

  test('an interruption cancels the running job and is 130', async () => {
    const stop = new AbortController();
    let cancelled = () => {};
    const cancelling = new Promise<void>((resolve) => {
      cancelled = resolve;
    });
    const slow = core({
      'backups.createBackup': () => ({ jobId: id }),
      'jobs.cancelJob': () => {
        cancelled();
        return jobOf('cancelling');
      },
      'jobs.watchJob': () =>
        (async function* () {
          yield jobOf('running');
          setImmediate(() => stop.abort());
          await cancelling;
          yield jobOf('cancelled');
        })(),
    });
    const { status, stdout } = await runCommand(['backup', 'run', '--all', '--json'], slow, {
      interrupted: stop.signal,
    });
    expect({ status, code: JSON.parse(stdout).error.code }).toEqual({ status: 130, code: 'CANCELLED' });
  });
});

describe('the passphrase', () => {
  const show = ['tenant', 'show', '--tenant', 'acme', '--json'];

  test('comes from its file before the environment, without the line end', async () => {
    const file = join(folder, 'p');
    writeFileSync(file, 'from the file\r\n');
    const calls: ReceivedCall[] = [];
    const signIn = core({
      'auth.signIn': (call) => {
        calls.push(call);
        return session;
      },
      'tenants.getTenant': () => tenant,
    });
    await runCommand([...show, '--passphrase-file', file, '--operator', 'Ada'], signIn);
    expect(calls).toMatchObject([{ input: { passphrase: 'from the file', name: 'Ada' } }]);
  });

  test('is never asked for with --json', async () => {
    const { status, stdout } = await runCommand(show, core({}), { environment: {} });
    expect({ status, code: JSON.parse(stdout).error.code }).toEqual({ status: 1, code: 'UNAUTHENTICATED' });
  });

  test('a file that is missing is an IO error', async () => {
    const { status, stdout } = await runCommand([...show, '--passphrase-file', '/nowhere'], core({}));
    expect({ status, ...JSON.parse(stdout) }).toMatchObject({
      status: 1,
      error: { code: 'IO', data: { errno: 'ENOENT' } },
    });
  });
});

describe('a folder that another process owns', () => {
  const held = (socket: string | null): Core => ({
    ...core({}),
    open: async () => {
      throw new HoldfastError('LOCKED', 'Process 7 holds it.', {
        holder: { pid: 7, host: 'h', since: now, socket },
      });
    },
  });
  const environment = () => ({ HOLDFAST_PASSPHRASE: 'correct horse battery', XDG_RUNTIME_DIR: folder });

  const unasked: Core = { ...core({}), open: () => expect.fail('the core is loaded for nothing') };

  test('is asked over its socket without the core, and takes over detached work', async () => {
    const address = socketAddress(folder, { XDG_RUNTIME_DIR: folder });
    const router = contractRouter({
      ...signing,
      'tenants.getTenant': ({ sessionToken }) => ({ ...tenant, name: String(sessionToken) }),
      'backups.createBackup': () => ({ jobId: id }),
    });
    const server = await serveSocket(router, address);
    const words = ['--data', folder, '--json'];
    const shown = await runCommand(['tenant', 'show', '--tenant', 'acme', ...words], unasked, {
      environment: environment(),
    });
    expect(JSON.parse(shown.stdout)).toMatchObject({ name: 'tkn' });
    const detached = await runCommand(['backup', 'run', '--all', '--detach', ...words], unasked, {
      environment: environment(),
    });
    expect(JSON.parse(detached.stdout)).toEqual({ jobId: id });
    await server.close();
  });

  test('is asked where its lock says, when that is elsewhere', async () => {
    const elsewhere = socketAddress(folder, { XDG_RUNTIME_DIR: join(folder, 'other') });
    expect(elsewhere.path).not.toBe(socketAddress(folder, environment()).path);
    const server = await serveSocket(
      contractRouter({ ...signing, 'tenants.getTenant': () => tenant }),
      elsewhere,
    );
    const words = ['tenant', 'show', '--tenant', 'acme', '--data', folder, '--json'];
    const shown = await runCommand(words, held(elsewhere.path), { environment: environment() });
    expect(JSON.parse(shown.stdout)).toMatchObject({ id: tenant.id });
    await server.close();
  });

  test('is taken as soon as it is free', async () => {
    const free = core({ 'tenants.getTenant': () => tenant });
    let tries = 0;
    const later: Core = {
      ...free,
      open: (options) => {
        tries += 1;
        return tries < 3 ? held(null).open(options) : free.open(options);
      },
    };
    const { status } = await runCommand(['tenant', 'show', '--tenant', 'acme'], later);
    expect({ status, tries }).toEqual({ status: 0, tries: 3 });
  });

  test('waiting for it can be interrupted', async () => {
    const { status } = await runCommand(['status', '--json'], held(null), {
      interrupted: AbortSignal.timeout(300),
    });
    expect(status).toBe(130);
  });
});
