import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { canonicalJson } from '../../../main/audit/canonical-json.ts';
import { putCursor } from '../../../main/audit/forward/destination-rows.ts';
import { records, storedTiles } from '../../../main/audit/log-store.ts';
import {
  consistencyProof,
  inclusionProof,
  leafHash,
  verifyConsistency,
  verifyInclusion,
} from '../../../main/audit/merkle.ts';
import { nodesFromTiles } from '../../../main/audit/tiles.ts';
import { verifyBundle } from '../../../main/suite/verify-bundle.ts';
import type { RecordClass } from '../../../shared/audit-retention.ts';
import type { AppliedRetention } from '../../../shared/contract/audit/retention.ts';
import type { TamperDrillResult } from '../../../shared/contract/audit/tamper-drill.ts';
import { auditVerification } from '../../../shared/contract/audit.ts';
import type { Uuid } from '../../../shared/ids.ts';
import { type AuditStand, auditStand } from '../../doubles/audit-stand.ts';
import { filesOf, zipped } from '../../doubles/bundle-files.ts';
import { otherInstallation } from '../../doubles/other-installation.ts';

const dayMs = 24 * 3_600_000;

let stand: AuditStand;
let folder: string;
let tenant: Uuid;

beforeEach(async () => {
  stand = await auditStand();
  folder = mkdtempSync(join(tmpdir(), 'archive-'));
  tenant = stand.ids.uuid();
});
afterEach(async () => {
  await stand.close();
  rmSync(folder, { recursive: true, force: true });
});

async function happen(count: number, tenantId?: Uuid): Promise<void> {
  await Promise.all(
    Array.from({ length: count }, (_, at) => {
      if (at % 50 === 49) stand.clock.advance(1);
      const run = stand.run('thing.create', { reason: 'as asked' });
      run.describe({
        resource: { kind: 'thing', id: 'one' },
        ...(tenantId === undefined ? {} : { tenantId }),
      });
      return run.succeeded();
    }),
  );
}

const verify = async () =>
  auditVerification.parse(
    await stand.result(() => stand.audit.verifyAuditLog({}, stand.run('audit.verify', { read: true }))),
  );
const reasons = async () => (await verify()).problems.map(({ reason }) => reason);
const critical = (action: string) => stand.run(action, { critical: true });
const apply = async () => {
  const run = stand.run('audit.retention.apply');
  return (await stand.result(() => stand.audit.retention.apply({}, run))) as unknown as AppliedRetention;
};
const head = (tenantId: Uuid | null) => {
  const found = stand.store
    .sql<{ log: number; size: number; root: Uint8Array; origin: string }>(
      'SELECT log, size, root, origin FROM logs WHERE tenant_id IS ?',
    )
    .get(tenantId);
  if (found === undefined) throw new Error('no log');
  return found;
};
const entriesOf = (log: number) =>
  stand.store
    .sql<{ n: number }>('SELECT count(*) AS n FROM entries WHERE position >= ? AND position < ?')
    .get(log * 2 ** 36, (log + 1) * 2 ** 36)?.n;

/** Old entries of both logs, and a few of today. */
async function furnish(old = 600): Promise<void> {
  await happen(old, tenant);
  await happen(old);
  await stand.audit.rotateSigningKey(critical('audit.key.rotate'));
  const witness = otherInstallation();
  const add = { key: witness.witnessKey, label: 'Firm B' };
  await stand.audit.witnesses.add(add, critical('audit.witness.add'));
  const { request } = await stand.audit.witnesses.request({ since: 0 }, critical('audit.witness.take'));
  await stand.audit.witnesses.take({ note: witness.cosigned(request) }, critical('audit.witness.take'));
  await happen(300);
  stand.clock.advance(3000 * dayMs);
  await happen(5, tenant);
  await happen(5);
  await stand.audit.settle();
  await stand.audit.retention.policies.setFolder(folder, critical('audit.retention.archive'));
}

const fileOf = (name: string) => join(folder, readdirSync(folder).find((file) => file.includes(name)) ?? '');
const checked = (file: string) => verifyBundle(file, { key: stand.audit.verifierKey(), policy: undefined });
const sql = (file: string, statement: string) => execFileSync('sqlite3', [file, statement]).toString();
const planned = async () => (await stand.audit.retention.plan({ tenant })).logs[0];

