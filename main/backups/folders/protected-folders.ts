import { dirname, isAbsolute, resolve } from 'node:path';
import type {
  FolderPreview,
  FolderRestorePlan,
  FolderRestoreResult,
  FolderSnapshot,
} from '../../../shared/contract/backups/folders.ts';
import { HoldfastError } from '../../../shared/errors.ts';
import type { Uuid } from '../../../shared/ids.ts';
import { callWorker } from '../../jobs/call-worker.ts';
import type { JobContext } from '../../jobs/job-runner.ts';
import { siblingModule } from '../../jobs/sibling-module.ts';
import type { Operation } from '../../operations/operation.ts';
import { ConstraintError } from '../../storage/sqlite-errors.ts';
import { liesOn } from '../copies/stand-in-rows.ts';
import type { Input, Output } from '../inputs.ts';
import type { BackupParts } from '../parts.ts';
import { inspectFolder } from '../restore/destination.ts';
import { readingSource, sourceAccess } from '../restore/source-place.ts';
import { repositoryIdOf } from '../targets/target.ts';
import { backUpFolder } from './back-up-folder.ts';
import {
  addFolder,
  type FolderRow,
  findFolder,
  findFolderSnapshot,
  foldersOf,
  pageOfFolderSnapshots,
  pageOfFolders,
  removeFolder,
  setExcludes,
  setFolderVerified,
  shownFolder,
} from './folder-store.ts';
import type { FolderInput } from './folder-worker.ts';
import { oneAtATime } from './one-at-a-time.ts';
import { type FolderRestorePreview, obstaclesOf } from './plan-folder-restore.ts';
import type { FolderPreview as Counted } from './preview-folder.ts';
import { admitFolder, noticesOf } from './refuse-folder.ts';
import type { RestoredFolder } from './restore-folder.ts';

/** Folders of this machine that are backed up with a tenant. */
export class ProtectedFolders {
  readonly #parts: BackupParts;
  readonly #backedUp: (made: { readonly owner: Uuid; readonly folder: Uuid }) => Promise<void>;

  /** `backedUp`: told of each backup that succeeded. */
  constructor(
    parts: BackupParts,
    backedUp: (made: { readonly owner: Uuid; readonly folder: Uuid }) => Promise<void>,
  ) {
    this.#parts = parts;
    this.#backedUp = backedUp;
  }

  /** Errors: NOT_FOUND (tenant, folder), VALIDATION (what cannot be protected), CONFLICT (it is), READ_ONLY, IO. */
  async addProtectedFolder(
    input: Input<'addProtectedFolder'>,
    operation: Operation,
  ): Promise<Output<'addProtectedFolder'>> {
    const { control, sources, ids, clock } = this.#parts;
    const tenantId = sources.tenantId(input.tenant);
    const path = await this.#admit(tenantId, input.path);
    const notices = await noticesOf(path);
    const folder = { id: ids.uuid(), tenantId, path, excludes: input.excludes, createdAt: clock.now() };
    try {
      await control.write((transaction) => {
        addFolder(transaction, folder);
        operation.record(transaction, {
          tenantId,
          resource: { kind: 'folder', id: folder.id },
          after: { path, excludes: input.excludes },
          facts: { excludes: input.excludes.length },
        });
      });
    } catch (error) {
      if (!(error instanceof ConstraintError && error.kind === 'unique')) throw error;
      throw new HoldfastError('CONFLICT', 'The tenant protects this folder already.', {
        reason: 'folder-protected',
      });
    }
    return { ...shownFolder(control, folder), notices };
  }

