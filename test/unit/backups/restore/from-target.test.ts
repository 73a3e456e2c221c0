import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { RestorePlan, RestoreResult } from '../../../../shared/contract/backups.ts';
import type { Uuid } from '../../../../shared/ids.ts';
import { makeProtected, type Protected } from '../../../doubles/protected-installation.ts';

const reason = 'the first target is gone';
let place: Protected;
let folder: string;
let second: Uuid;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'holdfast-from-target-'));
  place = await makeProtected();
  await place.put('orders', 'one', { at: 1 });
  await place.backUp();
  const { id } = await place.manager.copies.addTarget(
    {
      name: 'second',
      place: { kind: 'folder', path: folder },
      bytesPerSecond: null,
      covers: { kind: 'all' },
    },
    place.operation('backup.target.add'),
  );
  if (id === null) throw new Error('there is no further target');
  second = id;
  await place.finished(place.manager.copies.syncTarget({ targetId: id }, place.operation()));
});
afterEach(async () => {
  await place.close();
  rmSync(folder, { recursive: true, force: true });
});

const primary = () => place.parts.target.repository(place.tenantId).location.path;
const source = (name: string, from: Uuid | undefined) => ({
  tenant: 'acme',
  destination: { kind: 'folder', path: join(folder, name) } as const,
  ...(from === undefined ? {} : { fromTargetId: from }),
});
const restore = (name: string, from?: Uuid) =>
  place.finished<RestoreResult>(
    place.manager.restoreBackup({ ...source(name, from), reason }, place.operation('backup.restore')),
  );

test('a copy is planned and restored from while the first repository is gone, and stays as it was', async () => {
  rmSync(primary(), { recursive: true });
  await expect(restore('without')).rejects.toMatchObject({ code: 'NOT_FOUND' });
  const plan = await place.finished<RestorePlan>(
    place.manager.planRestore(source('plan', second), place.operation('backup.restore.plan')),
  );
  expect(plan).toMatchObject({ obstacles: [], rows: 1 });
  expect(await restore('with', second)).toMatchObject({ to: 'folder', verifiedLevel: 4, rows: 1 });
  expect(existsSync(join(folder, 'with', 'data.db'))).toBe(true);
  expect(existsSync(primary())).toBe(false);
});

test('in place the copy is read and the safety snapshot goes to the first target', async () => {
  await place.put('orders', 'two', { at: 2 });
  const result = await place.finished<RestoreResult>(
    place.manager.restoreBackup(
      { tenant: 'acme', destination: { kind: 'in-place' }, fromTargetId: second, reason },
      place.operation('backup.restore'),
    ),
  );
  expect(result).toMatchObject({ to: 'in-place', rows: 1 });
  expect(place.tenant.sql('SELECT id FROM documents').all()).toHaveLength(1);
});

test('what is not copied yet is refused with what is', async () => {
  await place.put('orders', 'two', { at: 2 });
  await place.backUp();
  await expect(restore('late', second)).rejects.toMatchObject({ code: 'CONFLICT' });
  expect(existsSync(join(folder, 'late'))).toBe(false);
  await expect(restore('nowhere', place.tenantId)).rejects.toMatchObject({ code: 'NOT_FOUND' });
});
