import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { AccessTold } from '../../../main/audit/access-told.ts';
import { OperatorSeal } from '../../../main/auth/operator-seal.ts';
import { controlMigrations } from '../../../main/storage/migrations/control.ts';
import { type OpenStore, openStore } from '../../../main/storage/open-store.ts';
import { rowChanges } from '../../../main/suite/set-back/row-changes.ts';
import type { RowChange } from '../../../main/suite/set-back/set-back.ts';
import { systemClock } from '../../../shared/clock.ts';
import { retentionByTier } from '../../../shared/retention.ts';
import { temporaryFolder } from '../../doubles/temporary-folder.ts';

const seal = new OperatorSeal(() => Buffer.alloc(32, 1));
let now: OpenStore;
let past: OpenStore;
/** Whose keys were destroyed. */
let erased: Set<string>;
let told: Map<string, AccessTold>;

beforeEach(async () => {
  const folder = temporaryFolder();
  const open = (name: string) =>
    openStore({
      file: join(folder, `${name}.db`),
      name: 'control',
      migrations: controlMigrations,
      clock: systemClock,
      createIfMissing: true,
    });
  now = await open('now');
  past = await open('past');
  erased = new Set();
  told = new Map();
});
afterEach(async () => {
  await now.close();
  await past.close();
});

type Cell = string | number | Uint8Array | null;

async function put(store: OpenStore, table: string, row: Readonly<Record<string, Cell>>): Promise<void> {
  const names = Object.keys(row);
  await store.write((transaction) =>
    transaction
      .sql(
        `INSERT INTO ${table} (${names.join(', ')}) VALUES (${names.map((name) => `@${name}`).join(', ')})`,
      )
      .run(row),
  );
}

const both = async (table: string, row: Readonly<Record<string, Cell>>) => {
  await put(now, table, row);
  await put(past, table, row);
};

async function tenant(stores: readonly OpenStore[], id: string, more: Readonly<Record<string, Cell>> = {}) {
  for (const store of stores) {
    await put(store, 'slugs', { slug: id, tenant_id: id });
    await put(store, 'tenants', {
      id,
      slug: id,
      name: id,
      folded_name: id,
      tier: 'free',
      state: 'active',
      sample: 0,
      bots_limit: 1,
      created_at: 1,
      updated_at: 1,
      ...more,
    });
  }
}

const person = (id: string, of: string, more: Readonly<Record<string, Cell>> = {}) => ({
  id,
  tenant_id: of,
  kind: 'bot',
  name: Buffer.from(id),
  name_index: Buffer.from(id),
  scopes: '["a:*","b:*"]',
  state: 'active',
  created_at: 1,
  ...more,
});

function operator(name: string, more: { state?: 'active' | 'disabled'; forged?: true } = {}) {
  const { state = 'active', forged } = more;
  const row = { id: randomUUID(), nameIndex: Buffer.from(name), role: 'owner' as const, passphrase: 'hash' };
  return {
    id: row.id,
    name_sealed: Buffer.from(name),
    name_index: row.nameIndex,
    role: forged ? 'auditor' : row.role,
    state,
    passphrase: row.passphrase,
    mac: seal.of({ ...row, id: row.id as never, state, passphraseSetAt: null, accessGivenAt: null }),
    created_at: 1,
  };
}

/** Sets back, and answers what was changed, by table. */
async function setBack(): Promise<Record<string, string[]>> {
  const byTable: Record<string, string[]> = {};
  for (const { table, kind } of await changed()) byTable[table] = [...(byTable[table] ?? []), kind];
  return byTable;
}

/** Sets back; `regains`: whom what is taken back left without access. */
async function changed(regains: readonly string[] = []): Promise<RowChange[]> {
  return await now.write((transaction) => {
    const changes = rowChanges({
      now: transaction,
      past,
      told,
      pseudonymKey: Buffer.alloc(32),
      seal,
      hasKey: (subject) => !erased.has(subject),
      regains: new Set(regains),
      check: () => undefined,
    });
    for (const { apply } of changes) apply(transaction, 77);
    return changes;
  });
}

