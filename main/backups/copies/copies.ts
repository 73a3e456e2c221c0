import type { BackupTarget, TargetSync } from '../../../shared/contract/backups/targets.ts';
import { HoldfastError } from '../../../shared/errors.ts';
import type { Uuid } from '../../../shared/ids.ts';
import type { TargetCredentials } from '../../../shared/target-place.ts';
import type { Operation } from '../../operations/operation.ts';
import type { Transaction } from '../../storage/store.ts';
import type { Input, Output } from '../inputs.ts';
import type { BackupParts } from '../parts.ts';
import { type FurtherTarget, repositoryIdOf } from '../targets/target.ts';
import { abandonBackups, onceWritten } from './abandon.ts';
import { addressOfPlace, chosenPlace, requireCredentials, requireUnused } from './add-target.ts';
import { copiesOn, goneFrom, holdsCopy, markGone } from './copy-rows.ts';
import { chosenCover, coverText, leaveOut, leftCopies, noteUnwanted } from './covering.ts';
import { eraseCopies, removableFrom } from './erase-copies.ts';
import { isThere, targetOf } from './further-target.ts';
import { Reach } from './reach.ts';
import { notOnFirst } from './stand-in-rows.ts';
import { synchronise } from './synchronise.ts';
import {
  deleteTarget,
  findTarget,
  insertTarget,
  readTargets,
  type TargetPlace,
  type TargetRow,
  updateTarget,
} from './target-rows.ts';
import { viewFirst, viewFurther } from './target-view.ts';

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
    return { items: [await viewFirst(this.#parts), ...further] };
  }

  /**
   * Errors: VALIDATION, CONFLICT (its name, its place, a host key to confirm), NOT_FOUND, UNAVAILABLE, FORBIDDEN
   * (credentials), IO, READ_ONLY, STORAGE_FULL.
   */
  async addTarget(input: Input<'addTarget'>, operation: Operation): Promise<Output<'addTarget'>> {
    const { control, clock, ids, copying } = this.#parts;
    const { name, credentials, bytesPerSecond } = input;
    const covers = chosenCover(this.#parts, input.covers);
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
          covers,
          addedAt: clock.now(),
          addedBy,
        });
        operation.record(transaction, {
          resource: { kind: 'backup-target', id },
          facts: { name, address, covers: coverText(covers) },
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
    const { targetId: id, credentials, hostKey, removeOthers } = input;
    const row = findTarget(control, id);
    const chosen =
      input.covers === undefined ? undefined : chosenCover(this.#parts, input.covers, row.covers);
    const place = hostKey === undefined ? row.place : withHostKey(row.place, hostKey);
    if (credentials !== undefined) requireCredentials(place, credentials);
    if (credentials !== undefined || hostKey !== undefined) {
      await placedWith(this.#parts, { id, place }, credentials).requireReady();
    }
    if (credentials !== undefined) await copying.putCredentials(id, credentials);
    await control.write((transaction) => {
      const now = findTarget(transaction, id);
      const { name = now.name, bytesPerSecond = now.bytesPerSecond } = input;
      const covers = chosen ?? now.covers;
      requireUnused(transaction, { name, address: now.address }, id);
      updateTarget(transaction, { id, name, bytesPerSecond, place, covers });
      const unwanted = noteUnwanted(transaction, this.#parts, { id, covers }, removeOthers === true);
      operation.record(transaction, {
        resource: { kind: 'backup-target', id },
        facts: {
          name,
          address: now.address,
          changed: changedMembers(input).join(', '),
          ...(chosen === undefined ? {} : { coversBefore: coverText(now.covers), covers: coverText(covers) }),
          ...(removeOthers === true ? { copiesToRemove: unwanted } : {}),
        },
        before: settingsOf(now),
        after: settingsOf({ name, bytesPerSecond, place, covers }),
      });
    });
    this.#reach.forget(id);
    return await this.#view(findTarget(control, id));
  }

  /**
   * What was copied stays. Errors: NOT_FOUND, CONFLICT (it alone has backups, or one is being written to it: with `abandon` they
   * leave the catalogue once they are written, and the log tells of each).
   */
  async removeTarget(
    { targetId, abandon }: Input<'removeTarget'>,
    operation: Operation,
  ): Promise<Output<'removeTarget'>> {
    await onceWritten(this.#parts, targetId, abandon === true, async () => {
      await this.#parts.control.write((transaction) => {
        const { name, address } = findTarget(transaction, targetId);
        const abandoned = abandonBackups(
          transaction,
          this.#parts,
          { id: targetId, name },
          operation,
          abandon === true,
        );
        this.#parts.copying.targetRemoved(transaction, targetId);
        deleteTarget(transaction, targetId);
        operation.record(transaction, {
          resource: { kind: 'backup-target', id: targetId },
          facts: { name, address, ...(abandoned === 0 ? {} : { abandoned }) },
        });
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

  /** Targets that can be reached and lack something that the first one has, or have something that it lacks. */
  async due(): Promise<readonly Uuid[]> {
    const { control, target } = this.#parts;
    const hasFirst = await target.isReachable();
    const found: Uuid[] = [];
    for (const row of readTargets(control)) {
      const { state, lag, formerRecoveryKey, standsIn } = await this.#view(row);
      const behind = lag.some(({ newest, newestCopied }) => newest !== newestCopied);
      const lacks = hasFirst && (behind || formerRecoveryKey || standsIn !== null);
      const removes =
        goneFrom(control, row.id).length > 0 ||
        (hasFirst && (await removableFrom(this.#parts, row)).length > 0);
      if (state === 'ready' && (lacks || removes)) found.push(row.id);
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
    const elsewhere = notOnFirst(control).filter(({ isFolder }) => !isFolder);
    for (const row of readTargets(control)) {
      // what is on another machine is on no disk of this one, and need not be asked
      const isFolder = row.place.kind === 'folder' && (await isThere(this.#parts, row));
      if (isFolder && (await targetOf(this.#parts, row).sharesDeviceWith(dataFolder))) continue;
      const left = new Set(leftCopies(this.#parts, row).map(({ owner }) => owner));
      const copied = copiesOn(control, row.id).filter(({ owner }) => !left.has(owner));
      const alone = elsewhere.flatMap(({ targetId, tenantId, time }) =>
        targetId === row.id ? [{ owner: repositoryIdOf(tenantId), newest: time }] : [],
      );
      for (const { owner, newest: time } of [...copied, ...alone]) {
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

  /** The next synchronisation of each target deletes its copy of the tenant's backups; none is to have one. */
  forgetTenant(transaction: Transaction, tenantId: Uuid): void {
    markGone(transaction, tenantId);
    leaveOut(transaction, tenantId);
  }

  /** Backups are written to this folder from now on: it is a further target no longer. What lies there stays. */
  becameFirst(transaction: Transaction, folder: string): void {
    for (const { id, place } of readTargets(transaction)) {
      if (place.kind !== 'folder' || place.path !== folder) continue;
      this.#parts.copying.targetRemoved(transaction, id);
      deleteTarget(transaction, id);
    }
  }

  #view(row: TargetRow): Promise<BackupTarget> {
    return viewFurther(this.#parts, this.#reach, row);
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

/** What may be changed of a target, but for its credentials. */
function settingsOf({
  name,
  bytesPerSecond,
  place,
  covers,
}: Pick<TargetRow, 'name' | 'bytesPerSecond' | 'place' | 'covers'>) {
  const hostKey = 'hostKey' in place ? place.hostKey : null;
  return { name, bytesPerSecond, hostKey, covers: coverText(covers) };
}

/** Names of what is to be changed. Errors: VALIDATION where it is nothing. */
function changedMembers({ targetId: _, ...input }: Input<'updateTarget'>): string[] {
  const changed = Object.entries(input).flatMap(([name, value]) => (value === undefined ? [] : [name]));
  if (changed.length > 0) return changed;
  throw new HoldfastError('VALIDATION', 'Say what is to be changed.', {
    issues: [{ path: '', reason: 'nothing-to-change' }],
  });
}
