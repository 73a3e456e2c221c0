import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { auditVerification } from '../../../shared/contract/audit.ts';
import type { Uuid } from '../../../shared/ids.ts';
import { type AuditStand, auditStand } from '../../doubles/audit-stand.ts';

const dayMs = 24 * 3_600_000;

let stand: AuditStand;
let folder: string;
let tenant: Uuid;
let changeId: Uuid;
let holdId: Uuid;

const critical = (action: string) => stand.run(action, { critical: true });
const retention = () => stand.audit.retention;
const policies = () => stand.audit.retention.policies;
const told = () => stand.audit.recordsOf('log.retention.tampered', null, 'failure');
const apply = () =>
  stand.result(() => retention().apply({}, stand.run('audit.retention.apply', { critical: true })));
const verified = async () =>
  auditVerification.parse(
    await stand.result(() => stand.audit.verifyAuditLog({}, stand.run('audit.verify', { read: true }))),
  );
const acknowledge = () => policies().acknowledge(critical('audit.retention.acknowledge'));

/** A hold, a policy, a change that waits, and a folder; and what is old enough to go. */
beforeEach(async () => {
  stand = await auditStand();
  folder = mkdtempSync(join(tmpdir(), 'archive-'));
  tenant = stand.ids.uuid();
  for (const tenantId of [tenant, undefined]) {
    await Promise.all(
      Array.from({ length: 600 }, () => {
        const run = stand.run('thing.create');
        const resource = { kind: 'thing', id: 'one' };
        run.describe({ resource, ...(tenantId === undefined ? {} : { tenantId }) });
        return run.succeeded();
      }),
    );
  }
  stand.clock.advance(3000 * dayMs);
  stand.approvers.push({ id: stand.ids.uuid(), since: 0 });
  await policies().setFolder(folder, critical('audit.retention.archive'));
  const set = (days: number) =>
    policies().set({ tenant, days, reason: 'as agreed' }, critical('audit.retention.set'));
  await set(2500);
  changeId = (await set(100)).pending?.id ?? tenant;
  holdId = (await policies().hold({ tenant, reason: 'a lawsuit' }, critical('audit.retention.hold'))).id;
  await stand.audit.settle();
});
afterEach(async () => {
  await stand.close();
  rmSync(folder, { recursive: true, force: true });
});

const edits: Record<string, (sql: (statement: string) => void) => void> = {
  'fewer days': (sql) => sql('UPDATE audit_retention SET days = 30'),
  'days of a class': (sql) => sql(`INSERT INTO audit_retention VALUES ('installation', 'data', 30, 0, NULL)`),
  'a hold that is lifted': (sql) => sql('UPDATE audit_holds SET lifted_at = 1'),
  'a hold that is gone': (sql) => sql('DELETE FROM audit_holds'),
  'a hold of another log': (sql) => sql(`UPDATE audit_holds SET owner = 'installation'`),
  'a change that waits no more for anybody': (sql) =>
    sql('UPDATE audit_retention_changes SET effective_at = 1'),
  'a change that was asked for by another': (sql) =>
    sql(`UPDATE audit_retention_changes SET asked_by = '${stand.ids.uuid()}'`),
  'another folder': (sql) => sql(`UPDATE audit_archive SET folder = '/tmp'`),
  'no seal': (sql) => sql(`DELETE FROM settings WHERE name = 'logRetention'`),
  'a seal that is none': (sql) => sql(`UPDATE settings SET value = '9 x y' WHERE name = 'logRetention'`),
  nothing: (sql) =>
    sql(
      `DELETE FROM audit_holds; DELETE FROM audit_retention; DELETE FROM audit_retention_changes;
       DELETE FROM audit_archive; DELETE FROM settings WHERE name = 'logRetention'`,
    ),
};