const rows = (store: OpenStore, sql: string) => store.sql(sql).all();

test('what was decided comes back row by row, and of a tenant that was made since nothing is touched', async () => {
  await tenant([now], 'both', { name: 'later', tier: 'enterprise', bots_limit: null });
  await tenant([past], 'both');
  await tenant([now], 'made');
  await tenant([past], 'deleted');
  const schedule = (owner: string, setting: string) => ({ owner, setting, set_at: 1 });
  await put(past, 'schedules', schedule('both', 'then'));
  await put(now, 'schedules', schedule('both', 'now'));
  await put(now, 'schedules', schedule('installation', 'now'));
  await put(now, 'schedules', schedule('made', 'now'));
  await put(past, 'schedules', schedule('deleted', 'then'));
  await put(past, 'retention_policies', { owner: 'both', policy: '{}', set_at: 1 });
  const folder = (id: string, path: string) => ({
    id,
    tenant_id: 'both',
    path,
    excludes: '[]',
    created_at: 1,
  });
  await put(past, 'protected_folders', folder('removed', '/removed'));
  await put(past, 'protected_folders', folder('again-1', '/again'));
  await put(now, 'protected_folders', folder('again-2', '/again'));
  await put(now, 'protected_folders', folder('added', '/added'));

  expect(await setBack()).toEqual({
    tenants: ['changed'],
    schedules: ['changed', 'lost'],
    retention_policies: ['added'],
    protected_folders: ['added'],
  });
  expect(rows(now, 'SELECT id, name, tier, bots_limit FROM tenants ORDER BY id')).toEqual([
    { id: 'both', name: 'both', tier: 'free', bots_limit: 1 },
    { id: 'made', name: 'made', tier: 'free', bots_limit: 1 },
  ]);
  expect(rows(now, 'SELECT owner, setting FROM schedules ORDER BY owner')).toEqual([
    { owner: 'both', setting: 'then' },
    { owner: 'made', setting: 'now' },
  ]);
  expect(rows(now, 'SELECT id FROM protected_folders ORDER BY id')).toEqual([
    { id: 'added' },
    { id: 'again-2' },
    { id: 'removed' },
  ]);
  expect(await setBack()).toEqual({});
});

test('a retention of backups that keeps more than that of then stays; one that keeps less goes back', async () => {
  for (const id of ['longer', 'set-longer', 'set-shorter', 'reset', 'shorter']) await tenant([now, past], id);
  const policy = (owner: string, last: number) => ({
    owner,
    policy: JSON.stringify({ ...retentionByTier.free, last }),
    set_at: 1,
  });
  await put(past, 'retention_policies', policy('longer', 20));
  await put(now, 'retention_policies', policy('longer', 40));
  await put(now, 'retention_policies', policy('set-longer', 40));
  await put(now, 'retention_policies', policy('set-shorter', 4));
  await put(past, 'retention_policies', policy('reset', 4));
  await put(past, 'retention_policies', policy('shorter', 20));
  await put(now, 'retention_policies', policy('shorter', 4));
  expect(await setBack()).toEqual({ retention_policies: ['lost', 'changed'] });
  expect(rows(now, `SELECT owner, policy ->> 'last' AS last FROM retention_policies ORDER BY owner`)).toEqual(
    [
      { owner: 'longer', last: 40 },
      { owner: 'set-longer', last: 40 },
      { owner: 'shorter', last: 20 },
    ],
  );
});

