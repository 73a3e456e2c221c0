import { mkdir, mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import { systemClock } from '../../../shared/clock.ts';
import type { RestorePart } from '../../../shared/restore-parts.ts';
import { replacingPhase } from '../../../shared/restore-phases.ts';
import { serveCall, type WorkerContext } from '../../jobs/serve-call.ts';
import { fileEntries } from '../../row-hash/tenant-rows.ts';
import type { SharedStore } from '../../storage/lease-port.ts';
import { controlMigrations } from '../../storage/migrations/control.ts';
import { type OpenStore, openStore } from '../../storage/open-store.ts';
import { replaceContents } from '../../storage/replace-contents.ts';
import { openWorkerStore } from '../../storage/worker-store.ts';
import { type RepositoryAccess, withRepository } from '../repository-access.ts';
import { openSnapshot } from '../snapshot/open-snapshot.ts';
import { clearWorkFolder } from '../work-folder.ts';
import { cloneTenant, storageUsed, type TenantClone } from './clone-tenant.ts';
import { compareStates } from './compare.ts';
import { compareTables } from './compare-tables.ts';
import { finishRebuilt, keepRemovedContents, lastChanges, type RebuiltEnd } from './last-changes.ts';
import { measureParts } from './measure-parts.ts';
import { rebuiltFile } from './rebuild.ts';
import { type ControlInput, rebuildControl } from './rebuild-control.ts';
import { type PointInput, rebuildPoint } from './rebuild-point.ts';
import { openRebuilt, rebuildTenant, type TenantRebuild } from './rebuild-tenant.ts';
import { type FolderRestore, restoreToFolder } from './restore-to-folder.ts';

export interface MeasureInput extends PointInput {
  readonly access: RepositoryAccess;
  readonly workFolder: string;
}

export interface CompareInput extends MeasureInput {
  readonly live: SharedStore;
}

export interface ReplaceInput extends RebuiltEnd {
  readonly live: SharedStore;
  /** The rebuilt database. */
  readonly file: string;
}

export interface FinishInput extends RebuiltEnd {
  readonly file: string;
}

export type RestoreInput =
  | { readonly task: 'inspect'; readonly access: RepositoryAccess; readonly snapshotId: string }
  | ({ readonly task: 'compare' | 'compare-control' } & CompareInput)
  | ({ readonly task: 'measure' | 'names' } & MeasureInput)
  | ({ readonly task: 'parts'; readonly only: readonly RestorePart[] } & MeasureInput)
  | ({ readonly task: 'folder'; readonly access: RepositoryAccess } & FolderRestore)
  | ({ readonly task: 'rebuild'; readonly access: RepositoryAccess } & TenantRebuild)
  | ({ readonly task: 'clone'; readonly access: RepositoryAccess } & TenantClone)
  | ({ readonly task: 'control'; readonly access: RepositoryAccess } & ControlInput)
  | ({ readonly task: 'replace' } & ReplaceInput)
  | ({ readonly task: 'finish' } & FinishInput);

serveCall<RestoreInput, unknown>(async (input, context) => {
  switch (input.task) {
    case 'inspect':
      return await withRepository(
        input.access,
        async (repository) => (await openSnapshot(repository, input.snapshotId)).manifest,
      );
    case 'compare':
      return await compare(input, context);
    case 'compare-control':
      return await compareControl(input, context);
    case 'measure':
      return await measure(input, context);
    case 'names':
      return await withRebuilt(input, context, openRebuiltTenant, fileNames);
    case 'parts':
      return await withRebuilt(input, context, openRebuiltTenant, (then) =>
        measureParts(then, input.only, context.check),
      );
    case 'folder':
      return await withRepository(input.access, (repository) => restoreToFolder(repository, input, context));
    case 'rebuild':
      return await withRepository(input.access, (repository) =>
        rebuildTenant(repository, input, systemClock, context),
      );
    case 'clone':
      return await withRepository(input.access, (repository) =>
        cloneTenant(repository, input, systemClock, context),
      );
    case 'control':
      return await withRepository(input.access, (repository) => rebuildControl(repository, input, context));
    case 'replace':
      return await replace(input, context);
    case 'finish':
      return await finishRebuilt(input.file, input, systemClock);
  }
});

async function compare({ live, ...from }: CompareInput, context: WorkerContext) {
  const store = openWorkerStore(live, { clock: systemClock });
  try {
    return await withRebuilt(from, context, openRebuiltTenant, (rebuilt) => {
      context.progress.phase('Comparing rows', null, 'rows');
      return store.snapshot((now) => rebuilt.snapshot((then) => compareStates(now, then)));
    });
  } finally {
    await store.close();
  }
}

/** control.db as it is and as it was; that of then is brought to the present form first. */
async function compareControl({ live, ...from }: CompareInput, context: WorkerContext) {
  const store = openWorkerStore(live, { clock: systemClock });
  try {
    const point = { ...from, database: 'control' };
    return await withRebuilt(point, context, openRebuiltControl, (rebuilt) => {
      context.progress.phase('Comparing rows', null, 'rows');
      return store.snapshot((now) =>
        rebuilt.snapshot((then) =>
          compareTables(now, then, (rows) => {
            context.check();
            context.progress.advance(rows);
          }),
        ),
      );
    });
  } finally {
    await store.close();
  }
}

/** The storage that a tenant of this state uses, in bytes. */
async function measure(from: MeasureInput, context: WorkerContext): Promise<number> {
  return await withRebuilt(from, context, openRebuiltTenant, storageUsed);
}

function fileNames(rebuilt: OpenStore): string[] {
  return [...fileEntries(rebuilt)].map(({ name }) => name);
}

const openRebuiltTenant = (folder: string) => openRebuilt(rebuiltFile(folder, 'data'), systemClock);

/** control.db of whatever format it was saved in, brought up to date. Errors: NEWER_FORMAT. */
const openRebuiltControl = (folder: string) =>
  openStore({
    file: rebuiltFile(folder, 'control'),
    name: 'control',
    migrations: controlMigrations,
    clock: systemClock,
  });

/** A state rebuilt only to be looked at. */
async function withRebuilt<Result>(
  { access, workFolder, ...point }: MeasureInput,
  context: WorkerContext,
  open: (folder: string) => Promise<OpenStore>,
  look: (rebuilt: OpenStore) => Result,
): Promise<Result> {
  await mkdir(workFolder, { recursive: true, mode: 0o700 });
  const folder = await mkdtemp(join(workFolder, 'plan-'));
  try {
    await withRepository(access, (repository) => rebuildPoint(repository, point, folder, context));
    const rebuilt = await open(folder);
    try {
      return look(rebuilt);
    } finally {
      await rebuilt.close();
    }
  } finally {
    await clearWorkFolder(folder);
  }
}

/** The one moment of a restore in place that changes anything; it cannot be cancelled. */
async function replace({ live, file, timeline, logged }: ReplaceInput, { progress }: WorkerContext) {
  const store = openWorkerStore(live, { clock: systemClock });
  try {
    const lease = await store.lease('restore');
    try {
      progress.phase(replacingPhase, null, 'entries');
      return await replaceContents({
        store,
        lease,
        rebuilt: file,
        clock: systemClock,
        prepare: (rebuilt, now) => {
          lastChanges(rebuilt, { timeline, logged });
          keepRemovedContents(rebuilt, now);
        },
      });
    } finally {
      lease.release();
    }
  } finally {
    await store.close();
  }
}
