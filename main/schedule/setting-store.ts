import { type ScheduleSetting, scheduleSetting } from '../../shared/contract/backups/schedules.ts';
import type { Uuid } from '../../shared/ids.ts';
import type { Reading, Transaction } from '../storage/store.ts';

/** A schedule that somebody set; `setAt` in epoch milliseconds. */
export interface SetSchedule {
  readonly setting: ScheduleSetting;
  readonly setAt: number;
  readonly setBy: Uuid | null;
}

interface Row {
  readonly owner: string;
  readonly setting: string;
  readonly set_at: number;
  readonly set_by: Uuid | null;
}

/** By owner: a tenant's id, or `installation`. Those that are missing have what their tier says. */
export function readSchedules(reading: Reading): ReadonlyMap<string, SetSchedule> {
  const rows = reading.sql<Row>('SELECT owner, setting, set_at, set_by FROM schedules').all();
  return new Map(rows.map((row) => [row.owner, setOf(row)]));
}

export function readSchedule(reading: Reading, owner: string): SetSchedule | undefined {
  const row = reading
    .sql<Row>('SELECT owner, setting, set_at, set_by FROM schedules WHERE owner = ?')
    .get(owner);
  return row === undefined ? undefined : setOf(row);
}

export function putSchedule(transaction: Transaction, owner: string, set: SetSchedule): void {
  transaction
    .sql(
      `INSERT INTO schedules (owner, setting, set_at, set_by) VALUES ($owner, $setting, $setAt, $setBy)
       ON CONFLICT (owner) DO UPDATE SET setting = $setting, set_at = $setAt, set_by = $setBy`,
    )
    .run({ owner, setting: JSON.stringify(set.setting), setAt: set.setAt, setBy: set.setBy });
}

export function removeSchedule(transaction: Transaction, owner: string): void {
  transaction.sql('DELETE FROM schedules WHERE owner = ?').run(owner);
}

/** Removes all that schedules know of an owner. */
export function forgetSchedules(transaction: Transaction, owner: string): void {
  for (const table of ['schedules', 'schedule_skips', 'schedule_runs']) {
    transaction.sql(`DELETE FROM ${table} WHERE owner = ?`).run(owner);
  }
}

function setOf({ setting, set_at, set_by }: Row): SetSchedule {
  return { setting: scheduleSetting.parse(JSON.parse(setting)), setAt: set_at, setBy: set_by };
}
