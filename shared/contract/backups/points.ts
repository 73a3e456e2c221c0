import { z } from 'zod';
import { operation } from '../operation.ts';
import {
  bytes,
  collection,
  count,
  jobStarted,
  page,
  paging,
  snapshotId,
  tenantReference,
  time,
  timestamp,
  uuid,
  wellFormedText,
} from '../values.ts';
import { snapshotPrefix } from './scope.ts';

/** A tenant's data of one moment, rebuilt to be looked through until nobody has for a quarter of an hour. */
export const openedPoint = z.object({
  pointId: uuid,
  tenantId: uuid,
  /** What it was rebuilt from. */
  snapshotId,
  /** When the last of it was committed. */
  time: timestamp,
  /** Live documents; a collection without any is left out. */
  collections: z.array(z.object({ collection: z.string(), documents: count })),
  files: count,
});
export type OpenedPoint = z.infer<typeof openedPoint>;

const foundPart = z.object({
  /** As a restore is asked for it: `COLLECTION/ID`, or `$files/NAME`. */
  part: z.string(),
  collection: z.string(),
  /** Of a file its name. */
  id: z.string(),
  /** Of its content. */
  bytes,
  /** When a document was last changed, or a file added. */
  time: timestamp,
});
export type FoundPart = z.infer<typeof foundPart>;

export const pointOperations = {
  /** Rebuilds what a tenant's data was, so that parts of it can be found. The job's result: `openedPoint`. */
  openRestorePoint: operation({
    permission: 'backups:restore',
    action: 'backup.restore.open',
    audited: 'read',
    job: true,
  })
    .input(
      z
        .object({
          tenant: tenantReference,
          snapshotId: snapshotPrefix.optional(),
          /** The newest commit not later than this, as a restore resolves it. */
          at: time.optional(),
          /** A further target, whose copy is read in place of the first target. */
          fromTargetId: uuid.optional(),
        })
        .refine(
          (given) => (given.snapshotId === undefined) !== (given.at === undefined),
          'one of snapshotId, at',
        ),
    )
    .output(jobStarted),
  /** Documents by a piece of their id and files by a piece of their name, in the order of collection and id. */
  findRestoreParts: operation({ permission: 'backups:restore' })
    .input(
      z.object({
        ...paging,
        pointId: uuid,
        /** Only of this collection; `$files`: only files. */
        collection: z.union([collection, z.literal('$files')]).optional(),
        /** A to Z count as a to z. */
        text: wellFormedText.max(200).optional(),
      }),
    )
    .output(page(foundPart)),
};
