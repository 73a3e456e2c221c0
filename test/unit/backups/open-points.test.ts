import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { DerivedKeys } from '../../../main/backups/derived-keys.ts';
import { OpenPoints } from '../../../main/backups/points/open-points.ts';
import { RepositoryUse } from '../../../main/backups/repository-use.ts';
import { MovableTarget } from '../../../main/backups/targets/movable-target.ts';
import { Turns } from '../../../main/backups/turns.ts';
import type { OpenedPoint } from '../../../shared/contract/backups/points.ts';
import type { BackupResult } from '../../../shared/contract/backups.ts';
import { makeProtected, type Protected } from '../../doubles/protected-installation.ts';

let place: Protected;
beforeEach(async () => {
  place = await makeProtected();
});
afterEach(async () => {
  await place.manager.stop();
  await place.close();
});

const open = (when: { snapshotId: string } | { at: string }, points = place.manager.points) =>
  place.finished<OpenedPoint>(
    points.openRestorePoint({ tenant: 'acme', ...when }, place.operation('backup.restore.open')),
  );
const find = (pointId: OpenedPoint['pointId'], asked: { text?: string; collection?: string } = {}) =>
  place.manager.points.findRestoreParts({ pointId, limit: 100, ...asked });
const parts = async (...asked: Parameters<typeof find>) =>
  (await find(...asked)).items.map(({ part }) => part);
const lyingOpen = () => readdirSync(join(place.folder, 'temporary', 'restoring'));

test('documents and files are found among those of a snapshot and of a moment, whatever became of them', async () => {
  await place.putAll('orders', [
    { id: 'order-1', value: { at: 1 } },
    { id: 'Order-2', value: { at: 2 } },
  ]);
  await place.put('people', 'order-of-merit', { a: 'b' });
  await place.addFile('letters/ORDER.pdf', Buffer.from('a letter'));
  const snapshotId = (await place.snapshot()).id;
  await place.remove('orders', 'order-1');
  const between = new Date().toISOString();
  await delay(5);
  await place.put('orders', 'order-3', { at: 3 });
  await place.snapshot();

  const then = await open({ snapshotId: snapshotId.slice(0, 8) });
  expect(then).toMatchObject({
    tenantId: place.tenantId,
    snapshotId,
    collections: [
      { collection: 'orders', documents: 2 },
      { collection: 'people', documents: 1 },
    ],
    files: 1,
  });
  const all = ['$files/letters/ORDER.pdf', 'orders/Order-2', 'orders/order-1', 'people/order-of-merit'];
  expect(await parts(then.pointId)).toEqual(all);
  expect(await parts(then.pointId, { text: 'ORDER-' })).toEqual(all.slice(1));
  expect(await parts(then.pointId, { text: 'order-', collection: 'people' })).toEqual(all.slice(3));
  expect(await parts(then.pointId, { collection: '$files' })).toEqual(all.slice(0, 1));
  expect(await parts(then.pointId, { text: '_' })).toEqual([]);
  expect((await find(then.pointId, { text: 'letters' })).items).toEqual([
    { part: all[0], collection: '$files', id: 'letters/ORDER.pdf', bytes: 8, time: expect.any(String) },
  ]);
  const moment = await open({ at: between });
  expect(await parts(moment.pointId, { text: 'order-' })).toEqual([
    'orders/Order-2',
    'people/order-of-merit',
  ]);
});

test('pages go on after files and collections, and a cursor of another search is refused', async () => {
  await place.putAll(
    'orders',
    [1, 2, 3].map((n) => ({ id: `order-${n}`, value: n })),
  );
  await place.addFile('order-0.txt', Buffer.from('0'));
  await place.put('archive', 'order-9', 9);
  const { pointId } = await open({ snapshotId: (await place.snapshot()).id });
  const seen: string[] = [];
  let cursor: string | undefined;
  do {
    const asked = { pointId, text: 'order', limit: 2, ...(cursor === undefined ? {} : { cursor }) };
    const { items, next } = await place.manager.points.findRestoreParts(asked);
    seen.push(...items.map(({ part }) => part));
    if (next !== null) {
      await expect(
        place.manager.points.findRestoreParts({ pointId, limit: 2, text: 'other', cursor: next }),
      ).rejects.toMatchObject({ code: 'VALIDATION' });
    }
    cursor = next ?? undefined;
  } while (cursor !== undefined);
  expect(seen).toEqual([
    '$files/order-0.txt',
    'archive/order-9',
    'orders/order-1',
    'orders/order-2',
    'orders/order-3',
  ]);
});

test('the same moment is rebuilt once; the one unused longest makes room; nothing stays when it is put away', async () => {
  await place.put('orders', 'one', 1);
  const ids = [(await place.snapshot()).id];
  for (const id of ['two', 'three']) {
    await place.put('orders', id, 1);
    ids.push((await place.snapshot()).id);
  }
  const [first, second] = await Promise.all(ids.slice(0, 2).map((snapshotId) => open({ snapshotId })));
  if (first === undefined || second === undefined) throw new Error('nothing was opened');
  expect(await open({ snapshotId: ids[0] ?? '' })).toEqual(first);
  await open({ snapshotId: ids[2] ?? '' });
  expect(await parts(first.pointId)).toEqual(['orders/one']);
  await expect(find(second.pointId)).rejects.toMatchObject({
    code: 'NOT_FOUND',
    data: { kind: 'restore-point', id: second.pointId },
  });
  expect(lyingOpen()).toHaveLength(2);
  await place.manager.points.closeTenant(place.tenantId);
  expect(lyingOpen()).toEqual([]);

  const brief = new OpenPoints(
    {
      ...place.parts,
      target: new MovableTarget(place.parts.target),
      workFolder: join(place.folder, 'brief'),
      turns: new Turns(),
      use: new RepositoryUse(),
      derivedKeys: new DerivedKeys(),
    },
    { kept: 50 },
  );
  const { pointId } = await open({ snapshotId: ids[0] ?? '' }, brief);
  await expect
    .poll(() => brief.findRestoreParts({ pointId, limit: 1 }).catch(({ code }: { code: string }) => code), {
      interval: 200,
    })
    .toBe('NOT_FOUND');
  await expect.poll(() => existsSync(join(place.folder, 'brief', `point-${pointId}`))).toBe(false);
  await brief.stop();
});

test("another tenant's snapshot, the installation's and one there is not are refused", async () => {
  await place.put('orders', 'one', 1);
  await place.snapshot();
  const own = await place.finished<BackupResult>(
    place.manager.createBackup({ scope: { installation: true }, kind: 'full' }, place.operation()),
  );
  for (const snapshotId of [own.snapshots[0]?.id ?? '', 'ffffffff'.repeat(8)])
    await expect(open({ snapshotId })).rejects.toMatchObject({
      code: 'NOT_FOUND',
      data: { kind: 'snapshot' },
    });
});
