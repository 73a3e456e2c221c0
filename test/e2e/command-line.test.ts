import { type ChildProcess, execFileSync, spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { ensureRenderer } from './built-renderer.ts';
import { Installation } from './holdfast.ts';

// each command is a process of its own, and proves a passphrase with argon2id
vi.setConfig({ testTimeout: 240_000, hookTimeout: 60_000 });

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const recoveryKey = /^([0-9A-HJKMNP-TV-Z]{5}-){10}[0-9A-HJKMNP-TV-Z]{5}$/;
const acme = ['--tenant', 'acme'];
const people = [...acme, '--collection', 'people'];

const installation = new Installation();
const does = (words: readonly string[], input?: string) => installation.does(words, input);
const run = (words: readonly string[], input?: string) => installation.run(words, input);
const refused = async (words: readonly string[]) => {
  const { status, document } = await run(words);
  return { status, code: document.error?.code };
};

let key: string;
beforeAll(async () => {
  const made = await does(['init', '--owner', 'Ada Obi', '--passphrase-only']);
  key = made.recoveryKey;
  expect(made).toEqual({
    installationId: expect.stringMatching(uuid),
    recoveryKey: expect.stringMatching(recoveryKey),
  });
});
afterAll(() => installation.remove());

describe('one command after the other', () => {
  test('a second init is refused', async () => {
    expect(await refused(['init', '--owner', 'Eve', '--passphrase-only'])).toMatchObject({ status: 1 });
  });

  test('status', async () => {
    expect(await does(['status'])).toMatchObject({
      installationId: expect.stringMatching(uuid),
      managers: {
        tenants: { state: 'ready' },
        auth: { state: 'ready' },
        audit: { state: 'ready' },
        backups: { state: 'ready' },
      },
      protection: { lastBackup: null, lastVerifiedRestore: null, nextRun: expect.stringMatching(/Z$/) },
      log: { size: expect.any(Number), root: expect.any(String), horizon: expect.anything() },
    });
  });

  test('a wrong passphrase and an unknown operator get the same answer', async () => {
    const wrong = { HOLDFAST_PASSPHRASE: 'wrong horse battery staple' };
    const answer = await installation.run(['status'], '', wrong);
    expect({ status: answer.status, code: answer.document.error.code }).toEqual({
      status: 1,
      code: 'UNAUTHENTICATED',
    });
  });

  test('a tenant with data: import, damaged lines, undo, export', async () => {
    const tenant = await does([
      'tenant',
      'create',
      '--name',
      'Acme',
      '--tier',
      'professional',
      '--slug',
      'acme',
    ]);
    expect(tenant).toMatchObject({
      id: expect.stringMatching(uuid),
      slug: 'acme',
      name: 'Acme',
      tier: 'professional',
      state: 'active',
    });
    const file = installation.path('people.jsonl');
    writeFileSync(file, '{"id":"a","n":1}\n{"id":"b","n":2}\nnot json\n{"id":"c","n":3}\n');
    const stopped = await run(['data', 'import', file, ...people]);
    expect({ status: stopped.status, code: stopped.document.error.code }).toEqual({
      status: 1,
      code: 'VALIDATION',
    });
    expect(await refused(['data', 'get', 'a', ...people])).toEqual({ status: 1, code: 'NOT_FOUND' });
    const skipped = await does(['data', 'import', file, ...people, '--on-damaged', 'skip']);
    expect(skipped).toMatchObject({
      importId: expect.stringMatching(uuid),
      imported: 3,
      skipped: 1,
      failed: [{ line: 3, reason: expect.any(String) }],
    });
    expect(await does(['data', 'get', 'b', ...people])).toMatchObject({
      id: 'b',
      revision: 1,
      updatedAt: expect.any(String),
      value: { n: 2 },
    });
    const second = await does(['data', 'import', '-', ...people], '{"id":"b","n":22}\n{"id":"d","n":4}\n');
    expect(second).toMatchObject({ imported: 2, failed: [] });
    await does(['data', 'undo', second.importId, ...acme]);
    expect(await does(['data', 'get', 'b', ...people])).toMatchObject({ value: { n: 2 } });
    const out = installation.path('out.jsonl');
    await does(['data', 'export', ...people, '--out', out]);
    expect(readFileSync(out, 'utf8').trim().split('\n')).toHaveLength(3);
  });

  test('a tenant that is followed: each command ends in order with its answer, and any second comes back', async () => {
    await does(['tenant', 'create', '--name', 'Followed', '--tier', 'enterprise']);
    const followed = ['--tenant', 'followed'];
    const one = ['one', ...followed, '--collection', 'notes'];
    const kindOf = async () => (await does(['backup', 'run', ...followed])).snapshots[0].kind;
    await does(['data', 'put', ...one, '{"n":0}']);
    expect(await kindOf()).toBe('full');
    const moments: string[] = [];
    for (let n = 1; n <= 4; n += 1) {
      await does(['data', 'put', ...one, `{"n":${n}}`]);
      moments.push(new Date().toISOString());
    }
    expect(await kindOf()).toBe('incremental');
    expect(await kindOf()).toBe('incremental');
    const at = ['--at', moments[1] ?? '', '--to', 'in-place'];
    expect(await does(['restore', 'plan', ...followed, ...at])).toMatchObject({
      pointInTime: moments[1],
      changes: [{ collection: 'notes', added: 0, changed: 1, lost: 0, unchanged: 0 }],
    });
    const because = ['--reason', 'two, please'];
    const whole = ['restore', 'run', ...followed, '--at', moments[1] ?? '', ...because];
    const beside = await does([...whole, '--to', 'tenant:Followed before', '--tier', 'standard']);
    expect(beside).toMatchObject({ to: 'tenant', verifiedLevel: 4, undoId: null });
    const before = ['--tenant', 'followed-before'];
    expect(await does(['tenant', 'show', ...before])).toMatchObject({
      id: beside.tenantId,
      tier: 'standard',
    });
    expect(await does(['data', 'get', 'one', ...before, '--collection', 'notes'])).toMatchObject({
      value: { n: 2 },
      revision: 3,
    });
    const part = await does([...whole, '--to', 'in-place', '--only', 'notes/one']);
    expect(await does(['data', 'get', ...one])).toMatchObject({ value: { n: 2 }, revision: 6 });
    await does(['data', 'undo', part.importId, ...followed]);
    expect(await does(['data', 'get', ...one])).toMatchObject({ value: { n: 4 }, revision: 5 });
    const { undoId } = await does(['restore', 'run', ...followed, ...at, ...because]);
    expect(await does(['data', 'get', ...one])).toMatchObject({ value: { n: 2 } });
    await does(['restore', 'undo', undoId]);
    expect(await does(['data', 'get', ...one])).toMatchObject({ value: { n: 4 } });
  });
});

describe('with a process that owns the folder', () => {
  let owner: ChildProcess;
  beforeAll(async () => {
    ensureRenderer();
    owner = installation.start(['serve', '--json']);
    await new Promise<void>((resolve, reject) => {
      owner.stdout?.once('data', () => resolve());
      owner.once('close', () => reject(new Error('serve ended')));
    });
  });

  test('prints further links to its console', async () => {
    const link = { link: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\/enter#[\w-]{43}$/) };
    expect(await does(['serve', '--link'])).toEqual(link);
  });

  test('is named to whoever serves the folder again', async () => {
    const { status, document } = await run(['serve']);
    expect({ status, code: document.error.code, says: document.error.message }).toEqual({
      status: 1,
      code: 'LOCKED',
      says: expect.stringContaining('holdfast serve --link'),
    });
  });

  test('a wrong passphrase is refused over the socket too', async () => {
    const answer = await installation.run(['status'], '', {
      HOLDFAST_PASSPHRASE: 'wrong horse battery staple',
    });
    expect({ status: answer.status, code: answer.document.error.code }).toEqual({
      status: 1,
      code: 'UNAUTHENTICATED',
    });
  });

  test('tenants', async () => {
    const { items, next } = await does(['tenant', 'list']);
    expect({ slugs: items.map(({ slug }: { slug: string }) => slug), next }).toEqual({
      slugs: ['acme', 'followed', 'followed-before'],
      next: null,
    });
    expect(await does(['tenant', 'update', ...acme, '--name', 'Acme Ltd'])).toMatchObject({
      name: 'Acme Ltd',
    });
    expect(await does(['tenant', 'usage', ...acme])).toMatchObject({
      usage: { bots: 0, users: 0, storageBytes: expect.any(Number) },
      limits: { bots: 10, users: 500, storageBytes: 1e12 },
    });
    expect(await does(['tenant', 'suspend', ...acme])).toMatchObject({ state: 'suspended' });
    expect(await does(['tenant', 'resume', ...acme])).toMatchObject({ state: 'active' });
  });

  test('documents', async () => {
    expect(await does(['data', 'put', 'x', '{"v":1}', ...people])).toMatchObject({ id: 'x', revision: 1 });
    expect(await does(['data', 'put', 'x', ...people], '{"v":2}')).toMatchObject({ revision: 2 });
    expect(await refused(['data', 'put', 'x', '{}', ...people, '--if-revision', '1'])).toEqual({
      status: 1,
      code: 'CONFLICT',
    });
    expect(await does(['data', 'delete', 'x', ...people])).toMatchObject({ state: 'deleted' });
    expect((await does(['data', 'history', 'x', ...people])).items).toHaveLength(3);
    const first = await does(['data', 'list', ...people, '--limit', '2']);
    const second = await does(['data', 'list', ...people, '--limit', '2', '--cursor', first.next]);
    expect([...first.items, ...second.items].map(({ id }) => id)).toEqual(['a', 'b', 'c']);
    expect(await does(['data', 'collections', ...acme])).toMatchObject({ items: [{ collection: 'people' }] });
    expect((await does(['data', 'imports', ...acme])).items.length).toBeGreaterThan(1);
  });

  test('files', async () => {
    const file = installation.path('a <b> & "c" é');
    writeFileSync(file, 'content');
    const added = await does(['files', 'add', file, ...acme]);
    expect(added).toMatchObject({ id: expect.stringMatching(uuid), size: 7, name: 'a <b> & "c" é' });
    const out = installation.path('copy');
    await does(['files', 'get', added.id, ...acme, '--out', out]);
    expect(readFileSync(out, 'utf8')).toBe('content');
    expect(await does(['files', 'delete', added.id, ...acme])).toEqual({ id: added.id });
    expect(await does(['files', 'list', ...acme])).toEqual({ items: [], next: null });
  });

  test('principals and keys', async () => {
    const bot = await does(['principal', 'create', ...acme, '--kind', 'bot', '--name', 'Orders']);
    const made = await does(['key', 'create', '--principal', bot.id, '--expires', '30d']);
    expect(made).toMatchObject({ id: expect.stringMatching(uuid), key: expect.stringMatching(/^hfk_/) });
    const valid = await run(['key', 'verify', '-'], `${made.key}\n`);
    expect(valid).toMatchObject({
      status: 0,
      document: { valid: true, principalId: bot.id, scopes: expect.any(Array) },
    });
    await does(['key', 'revoke', made.id]);
    expect(await run(['key', 'verify', made.key])).toMatchObject({
      status: 1,
      document: { valid: false, reason: expect.any(String) },
    });
    expect((await does(['key', 'list', ...acme])).items).toHaveLength(1);
    expect(await does(['principal', 'disable', bot.id, ...acme])).toMatchObject({ state: 'disabled' });
    expect(await does(['principal', 'enable', bot.id, ...acme])).toMatchObject({ state: 'active' });
    expect(await does(['principal', 'delete', bot.id, ...acme])).toEqual({ id: bot.id, keyCopies: [] });
    expect((await does(['principal', 'list', ...acme])).items).toEqual([]);
  });

  test('an auditor may read and nothing else', async () => {
    const made = installation.path('auditor');
    writeFileSync(made, 'another good passphrase\n');
    const auditor = await does([
      'operator',
      'create',
      '--name',
      'Bo',
      '--role',
      'auditor',
      '--new-passphrase-file',
      made,
    ]);
    const asBo = ['--operator', 'Bo', '--passphrase-file', made];
    expect(await does(['tenant', 'list', ...asBo])).toMatchObject({ next: null });
    expect(await refused(['tenant', 'suspend', ...acme, ...asBo])).toEqual({ status: 1, code: 'FORBIDDEN' });
    expect((await does(['operator', 'list'])).items).toHaveLength(2);
    await does(['operator', 'disable', auditor.id]);
    expect(await refused(['tenant', 'list', ...asBo])).toEqual({ status: 1, code: 'UNAUTHENTICATED' });
  });

  test('the log', async () => {
    await does(['audit', 'log', ...acme, '--action', 'invoice.send', '--fact', 'count=3']);
    const { items } = await does(['audit', 'list', ...acme, '--from', '-1h', '--action', 'invoice.*']);
    expect(items).toMatchObject([
      {
        logId: expect.any(String),
        index: expect.any(Number),
        time: expect.any(String),
        actor: { name: 'Ada Obi' },
        action: 'invoice.send',
        severity: 'info',
        outcome: 'success',
        facts: { count: 3 },
      },
    ]);
    expect((await does(['audit', 'list', '--outcome', 'failure'])).items.length).toBeGreaterThan(0);
    expect(await does(['audit', 'verify'])).toMatchObject({ verdict: 'verified', problems: [] });
  });

  test('a drill of a damaged backup names it, ends with status 2, and is in the inbox', async () => {
    const { id } = await does(['tenant', 'create', '--name', 'Damaged', '--tier', 'free']);
    await does(['data', 'put', 'one', '{}', '--tenant', id, '--collection', 'notes']);
    const [{ id: snapshotId, repository }] = (await does(['backup', 'run', '--tenant', id])).snapshots;
    const data = join(repository, 'data');
    for (const name of readdirSync(data, { recursive: true, encoding: 'utf8' })) {
      if (!/[0-9a-f]{64}$/.test(name)) continue;
      const bytes = readFileSync(join(data, name));
      bytes.writeUInt8((bytes.at(bytes.length >> 1) ?? 0) ^ 1, bytes.length >> 1);
      writeFileSync(join(data, name), bytes);
    }
    const { status, document } = await run(['backup', 'drill', '--snapshot', snapshotId.slice(0, 12)]);
    expect(status).toBe(2);
    expect(document.error).toMatchObject({ code: 'INTEGRITY', data: { snapshotId, tenantId: id } });
    const [failed] = (await does(['backup', 'drill', 'list', '--tenant', id])).items;
    expect(failed).toMatchObject({ outcome: 'failed', error: { code: 'INTEGRITY' } });
    const { items } = await does(['call', 'suite.listNotices', '{}']);
    expect(items[0]).toMatchObject({ jobKind: 'backup.drill', tenantId: id, severity: 'critical' });
    expect(await refused(['backup', 'drill'])).toEqual({ status: 64, code: 'USAGE' });
  });

  test('backup, loss, restore, undo', async () => {
    const { snapshots } = await does(['backup', 'run', ...acme]);
    expect(snapshots).toMatchObject([
      {
        id: expect.stringMatching(/^[0-9a-f]{64}$/),
        tenantId: expect.stringMatching(uuid),
        kind: 'full',
        repository: expect.any(String),
        bytesAdded: expect.any(Number),
        durationMs: expect.any(Number),
      },
    ]);
    const [{ id, repository }] = snapshots;
    const check = spawnSync('restic', ['-r', repository, '--no-cache', 'check', '--read-data'], {
      env: { ...process.env, RESTIC_PASSWORD: key },
    });
    expect(check.status, String(check.stderr)).toBe(0);
    expect(await does(['backup', 'verify', '--snapshot', id, '--level', '4'])).toMatchObject({
      level: 4,
      ok: true,
      problems: [],
    });
    const listed: { id: string }[] = (await does(['backup', 'list', ...acme])).items;
    expect(listed.find((item) => item.id === id)).toMatchObject({ verified: { level: 4 } });
    expect(await does(['backup', 'show', id])).toMatchObject({ id, collections: expect.anything() });

    const { drills } = await does(['backup', 'drill', ...acme]);
    expect(drills).toMatchObject([{ outcome: 'proven', level: 4, rows: expect.any(Number), error: null }]);
    expect((await does(['backup', 'drill', 'list', ...acme, '--limit', '1'])).items).toEqual(drills);
    expect((await does(['backup', 'protection', ...acme])).items).toMatchObject([
      { mistake: { continuous: true }, lastProof: { by: 'drill' }, forecast: { drills: 1 } },
    ]);
    const { protection } = await does(['status']);
    expect(protection.lastVerifiedRestore).toBe(drills[0].endedAt);
    expect(protection.objectives.forecast.measured).toBe(1);

    await does(['data', 'delete', 'a', ...people]);
    const source = [...acme, '--snapshot', id, '--to'];
    const because = ['--reason', 'deleted by mistake'];
    expect(await does(['restore', 'plan', ...source, 'in-place'])).toMatchObject({ obstacles: [] });
    const folder = installation.path('restored');
    expect(await does(['restore', 'run', ...source, `folder:${folder}`, ...because])).toMatchObject({
      folder,
      verifiedLevel: expect.any(Number),
      rows: expect.any(Number),
      bytes: expect.any(Number),
      undoId: null,
    });
    expect(existsSync(folder)).toBe(true);
    const report = installation.path('report.pdf');
    const inPlace = ['restore', 'run', ...source, 'in-place', ...because];
    const restored = await does([...inPlace, '--report', report]);
    const text = execFileSync('pdftotext', ['-layout', report, '-'], { encoding: 'utf8' });
    const printed = text.replaceAll(/\s/g, '');
    for (const told of [id, restored.undoId, 'deleted by mistake', 'Ada Obi', '4 of 4', 'Outcome, entry']) {
      expect(printed).toContain(told.replaceAll(' ', ''));
    }
    expect((await installation.run([...inPlace, '--report', report])).document.error.code).toBe('CONFLICT');
    expect(restored).toMatchObject({
      tenantId: expect.stringMatching(uuid),
      undoId: expect.stringMatching(uuid),
    });
    expect(await does(['data', 'get', 'a', ...people])).toMatchObject({ value: { n: 1 } });
    await does(['restore', 'undo', restored.undoId]);
    expect(await refused(['data', 'get', 'a', ...people])).toEqual({ status: 1, code: 'NOT_FOUND' });
    expect(await does(['audit', 'verify'])).toMatchObject({ verdict: 'verified' });
  });

  test('detached work goes on with the owner', async () => {
    const { jobId } = await does(['backup', 'run', '--installation', '--detach']);
    await expect
      .poll(async () => (await does(['job', 'show', jobId])).state, { timeout: 30_000 })
      .toBe('succeeded');
    expect((await does(['job', 'list'])).items.length).toBeGreaterThan(3);
  });

  test('any operation by its name', async () => {
    expect(await does(['call', 'tenants.getTenant', '{"tenant":"acme"}'])).toMatchObject({ slug: 'acme' });
    expect(await refused(['call', 'tenants.getTenant', '{"tenant":7}'])).toEqual({
      status: 1,
      code: 'VALIDATION',
    });
  });

  test('a signal stops it in order, and it says nothing more', async () => {
    const ended = new Promise<number | null>((resolve) => owner.once('close', resolve));
    owner.kill('SIGTERM');
    expect(await ended).toBe(0);
    expect(await does(['status'])).toMatchObject({ protection: { lastBackup: expect.any(String) } });
  });
});

test('Node.js before 22 is refused in one line, before anything is loaded', () => {
  const bin = fileURLToPath(new URL('../../main/hosts/cli/holdfast.mjs', import.meta.url));
  const script = `Object.defineProperty(process.versions, 'node', { value: '20.1.0' }); await import(${JSON.stringify(bin)});`;
  const { status, stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '--eval', script], {
    encoding: 'utf8',
  });
  expect({ status, stdout, stderr }).toEqual({
    status: 1,
    stdout: '',
    stderr: 'holdfast needs Node.js 22 or newer; this is 20.1.0.\n',
  });
});