  /** Errors: NOT_FOUND, VALIDATION (cursor). */
  async listProtectedFolders({
    tenant,
    limit,
    cursor,
  }: Input<'listProtectedFolders'>): Promise<Output<'listProtectedFolders'>> {
    return pageOfFolders(this.#parts.control, { tenantId: this.#tenant(tenant), limit, cursor });
  }

  /** Errors: NOT_FOUND. */
  async getProtectedFolder({ folderId }: Input<'getProtectedFolder'>): Promise<Output<'getProtectedFolder'>> {
    const { control } = this.#parts;
    const shown = shownFolder(control, findFolder(control, folderId));
    const newest = shown.lastBackup && findFolderSnapshot(control, shown.lastBackup.id);
    return { ...shown, notes: newest?.notes ?? [] };
  }

  /** Errors: NOT_FOUND. */
  async updateProtectedFolder(
    { folderId, excludes }: Input<'updateProtectedFolder'>,
    operation: Operation,
  ): Promise<Output<'updateProtectedFolder'>> {
    const { control } = this.#parts;
    return await control.write((transaction) => {
      const before = findFolder(transaction, folderId);
      setExcludes(transaction, folderId, excludes);
      operation.record(transaction, {
        tenantId: before.tenantId,
        resource: { kind: 'folder', id: folderId },
        before: { path: before.path, excludes: before.excludes },
        after: { path: before.path, excludes },
        facts: { excludes: excludes.length },
      });
      return shownFolder(transaction, { ...before, excludes });
    });
  }

  /** Errors: NOT_FOUND. */
  async removeProtectedFolder(
    { folderId }: Input<'removeProtectedFolder'>,
    operation: Operation,
  ): Promise<Output<'removeProtectedFolder'>> {
    await this.#parts.control.write((transaction) => {
      const { tenantId, path, excludes } = findFolder(transaction, folderId);
      removeFolder(transaction, folderId);
      operation.record(transaction, {
        tenantId,
        resource: { kind: 'folder', id: folderId },
        before: { path, excludes },
      });
    });
    return { id: folderId };
  }

  /** Errors: as `addProtectedFolder`. The job's result: `folderPreview`. */
  async previewProtectedFolder(
    { tenant, path: asked, excludes }: Input<'previewProtectedFolder'>,
    operation: Operation,
  ): Promise<Output<'previewProtectedFolder'>> {
    const tenantId = this.#parts.sources.tenantId(tenant);
    const path = await this.#admit(tenantId, asked);
    const notices = await noticesOf(path);
    operation.describe({ tenantId, resource: { kind: 'tenant', id: tenantId } });
    return await this.#parts.jobs.start<FolderPreview>({
      kind: 'backup.folder.preview',
      tenantId,
      resource: `preview:${operation.id}`,
      operation,
      run: async (context) => {
        const input: FolderInput = { task: 'preview', path, excludes };
        const counted = await oneAtATime(this.#parts, () => this.#work<Counted>(input, context), context);
        return { ...counted, notes: [...counted.notes], path, notices };
      },
    });
  }

  /** Errors: NOT_FOUND, LOCKED. The job's result: `folderBackupResult`. */
  async backUpFolder(
    { folderId }: Input<'backUpFolder'>,
    operation: Operation,
  ): Promise<Output<'backUpFolder'>> {
    const { tenantId } = findFolder(this.#parts.control, folderId);
    return await this.#parts.jobs.start<{ folders: FolderSnapshot[] }>({
      kind: 'backup.create',
      tenantId,
      resource: `backup:${tenantId}`,
      operation,
      run: async (context) => {
        const folder = findFolder(this.#parts.control, folderId);
        return { folders: [await this.#backUp(folder, context)] };
      },
    });
  }

  /** Backs up each of a tenant's folders; one that fails is told to `failed` and costs the others nothing. */
  async backUpAll(
    tenantId: Uuid,
    context: JobContext,
    failed: (error: unknown) => void,
  ): Promise<FolderSnapshot[]> {
    const made: FolderSnapshot[] = [];
    for (const folder of foldersOf(this.#parts.control, tenantId)) {
      try {
        made.push(await this.#backUp(folder, context));
      } catch (error) {
        if (context.operation.signal.aborted) throw error;
        failed(error);
      }
    }
    return made;
  }

  async #backUp(folder: FolderRow, context: JobContext): Promise<FolderSnapshot> {
    const made = await backUpFolder(this.#parts, folder, context);
    await this.#backedUp({ owner: folder.tenantId, folder: folder.id });
    return made;
  }

  /** Errors: NOT_FOUND, VALIDATION (cursor). */
  async listFolderSnapshots({
    tenant,
    folderId,
    limit,
    cursor,
  }: Input<'listFolderSnapshots'>): Promise<Output<'listFolderSnapshots'>> {
    return pageOfFolderSnapshots(this.#parts.control, {
      tenantId: this.#tenant(tenant),
      folderId,
      limit,
      cursor,
    });
  }

  /** Errors: NOT_FOUND, CONFLICT (a prefix of several ids). */
  async getFolderSnapshot({ snapshotId }: Input<'getFolderSnapshot'>): Promise<Output<'getFolderSnapshot'>> {
    const { shown, notes } = this.#find(snapshotId);
    return { ...shown, notes };
  }

  /** Errors: NOT_FOUND, CONFLICT, VALIDATION. The job's result: `folderRestorePlan`. */
  async planFolderRestore(
    input: Input<'planFolderRestore'>,
    operation: Operation,
  ): Promise<Output<'planFolderRestore'>> {
    const { tenantId, shown } = this.#find(input.snapshotId);
    const destination = this.#destination(input.destination);
    return await this.#parts.jobs.start<FolderRestorePlan>({
      kind: 'backup.restore.plan',
      tenantId,
      resource: `plan:${operation.id}`,
      operation,
      run: (context) =>
        this.#parts.use.reading(repositoryIdOf(tenantId), () =>
          this.#plan(shown, { ...input, destination }, context),
        ),
    });
  }

  /** Errors: NOT_FOUND, CONFLICT, VALIDATION, LOCKED. The job's result: `folderRestoreResult`. */
  async restoreFolder(input: Input<'restoreFolder'>, operation: Operation): Promise<Output<'restoreFolder'>> {
    const { tenantId, shown } = this.#find(input.snapshotId);
    const destination = this.#destination(input.destination);
    return await this.#parts.jobs.start<FolderRestoreResult>({
      kind: 'backup.restore',
      tenantId,
      resource: `restore:${destination}`,
      operation,
      run: (context) =>
        this.#parts.use.reading(repositoryIdOf(tenantId), () =>
          this.#restore(shown, { ...input, destination }, context),
        ),
    });
  }

  async #plan(
    shown: FolderSnapshot,
    { destination, only, overwrite }: Input<'planFolderRestore'>,
    context: JobContext,
  ): Promise<FolderRestorePlan> {
    const plan = { snapshotId: shown.id, destination, only, overwrite };
    const access = this.#accessTo(shown);
    const preview = await this.#read<FolderRestorePreview>({ task: 'plan', access, plan }, context, shown);
    const { files, bytes, existing } = preview;
    const { freeBytes, obstacles } = await this.#preflight(destination, bytes);
    return {
      snapshotId: shown.id,
      path: shown.path,
      destination,
      files,
      bytes,
      freeBytes,
      existing,
      obstacles: [...obstacles, ...obstaclesOf(preview, overwrite)],
    };
  }

  async #restore(
    shown: FolderSnapshot,
    input: Input<'restoreFolder'>,
    context: JobContext,
  ): Promise<FolderRestoreResult> {
    const { control, clock, ids } = this.#parts;
    const { destination, only, overwrite } = input;
    const startedMicros = clock.monotonicMicros();
    const { obstacles } = await this.#preflight(destination, only.length === 0 ? shown.bytes : 0);
    if (obstacles.length > 0) {
      throw new HoldfastError('CONFLICT', `The restore cannot start: ${obstacles.join(' ')}`, {
        reason: 'obstacles',
        obstacles: [...obstacles],
      });
    }
    const plan = { snapshotId: shown.id, destination, only, overwrite };
    const access = this.#accessTo(shown);
    const restored = await this.#read<RestoredFolder>({ task: 'restore', access, plan }, context, shown);
    const { files, bytes, databases, warnings, damaged, notes } = restored;
    const restoreId = ids.uuid();
    await control.write((transaction) => {
      if (only.length === 0) {
        const verified = damaged === 0 ? { level: 4, time: clock.now() } : null;
        setFolderVerified(transaction, shown.id, verified);
      }
      context.operation.record(transaction, {
        tenantId: shown.tenantId,
        resource: { kind: 'snapshot', id: shown.id },
        facts: { restore: restoreId, to: 'folder', files, bytes, warnings, damaged },
        ...(damaged > 0 ? { outcome: 'failure' as const } : {}),
      });
    });
    return {
      restoreId,
      tenantId: shown.tenantId,
      folder: destination,
      snapshotId: shown.id,
      verifiedLevel: damaged === 0 ? 4 : 0,
      files,
      bytes,
      databases,
      durationMs: Math.round((clock.monotonicMicros() - startedMicros) / 1000),
      warnings,
      notes: [...notes],
    };
  }

  /** An existing folder is no obstacle here: what stands in it is looked at entry by entry. */
  async #preflight(destination: string, bytes: number) {
    const found = await inspectFolder(destination, bytes, this.#parts.dataFolder);
    const obstacles = found.obstacles.filter((obstacle) => obstacle !== 'The folder is not empty.');
    return { ...found, obstacles };
  }

  #destination(path: string): string {
    if (isAbsolute(path)) return resolve(path);
    throw new HoldfastError('VALIDATION', 'Name the folder by its absolute path.', {
      issues: [{ path: 'destination', reason: 'not-absolute' }],
    });
  }

  async #admit(tenantId: Uuid, path: string): Promise<string> {
    const { dataFolder, target } = this.#parts;
    return await admitFolder(path, [dataFolder, dirname(target.repository(tenantId).location.path)]);
  }

  /** Work that reads the repository. */
  #read<Result>(input: FolderInput, context: JobContext, shown: FolderSnapshot): Promise<Result> {
    const work = () => this.#work<Result>(input, context);
    return readingSource(this.#parts, this.#placeOf(shown), context, work);
  }

  #accessTo(shown: FolderSnapshot) {
    return sourceAccess(this.#parts, this.#placeOf(shown));
  }

  #placeOf({ id, tenantId }: FolderSnapshot) {
    return { owner: tenantId, targetId: liesOn(this.#parts.control, id) };
  }

  #work<Result>(input: FolderInput, { operation, progress }: JobContext): Promise<Result> {
    const module = siblingModule(import.meta.url, 'folder-worker');
    return callWorker<FolderInput, Result>({ module, input, signal: operation.signal, progress });
  }

  #tenant(reference: string | undefined): Uuid | undefined {
    return reference === undefined ? undefined : this.#parts.sources.tenantId(reference);
  }

  #find(prefix: string) {
    const found = findFolderSnapshot(this.#parts.control, prefix);
    if (found !== undefined) return found;
    throw new HoldfastError('NOT_FOUND', `There is no snapshot ${prefix} of a protected folder.`, {
      kind: 'snapshot',
      id: prefix,
    });
  }
}
