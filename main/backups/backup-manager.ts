import { join } from 'node:path';
import type { BackupResult, BackupVerification } from '../../shared/contract/backups.ts';
import type { ManagerHealth } from '../../shared/contract/suite.ts';
import type { Uuid } from '../../shared/ids.ts';
import type { JobContext } from '../jobs/job-runner.ts';
import type { Operation } from '../operations/operation.ts';
import type { Transaction } from '../storage/store.ts';
import {
  findSnapshot,
  pageOfSnapshots,
  removeSnapshotsOf,
  snapshotIds,
  toSnapshot,
} from './catalogue/catalogue.ts';
import { lastBackups, type Protection, readProtection } from './catalogue/protection.ts';
import { pageOfRestores, removeRestoresOf } from './catalogue/restores.ts';
import { removeContents } from './contents/remove-contents.ts';
import { Copies } from './copies/copies.ts';
import { publishOn } from './copies/erase-copies.ts';
import { MoveTarget } from './copies/move-target.ts';
import { liesOn, newestOnFirst, notOnFirst } from './copies/stand-in-rows.ts';
import { findTarget } from './copies/target-rows.ts';
import { DerivedKeys } from './derived-keys.ts';
import { Drills } from './drills/drills.ts';
import { type CopyOpener, findTraces } from './erasure/erased-traces.ts';
import { KeyCopies } from './erasure/key-copies.ts';
import { findFolderSnapshot, removeFoldersOf } from './folders/folder-store.ts';
import { ProtectedFolders } from './folders/protected-folders.ts';
import { Forecasts } from './forecast/forecasts.ts';
import { removeMeasuresOf } from './forecast/measures.ts';
import type { Input, Output } from './inputs.ts';
import { type OwnerId, ownerOf } from './owner.ts';
import type { BackupOptions, BackupParts } from './parts.ts';
import { OpenPoints } from './points/open-points.ts';
import { publishRecovery } from './recovery/publish-recovery.ts';
import { RecoveryKeys } from './recovery/recovery-keys.ts';
import { Repairs } from './repair/repairs.ts';
import { RepositoryUse } from './repository-use.ts';
import { finishRestores } from './restore/finish-restores.ts';
import { removeRequestsOfTenant } from './restore/restore-requests.ts';
import { startAgain, startPlan, startRestore, startUndo } from './restore/start-restores.ts';
import { WaitingRestore } from './restore/waiting-restore.ts';
import { Retention } from './retention/retention.ts';
import { makeSnapshot, type SnapshotKind } from './snapshot/make-snapshot.ts';
import { firstTargetAway, requireFirstTarget } from './targets/first-place.ts';
import { MovableTarget } from './targets/movable-target.ts';
import { repositoryIdOf } from './targets/target.ts';
import { eraseRepository, prepareRepository, removeRepository, requirePlace } from './tenant-repositories.ts';
import { removeCommitTimesOf } from './timeline/commit-times.ts';
import { readTimeline } from './timeline/timeline.ts';
import { Turns } from './turns.ts';
import { runVerification } from './verify/run-verification.ts';
import { unknownNotes } from './verify/unknown-notes.ts';
import { verifyCopies } from './verify/verify-copies.ts';

/** Snapshots of tenants and of the installation, their verification, and the way back. */
export class BackupManager {
  /** Which snapshots stay, what is held, how the rest goes. */
  readonly retention: Retention;
  readonly drills: Drills;
  /** Folders of this machine that are backed up with a tenant. */
  readonly folders: ProtectedFolders;
  /** Further targets, which hold copies. */
  readonly copies: Copies;
  /** Moments that are looked through for parts to restore. */
  readonly points: OpenPoints;
  /** Damaged repositories. */
  readonly repairs: Repairs;
  /** When targets are full, and what backups take. */
  readonly forecasts: Forecasts;
  /** The first target's place. */
  readonly moving: MoveTarget;
  /** Of the installation's own data. */
  readonly waitingRestore: WaitingRestore;
  readonly recoveryKeys: RecoveryKeys;
  readonly keyCopies: KeyCopies;
  readonly #parts: BackupParts;

