import { dirname } from 'node:path';
import { toRfc3339 } from '../../../shared/clock.ts';
import type { BackupTarget, TargetSync } from '../../../shared/contract/backups/targets.ts';
import { HoldfastError } from '../../../shared/errors.ts';
import type { Uuid } from '../../../shared/ids.ts';
import type { TargetCredentials } from '../../../shared/target-place.ts';
import type { Operation } from '../../operations/operation.ts';
import type { Transaction } from '../../storage/store.ts';
import { listBriefly } from '../catalogue/catalogue.ts';
import type { Input, Output } from '../inputs.ts';
import type { BackupParts } from '../parts.ts';
import { holdsFormerKey, isUnfinished } from '../recovery/former-keys.ts';
import { type FurtherTarget, repositoryIdOf } from '../targets/target.ts';
import { addressOfPlace, chosenPlace, requireCredentials, requireUnused } from './add-target.ts';
import { eraseCopies } from './erase-copies.ts';
import { isThere, primaryFolder, targetOf } from './further-target.ts';
import { Reach } from './reach.ts';
import { copiedOwners, synchronise } from './synchronise.ts';
import {
  copiesOn,
  deleteTarget,
  findTarget,
  goneFrom,
  holdsCopy,
  insertTarget,
  markGone,
  readTargets,
  type TargetPlace,
  type TargetRow,
  updateTarget,
  verifiedOn,
} from './target-rows.ts';

/** Further targets, which hold copies of what the first one holds. */
export class Copies {
  readonly #parts: BackupParts;
  readonly #reach: Reach;

  constructor(parts: BackupParts) {
    this.#parts = parts;
    this.#reach = new Reach(parts);
  }