async function exported(tenant?: Uuid): Promise<string> {
  const file = join(folder, `${stand.ids.uuid()}.hfbundle.zip`);
  const operation = stand.run('audit.export', { read: true });
  const asked = { tenant, disclose: ['reasons'] as const, file };
  await stand.result(() => stand.audit.exports.exportAuditLog(asked, operation));
  return file;
}

const searchDb = () => join(stand.folder, 'search.db');
/** In how many places a word is, by the vocabulary of search.db. */
const placesOf = (word: string) =>
  Number(sql(searchDb(), `SELECT count(*) FROM event_vocabulary WHERE term = '${word}'`));
/** The same, by its rows. */
const placesOfRows = (action: string) =>
  Number(
    sql(
      searchDb(),
      `SELECT count(DISTINCT time * 64 + position % 64) FROM events JOIN event_kinds USING (kind)
       WHERE action = '${action}'`,
    ),
  );
const rowsOf = (log: number) => Number(sql(searchDb(), `SELECT count(*) FROM events WHERE log = ${log}`));

/** The bundle with another seal, and a trailer that agrees with it. */
async function resealed(file: string, edit: (seal: Record<string, unknown>) => void): Promise<string> {
  const files = filesOf(readFileSync(file));
  const seal = JSON.parse(String(files.get('seal.json')));
  edit(seal);
  const bytes = Buffer.from(canonicalJson(seal));
  const trailer = JSON.parse(String(files.get('trailer.json')));
  trailer.seal = createHash('sha256').update(bytes).digest('hex');
  files.set('seal.json', bytes).set('trailer.json', Buffer.from(canonicalJson(trailer)));
  const changed = join(folder, `${stand.ids.uuid()}.zip`);
  writeFileSync(changed, await zipped(files));
  return changed;
}