  constructor(options: BackupOptions) {
    this.#parts = {
      ...options,
      target: new MovableTarget(options.target),
      workFolder: join(options.dataFolder, 'temporary', 'restoring'),
      turns: new Turns(),
      use: new RepositoryUse(),
      derivedKeys: new DerivedKeys(),
    };
    this.retention = new Retention(this.#parts);
    this.drills = new Drills(this.#parts);
    this.folders = new ProtectedFolders(this.#parts, (subject) => this.retention.backedUp(subject));
    this.copies = new Copies(this.#parts);
    this.points = new OpenPoints(this.#parts);
    this.repairs = new Repairs(this.#parts);
    this.forecasts = new Forecasts(this.#parts);
    this.moving = new MoveTarget(this.#parts);
    this.waitingRestore = new WaitingRestore(this.#parts);
    this.recoveryKeys = new RecoveryKeys(this.#parts);
    this.keyCopies = new KeyCopies(this.#parts);
  }

  /** Starts backups, full or incremental where that can be. Errors: NOT_FOUND, LOCKED. The job's result: `backupResult`. */
  async createBackup(
    { scope, kind }: Input<'createBackup'>,
    operation: Operation,
  ): Promise<Output<'createBackup'>> {
    const { sources, jobs } = this.#parts;
    const one = ownerOf(scope, sources);
    const owners: OwnerId[] = one === undefined ? [null, ...sources.tenantIds()] : [one];
    return await jobs.start({
      kind: 'backup.create',
      tenantId: one ?? null,
      resource: `backup:${one === undefined ? 'all' : repositoryIdOf(one)}`,
      ...(one === undefined ? { everyTenant: true } : {}),
      operation,
      run: (context) => this.#backUp(owners, kind, context),
    });
  }

  /** A page of the history, newest first; without an owner, everybody's. Errors: NOT_FOUND, VALIDATION. */
  async getBackupHistory(
    input: Input<'getBackupHistory'>,
    _operation: Operation,
  ): Promise<Output<'getBackupHistory'>> {
    const owner = ownerOf(input, this.#parts.sources);
    return pageOfSnapshots(this.#parts.control, { owner, limit: input.limit, cursor: input.cursor });
  }

  /** What can be had back of one owner, and when it changed. Errors: NOT_FOUND, VALIDATION. */
  async getBackupTimeline(input: Input<'getBackupTimeline'>): Promise<Output<'getBackupTimeline'>> {
    return await readTimeline(this.#parts, input);
  }

  /** Errors: NOT_FOUND, CONFLICT (a prefix of several ids). */
  async getSnapshot(
    { snapshotId }: Input<'getSnapshot'>,
    _operation: Operation,
  ): Promise<Output<'getSnapshot'>> {
    const entry = findSnapshot(this.#parts.control, snapshotId, undefined);
    const { collections, databases, files } = entry.summary;
    return { ...toSnapshot(entry), collections, databases, files };
  }

  /** Restores in place, newest first. Errors: NOT_FOUND, VALIDATION. */
  async listRestores({ limit, cursor, ...of }: Input<'listRestores'>): Promise<Output<'listRestores'>> {
    const { control, sources } = this.#parts;
    return pageOfRestores(control, { owner: ownerOf(of, sources), limit, cursor });
  }

  /** Starts a verification of one snapshot, one owner, or all; of the first target, or of the copies on a further one. The job's result: `backupVerification`. */
  async verifyBackupIntegrity(
    { level, snapshotId, targetId, ...input }: Input<'verifyBackupIntegrity'>,
    operation: Operation,
  ): Promise<Output<'verifyBackupIntegrity'>> {
    const { sources, control, jobs } = this.#parts;
    const named = ownerOf(input, sources);
    const entry =
      snapshotId === undefined
        ? undefined
        : (findFolderSnapshot(control, snapshotId, named ?? undefined)?.shown ??
          findSnapshot(control, snapshotId, named));
    const one = entry === undefined ? named : entry.tenantId;
    const owners: OwnerId[] = one === undefined ? [null, ...sources.tenantIds()] : [one];
    const from = targetId ?? (entry === undefined ? null : liesOn(control, entry.id));
    const row = from === null ? undefined : findTarget(control, from);
    const request = { owners, level, only: entry?.id ?? null };
    return await jobs.start<BackupVerification>({
      kind: 'backup.verify',
      tenantId: one ?? null,
      resource: row ? `target:${row.id}` : `verify:${one === undefined ? 'all' : repositoryIdOf(one)}`,
      ...(one === undefined ? { everyTenant: true } : {}),
      operation,
      run: (context) =>
        row
          ? verifyCopies(this.#parts, row, request, context)
          : runVerification(this.#parts, request, context),
    });
  }

  /** Starts working out what a restore would do. The job's result: `restorePlan`. */
  async planRestore(input: Input<'planRestore'>, operation: Operation): Promise<Output<'planRestore'>> {
    return await startPlan(this.#parts, input, operation);
  }

  /**
   * Starts a restore. What stands in its way is told before it starts. The job's result: `restoreResult`.
   * Errors: NOT_FOUND, CONFLICT (`data.obstacles`), LOCKED.
   */
  async restoreBackup(input: Input<'restoreBackup'>, operation: Operation): Promise<Output<'restoreBackup'>> {
    return await startRestore(this.#parts, input, operation);
  }

  /** Starts a restore in place of the state before an earlier one. Errors: NOT_FOUND, CONFLICT, LOCKED. */
  async undoRestore({ undoId }: Input<'undoRestore'>, operation: Operation): Promise<Output<'undoRestore'>> {
    return await startUndo(this.#parts, undoId, operation);
  }

  /**
   * Starts again what a restore that did not succeed was asked for. Errors: NOT_FOUND (nothing of it is left, or its
   * snapshot is gone), CONFLICT (`still-at-work`, `data.obstacles`), LOCKED.
   */
  async resumeRestore(
    { jobId }: Input<'resumeRestore'>,
    operation: Operation,
  ): Promise<Output<'resumeRestore'>> {
    return await startAgain(this.#parts, jobId, operation);
  }

  /**
   * Makes a tenant's repository, with both its keys; one that is there stays. Its keys are on the target before its data.
   * Errors: UNAVAILABLE (the target is away), IO, READ_ONLY, STORAGE_FULL.
   */
  async prepareRepository(tenantId: Uuid): Promise<void> {
    await prepareRepository(this.#parts, tenantId);
  }

  /** Takes back `prepareRepository` of a tenant whose creation failed. Errors: CONFLICT once it holds a snapshot. */
  async removeRepository(tenantId: Uuid): Promise<void> {
    await removeRepository(this.#parts, tenantId);
  }

  /** Takes a tenant that is being deleted out of the catalogue. */
  forgetTenant(transaction: Transaction, tenantId: Uuid): void {
    const hadElsewhere = notOnFirst(transaction, tenantId).length > 0;
    this.#parts.derivedKeys.forget(tenantId);
    removeSnapshotsOf(transaction, tenantId);
    removeRestoresOf(transaction, tenantId);
    removeCommitTimesOf(transaction, tenantId);
    removeMeasuresOf(transaction, tenantId);
    this.retention.forgetTenant(transaction, tenantId);
    this.drills.forgetTenant(transaction, tenantId);
    removeRequestsOfTenant(transaction, tenantId);
    removeFoldersOf(transaction, tenantId);
    this.copies.forgetTenant(transaction, tenantId);
    if (hadElsewhere && notOnFirst(transaction).length === 0) {
      this.#parts.standingIn.noticed(transaction, false);
    }
  }

  /**
   * Removes a deleted tenant's repository with every backup in it, and its keys from what a lost installation is
   * recovered with. Does nothing where that was done. Errors: UNAVAILABLE (the target is away), IO, READ_ONLY.
   */
  async eraseRepository(tenantId: Uuid): Promise<void> {
    await this.points.closeTenant(tenantId);
    await eraseRepository(this.#parts, tenantId);
  }

  /** Errors: UNAVAILABLE while the disk or server is away on which the tenant's repository lies, or lay. */
  async requirePlace(tenantId: Uuid): Promise<void> {
    await requirePlace(this.#parts, tenantId);
  }

  /** Where a tenant's backups lie: the first target, and further ones that hold a copy. */
  async placesOf(
    tenantId: Uuid,
  ): Promise<{ readonly targetId: Uuid | null; readonly name: string; readonly isHere: boolean }[]> {
    const further = await this.copies.holding(tenantId);
    return [
      { targetId: null, name: '', isHere: await this.#parts.target.isReachable() },
      ...further.map(({ row, isHere }) => ({ targetId: row.id, name: row.name, isHere })),
    ];
  }

  /** Of a tenant whose deleted files wait for no backup. */
  async contentFreed(tenantId: Uuid): Promise<void> {
    const { pageLog, turns } = this.#parts;
    if (pageLog.follows(tenantId)) return;
    const { signal } = new AbortController();
    await turns.take(tenantId, () => removeContents(this.#parts, tenantId, { leftovers: false, signal }));
  }

  countSnapshots(tenantId: Uuid): number {
    return snapshotIds(this.#parts.control, tenantId).length;
  }

  /** As the function of this name. */
  async findTraces(tenantId: Uuid, opener: CopyOpener): ReturnType<typeof findTraces> {
    return await findTraces(this.#parts, tenantId, opener);
  }

  /** As the function of this name. */
  async unknownNotes(context: Parameters<typeof unknownNotes>[1]): ReturnType<typeof unknownNotes> {
    return await unknownNotes(this.#parts, context);
  }

  /** Replaces what a lost installation is recovered with on the target. */
  async publishRecovery(): Promise<void> {
    await publishRecovery(this.#parts);
  }

  /**
   * Before tenants are worked with: marks a first target of an earlier version, and ends restores that a kill cut off. `begin`: `backup.restore`, the system's. One
   * that cannot be looked at now is left for the next start and told to `report`.
   */
  async start(
    begin: (operationId: Uuid | undefined) => Operation,
    report: (error: unknown) => void,
  ): Promise<void> {
    // its disk may be away
    await requireFirstTarget(this.#parts).catch(report);
    await finishRestores(this.#parts, begin, report);
    await this.drills.start();
  }

  /** Puts away what was only looked at. */
  async stop(): Promise<void> {
    await this.points.stop();
  }

  /** When each owner's newest backup was made, in epoch milliseconds; the installation's is `installation`. */
  lastBackups(): ReadonlyMap<string, number> {
    return lastBackups(this.drills.known.all());
  }

  /** What `status` says of protection. */
  async protection(): Promise<
    Protection & {
      readonly copiedElsewhere: ReadonlyMap<string, number>;
      readonly newestOnFirst: ReadonlyMap<string, number | null>;
    }
  > {
    return {
      ...(await readProtection(this.#parts, this.drills.known.all())),
      copiedElsewhere: await this.copies.onOtherDevices(),
      newestOnFirst: newestOnFirst(this.#parts.control),
    };
  }

  async health(): Promise<ManagerHealth> {
    if (await this.#parts.target.isReachable()) return { state: 'ready', problem: null };
    const { control } = this.#parts;
    const names = [...new Set(notOnFirst(control).map(({ targetId }) => findTarget(control, targetId).name))];
    const meanwhile = names.length === 0 ? '' : ` Backups go to ${names.join(', ')} meanwhile.`;
    return { state: 'degraded', problem: `${firstTargetAway().message}${meanwhile}` };
  }

  async #backUp(
    owners: readonly OwnerId[],
    kind: SnapshotKind['kind'],
    context: JobContext,
  ): Promise<BackupResult> {
    const snapshots: BackupResult['snapshots'] = [];
    const folders: BackupResult['folders'] = [];
    const failures: unknown[] = [];
    for (const owner of owners) {
      try {
        const make = () => makeSnapshot(this.#parts, owner, { kind, safety: false }, context);
        const made = await this.#parts.turns.take(repositoryIdOf(owner), make);
        snapshots.push(toSnapshot(made));
        await this.retention.backedUp({ owner, folder: null });
        if (owner !== null) await this.#freeContents(owner, made.kind === 'full', context);
      } catch (error) {
        // one tenant's trouble must not cost the others their backup
        if (context.operation.signal.aborted) throw error;
        failures.push(error);
      }
      if (owner === null) continue;
      folders.push(...(await this.folders.backUpAll(owner, context, (error) => failures.push(error))));
    }
    const made = [...snapshots, ...folders].map(({ id }) => liesOn(this.#parts.control, id));
    const wroteTo: BackupResult['wroteTo'] = [];
    for (const targetId of new Set(made)) {
      if (targetId === null) {
        await publishRecovery(this.#parts);
        continue;
      }
      const row = findTarget(this.#parts.control, targetId);
      await publishOn(this.#parts, row);
      wroteTo.push({ targetId, name: row.name });
    }
    await this.forecasts.warn();
    if (failures.length > 0) throw failures[0];
    return { snapshots, folders, wroteTo };
  }

  async #freeContents(owner: Uuid, leftovers: boolean, { operation: { signal } }: JobContext): Promise<void> {
    await this.#parts.turns.take(owner, () => removeContents(this.#parts, owner, { leftovers, signal }));
  }
}