describe('what another program made of it', () => {
  it.each(Object.keys(edits))('%s: nothing goes, and the log tells once', async (what) => {
    expect((await retention().state({})).intact).toBe(true);
    edits[what]?.((statement) => stand.control.edit(statement));
    const changed = { code: 'INTEGRITY', data: { reason: 'retention-changed' } };
    expect((await retention().state({})).intact).toBe(false);
    await expect(apply()).rejects.toMatchObject(changed);
    await expect(retention().plan({})).rejects.toMatchObject(changed);
    expect(await retention().isDue()).toBe(false);
    await stand.restart();
    await retention().settle();
    expect(await told()).toMatchObject([{ sev: 'critical', out: 'failure', who: { k: 'system' } }]);
    expect(readdirSync(folder)).toEqual([]);
  });

  it('no change makes good what was changed, and a hold is kept for when an owner does', async () => {
    stand.control.edit('UPDATE audit_retention SET days = 30');
    const changes = [
      () => policies().set({ tenant, days: 5000, reason: 'more' }, critical('audit.retention.set')),
      () => policies().cancel(changeId, critical('audit.retention.cancel')),
      () => retention().approve({ changeId }, critical('audit.retention.approve')),
      () => policies().lift(holdId, critical('audit.retention.lift')),
      () => policies().setFolder(null, critical('audit.retention.archive')),
    ];
    for (const change of changes) await expect(change()).rejects.toMatchObject({ code: 'INTEGRITY' });
    await policies().hold({ reason: 'look first' }, critical('audit.retention.hold'));
    const { intact, holds, pending } = await retention().state({});
    expect([intact, holds.length, pending.length]).toEqual([false, 2, 1]);
    expect(await acknowledge()).toEqual({ policies: 1, holds: 2, folder, ended: 1 });
    const after = await retention().state({});
    expect([after.intact, after.holds.length, after.pending]).toEqual([true, 2, []]);
  });

  it('what an owner acknowledged lets nothing go for a day', async () => {
    await expect(acknowledge()).rejects.toMatchObject({ data: { reason: 'retention-intact' } });
    stand.control.edit('UPDATE audit_holds SET lifted_at = 1');
    await acknowledge();
    await expect(apply()).rejects.toMatchObject({ data: { reason: 'retention-acknowledged' } });
    expect(await retention().isDue()).toBe(false);
    stand.clock.advance(dayMs);
    expect(await retention().isDue()).toBe(true);
    expect(await apply()).toMatchObject({ logs: [{ from: 0, to: 511 }, { from: 0 }] });
    // what is changed next is told anew
    stand.control.edit('UPDATE audit_retention SET days = 30');
    await retention().settle();
    expect(await told()).toHaveLength(1);
  });

  it('rows and seal put back together fit each other, but not what the log tells', async () => {
    const sealText = () =>
      stand.control.store
        .sql<{ value: string }>(`SELECT value FROM settings WHERE name = 'logRetention'`)
        .get()?.value ?? '';
    const former = sealText();
    const newer = await policies().hold({ reason: 'look first' }, critical('audit.retention.hold'));
    expect((await retention().state({})).intact).toBe(true);
    expect(await verified()).toMatchObject({ verdict: 'verified', problems: [] });
    const putBack = () => {
      stand.control.edit(`DELETE FROM audit_holds WHERE id = '${newer.id}'`);
      stand.control.edit(`UPDATE settings SET value = '${former}' WHERE name = 'logRetention'`);
    };
    putBack();
    expect(policies().seal.fits(stand.control.store)).toBe(true);
    await stand.restart();
    const { verdict, problems } = await verified();
    expect(verdict).toBe('tampered');
    expect(problems).toMatchObject([
      { index: expect.any(Number), reason: expect.stringMatching(/what decides how long the log is kept/) },
    ]);
    const changed = { code: 'INTEGRITY', data: { reason: 'retention-changed' } };
    await expect(apply()).rejects.toMatchObject(changed);
    await retention().settle();
    expect(await told()).toHaveLength(1);
    await expect(policies().lift(holdId, critical('audit.retention.lift'))).rejects.toMatchObject(changed);
    expect((await retention().state({})).intact).toBe(false);
    await retention().acknowledge(critical('audit.retention.acknowledge'));
    expect((await retention().state({})).intact).toBe(true);
    expect(await verified()).toMatchObject({ problems: [] });
  });

  it('a log that tells of no state yet is told of the one there is', async () => {
    const sealed = () => stand.audit.recordsOf('log.retention.sealed', null);
    const before = await sealed();
    await stand.recover();
    await retention().settle();
    await retention().settle();
    const after = await sealed();
    expect(after).toHaveLength(before.length + 1);
    expect(after.at(-1)?.x).toEqual(before.at(-1)?.x);
  });

  it('an edit while the archive is made lets nothing go', async () => {
    await policies().lift(holdId, critical('audit.retention.lift'));
    const isHeld = vi.spyOn(policies(), 'isHeld').mockImplementationOnce(() => {
      stand.control.edit('UPDATE audit_retention SET days = 30');
      return false;
    });
    await expect(apply()).rejects.toThrow('INTEGRITY');
    isHeld.mockRestore();
    expect(readdirSync(folder)).toHaveLength(1);
    expect(stand.store.sql('SELECT * FROM pruned').all()).toEqual([]);
  });
});