describe('pruning', () => {
  it('archives what is old, drops it, and leaves a log that verifies, proves and goes on', async () => {
    await furnish();
    const before = head(null);
    const { logs } = await apply();
    expect(logs).toMatchObject([
      { from: 0, to: 511, entries: 512 },
      { from: 0, to: 767, entries: 768 },
    ]);
    for (const log of logs) {
      expect(await checked(log.file)).toMatchObject({
        verdict: 'verified',
        first: 0,
        manifest: log.manifest,
      });
    }
    expect(entriesOf(head(tenant).log)).toBe(head(tenant).size - 512);
    expect(await reasons()).toEqual([]);
    await stand.restart();
    await happen(300, tenant);
    await happen(300);
    expect(await reasons()).toEqual([]);

    const { log, size, root } = head(null);
    const nodes = nodesFromTiles(size, storedTiles(stand.store, log));
    const proof = consistencyProof(before.size, size, nodes);
    const sizes = { first: before.size, firstRoot: before.root, second: size, secondRoot: root };
    expect(verifyConsistency({ ...sizes, proof })).toBe(true);
    const [record = new Uint8Array(0)] = records(stand.store, log, 800, 801);
    const claim = { index: 800, size, root, leafHash: leafHash(record) };
    expect(verifyInclusion({ ...claim, proof: inclusionProof(800, size, nodes) })).toBe(true);

    stand.clock.advance(3000 * dayMs);
    await happen(3);
    const again = (await apply()).logs[1];
    expect(again).toMatchObject({ from: 768 });
    expect(await checked(again?.file ?? '')).toMatchObject({
      verdict: 'verified',
      first: 768,
      archived: { from: 0, to: 768, manifest: logs[1]?.manifest },
    });
    expect(await reasons()).toEqual([]);
    const { prunings } = await stand.audit.retention.state({});
    expect(prunings.map(({ from }) => from)).toEqual([768, 512, 0, 0]);
    const archived = { before: 1024, file: expect.stringContaining('-768-1023.hfbundle.zip') };
    expect(await stand.audit.exports.planAuditExport({})).toMatchObject({ from: 1024, archived });
    const past = { from: '2026-01-01T00:00:00Z', to: '2026-12-31T00:00:00Z' };
    await expect(stand.audit.exports.planAuditExport(past)).rejects.toThrow(/Older ones were archived/);
    const bundle = await exported();
    expect(await checked(bundle)).toMatchObject({ verdict: 'verified', first: 1024, problems: [] });
    expect(await checked(await resealed(bundle, (seal) => delete seal.pruned))).toMatchObject({
      verdict: 'tampered',
      problems: [{ index: 0, reason: expect.stringMatching(/^premature_deletion: .* before 1024 /) }],
    });
    const drilled = (await stand.result(() =>
      stand.audit.drill.run(stand.run('audit.drill', { read: true })),
    )) as unknown as TamperDrillResult;
    expect(drilled).toMatchObject({ missed: 0, unguarded: 0 });
  });

  it('tells of when those entries are that went, whatever older ones stayed', async () => {
    await stand.audit.rotateSigningKey(critical('audit.key.rotate'));
    await stand.audit.settle();
    await happen(256 - head(null).size);
    stand.clock.advance(dayMs);
    await stand.audit.retention.policies.setFolder(folder, critical('audit.retention.archive'));
    await happen(256);
    stand.clock.advance(2192 * dayMs - 1000);
    await happen(1);
    await apply();
    stand.clock.advance(3000 * dayMs);
    await happen(1);
    await apply();
    const { prunings } = await stand.audit.retention.state({});
    expect(prunings.map(({ from }) => from)).toEqual([256, 0]);
    const [second, first] = prunings.map((each) => ({
      oldest: Date.parse(each.oldest),
      newest: Date.parse(each.newest),
    }));
    const few = 10; // milliseconds by which the clock moves while so many happen
    expect((first?.newest ?? 0) - (first?.oldest ?? 0)).toBeLessThan(few);
    expect((second?.oldest ?? 0) - (first?.newest ?? 0) - dayMs).toBeLessThan(few);
  });

  it('goes on where it was cut, with the archive that is there', async () => {
    await furnish();
    const held = vi.spyOn(stand.audit.retention.policies, 'isHeld');
    held.mockReturnValueOnce(false).mockReturnValueOnce(true);
    await expect(apply()).rejects.toThrow('CONFLICT');
    held.mockRestore();
    const archive = fileOf(tenant);
    const { ino } = statSync(archive);
    expect(await reasons()).toEqual([]);
    const write = stand.store.write.bind(stand.store);
    let tiles = 0;
    const cut = vi.spyOn(stand.store, 'write').mockImplementation((change) =>
      write((transaction) => {
        const result = change(transaction);
        if (transaction.sql('SELECT 1 FROM pruned WHERE dropped > 0').get() !== undefined) tiles += 1;
        if (tiles === 2) throw new Error('killed');
        return result;
      }),
    );
    await expect(apply()).rejects.toThrow('INTERNAL');
    cut.mockRestore();
    await stand.restart();
    const { log } = head(tenant);
    expect(stand.store.sql('SELECT minimum, dropped FROM pruned WHERE log = ?').get(log)).toEqual({
      minimum: 512,
      dropped: 256,
    });
    expect(await reasons()).toEqual([]);
    const { logs } = await apply();
    expect(logs).toMatchObject([{ from: 0, to: 767 }]);
    expect(statSync(archive).ino).toBe(ino);
    expect(stand.store.sql('SELECT dropped FROM pruned WHERE log = ?').get(log)).toEqual({ dropped: 512 });
    expect(await reasons()).toEqual([]);
  });

  it('removes nothing without an archive that verifies', async () => {
    await furnish(300);
    await apply();
    const whole = readFileSync(fileOf(tenant));
    stand.clock.advance(3000 * dayMs);
    await happen(300, tenant);
    stand.clock.advance(3000 * dayMs);
    await happen(3, tenant);
    const { origin, size } = head(tenant);
    const file = join(folder, `holdfast-log-${origin.replaceAll('/', '-')}-256-511.hfbundle.zip`);
    for (const wrong of [whole, whole.subarray(0, 5000)]) {
      writeFileSync(file, wrong);
      await expect(apply()).rejects.toThrow('INTEGRITY');
    }
    expect(entriesOf(head(tenant).log)).toBe(size - 256);
    rmSync(file);
    await apply();
    expect(entriesOf(head(tenant).log)).toBe(size - 512);
  });

  it('waits for holds, forwarding and alerts, and says for which', async () => {
    await furnish(300);
    const stays = vi.spyOn(stand.audit.alerts.watching, 'stays', 'get').mockReturnValue(true);
    expect(await planned()).toMatchObject({ to: 0, heldBy: { obstacle: 'alerts' } });
    await stand.audit.alerts.watching.settle();
    expect(await planned()).toMatchObject({ to: 256, heldBy: null });
    stays.mockRestore();
    expect(await planned()).toMatchObject({ minimum: 0, to: 256, entries: 256, heldBy: null, days: 2192 });
    const policies = stand.audit.retention.policies;
    const { id } = await policies.hold({ tenant, reason: 'a lawsuit' }, critical('audit.retention.hold'));
    expect(await planned()).toMatchObject({ to: 0, entries: 0, heldBy: { obstacle: 'hold' } });
    await policies.lift(id, critical('audit.retention.lift'));
    const control = stand.control.store;
    const destination = stand.ids.uuid();
    await control.write((transaction) => {
      transaction
        .sql(
          `INSERT INTO forward_destinations (id, name, address, format, minimum_severity, fingerprints, maximum_bytes,
             secrets, added_at) VALUES (?, 'siem', 'https://siem.example/', 'record', 'info', '', 65535, '', 0)`,
        )
        .run(destination);
      putCursor(transaction, destination, head(tenant).origin, { next: 200, eventId: 'x' });
    });
    expect(await planned()).toMatchObject({ to: 0, heldBy: { obstacle: 'forwarding', name: 'siem' } });
    // alerts on any tenant are told by the installation's log
    await control.write((transaction) =>
      transaction.sql(`UPDATE forward_destinations SET what = 'alerts' WHERE id = ?`).run(destination),
    );
    expect(await planned()).toMatchObject({ to: 256, heldBy: null });
    await control.write((transaction) =>
      transaction.sql('DELETE FROM forward_destinations WHERE id = ?').run(destination),
    );
    expect(await planned()).toMatchObject({ to: 256, heldBy: null });
  });
});

