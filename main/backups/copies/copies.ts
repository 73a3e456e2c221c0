import { dirname, join } from 'node:path';
import { toRfc3339 } from '../../../shared/clock.ts';
import type { BackupTarget, TargetSync } from '../../../shared/contract/backups/targets.ts';
import { HoldfastError } from '../../../shared/errors.ts';
import type { Uuid } from '../../../shared/ids.ts';
import type { Operation } from '../../operations/operation.ts';
import type { Transaction } from '../../storage/store.ts';
import { listBriefly } from '../catalogue/catalogue.ts';
import type { Input, Output } from '../inputs.ts';
import type { BackupParts } from '../parts.ts';
import { holdsFormerKey, isUnfinished } from '../recovery/former-keys.ts';
import { repositoryIdOf } from '../targets/target.ts';
import { eraseCopies } from './erase-copies.ts';
import { isThere, targetAway, targetOf } from './further-target.ts';
import { copiedOwners, synchronise } from './synchronise.ts';
import { preparePlace, probe } from './target-place.ts';
import {
  copiesOn,
  deleteTarget,
  findTarget,
  goneFrom,
  holdsCopy,
  insertTarget,
  markGone,
  readTargets,
  type TargetRow,
} from './target-rows.ts';

/** Further targets, which hold copies of what the first one holds. */
export class Copies {
  readonly #parts: BackupParts;

  constructor(parts: BackupParts) {
    this.#parts = parts;
  }

