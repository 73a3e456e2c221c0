import type { Uuid } from '../../../shared/ids.ts';
import type { Role } from '../../../shared/roles.ts';
import type { Transaction } from '../../storage/store.ts';
import {
  insertRow,
  lastTold,
  type Row,
  type RowChange,
  rowsById,
  type SetBackSources,
  sameValue,
  updateRow,
} from './set-back.ts';

/** Whether access is withheld: it was not had then, unless a restore that is taken back took it, or the log tells of its end since. */
function isDeniedTo(sources: SetBackSources, id: string, hadThen: boolean): boolean {
  return lastTold(sources, id) === 'taken' || !(hadThen || sources.regains.has(id));
}

/** The tenants that were there then and are still. */
export function sharedTenants({ now, past }: SetBackSources): ReadonlySet<string> {
  const here = rowsById(now, 'tenants');
  return new Set([...rowsById(past, 'tenants').keys()].filter((id) => here.has(id)));
}

/**
 * Operators: who was made since, was disabled then, or was disabled since cannot sign in. One whose row was changed or removed past
 * Holdfast comes back as it was, or cannot sign in where another has the name by now. Passphrases stay.
 */
export function* operatorChanges(sources: SetBackSources): Generator<RowChange> {
  const { now, past, seal, hasKey, regains } = sources;
  const here = rowsById(now, 'operator');
  const there = rowsById(past, 'operator');
  const names = new Map([...here].map(([id, row]) => [hex(row.name_index), id]));
  for (const [id, row] of here) {
    const before = there.get(id);
    const isDenied = isDeniedTo(sources, id, before?.state === 'active');
    const isActive = row.state === 'active' || regains.has(id);
    const isForged = !seal.fits(fieldsOf(row));
    const isMendable = isForged && before !== undefined && seal.fits(fieldsOf(before));
    if (isMendable && (names.get(hex(before.name_index)) ?? id) === id) {
      const state = isDenied ? 'disabled' : 'active';
      yield {
        table: 'operator',
        kind: 'changed',
        taken: isDenied && row.state === 'active' ? id : null,
        ...(isDenied ? {} : { lets: id }),
        apply: (transaction, time) =>
          updateRow(transaction, 'operator', id, {
            name_index: before.name_index ?? null,
            name_sealed: before.name_sealed ?? null,
            role: before.role ?? null,
            passphrase: before.passphrase ?? null,
            passphrase_set_at: before.passphrase_set_at ?? null,
            access_given_at: before.access_given_at ?? null,
            ...stateOf(sources, before, state, time),
          }),
      };
      continue;
    }
    const state = isActive && !isDenied && !isMendable ? 'active' : 'disabled';
    if (state === row.state) continue;
    yield {
      table: 'operator',
      kind: 'changed',
      taken: state === 'disabled' ? id : null,
      ...(state === 'disabled' || isForged ? {} : { lets: id }),
      // a forged row is not made good by being disabled
      apply: (transaction, time) =>
        updateRow(transaction, 'operator', id, {
          ...stateOf(sources, row, state, time),
          ...(isForged ? { mac: row.mac ?? null } : {}),
        }),
    };
  }
  for (const [id, row] of there) {
    const told = lastTold(sources, id);
    if (here.has(id) || told === 'gone' || !hasKey(id) || names.has(hex(row.name_index))) continue;
    if (!seal.fits(fieldsOf(row))) continue;
    const state = row.state === 'active' && told !== 'taken' ? 'active' : 'disabled';
    yield {
      table: 'operator',
      kind: 'added',
      taken: null,
      ...(state === 'disabled' ? {} : { lets: id }),
      apply: (transaction, time) =>
        insertRow(transaction, 'operator', row, stateOf(sources, row, state, time)),
    };
  }
}

function stateOf({ seal }: SetBackSources, row: Row, state: 'active' | 'disabled', time: number) {
  const mac = seal.of({ ...fieldsOf(row), state });
  return { state, disabled_at: state === 'active' ? null : (row.disabled_at ?? time), mac };
}

function fieldsOf(row: Row) {
  return {
    id: row.id as Uuid,
    nameIndex: row.name_index as Uint8Array,
    role: row.role as Role,
    state: row.state as 'active' | 'disabled',
    passphrase: row.passphrase as string,
    passphraseSetAt: row.passphrase_set_at as number | null,
    accessGivenAt: row.access_given_at as number | null,
    mac: row.mac as Uint8Array,
  };
}

/** Tenants: name, tier and quotas of then; suspended is who was so then or is now. */
export function* tenantChanges(sources: SetBackSources): Generator<RowChange> {
  const { now, past, regains } = sources;
  const shared = sharedTenants(sources);
  const there = rowsById(past, 'tenants');
  const columns = ['name', 'folded_name', 'tier', 'state', 'bots_limit', 'users_limit'];
  for (const [id, row] of rowsById(now, 'tenants')) {
    const before = there.get(id);
    if (!shared.has(id) || before === undefined) continue;
    const isSuspended = row.state === 'suspended' && !regains.has(id);
    const isDenied = isSuspended || isDeniedTo(sources, id, before.state === 'active');
    const wanted: Row = { ...before, state: isDenied ? 'suspended' : 'active' };
    const changed = columns.filter((name) => !sameValue(row[name], wanted[name]));
    if (changed.length === 0) continue;
    yield {
      table: 'tenants',
      kind: 'changed',
      taken: row.state === 'active' && isDenied ? id : null,
      apply: (transaction, time) =>
        updateRow(transaction, 'tenants', id, {
          ...Object.fromEntries(changed.map((name) => [name, wanted[name] ?? null])),
          updated_at: time,
        }),
    };
  }
}

