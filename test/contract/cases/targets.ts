import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { z } from 'zod';
import { type Cases, nobodysId } from '../case.ts';
import type { Stand } from '../stand.ts';

const added = z.object({ id: z.string() });
const unknown = { 'a target that never was': { targetId: nobodysId } };
const bucket = { kind: 's3', endpoint: 'https://127.0.0.1:1', bucket: 'backups' };
let made = 0;

function newFolder(stand: Stand) {
  made += 1;
  const path = stand.path(`copies-${made}`);
  mkdirSync(path, { recursive: true });
  return { name: `Copies ${made}`, place: { kind: 'folder' as const, path } };
}

async function newTarget(stand: Stand): Promise<{ targetId: string }> {
  return { targetId: added.parse(await stand.done('backups.addTarget', newFolder(stand))).id };
}

/** Further targets, which hold copies. */
export const targets: Pick<
  Cases<'backups'>,
  | 'listTargets'
  | 'addTarget'
  | 'updateTarget'
  | 'removeTarget'
  | 'testTarget'
  | 'syncTarget'
  | 'planTargetMove'
  | 'moveTarget'
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
      'a path with NUL': { place: { kind: 'folder', path: '/tmp/a\0b' } },
      'a path from here': { place: { kind: 'folder', path: 'copies' } },
      'a bucket with capitals': { place: { ...bucket, bucket: 'Backups' } },
      'a prefix that climbs': { place: { ...bucket, prefix: 'a/../b' } },
      'an endpoint with a path': { place: { ...bucket, endpoint: 'https://127.0.0.1/a' } },
      'a bucket without credentials': { place: bucket },
      'a folder with credentials': { credentials: { kind: 'password', password: 'secret' } },
      'slower than anything': { bytesPerSecond: 10 },
      'copies of no tier': { covers: { kind: 'tiers', tiers: [] } },
    },
    unknown: { 'a folder that is not there': { place: { kind: 'folder', path: '/nowhere/at/all' } } },
    takes: ['name'],
    spares: ['place'],
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
          mkdirSync(join(folder.place.path, nobodysId, 'recovery.json'), { recursive: true });
          return folder;
        },
      },
    },
    answers: (answer, { place }) =>
      expect(answer).toMatchObject({
        address: 'path' in place ? place.path : '',
        state: 'ready',
        added: { by: 'Ada' },
        lastSync: null,
      }),
  },
  updateTarget: {
    async given(stand) {
      const covers = { kind: 'tiers' as const, tiers: ['enterprise' as const] };
      return { ...(await newTarget(stand)), name: `Renamed ${made}`, bytesPerSecond: 5_000_000, covers };
    },
    invalid: {
      'no name': { name: '' },
      'a host key that is none': { hostKey: 'SHA256:short' },
      'a folder with a host key': { hostKey: `SHA256:${'a'.repeat(43)}` },
    },
    unknown,
    takes: ['name'],
    errors: {
      'the name of another': {
        code: 'CONFLICT',
        data: { reason: 'target-exists' },
        async input(stand) {
          const other = newFolder(stand);
          await stand.done('backups.addTarget', other);
          return { ...(await newTarget(stand)), name: other.name };
        },
      },
    },
    answers: (answer, { targetId, name }) =>
      expect(answer).toMatchObject({
        id: targetId,
        name,
        bytesPerSecond: 5_000_000,
        covers: { kind: 'tiers', tiers: ['enterprise'] },
      }),
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
  planTargetMove: {
    given: (stand) => ({ path: newFolder(stand).place.path }),
    invalid: { 'a path from here': { path: 'copies' }, 'a path with NUL': { path: '/tmp/a\0b' } },
    unknown: { 'a folder that is not there': { path: '/nowhere/at/all' } },
    spares: ['path'],
    answers: (answer, { path }) => expect(answer).toMatchObject({ to: path, fits: true, sameDisk: true }),
  },
  moveTarget: {
    given: (stand) => ({ path: newFolder(stand).place.path }),
    invalid: { 'a path from here': { path: 'copies' } },
    unknown: { 'a folder that is not there': { path: '/nowhere/at/all' } },
    spares: ['path'],
    errors: {
      'a first target that is said to be lost, and is there': {
        code: 'CONFLICT',
        data: { reason: 'first-target' },
        input: (stand) => ({ path: newFolder(stand).place.path, lost: true }),
      },
      'a folder with the backups of another installation': {
        code: 'CONFLICT',
        data: { reason: 'another-installation' },
        input(stand) {
          const { path } = newFolder(stand).place;
          mkdirSync(join(path, nobodysId, 'recovery.json'), { recursive: true });
          return { path };
        },
      },
    },
    answers: (answer, { path }) => expect(answer).toMatchObject({ to: path }),
  },
};