test('access is that of then and of now; rows that a foreign program removed come back, erased ones do not', async () => {
  await tenant([now, past], 'both');
  await both('principals', person('kept', 'both'));
  await put(past, 'principals', person('narrowed', 'both', { kind: 'user' }));
  await put(now, 'principals', person('narrowed', 'both', { kind: 'user', scopes: '["b:*","c:*"]' }));
  await put(past, 'principals', person('gone', 'both', { kind: 'user' }));
  await put(past, 'principals', person('erased', 'both', { kind: 'user' }));
  // beyond the quota of one bot
  await put(past, 'principals', person('removed', 'both', { kind: 'user' }));
  erased.add('erased');
  told.set('gone', 'gone');
  const key = (id: string, of: string, more: Readonly<Record<string, Cell>> = {}) => ({
    lookup: id,
    id,
    mac: Buffer.alloc(32),
    tenant_id: 'both',
    principal_id: of,
    created_at: 1,
    expires_at: 9,
    ...more,
  });
  await both('api_key', key('told', 'kept'));
  told.set('told', 'taken');
  await put(past, 'api_key', key('of-removed', 'removed'));
  await put(past, 'api_key', key('of-erased', 'erased'));
  await put(now, 'api_key', key('issued-since', 'kept'));

  expect(await setBack()).toEqual({
    principals: ['changed', 'added'],
    api_key: ['changed', 'changed', 'added'],
  });
  expect(rows(now, 'SELECT id, state, scopes FROM principals ORDER BY id')).toEqual([
    { id: 'kept', state: 'active', scopes: '["a:*","b:*"]' },
    { id: 'narrowed', state: 'active', scopes: '["b:*"]' },
    { id: 'removed', state: 'active', scopes: '["a:*","b:*"]' },
  ]);
  expect(rows(now, 'SELECT id, revoked_at FROM api_key ORDER BY id')).toEqual([
    { id: 'issued-since', revoked_at: 77 },
    { id: 'of-removed', revoked_at: null },
    { id: 'told', revoked_at: 77 },
  ]);
  expect(rows(now, 'SELECT bots, users FROM tenants')).toEqual([{ bots: 1, users: 2 }]);
});

test('an operator whose row was changed past Holdfast is as before, and one whose older row is no sounder is not let in', async () => {
  const mended = operator('mended');
  await put(past, 'operator', mended);
  await put(now, 'operator', { ...mended, role: 'auditor' });
  const planted = operator('planted', { forged: true });
  await put(past, 'operator', planted);
  expect(await setBack()).toEqual({ operator: ['changed'] });
  expect(rows(now, 'SELECT id, role, state FROM operator')).toEqual([
    { id: mended.id, role: 'owner', state: 'active' },
  ]);
});

test('one who was disabled before is not counted as without access, and taking it back does not let them in', async () => {
  await tenant([now, past], 'both');
  await put(past, 'principals', person('disabled', 'both', { scopes: '["a:*"]' }));
  await put(now, 'principals', person('disabled', 'both', { state: 'disabled', scopes: '["*:*"]' }));
  const taken = (await changed()).map((change) => change.taken).filter((id) => id !== null);
  expect(taken).toEqual([]);
  const disabled = rows(now, 'SELECT id, state FROM principals');
  expect(disabled).toEqual([{ id: 'disabled', state: 'disabled' }]);
  // taken back: the state right before
  await past.write((transaction) =>
    transaction.sql(`UPDATE principals SET state = 'disabled', scopes = '["*:*"]'`).run(),
  );
  await changed(taken);
  expect(rows(now, 'SELECT id, state FROM principals')).toEqual(disabled);
});

test('an operator whose name another one holds now is disabled, and not made good', async () => {
  const renamed = operator('before');
  const forged = { ...renamed, name_index: Buffer.from('after') };
  await put(past, 'operator', renamed);
  await put(now, 'operator', forged);
  await put(now, 'operator', operator('before'));
  const done = await changed();
  expect(done.map(({ taken }) => taken)).toContain(renamed.id);
  expect(rows(now, `SELECT state, mac FROM operator WHERE id = '${renamed.id}'`)).toEqual([
    { state: 'disabled', mac: forged.mac },
  ]);
});
