import { randomInt } from 'node:crypto';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { words } from '../../../../renderer/i18n/en/words.ts';
import type { RestorePlan } from '../../../../shared/contract/backups.ts';
import { controlTables } from '../../../../shared/control-data.ts';
import { makeProtected, type Protected } from '../../../doubles/protected-installation.ts';

let place: Protected;
beforeEach(async () => {
  place = await makeProtected();
});
afterEach(() => place.close());

const installation = { installation: true } as const;

const schedule = (owner: string, setting: string) =>
  place.control.write((transaction) =>
    transaction
      .sql('INSERT OR REPLACE INTO schedules (owner, setting, set_at) VALUES (?, ?, 1)')
      .run(owner, setting),
  );

async function plan(when: { at: string } | { snapshotId: string }): Promise<RestorePlan['changes']> {
  const destination = {
    kind: 'folder' as const,
    path: join(place.folder, '..', `preview-${randomInt(2 ** 40)}`),
  };
  const started = place.manager.planRestore({ ...installation, ...when, destination }, place.operation());
  const planned = await place.finished<RestorePlan>(started);
  expect(planned.obstacles).toEqual([]);
  return planned.changes;
}

test('a plan for the installation counts rows that are only then, differ, or are only now', async () => {
  await schedule('stays', 'a');
  await schedule('changes', 'a');
  await schedule('goes', 'a');
  const backup = place.manager.createBackup({ scope: installation, kind: 'incremental' }, place.operation());
  const { snapshots } = await place.finished<{ snapshots: { id: string }[] }>(backup);
  const first = snapshots[0]?.id ?? '';
  await schedule('comes', 'a');
  const between = place.control.sql<{ time: number }>('SELECT time FROM commit_clock').get()?.time ?? 0;
  while (Date.now() <= between) await new Promise((resolve) => setImmediate(resolve));
  await schedule('changes', 'b');
  await place.control.write((transaction) =>
    transaction.sql(`DELETE FROM schedules WHERE owner = 'goes'`).run(),
  );

  const schedules = (changes: RestorePlan['changes']) =>
    changes.find(({ collection }) => collection === 'backup-schedules');
  expect(schedules(await plan({ snapshotId: first }))).toEqual({
    collection: 'backup-schedules',
    added: 1,
    changed: 1,
    lost: 1,
    unchanged: 1,
  });
  // a commit between two backups
  expect(schedules(await plan({ at: new Date(between).toISOString() }))).toEqual({
    collection: 'backup-schedules',
    added: 1,
    changed: 1,
    lost: 0,
    unchanged: 2,
  });
});

test('every table of control.db has a fate, and what people are told of has words and a key to be found by', () => {
  const tables = place.control
    .sql<{ name: string }>(
      `SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'`,
    )
    .all()
    .map(({ name }) => name);
  expect(tables.sort()).toEqual(Object.keys(controlTables).sort());
  const told = Object.entries(controlTables).filter(([, { data }]) => data !== null);
  expect(Object.keys(words.controlData).sort()).toEqual(told.map(([, { data }]) => data).sort());
  for (const [table] of told) {
    const keys = place.control.sql('SELECT 1 FROM pragma_table_info(?) WHERE pk > 0').all(table);
    expect({ table, keyed: keys.length > 0 }).toEqual({ table, keyed: true });
  }
});