  /** The first target first, the others by name. */
  async listTargets(): Promise<Output<'listTargets'>> {
    const further = await Promise.all(readTargets(this.#parts.control).map((row) => this.#view(row)));
    return { items: [await this.#first(), ...further] };
  }

  /** Errors: VALIDATION, CONFLICT (its name, its folder), NOT_FOUND, IO, READ_ONLY, STORAGE_FULL. */
  async addTarget(input: Input<'addTarget'>, operation: Operation): Promise<Output<'addTarget'>> {
    const { control, clock, ids, sources, dataFolder } = this.#parts;
    const path = await preparePlace(input.path, {
      installationId: sources.installationId,
      dataFolder,
      primary: this.#primaryFolder(),
    });
    const id = ids.uuid();
    await control.write((transaction) => {
      for (const other of readTargets(transaction)) {
        if (other.name !== input.name && other.path !== path) continue;
        throw new HoldfastError(
          'CONFLICT',
          'There is a backup target of this name or in this folder already.',
          {
            reason: 'target-exists',
          },
        );
      }
      const addedBy = operation.caller.kind === 'operator' ? operation.caller.id : null;
      insertTarget(transaction, {
        id,
        name: input.name,
        path,
        bytesPerSecond: input.bytesPerSecond,
        addedAt: clock.now(),
        addedBy,
      });
      operation.record(transaction, {
        resource: { kind: 'backup-target', id },
        facts: { name: input.name, path },
      });
    });
    return await this.#view(findTarget(control, id));
  }

  /** What was copied stays. Errors: NOT_FOUND. */
  async removeTarget(
    { targetId }: Input<'removeTarget'>,
    operation: Operation,
  ): Promise<Output<'removeTarget'>> {
    await this.#parts.control.write((transaction) => {
      const { name, path } = findTarget(transaction, targetId);
      this.#parts.copying.targetRemoved(transaction, targetId);
      deleteTarget(transaction, targetId);
      operation.record(transaction, {
        resource: { kind: 'backup-target', id: targetId },
        facts: { name, path },
      });
    });
    return { targetId };
  }

  /** Errors: NOT_FOUND, UNAVAILABLE (it is away), IO, READ_ONLY, STORAGE_FULL. */
  async testTarget({ targetId }: Input<'testTarget'>, operation: Operation): Promise<Output<'testTarget'>> {
    const { control, clock, sources } = this.#parts;
    const row = findTarget(control, targetId);
    if (!(await isThere(this.#parts, row))) throw targetAway(row);
    const startedMicros = clock.monotonicMicros();
    const freeBytes = await probe(join(row.path, sources.installationId));
    const durationMs = Math.round((clock.monotonicMicros() - startedMicros) / 1000);
    await control.write((transaction) =>
      operation.record(transaction, { resource: { kind: 'backup-target', id: targetId } }),
    );
    return { targetId, freeBytes, durationMs };
  }

  /** Errors: NOT_FOUND, LOCKED (it is being synchronised). The job's errors: those of `synchronise`. */
  async syncTarget({ targetId }: Input<'syncTarget'>, operation: Operation): Promise<Output<'syncTarget'>> {
    const { control, jobs } = this.#parts;
    const row = findTarget(control, targetId);
    return await jobs.start<TargetSync>({
      kind: operation.action,
      tenantId: null,
      resource: `target:${targetId}`,
      everyTenant: true,
      operation,
      run: (context) => synchronise(this.#parts, row, context),
    });
  }

  /** Targets that can be reached and lack something. */
  async due(): Promise<readonly Uuid[]> {
    const { control } = this.#parts;
    const found: Uuid[] = [];
    for (const row of readTargets(control)) {
      const { state, lag, formerRecoveryKey } = await this.#view(row);
      const behind = lag.some(({ newest, newestCopied }) => newest !== newestCopied);
      if (state === 'ready' && (behind || formerRecoveryKey || goneFrom(control, row.id).length > 0))
        found.push(row.id);
    }
    return found;
  }

  /**
   * The newest copied snapshot of each owner on a device that does not hold the data, epoch milliseconds: what a lost disk
   * leaves. A target that is away counts, since it is on no disk of this machine.
   */
  async onOtherDevices(): Promise<ReadonlyMap<string, number>> {
    const { control, dataFolder } = this.#parts;
    const newest = new Map<string, number>();
    for (const row of readTargets(control)) {
      const isHere = await isThere(this.#parts, row);
      if (isHere && (await targetOf(this.#parts, row).sharesDeviceWith(dataFolder))) continue;
      for (const { owner, newest: time } of copiesOn(control, row.id)) {
        if (time !== null) newest.set(owner, Math.max(newest.get(owner) ?? 0, time));
      }
    }
    return newest;
  }

  /** Further targets that hold a copy of the tenant's backups. */
  async holding(tenantId: Uuid): Promise<readonly { readonly row: TargetRow; readonly isHere: boolean }[]> {
    const { control } = this.#parts;
    const rows = readTargets(control).filter(({ id }) => holdsCopy(control, id, tenantId));
    return await Promise.all(rows.map(async (row) => ({ row, isHere: await isThere(this.#parts, row) })));
  }

  /** As `eraseCopies`. */
  async eraseCopies(tenantId: Uuid, report: (error: unknown) => void): Promise<void> {
    await eraseCopies(this.#parts, tenantId, report);
  }

  /** The next synchronisation of each target deletes its copy of the tenant's backups. */
  forgetTenant(transaction: Transaction, tenantId: Uuid): void {
    markGone(transaction, tenantId);
  }

  async #first(): Promise<BackupTarget> {
    const { target, dataFolder } = this.#parts;
    return {
      id: null,
      name: '',
      kind: target.isInDataFolder ? 'data-folder' : 'folder',
      path: target.isInDataFolder ? dataFolder : dirname(this.#primaryFolder()),
      ...(await this.#stateOf(await target.isReachable(), target)),
      bytesPerSecond: null,
      added: null,
      lastSync: null,
      formerRecoveryKey: isUnfinished(this.#parts.control),
      lag: [],
    };
  }

  async #view(row: TargetRow): Promise<BackupTarget> {
    const { control, copying } = this.#parts;
    const copies = new Map(copiesOn(control, row.id).map((copy) => [copy.owner, copy]));
    return {
      id: row.id,
      name: row.name,
      kind: 'folder',
      path: row.path,
      ...(await this.#stateOf(await isThere(this.#parts, row), targetOf(this.#parts, row))),
      bytesPerSecond: row.bytesPerSecond,
      added: {
        time: toRfc3339(row.addedAt),
        by: row.addedBy === null ? null : copying.operatorName(row.addedBy),
      },
      lastSync:
        row.syncedAt === null
          ? null
          : { time: toRfc3339(row.syncedAt), bytes: row.syncedBytes, errorCode: row.syncError },
      formerRecoveryKey: holdsFormerKey(control, row.id),
      lag: copiedOwners(this.#parts).map((tenantId) => {
        const copy = copies.get(repositoryIdOf(tenantId));
        return {
          tenantId,
          newest: timeOf(listBriefly(control, tenantId)[0]?.time ?? null),
          newestCopied: timeOf(copy?.newest ?? null),
          snapshots: copy?.snapshots ?? 0,
        };
      }),
    };
  }

  async #stateOf(
    isReady: boolean,
    target: BackupParts['target'],
  ): Promise<Pick<BackupTarget, 'state' | 'sameDisk'>> {
    if (!isReady) return { state: 'away', sameDisk: false };
    return { state: 'ready', sameDisk: await target.sharesDeviceWith(this.#parts.dataFolder) };
  }

  #primaryFolder(): string {
    return dirname(dirname(this.#parts.target.repository('installation').location.path));
  }
}

const timeOf = (ms: number | null) => (ms === null ? null : toRfc3339(ms));
