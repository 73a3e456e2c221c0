import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { z } from 'zod';
import { type Cases, nobodysId } from '../case.ts';
import type { Stand } from '../stand.ts';

const added = z.object({ id: z.string() });
const unknown = { 'a target that never was': { targetId: nobodysId } };
let made = 0;

function newFolder(stand: Stand): { readonly name: string; readonly path: string } {
  made += 1;
  const path = stand.path(`copies-${made}`);
  mkdirSync(path, { recursive: true });
  return { name: `Copies ${made}`, path };
}

async function newTarget(stand: Stand): Promise<{ targetId: string }> {
  return { targetId: added.parse(await stand.done('backups.addTarget', newFolder(stand))).id };
}

/** Further targets, which hold copies. */
export const targets: Pick<
  Cases<'backups'>,
  'listTargets' | 'addTarget' | 'removeTarget' | 'testTarget' | 'syncTarget'
> = {
  listTargets: {
    async given(stand) {
      await newTarget(stand);
      return {};
    },
    answers: (answer) =>
      expect(answer).toMatchObject({
        items: expect.arrayContaining([
          expect.objectContaining({ id: null }),
          expect.objectContaining({ kind: 'folder', state: 'ready', sameDisk: true }),
        ]),
      }),
  },
  addTarget: {
    given: newFolder,
    invalid: {
      'no name': { name: '' },
      'a path with NUL': { path: '/tmp/a\0b' },
      'a path from here': { path: 'copies' },
      'slower than anything': { bytesPerSecond: 10 },
    },
    unknown: { 'a folder that is not there': { path: '/nowhere/at/all' } },
    takes: ['name'],
    spares: ['path'],
    errors: {
      'a folder that is a target already': {
        code: 'CONFLICT',
        data: { reason: 'target-exists' },
        async input(stand) {
          const folder = newFolder(stand);
          await stand.done('backups.addTarget', folder);
          return { ...folder, name: 'The same again' };
        },
      },
      'a folder with the backups of another installation': {
        code: 'CONFLICT',
        data: { reason: 'another-installation' },
        input(stand) {
          const folder = newFolder(stand);
          mkdirSync(join(folder.path, nobodysId, 'recovery.json'), { recursive: true });
          return folder;
        },
      },
    },
    answers: (answer, { path }) =>
      expect(answer).toMatchObject({ path, state: 'ready', added: { by: 'Ada' }, lastSync: null }),
  },
  removeTarget: {
    given: newTarget,
    unknown,
    answers: (answer, { targetId }) => expect(answer).toEqual({ targetId }),
  },
  testTarget: {
    given: newTarget,
    unknown,
    answers: (answer) => expect(answer).toMatchObject({ freeBytes: expect.any(Number) }),
  },
  syncTarget: {
    async given(stand, tenant) {
      await stand.snapshotOf(tenant);
      return await newTarget(stand);
    },
    unknown,
    answers: (answer, { targetId }) => expect(answer).toMatchObject({ targetId, removed: 0 }),
  },
};