/** Users and bots of tenants that were there then; those that come back are told to `back`. */
export function* principalChanges(sources: SetBackSources, back: (id: string) => void): Generator<RowChange> {
  const { now, past, hasKey, regains, check } = sources;
  const shared = sharedTenants(sources);
  const before = past.sql<Row>('SELECT * FROM principals WHERE id = ?');
  let read = 0;
  for (const row of now.sql<Row>('SELECT * FROM principals').iterate()) {
    read += 1;
    if (read % 1000 === 0) check();
    if (!shared.has(String(row.tenant_id))) continue;
    const id = String(row.id);
    const was = before.get(id);
    const isDenied = isDeniedTo(sources, id, was?.state === 'active');
    const isActive = row.state === 'active' || regains.has(id);
    const state = isActive && !isDenied ? 'active' : 'disabled';
    const narrowed = was === undefined ? row.scopes : bothOf(String(was.scopes), String(row.scopes));
    const scopes = regains.has(id) && was !== undefined ? was.scopes : narrowed;
    if (state === row.state && scopes === row.scopes) continue;
    yield {
      table: 'principals',
      kind: 'changed',
      taken: row.state === 'active' && !(state === 'active' && regains.has(id)) ? id : null,
      apply: (transaction) => updateRow(transaction, 'principals', id, { state, scopes: scopes ?? null }),
    };
  }
  const here = now.sql('SELECT 1 FROM principals WHERE id = ?');
  const sameExternal = now.sql('SELECT 1 FROM principals WHERE tenant_id = ? AND external_index = ?');
  for (const row of past.sql<Row>('SELECT * FROM principals').iterate()) {
    const id = String(row.id);
    if (!shared.has(String(row.tenant_id)) || here.get(id) !== undefined) continue;
    const told = lastTold(sources, id);
    const external = row.external_index ?? null;
    if (told === 'gone' || !hasKey(id)) continue;
    if (external !== null && sameExternal.get(String(row.tenant_id), external) !== undefined) continue;
    back(id);
    const state = row.state === 'active' && told !== 'taken' ? 'active' : 'disabled';
    yield {
      table: 'principals',
      kind: 'added',
      taken: null,
      apply: (transaction) =>
        beyondQuotas(transaction, String(row.tenant_id), () =>
          insertRow(transaction, 'principals', row, { state }),
        ),
    };
  }
}

/** Who comes back counts as before, also where others took the places meanwhile. */
function beyondQuotas(transaction: Transaction, tenantId: string, insert: () => void): void {
  const limits = transaction
    .sql<{ bots_limit: number | null; users_limit: number | null }>(
      'SELECT bots_limit, users_limit FROM tenants WHERE id = ?',
    )
    .get(tenantId);
  updateRow(transaction, 'tenants', tenantId, { bots_limit: null, users_limit: null });
  insert();
  if (limits !== undefined) updateRow(transaction, 'tenants', tenantId, { ...limits });
}

function bothOf(past: string, now: string): string {
  if (past === now) return now;
  const known = new Set<unknown>(JSON.parse(past) as unknown[]);
  return JSON.stringify((JSON.parse(now) as unknown[]).filter((scope) => known.has(scope)));
}

/** API keys: those issued since, revoked then or revoked since verify no more. */
export function* apiKeyChanges(
  sources: SetBackSources,
  isBack: (principal: string) => boolean,
): Generator<RowChange> {
  const { now, past, regains, check } = sources;
  const shared = sharedTenants(sources);
  const before = past.sql<Row>('SELECT * FROM api_key WHERE lookup = ?');
  let read = 0;
  for (const row of now.sql<Row>('SELECT * FROM api_key').iterate()) {
    read += 1;
    if (read % 1000 === 0) check();
    const id = String(row.id);
    const isValid = row.revoked_at === null || regains.has(id);
    if (!isValid || !shared.has(String(row.tenant_id))) continue;
    const was = before.get(String(row.lookup));
    const stays = !isDeniedTo(sources, id, was?.revoked_at === null);
    if (stays === (row.revoked_at === null)) continue;
    yield {
      table: 'api_key',
      kind: 'changed',
      taken: stays ? null : id,
      apply: (transaction, time) =>
        updateRow(transaction, 'api_key', id, { revoked_at: stays ? null : time }),
    };
  }
  const here = now.sql('SELECT 1 FROM api_key WHERE lookup = ? OR id = ?');
  const principal = now.sql('SELECT 1 FROM principals WHERE id = ?');
  for (const row of past.sql<Row>('SELECT * FROM api_key WHERE revoked_at IS NULL').iterate()) {
    const owner = String(row.principal_id);
    if (!shared.has(String(row.tenant_id)) || here.get(String(row.lookup), String(row.id)) !== undefined) {
      continue;
    }
    if (lastTold(sources, String(row.id)) === 'taken') continue;
    if (!isBack(owner) && principal.get(owner) === undefined) continue;
    yield {
      table: 'api_key',
      kind: 'added',
      taken: null,
      apply: (transaction) => insertRow(transaction, 'api_key', row),
    };
  }
}

function hex(value: Row[string] | undefined): string {
  return Buffer.from((value ?? new Uint8Array(0)) as Uint8Array).toString('hex');
}
