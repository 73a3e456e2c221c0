import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { BackupManager } from '../../../../main/backups/backup-manager.ts';
import {
  beginRestore,
  restoreToUndo,
  unfinishedRestores,
} from '../../../../main/backups/catalogue/restores.ts';
import { beginTimeline } from '../../../../main/backups/snapshot/timeline.ts';
import { makeProtected, type Protected } from '../../../doubles/protected-installation.ts';

let place: Protected;
beforeEach(async () => {
  place = await makeProtected();
});
afterEach(() => place.close());

/** What a restore in place leaves when it is killed: its line, and maybe its timeline in the live database. */
async function cutOff(happened: boolean) {
  const { ids } = place.parts;
  const record = {
    id: ids.uuid(),
    undoId: ids.uuid(),
    tenantId: place.tenantId,
    snapshotId: 'a'.repeat(64),
    undoSnapshotId: 'b'.repeat(64),
    timeline: ids.uuid(),
  };
  await place.control.write((transaction) => beginRestore(transaction, record, 1));
  if (happened) await place.tenant.write((transaction) => beginTimeline(transaction, record.timeline));
  mkdirSync(join(place.folder, 'temporary', 'restoring', record.id), { recursive: true });
  return record;
}

const failOn = (error: unknown) => {
  throw error;
};

test('one that came to pass is finished: told to the log, undoable', async () => {
  const record = await cutOff(true);
  await place.manager.start(() => place.operation('backup.restore'), failOn);
  expect(place.recorded).toMatchObject([
    { action: 'backup.restore', tenantId: place.tenantId, facts: { undo: record.undoId } },
  ]);
  expect(place.afterRestore).toEqual([place.tenantId]);
  expect(restoreToUndo(place.control, record.undoId)).toEqual(record);
  expect(existsSync(join(place.folder, 'temporary', 'restoring'))).toBe(false);
});

test('one that did not is forgotten', async () => {
  const record = await cutOff(false);
  await place.manager.start(() => place.operation('backup.restore'), failOn);
  expect(place.recorded).toEqual([]);
  expect(unfinishedRestores(place.control)).toEqual([]);
  expect(() => restoreToUndo(place.control, record.undoId)).toThrow(/no restore/);
});

test('one of a tenant whose database cannot be opened waits for the next start and holds up nobody', async () => {
  const record = await cutOff(true);
  const other = await cutOff(true);
  const { sources } = place.parts;
  const broken = new Error('the database is damaged');
  let calls = 0;
  const manager = new BackupManager({
    ...place.parts,
    sources: {
      ...sources,
      withTenant: (id, use) => {
        calls += 1;
        return calls === 1 ? Promise.reject(broken) : sources.withTenant(id, use);
      },
    },
  });
  const told: unknown[] = [];
  await manager.start(
    () => place.operation('backup.restore'),
    (error) => void told.push(error),
  );
  expect(told).toEqual([broken]);
  expect(unfinishedRestores(place.control)).toEqual([record]);
  expect(restoreToUndo(place.control, other.undoId)).toEqual(other);
});