describe('a pruning beside others', () => {
  it('waits for an export that reads the same entries, however long that takes', async () => {
    await furnish(600);
    await happen(6000, tenant);
    await happen(20);
    const [bundle, { logs }] = await Promise.all([exported(tenant), apply()]);
    expect(await checked(bundle)).toMatchObject({ verdict: 'verified', first: 0, problems: [] });
    expect(logs).toMatchObject([{ from: 0, to: 511 }, { from: 0 }]);
    expect(await reasons()).toEqual([]);
    expect(await checked(await exported(tenant))).toMatchObject({ verdict: 'verified', first: 512 });
  });

  it.each(['a verification', 'the next pruning'])(
    'takes the words of its entries out of search.db; where it was cut, %s goes on',
    async (next) => {
      await furnish(600);
      await planned();
      const { log, size } = head(tenant);
      sql(
        searchDb(),
        `CREATE TRIGGER cut BEFORE DELETE ON events WHEN OLD.position = ${log * 2 ** 36 + 300}
         BEGIN SELECT RAISE(ABORT, 'cut'); END`,
      );
      await expect(apply()).rejects.toThrow();
      expect(entriesOf(log)).toBe(size); // their words could not be told any more
      expect(rowsOf(log)).toBeLessThan(size - 100);
      expect(placesOf('thing')).toBe(placesOfRows('thing.create'));
      sql(searchDb(), 'DROP TRIGGER cut');
      await stand.restart();
      if (next === 'a verification') expect(await reasons()).toEqual([]);
      else await apply();
      expect(rowsOf(log)).toBe(size - 512);
      expect(placesOf('thing')).toBe(placesOfRows('thing.create'));
      await apply();
      expect(entriesOf(log)).toBe(size - 512);
      expect(await reasons()).toEqual([]);
      expect(placesOf('thing')).toBe(placesOfRows('thing.create'));
      sql(searchDb(), "INSERT INTO event_words (event_words, rank) VALUES ('integrity-check', 0)");
    },
  );
});

