import {
  installationRetention,
  keepsLess,
  type RetentionPolicy,
  retentionByTier,
} from '../../../shared/retention.ts';
import type { Tier } from '../../../shared/tiers.ts';
import { sharedTenants } from './access-changes.ts';
import {
  insertRow,
  type Plain,
  type Row,
  type RowChange,
  type SetBackSources,
  sameValue,
} from './set-back.ts';

interface PlainTable {
  readonly key: 'owner' | 'id';
  /** Whether rows that were made since go: what they say was decided after the moment. */
  readonly removes: boolean;
}

const tables: Readonly<Record<Plain, PlainTable>> = {
  schedules: { key: 'owner', removes: true },
  retention_policies: { key: 'owner', removes: true },
  // protection that was added since is not taken away
  protected_folders: { key: 'id', removes: false },
  audit_filters: { key: 'id', removes: false },
};

/** Rows that say nothing of who may do what, of those who were there then and are still. */
export function* plainChanges(sources: SetBackSources): Generator<RowChange> {
  for (const table of Object.keys(tables) as Plain[]) yield* tableChanges(sources, table);
}

function* tableChanges(sources: SetBackSources, table: Plain): Generator<RowChange> {
  const { key, removes } = tables[table];
  const { now, past, check } = sources;
  const isShared = sharing(sources, table);
  // what is kept now is not let go by going back
  const isLonger = (owner: string) =>
    table === 'retention_policies' && keepsLess(policyOf(past, owner), policyOf(now, owner));
  const there = byKey(past, table, key);
  const here = byKey(now, table, key);
  for (const [value, row] of here) {
    check();
    const before = there.get(value);
    const remove = (transaction: Parameters<RowChange['apply']>[0]) =>
      void transaction.sql(`DELETE FROM ${table} WHERE ${key} = ?`).run(value);
    if (isLonger(value)) continue;
    if (before === undefined) {
      if (removes && isShared(row)) yield { table, kind: 'lost', taken: null, apply: remove };
      continue;
    }
    if (Object.keys(before).every((name) => sameValue(row[name], before[name])) || !isShared(before))
      continue;
    yield {
      table,
      kind: 'changed',
      taken: null,
      apply: (transaction) => {
        remove(transaction);
        insertRow(transaction, table, before);
      },
    };
  }
  const places = new Set([...here.values()].map((row) => placeOf(table, row)));
  for (const [value, row] of there) {
    // a folder that was protected anew has another id
    if (
      here.has(value) ||
      !isShared(row) ||
      isLonger(value) ||
      (table === 'protected_folders' && places.has(placeOf(table, row)))
    ) {
      continue;
    }
    yield { table, kind: 'added', taken: null, apply: (transaction) => insertRow(transaction, table, row) };
  }
}

function placeOf(table: Plain, row: Row): string {
  return table === 'protected_folders' ? `${row.tenant_id} ${row.path}` : '';
}

/** Whether a row is of somebody who was there then and is still; what is of others stays as it is. */
function sharing(sources: SetBackSources, table: Plain): (row: Row) => boolean {
  const { now, past } = sources;
  const tenants = sharedTenants(sources);
  if (table === 'protected_folders') return (row) => tenants.has(String(row.tenant_id));
  if (table === 'audit_filters') {
    const operators = new Set([...byKey(now, 'operator', 'id').keys()]);
    return (row) => operators.has(String(row.operator_id));
  }
  // of a folder, whose snapshots may outlive its protection
  const folderOf = past.sql<{ tenant_id: string }>(
    'SELECT tenant_id FROM folder_snapshots WHERE folder_id = @id UNION SELECT tenant_id FROM protected_folders WHERE id = @id',
  );
  return ({ owner }) =>
    owner === 'installation' ||
    tenants.has(String(owner)) ||
    tenants.has(folderOf.get({ id: String(owner) })?.tenant_id ?? '');
}

/** Which backups of an owner stay: as somebody set it, or by the tier. */
function policyOf(reading: SetBackSources['now'], owner: string): RetentionPolicy {
  const set = reading
    .sql<{ policy: string }>('SELECT policy FROM retention_policies WHERE owner = ?')
    .get(owner);
  if (set !== undefined) return JSON.parse(set.policy);
  const tenant = reading
    .sql<{ tier: Tier }>(
      `SELECT tier FROM tenants WHERE id = @owner OR id IN (SELECT tenant_id FROM protected_folders WHERE id = @owner
       UNION SELECT tenant_id FROM folder_snapshots WHERE folder_id = @owner)`,
    )
    .get({ owner });
  return tenant === undefined ? installationRetention : retentionByTier[tenant.tier];
}

function byKey(reading: SetBackSources['now'], table: string, key: 'owner' | 'id'): ReadonlyMap<string, Row> {
  const rows = reading.sql<Row>(`SELECT * FROM ${table}`).all();
  return new Map(rows.map((row) => [String(row[key]), row]));
}