  /** The first target first, the others by name. */
  async listTargets(): Promise<Output<'listTargets'>> {
    const further = await Promise.all(readTargets(this.#parts.control).map((row) => this.#view(row)));
    return { items: [await this.#first(), ...further] };
  }

  /**
   * Errors: VALIDATION, CONFLICT (its name, its place, a host key to confirm), NOT_FOUND, UNAVAILABLE, FORBIDDEN
   * (credentials), IO, READ_ONLY, STORAGE_FULL.
   */
  async addTarget(input: Input<'addTarget'>, operation: Operation): Promise<Output<'addTarget'>> {
    const { control, clock, ids, copying } = this.#parts;
    const { name, credentials, bytesPerSecond } = input;
    requireCredentials(input.place, credentials);
    const place = await chosenPlace(input);
    const address = addressOfPlace(place);
    const id = ids.uuid();
    requireUnused(control, { name, address }, null);
    await placedWith(this.#parts, { id, place }, credentials).prepare();
    if (credentials !== undefined) await copying.putCredentials(id, credentials);
    const addedBy = operation.caller.kind === 'operator' ? operation.caller.id : null;
    try {
      await control.write((transaction) => {
        requireUnused(transaction, { name, address }, null);
        insertTarget(transaction, {
          id,
          name,
          address,
          place,
          bytesPerSecond,
          addedAt: clock.now(),
          addedBy,
        });
        operation.record(transaction, {
          resource: { kind: 'backup-target', id },
          facts: { name, address },
        });
      });
    } catch (error) {
      if (credentials !== undefined) await copying.putCredentials(id, null);
      throw error;
    }
    return await this.#view(findTarget(control, id));
  }

  /**
   * Errors: NOT_FOUND, VALIDATION (nothing to change, or not of this kind), CONFLICT (its name), those of trying new
   * credentials.
   */
  async updateTarget(input: Input<'updateTarget'>, operation: Operation): Promise<Output<'updateTarget'>> {
    const { control, copying } = this.#parts;
    const { targetId: id, credentials, hostKey } = input;
    const row = findTarget(control, id);
    const place = hostKey === undefined ? row.place : withHostKey(row.place, hostKey);
    if (credentials !== undefined) requireCredentials(place, credentials);
    if (credentials !== undefined || hostKey !== undefined) {
      await placedWith(this.#parts, { id, place }, credentials).requireReady();
    }
    if (credentials !== undefined) await copying.putCredentials(id, credentials);
    await control.write((transaction) => {
      const now = findTarget(transaction, id);
      const { name = now.name, bytesPerSecond = now.bytesPerSecond } = input;
      requireUnused(transaction, { name, address: now.address }, id);
      updateTarget(transaction, { id, name, bytesPerSecond, place });
      operation.record(transaction, {
        resource: { kind: 'backup-target', id },
        facts: { name, address: now.address, changed: changedMembers(input).join(', ') },
        before: settingsOf(now),
        after: settingsOf({ name, bytesPerSecond, place }),
      });
    });
    this.#reach.forget(id);
    return await this.#view(findTarget(control, id));
  }

  /** What was copied stays. Errors: NOT_FOUND. */
  async removeTarget(
    { targetId }: Input<'removeTarget'>,
    operation: Operation,
  ): Promise<Output<'removeTarget'>> {
    await this.#parts.control.write((transaction) => {
      const { name, address } = findTarget(transaction, targetId);
      this.#parts.copying.targetRemoved(transaction, targetId);
      deleteTarget(transaction, targetId);
      operation.record(transaction, {
        resource: { kind: 'backup-target', id: targetId },
        facts: { name, address },
      });
    });
    this.#reach.forget(targetId);
    await this.#parts.copying.putCredentials(targetId, null);
    return { targetId };
  }

  /** Errors: NOT_FOUND, UNAVAILABLE (it is away), IO, READ_ONLY, STORAGE_FULL. */
  async testTarget({ targetId }: Input<'testTarget'>, operation: Operation): Promise<Output<'testTarget'>> {
    const { control, clock } = this.#parts;
    const row = findTarget(control, targetId);
    const startedMicros = clock.monotonicMicros();
    this.#reach.forget(targetId);
    const target = targetOf(this.#parts, row);
    await target.requireReady();
    const freeBytes = await target.probe();
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
      run: async (context) => {
        this.#reach.forget(targetId);
        return await synchronise(this.#parts, row, context);
      },
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
      // what is on another machine is on no disk of this one, and need not be asked
      const isFolder = row.place.kind === 'folder' && (await isThere(this.#parts, row));
      if (isFolder && (await targetOf(this.#parts, row).sharesDeviceWith(dataFolder))) continue;
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
    const isReachable = await target.isReachable();
    return {
      id: null,
      name: '',
      kind: target.isInDataFolder ? 'data-folder' : 'folder',
      address: target.isInDataFolder ? dataFolder : dirname(primaryFolder(this.#parts)),
      state: isReachable ? 'ready' : 'away',
      errorCode: isReachable ? null : 'UNAVAILABLE',
      region: null,
      hostKey: null,
      hasCredentials: null,
      sameDisk: isReachable && (await target.sharesDeviceWith(dataFolder)),
      bytesPerSecond: null,
      added: null,
      kept: null,
      lastSync: null,
      formerRecoveryKey: isUnfinished(this.#parts.control),
      lag: [],
    };
  }

  async #view(row: TargetRow): Promise<BackupTarget> {
    const { control, copying, clock, dataFolder } = this.#parts;
    const { place } = row;
    const reached = await this.#reach.of(row);
    const isKept = row.kept !== undefined && (row.kept.until === null || row.kept.until > clock.now());
    const copies = new Map(copiesOn(control, row.id).map((copy) => [copy.owner, copy]));
    const verified = verifiedOn(control, row.id);
    return {
      id: row.id,
      name: row.name,
      kind: place.kind,
      address: row.address,
      ...reached,
      region: place.kind === 's3' ? place.region : null,
      hostKey: place.kind === 'sftp' ? place.hostKey : null,
      hasCredentials: place.kind === 'folder' ? null : copying.credentials(row.id) !== null,
      sameDisk: reached.state === 'ready' && (await targetOf(this.#parts, row).sharesDeviceWith(dataFolder)),
      bytesPerSecond: row.bytesPerSecond,
      added: {
        time: toRfc3339(row.addedAt),
        by: row.addedBy === null ? null : copying.operatorName(row.addedBy),
      },
      kept:
        isKept && row.kept !== undefined ? { files: row.kept.files, until: timeOf(row.kept.until) } : null,
      lastSync:
        row.syncedAt === null
          ? null
          : { time: toRfc3339(row.syncedAt), bytes: row.syncedBytes, errorCode: row.syncError },
      formerRecoveryKey: holdsFormerKey(control, row.id),
      lag: copiedOwners(this.#parts).map((tenantId) => {
        const copy = copies.get(repositoryIdOf(tenantId));
        const proof = verified.get(repositoryIdOf(tenantId));
        return {
          tenantId,
          newest: timeOf(listBriefly(control, tenantId)[0]?.time ?? null),
          newestCopied: timeOf(copy?.newest ?? null),
          snapshots: copy?.snapshots ?? 0,
          verified:
            proof === undefined
              ? null
              : { time: toRfc3339(proof.at), level: proof.level, problems: proof.problems },
        };
      }),
    };
  }
}

/** With credentials that are not kept yet; without any, with those that are. */
function placedWith(
  parts: BackupParts,
  row: Pick<TargetRow, 'id' | 'place'>,
  credentials: TargetCredentials | undefined,
): FurtherTarget {
  if (credentials === undefined) return targetOf(parts, row);
  return targetOf({ ...parts, copying: { ...parts.copying, credentials: () => credentials } }, row);
}

/** Errors: VALIDATION. */
function withHostKey(place: TargetPlace, hostKey: string): TargetPlace {
  if (place.kind === 'sftp') return { ...place, hostKey };
  throw new HoldfastError('VALIDATION', 'Only an SFTP server has a host key.', {
    issues: [{ path: 'hostKey', reason: 'not-sftp' }],
  });
}

/** Errors: VALIDATION where it is nothing. */
/** What may be changed of a target, but for its credentials. */
function settingsOf({ name, bytesPerSecond, place }: Pick<TargetRow, 'name' | 'bytesPerSecond' | 'place'>) {
  return { name, bytesPerSecond, hostKey: 'hostKey' in place ? place.hostKey : null };
}

function changedMembers({ targetId: _, ...input }: Input<'updateTarget'>): string[] {
  const changed = Object.entries(input).flatMap(([name, value]) => (value === undefined ? [] : [name]));
  if (changed.length > 0) return changed;
  throw new HoldfastError('VALIDATION', 'Say what is to be changed.', {
    issues: [{ path: '', reason: 'nothing-to-change' }],
  });
}

const timeOf = (ms: number | null) => (ms === null ? null : toRfc3339(ms));