describe('days of a class', () => {
  const policies = () => stand.audit.retention.policies;
  const set = (recordClass: RecordClass | undefined, days: number, of: Uuid | undefined = tenant) =>
    policies().set(
      { tenant: of, recordClass, days, reason: 'the law says so' },
      critical('audit.retention.set'),
    );

  it('hold back what came after its entries, which neither the plan nor a changed index lets go', async () => {
    await happen(300, tenant);
    const signIn = stand.run('auth.sign-in');
    signIn.describe({ resource: { kind: 'user', id: 'one' }, tenantId: tenant });
    await signIn.succeeded();
    await furnish(300);
    expect(await planned()).toMatchObject({ to: 512, heldBy: null });
    expect(await set('authentication', 4000)).toEqual({ days: 4000, pending: null });
    expect(await planned()).toMatchObject({
      days: 2192,
      to: 256,
      heldBy: { obstacle: 'class', name: 'authentication' },
    });
    const { log } = head(tenant);
    const signedIn = `position = ${log * 2 ** 36 + 300}`;
    const [time] = sql(searchDb(), `SELECT time FROM events WHERE ${signedIn}`).split('\n');
    sql(searchDb(), `UPDATE events SET time = 0 WHERE ${signedIn}`);
    expect(await planned()).toMatchObject({ to: 512, heldBy: null });
    await expect(apply()).rejects.toThrow('INTEGRITY');
    sql(searchDb(), `UPDATE events SET time = ${time} WHERE ${signedIn}`);
    expect((await apply()).logs[0]).toMatchObject({ from: 0, to: 255 });
    const [told] = await stand.audit.recordsOf('log.pruned', null);
    expect(told?.x).toMatchObject({ days: 2192, classes: 'authentication=4000' });
    stand.clock.advance(1001 * dayMs);
    expect(await planned()).toMatchObject({ minimum: 256, to: 512, heldBy: null });
    expect(await reasons()).toEqual([]);
  });

  it('go before those of all entries, those of a tenant before those of the installation', async () => {
    await policies().set(
      { recordClass: 'log', days: 6000, reason: 'as agreed' },
      critical('audit.retention.set'),
    );
    expect(policies().keptDays(tenant)).toMatchObject({ every: 2192, log: 6000, api: 2192 });
    // the entries of the class log would be kept for less than by the installation's days
    const { days, pending } = await set(undefined, 3000);
    expect([days, pending]).toEqual([
      2192,
      expect.objectContaining({ from: 2192, to: 3000, recordClass: null }),
    ]);
    await set('log', 6000);
    expect(await set('api', 2500)).toEqual({ days: 2500, pending: null });
    expect((await set('api', 100)).pending).toMatchObject({ from: 2500, to: 100, recordClass: 'api' });
    expect(policies().keptDays(tenant)).toMatchObject({ every: 2192, log: 6000, api: 2500 });
    expect(policies().keptDays(null)).toMatchObject({ every: 2192, log: 6000, api: 2192 });
    expect((await stand.audit.retention.state({ tenant })).pending).toHaveLength(2);
  });
});

describe('an entry that is gone before its time', () => {
  it('is told, whether its row is taken or more is said to be pruned than was', async () => {
    await furnish(600);
    await apply();
    await happen(400, tenant);
    const { log, origin } = head(null);
    const position = log * 2 ** 36 + 800;
    await stand.restart((file) => sql(file, `DELETE FROM entries WHERE position = ${position}`));
    expect(await verify()).toMatchObject({
      verdict: 'tampered',
      problems: expect.arrayContaining([
        { logId: origin, index: 800, reason: expect.stringMatching(/^premature_deletion: entry 800 /) },
      ]),
    });
    const { log: other } = head(tenant);
    const first = other * 2 ** 36;
    await stand.restart((file) =>
      sql(
        file,
        `UPDATE pruned SET minimum = 768, dropped = 768 WHERE log = ${other};
         DELETE FROM openings WHERE position >= ${first} AND position < ${first + 768};
         DELETE FROM entries WHERE position >= ${first} AND position < ${first + 768}`,
      ),
    );
    expect(await reasons()).toContain(
      'premature_deletion: entries from 512 on are gone, and no pruning tells of them',
    );
  });

  it('is told of what a pruning left as well', async () => {
    await furnish(600);
    await apply();
    const { log } = head(null);
    const { kept } = stand.store.sql<{ kept: string }>('SELECT kept FROM pruned WHERE log = ?').get(log) ?? {
      kept: '[]',
    };
    const [first] = JSON.parse(kept) as number[];
    await stand.restart((file) =>
      sql(file, `DELETE FROM entries WHERE position = ${log * 2 ** 36 + (first ?? 0)}`),
    );
    expect(await reasons()).toContain(
      'what is left below the minimum index is not what the pruning left there',
    );
  });
});
