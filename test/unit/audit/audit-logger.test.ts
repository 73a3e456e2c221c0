import { execFileSync } from 'node:child_process';
import { copyFileSync, renameSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { openCheckpoint } from '../../../main/audit/checkpoint.ts';
import { parseVerifierKey } from '../../../main/audit/note-key.ts';
import type { AuditVerification } from '../../../shared/contract/audit.ts';
import { type AuditStand, auditStand } from '../../doubles/audit-stand.ts';

let stand: AuditStand;

beforeEach(async () => {
  stand = await auditStand();
});

afterEach(() => stand.close());

const page = { limit: 100, order: 'oldest' } as const;

async function change(action: string, tenantId?: string, facts: Record<string, string> = {}): Promise<void> {
  const run = stand.run(action);
  await stand.control.store.write((transaction) =>
    run.record(transaction, {
      ...(tenantId === undefined ? {} : { tenantId: tenantId as never }),
      resource: { kind: 'thing', id: 'one' },
      facts,
    }),
  );
  await run.succeeded();
}

/** Many events at once, as reads and refusals leave them: straight into the log. */
async function happen(count: number, tenantOf: (index: number) => string | undefined): Promise<void> {
  await Promise.all(
    Array.from({ length: count }, (_, index) => {
      const run = stand.run('thing.create');
      const tenantId = tenantOf(index) as never;
      run.describe({
        resource: { kind: 'thing', id: 'one' },
        ...(tenantId === undefined ? {} : { tenantId }),
      });
      return run.succeeded();
    }),
  );
}

const trail = (action?: string) =>
  stand.audit.explorer.getAuditTrail({ ...page, action }, stand.run('audit.read', { read: true }));
const verify = async (tenant?: string) =>
  (await stand.result(() =>
    stand.audit.verifyAuditLog({ tenant }, stand.run('audit.verify', { read: true })),
  )) as unknown as AuditVerification;
const sql = (file: string, statement: string) => execFileSync('sqlite3', [file, statement]);

describe('AuditLogger', () => {
  it('carries a change and its event from the outbox into a signed log', async () => {
    await change('thing.create', undefined, { colour: 'blue' });
    const { items } = await trail();
    expect(items).toMatchObject([
      {
        index: 0,
        action: 'thing.create',
        outcome: 'success',
        phase: 'outcome',
        actor: { kind: 'operator', name: 'Ada Lovelace' },
        resource: { kind: 'thing', id: 'one' },
        facts: { colour: 'blue' },
      },
    ]);
    const note = stand.audit.checkpoint(null) ?? '';
    const key = parseVerifierKey(stand.audit.verifierKey());
    const { checkpoint } = openCheckpoint(Buffer.from(note), items[0]?.logId ?? '', [key]);
    expect(checkpoint.size).toBe(1);
  });

  it('takes ten thousand callers at once, each event once and in the order of the log', async () => {
    const tenant = stand.ids.uuid();
    await happen(10_000, (index) => (index % 2 === 0 ? tenant : undefined));
    const { verdict, logs } = await verify();
    const own = logs.find(({ logId }) => logId.includes(tenant));
    const records = await stand.audit.recordsOf('thing.create', null);
    expect([verdict, own?.size, records.length]).toEqual(['verified', 5_000, 5_000]);
    expect(new Set(records.map(({ cor }) => cor)).size).toBe(5_000);
    expect(records.map(({ i }) => i)).toEqual(
      records.map(({ i }) => i).toSorted((one, other) => one - other),
    );
  }, 60_000);

  it('verifies while a key takes over', async () => {
    await happen(600, () => undefined);
    for (let later = 0; later < 80; later += 8) {
      const verifying = verify();
      await sleep(later);
      await stand.audit.rotateSigningKey(stand.run('audit.key.rotate', { critical: true }));
      const report = await verifying;
      expect(report).toMatchObject({ verdict: 'verified', problems: [] });
    }
    expect(stand.audit.health).toMatchObject({ state: 'ready' });
  });

  it('logs and verifies with a clock that stands in 1970, and goes on when it is set', async () => {
    const now = stand.clock.now();
    stand.clock.advance(-now);
    await change('thing.create');
    await stand.restart();
    await change('thing.create');
    await stand.audit.rotateSigningKey(stand.run('audit.key.rotate', { critical: true }));
    expect(await verify()).toMatchObject({ verdict: 'verified' });
    stand.clock.advance(now);
    await change('thing.create');
    expect(await verify()).toMatchObject({ verdict: 'verified' });
    const { items } = await stand.audit.explorer.getAuditTrail(
      { ...page, to: '1970-01-02T00:00:00.000Z' },
      stand.run('audit.read', { read: true }),
    );
    expect(items.filter(({ action }) => action === 'thing.create')).toHaveLength(2);
  });

  it('writes intent before a critical change, and its failure after', async () => {
    const run = stand.run('thing.destroy', { critical: true, reason: 'no longer needed' });
    await run.intend();
    await run.failed(new Error('the disk broke'));
    const { items } = await trail();
    expect(items.map(({ phase, outcome, reason, facts }) => ({ phase, outcome, reason, facts }))).toEqual([
      { phase: 'intent', outcome: 'unknown', reason: 'no longer needed', facts: {} },
      { phase: 'outcome', outcome: 'failure', reason: 'no longer needed', facts: { error: 'INTERNAL' } },
    ]);
    expect(new Set(items.map(({ correlationId }) => correlationId)).size).toBe(1);
  });

  it('tells the failure of a change that was rolled back with its entry', async () => {
    const run = stand.run('thing.create');
    const broken = stand.control.store.write((transaction) => {
      run.record(transaction, { resource: { kind: 'thing', id: 'one' } });
      throw new Error('the disk broke');
    });
    await expect(broken).rejects.toThrow('the disk broke');
    await run.failed(new Error('the disk broke'));
    const { items } = await trail();
    expect(items.map(({ action, outcome }) => `${action} ${outcome}`)).toEqual(['thing.create failure']);
  });

  const planted: Record<string, string> = {
    'a changed draft': "UPDATE outbox SET draft = CAST(replace(draft, 'create', 'delete') AS BLOB)",
    'a changed tenant': "UPDATE outbox SET tenant_id = '019a0000-0000-7000-8000-000000000000'",
    'a changed opening': "UPDATE outbox SET openings = '[]'",
    'a draft without its proof': 'UPDATE outbox SET draft = substr(draft, 33)',
    'an empty draft': "UPDATE outbox SET draft = x''",
  };
  for (const [name, statement] of Object.entries(planted)) {
    it(`signs nothing that was planted in an outbox: ${name}`, async () => {
      stand.audit.detach(stand.control.store);
      await change('thing.create');
      sql(stand.control.store.file, statement);
      stand.audit.attach(stand.control.store);
      await stand.audit.settle();
      const { items } = await trail();
      expect(items.map(({ action, severity, actor }) => [action, severity, actor.kind])).toEqual([
        ['log.event.refused', 'critical', 'system'],
      ]);
      await change('thing.create');
      expect((await trail()).items).toHaveLength(2);
      expect(stand.audit.health.state).toBe('ready');
    });
  }

  it('vouches for a tenant log in the installation log and pages through both by time', async () => {
    const tenant = stand.ids.uuid();
    for (let count = 0; count < 5; count += 1) {
      await change('thing.create', tenant);
      stand.clock.advance(10);
    }
    expect(await verify()).toMatchObject({ verdict: 'verified', problems: [] });
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const result = await stand.audit.explorer.getAuditTrail(
        { limit: 2, order: 'newest', cursor },
        stand.run('audit.read'),
      );
      seen.push(
        ...result.items.map(({ logId, index, action }) => `${logId.split('/')[1]} ${index} ${action}`),
      );
      cursor = result.next ?? undefined;
    } while (cursor !== undefined);
    expect(seen).toContain('installation 0 log.checkpoint');
    expect(seen.filter((line) => line.startsWith(tenant))).toEqual(
      [4, 3, 2, 1, 0].map((index) => `${tenant} ${index} thing.create`),
    );
    expect(new Set(seen).size).toBe(seen.length);
  });

  it('filters by action, prefix, actor, severity and outcome', async () => {
    await change('thing.create');
    await change('thing.delete');
    await stand.run('other.create').failed(new Error('no'));
    const count = async (filter: object) =>
      (await stand.audit.explorer.getAuditTrail({ ...page, ...filter }, stand.run('audit.read'))).items
        .length;
    expect(await count({ action: 'thing.create' })).toBe(1);
    expect(await count({ action: 'thing.*' })).toBe(2);
    expect(await count({ actor: 'Ada Lovelace' })).toBe(3);
    expect(await count({ actor: 'Nobody' })).toBe(0);
    expect(await count({ outcome: 'failure' })).toBe(1);
    expect(await count({ severity: 'critical' })).toBe(0);
    expect(await count({ from: new Date(stand.clock.now() + 1).toISOString() })).toBe(0);
  });

  it('indexes what comes without being asked for a list', async () => {
    await change('thing.create');
    const search = new Database(stand.store.file.replace('audit.db', 'search.db'), { readonly: true });
    const indexed = () => search.prepare('SELECT count(*) FROM events').pluck().get();
    await vi.waitFor(() => expect(indexed()).toBeGreaterThan(0), { timeout: 20_000, interval: 100 });
    search.close();
  });

  it('keeps hundreds of concurrent events once each, in a log that verifies', async () => {
    const tenants = [stand.ids.uuid(), stand.ids.uuid()];
    await Promise.all(Array.from({ length: 600 }, (_, index) => change('thing.create', tenants[index % 3])));
    await stand.restart();
    const report = await verify();
    expect(report.verdict).toBe('verified');
    expect(report.logs.slice(1).map(({ size }) => size)).toEqual([200, 200]);
  });

  it('takes up after a crash what the outbox still holds, once', async () => {
    stand.audit.detach(stand.control.store);
    const run = stand.run('thing.create');
    await stand.control.store.write((transaction) => {
      run.record(transaction, { resource: { kind: 'thing', id: 'one' } });
    });
    expect((await trail()).items).toHaveLength(0);
    await stand.control.reopen();
    await stand.restart();
    expect((await trail()).items).toHaveLength(1);
    stand.audit.detach(stand.control.store);
    await stand.control.reopen();
    await stand.restart();
    expect((await trail()).items).toHaveLength(1);
  });

  const tampering: Record<string, string> = {
    'an edited record':
      "UPDATE entries SET record = CAST(replace(record, 'create', 'delete') AS BLOB) WHERE position % 65536 = 1",
    'a deleted entry': 'DELETE FROM entries WHERE position % 65536 = 1',
    'two entries swapped':
      'UPDATE entries SET position = -1 WHERE position = 68719476736; UPDATE entries SET position = 68719476736 WHERE position = 68719476737; UPDATE entries SET position = 68719476737 WHERE position = -1',
    'a changed tile': 'UPDATE tiles SET hashes = zeroblob(8192) WHERE log = (SELECT min(log) FROM tiles)',
    'a changed root of a tile':
      'UPDATE tiles SET root = zeroblob(32) WHERE log = (SELECT min(log) FROM tiles)',
    'a log that is gone':
      'DELETE FROM logs WHERE tenant_id IS NOT NULL; DELETE FROM entries WHERE position >= 137438953472',
    'a forged root': 'UPDATE logs SET root = zeroblob(32) WHERE tenant_id IS NULL',
    'a cut tail with its tree':
      'DELETE FROM entries WHERE position = (SELECT max(position) FROM entries WHERE position < 137438953472); UPDATE logs SET size = size - 1 WHERE tenant_id IS NULL',
  };
  for (const [name, statement] of Object.entries(tampering)) {
    it(`names ${name}`, async () => {
      const tenant = stand.ids.uuid();
      await happen(600, (count) => (count % 4 === 0 ? tenant : undefined));
      expect((await verify()).verdict).toBe('verified');
      sql(stand.store.file, statement);
      const report = await verify();
      expect(report.verdict).toBe('tampered');
      expect(report.problems.length).toBeGreaterThan(0);
    });
  }

  it('does not go on from a tail that does not lead to the signed root', async () => {
    for (let count = 0; count < 3; count += 1) await change('thing.create');
    const cut =
      'UPDATE entries SET record = zeroblob(20) WHERE position = (SELECT max(position) FROM entries)';
    await stand.restart((file) => sql(file, cut));
    const input = { action: 'thing.seen', severity: 'info', outcome: 'success', facts: {} } as const;
    await expect(stand.audit.logAction(input, stand.run('audit.log'))).rejects.toThrow(
      expect.objectContaining({ code: 'AUDIT_UNAVAILABLE', data: { cause: 'INTEGRITY' } }),
    );
  });

  it('goes on from tiles that were stored without their roots', async () => {
    await happen(600, () => undefined);
    await stand.restart((file) => sql(file, 'UPDATE tiles SET root = NULL'));
    await happen(300, () => undefined);
    expect((await verify()).verdict).toBe('verified');
  });

  const beside: Record<string, readonly [statement: string, reason: RegExp]> = {
    'a tenant log that passes for the installation’s': [
      'UPDATE logs SET tenant_id = NULL',
      /gives it to the installation/,
    ],
    'a log that is given to another tenant': [
      "UPDATE logs SET tenant_id = '019a0000-0000-7000-8000-000000000000' WHERE tenant_id IS NOT NULL",
      /gives it to 019a0000/,
    ],
    'a mark that would end the vouching': [
      'UPDATE logs SET committed_size = 1000000 WHERE tenant_id IS NOT NULL',
      /1000000 entries are vouched for/,
    ],
    'a name that can no longer be opened': [
      'DELETE FROM openings WHERE position % 65536 = 1',
      /opens the field who.name is missing/,
    ],
    'a changed opening': [
      'UPDATE openings SET sealed = zeroblob(60) WHERE position % 65536 = 1',
      /opens the field who.name does not fit/,
    ],
    'an opening of nothing': [
      "INSERT INTO openings VALUES (68719476736, 'who.mail', zeroblob(60))",
      /no field who.mail/,
    ],
    'an opening of no entry': [
      "INSERT INTO openings VALUES (68719576736, 'who.name', zeroblob(60))",
      /1 openings belong to no entry/,
    ],
    'rows of no log': ["INSERT INTO entries VALUES (9 * 68719476736, 'x', zeroblob(60))", /belong to no log/],
  };
  for (const [name, [statement, reason]] of Object.entries(beside)) {
    it(`names ${name}`, async () => {
      const tenant = stand.ids.uuid();
      for (const of of [tenant, undefined, tenant]) await change('thing.create', of);
      expect((await verify()).verdict).toBe('verified');
      sql(stand.store.file, statement);
      const report = await verify();
      expect(report.verdict).toBe('tampered');
      expect(report.problems.map((problem) => problem.reason).join('\n')).toMatch(reason);
    });
  }

  const hiding: Record<string, string> = {
    removed: 'DELETE FROM events WHERE position % 65536 = 1',
    'given to someone else': "UPDATE events SET actor = 'p:x' WHERE position % 65536 = 1",
    'made another act': "UPDATE event_kinds SET action = 'x.y' WHERE kind = 1",
    'robbed of its words': "INSERT INTO event_words (event_words) VALUES ('delete-all')",
    added: 'INSERT INTO events VALUES (68719476836, 1, 1, 1, NULL)',
  };
  for (const [name, statement] of Object.entries(hiding)) {
    it(`names an entry that was ${name} in the index, and shows the log as it is again`, async () => {
      for (let count = 0; count < 3; count += 1) await change('thing.create');
      const before = (await trail()).items;
      sql(stand.store.file.replace('audit.db', 'search.db'), statement);
      const report = await verify();
      expect(report.verdict).toBe('tampered');
      expect(report.problems.map(({ reason }) => reason).join()).toMatch(/^search.db told otherwise/);
      expect((await trail()).items.slice(0, 3)).toEqual(before);
      expect((await verify()).verdict).toBe('verified');
    });
  }

  it('listens to no checkpoint leaf but the system’s own', async () => {
    const input = { action: 'log.checkpoint', severity: 'info', outcome: 'success' } as const;
    const resource = { kind: 'log', id: 'nowhere' };
    await stand.audit.logAction(
      { ...input, resource, facts: { size: 5, root: Buffer.alloc(32).toString('base64') } },
      stand.run('audit.log'),
    );
    await stand.audit.logAction({ ...input, facts: {} }, stand.run('audit.log'));
    expect(await verify()).toMatchObject({ verdict: 'verified', problems: [] });
  });

  it('notices at start that an older file was put back', async () => {
    await change('thing.create');
    expect(stand.audit.status().contradicted).toBe(false);
    await stand.restart((file) => copyFileSync(file, `${file}.old`));
    await change('thing.create');
    await stand.restart((file) => copyFileSync(`${file}.old`, file));
    expect(stand.audit.health).toMatchObject({ state: 'degraded' });
    expect(stand.audit.health.problem).toContain('TAMPERED or RESTORED');
    expect(stand.audit.status().contradicted).toBe(true);
    expect((await verify()).verdict).toBe('tampered');
    await change('thing.create');
    await stand.restart();
    expect(stand.audit.health.problem).toContain('TAMPERED or RESTORED');
  });

  it('whose file is taken away while it runs refuses what is critical', async () => {
    await change('thing.create');
    const file = stand.store.file;
    renameSync(file, `${file}.away`);
    await expect(stand.run('thing.destroy', { critical: true }).intend()).rejects.toMatchObject({
      code: 'AUDIT_UNAVAILABLE',
    });
    expect(stand.audit.health.state).toBe('degraded');
    renameSync(`${file}.away`, file);
    await stand.run('thing.destroy', { critical: true }).intend();
    expect((await trail()).items.map(({ phase }) => phase)).toEqual(['outcome', 'intent']);
    expect(stand.audit.health.state).toBe('ready');
  });

  it('leaves an anchor alone that it could not compare, and says that it did not', async () => {
    await change('thing.create');
    await stand.restart((file) => copyFileSync(file, `${file}.old`));
    await change('thing.create');
    stand.locked.add('anchor');
    await stand.restart((file) => copyFileSync(`${file}.old`, file));
    expect(stand.audit.health).toMatchObject({ state: 'degraded' });
    expect(stand.audit.horizon()).toMatchObject({ witness: 'none', size: 0 });
    expect((await verify()).verdict).toBe('incomplete');
    await change('thing.create');
    await change('thing.create');
    stand.locked.clear();
    await stand.restart();
    expect(stand.audit.health.problem).toContain('TAMPERED or RESTORED');
  });

  it('takes an anchor that is none for tampering', async () => {
    await change('thing.create');
    await stand.restart(() => {
      for (const account of stand.anchors.keys()) stand.anchors.set(account, '{}');
    });
    expect(stand.audit.health.problem).toContain('TAMPERED or RESTORED');
    expect((await verify()).verdict).toBe('tampered');
  });

  it('misses an anchor that was deleted, and writes no other until somebody acknowledges that', async () => {
    await change('thing.create');
    await stand.restart((file) => copyFileSync(file, `${file}.old`));
    await change('thing.create');
    await stand.restart((file) => {
      copyFileSync(`${file}.old`, file);
      stand.anchors.clear();
    });
    expect(stand.audit.health.problem).toContain('TAMPERED or RESTORED: the anchor is gone');
    expect(stand.audit.horizon()).toMatchObject({ witness: 'none', size: 0 });
    expect(() => stand.audit.requireUncontradicted()).toThrow('does not fit its anchor');
    await change('thing.create');
    await stand.restart();
    expect(stand.anchors.size).toBe(0);
    expect((await verify()).verdict).toBe('tampered');
    await stand.audit.acknowledgeAuditState(stand.run('audit.acknowledge'));
    expect(stand.anchors.size).toBe(1);
    await stand.restart();
    expect(stand.audit.health.state).toBe('ready');
  });

  it('of a new epoch has no anchor to miss', async () => {
    await change('thing.create');
    await stand.recover();
    expect(stand.audit.health.state).toBe('ready');
  });

  it('that does not verify stops changes over restarts, until somebody acknowledges that, and then only for what is new', async () => {
    await happen(700, () => undefined);
    expect((await verify()).verdict).toBe('verified');
    expect(stand.audit.lastVerification).toMatchObject({ verdict: 'verified', entries: 700, problems: 0 });
    const edit = (index: number) => (file: string) =>
      sql(
        file,
        `UPDATE entries SET record = CAST(replace(record, '"one"', '"two"') AS BLOB) WHERE position % 65536 = ${index}`,
      );
    await stand.restart(edit(3));
    expect(stand.audit.lastVerification).toMatchObject({ verdict: 'verified' });
    expect((await verify()).verdict).toBe('tampered');
    const contradicted = () => {
      expect(() => stand.audit.requireUncontradicted()).toThrow('does not verify');
      expect(stand.audit.health.problem).toContain('TAMPERED or RESTORED');
      expect(stand.audit.status()).toMatchObject({
        contradicted: true,
        horizon: { witness: 'none', size: 0 },
      });
    };
    contradicted();
    await stand.restart();
    contradicted();
    const told = async () => (await trail('log.contradicted')).items;
    expect(await told()).toMatchObject([
      { severity: 'critical', outcome: 'failure', actor: { kind: 'system' } },
    ]);

    await stand.audit.acknowledgeAuditState(stand.run('audit.acknowledge'));
    stand.audit.requireUncontradicted();
    await happen(600, () => undefined);
    expect((await verify()).verdict).toBe('tampered');
    expect(stand.audit.lastVerification).toMatchObject({ verdict: 'tampered', acknowledged: true });
    stand.audit.requireUncontradicted();
    expect(await told()).toHaveLength(1);

    await stand.restart(edit(600));
    expect((await verify()).verdict).toBe('tampered');
    contradicted();
    expect(await told()).toHaveLength(2);
  });

  it('names each gap once, and goes on behind it', async () => {
    await happen(700, () => undefined);
    await stand.restart((file) =>
      sql(file, 'DELETE FROM entries WHERE position % 65536 BETWEEN 10 AND 20 OR position % 65536 = 300'),
    );
    const missing = (await verify()).problems.filter(({ reason }) => reason.includes('is missing'));
    expect(missing.map(({ index }) => index)).toEqual([10, 300]);
  });

  it('misses the key of a person, unless an entry tells of an erasure', async () => {
    await happen(3, () => undefined);
    stand.lost.add(stand.operator.id);
    await stand.restart((file) => sql(file, "DELETE FROM openings WHERE field = 'who.name'"));
    expect(await verify()).toMatchObject({
      verdict: 'tampered',
      problems: [{ index: 2, reason: expect.stringContaining('no entry tells of an erasure') }],
    });
    const run = stand.run('subject.erase');
    run.describe({ resource: { kind: 'operator', id: stand.operator.id, person: true } });
    await run.succeeded();
    expect(await verify()).toMatchObject({ verdict: 'verified', problems: [] });
  });

  it('says whether it goes on from a checkpoint that was kept on paper', async () => {
    await happen(300, () => undefined);
    const kept = stand.audit.checkpoint(null) ?? '';
    await stand.restart((file) => copyFileSync(file, `${file}.old`));
    await happen(300, () => undefined);
    const check = (note: string) => stand.audit.checkCheckpoint({ note });
    expect(check(kept)).toMatchObject({ finding: 'goes-on', size: 300, present: 600 });
    expect(check(`  ${kept.replaceAll('\n', '\r\n')}\r\n\r\n`).finding).toBe('goes-on');
    expect(check(kept.replace('\n300\n', '\n299\n')).finding).toBe('not-signed');
    expect(() => check('300 entries')).toThrow('no signed checkpoint');
    const newest = stand.audit.checkpoint(null) ?? '';
    await stand.restart((file) => copyFileSync(`${file}.old`, file));
    expect(check(newest)).toMatchObject({ finding: 'log-shorter', size: 600, present: 301 });
    await happen(400, () => undefined);
    expect(check(newest).finding).toBe('other-entries');
  });

  it('takes a changed record of its last verification for tampering', async () => {
    await change('thing.create');
    await verify();
    const [kept = ''] = stand.verdicts;
    await stand.restart(() => stand.verdicts.splice(0, 1, kept.replace('"problems":0', '"problems":1')));
    expect(stand.audit.health.problem).toContain('the record of its last verification was changed');
  });

  it('is taken for tampered when it cannot be compared with its anchor', async () => {
    await happen(600, () => undefined);
    await stand.restart((file) => sql(file, 'DELETE FROM tiles WHERE level = 0 AND tile = 0'));
    expect(stand.audit.health.problem).toContain(
      'TAMPERED or RESTORED: it cannot be compared with its anchor',
    );
    expect(stand.audit.horizon()).toMatchObject({ witness: 'none', size: 0, keychain: null });
    expect(() => stand.audit.requireUncontradicted()).toThrow('does not fit its anchor');
  });

  it('without its file keeps events waiting, refuses what is critical, and comes back', async () => {
    await change('thing.create');
    const file = stand.store.file;
    await stand.restart(() => renameSync(file, `${file}.away`));
    expect(stand.audit.health.state).toBe('down');
    await change('thing.update');
    await expect(stand.run('thing.destroy', { critical: true }).intend()).rejects.toMatchObject({
      code: 'AUDIT_UNAVAILABLE',
    });
    await stand.restart(() => renameSync(`${file}.away`, file));
    expect((await trail()).items.map(({ action }) => action)).toEqual(['thing.create', 'thing.update']);
    expect((await verify()).verdict).toBe('verified');
  });

  it('comes back within a process, and drains what waited', async () => {
    const file = stand.store.file;
    await stand.restart(() => renameSync(file, `${file}.away`));
    await change('thing.create');
    renameSync(`${file}.away`, file);
    await stand.audit.start();
    expect(stand.audit.health).toEqual({ state: 'ready', problem: null });
    expect((await trail()).items.map(({ action }) => action)).toEqual(['thing.create']);
    await change('thing.update');
    expect((await trail()).items.map(({ action }) => action)).toEqual(['thing.create', 'thing.update']);
  });
});

describe('a basic log', () => {
  it('keeps who, what, when and outcome, and no facts, states or reads', async () => {
    const basic = await auditStand('basic');
    const tenantId = basic.ids.uuid();
    const run = basic.run('thing.update');
    await basic.control.store.write((transaction) => {
      run.record(transaction, {
        tenantId,
        resource: { kind: 'thing', id: 'one' },
        before: { colour: 'blue' },
        facts: { colour: 'blue' },
      });
    });
    await run.succeeded();
    const read = basic.run('thing.read', { read: true });
    read.describe({ tenantId });
    await read.succeeded();
    const { items } = await basic.audit.explorer.getAuditTrail(
      { ...page, tenant: tenantId },
      basic.run('audit.read'),
    );
    expect(items.map(({ action, facts }) => ({ action, facts }))).toEqual([
      { action: 'thing.update', facts: {} },
    ]);
    await basic.close();
  });
});
