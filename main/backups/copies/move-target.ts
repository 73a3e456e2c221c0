import { statfs } from 'node:fs/promises';
import type { TargetMoved, TargetMovePlan } from '../../../shared/contract/backups/targets.ts';
import { HoldfastError } from '../../../shared/errors.ts';
import { callWorker } from '../../jobs/call-worker.ts';
import type { JobContext } from '../../jobs/job-runner.ts';
import { siblingModule } from '../../jobs/sibling-module.ts';
import type { Operation } from '../../operations/operation.ts';
import { listBriefly } from '../catalogue/catalogue.ts';
import { fileKinds } from '../container/repository-files.ts';
import type { Input, Output } from '../inputs.ts';
import { type OwnerId, tenantIdOf } from '../owner.ts';
import { accessAhead, type BackupParts } from '../parts.ts';
import { publishRecovery } from '../recovery/publish-recovery.ts';
import { isFirstTargetThere } from '../targets/first-place.ts';
import { requireFitting, trueFolder } from '../targets/further-folder.ts';
import { type FirstTarget, type RepositoryId, repositoryFiles, repositoryIdOf } from '../targets/target.ts';
import { bringBack } from './bring-back.ts';
import type { CopyReport } from './copy-repository.ts';
import { goneFrom } from './copy-rows.ts';
import type { CopyInput } from './copy-worker.ts';
import { eraseGone } from './erase-copies.ts';
import { allOwners, firstAddress, keepFormer } from './former-target.ts';
import { isThere, primaryFolder } from './further-target.ts';
import { remainsOn } from './lost-first.ts';
import { standIns } from './stand-in-rows.ts';
import { firstIsThere, type Successor, takeOver } from './take-over.ts';
import { deleteTarget, findTarget, readTargets, type TargetRow } from './target-rows.ts';

/** Where backups would be written to. */
interface Destination {
  /** null: inside the data folder. */
  readonly path: string | null;
  readonly target: FirstTarget;
  /** The further target that lies there so far. */
  readonly further: TargetRow | undefined;
  /** Where the first target is lost: what takes its place. */
  readonly successor: Successor | null;
}

interface Copied {
  /** Of each owner, ids of the snapshots that lie there now. */
  readonly copies: ReadonlyMap<OwnerId, readonly string[]>;
  readonly files: number;
  readonly bytes: number;
}

/** Moves the first target to another folder, while backups go on. */
export class MoveTarget {
  readonly #parts: BackupParts;

  constructor(parts: BackupParts) {
    this.#parts = parts;
  }

  /**
   * Where the first target is away, of a further folder what its taking over would cost. Errors: VALIDATION (not absolute), NOT_FOUND,
   * CONFLICT (the folder is taken), UNAVAILABLE (the first target is away, and this is no further folder that is there), IO.
   */
  async planTargetMove({ path }: Input<'planTargetMove'>): Promise<TargetMovePlan> {
    return await this.#plan(await this.#destination(path));
  }

  async #plan(destination: Destination): Promise<TargetMovePlan> {
    const { successor } = destination;
    const missing = successor === null ? await this.#missing(destination) : { files: 0, bytes: 0 };
    const remains = successor && (await remainsOn(this.#parts, successor.further));
    const folder = destination.path ?? this.#parts.dataFolder;
    const { bavail, bsize } = await statfs(folder);
    const freeBytes = bavail * bsize;
    return {
      from: firstAddress(this.#parts),
      to: folder,
      repositories: remains?.there.size ?? 0,
      ...missing,
      freeBytes,
      fits: missing.bytes <= freeBytes,
      sameDisk: await destination.target.sharesDeviceWith(this.#parts.dataFolder),
      lost: remains && {
        snapshots: remains.lost.length,
        held: remains.held,
        tenants: remains.without.filter((owner) => owner !== null).length,
        fromOthers: remains.others.length,
      },
    };
  }

  /**
   * Errors: those of `planTargetMove`, CONFLICT (the first target is lost and nobody said so, or the other way round), STORAGE_FULL (no
   * room), LOCKED (it is being moved). The job's errors: those of `copyRepository` and `takeOver`, INTEGRITY (what lies there already is
   * damaged).
   */
  async moveTarget({ path, lost }: Input<'moveTarget'>, operation: Operation): Promise<Output<'moveTarget'>> {
    const destination = await this.#destination(path);
    const { successor } = destination;
    if (successor === null && lost === true) throw firstIsThere();
    if (successor !== null && lost !== true) throw nobodySaidLost();
    const plan = await this.#plan(destination);
    if (!plan.fits) throw noRoom(plan);
    return await this.#parts.jobs.start<TargetMoved>({
      kind: operation.action,
      tenantId: null,
      resource: 'first-target',
      everyTenant: true,
      operation,
      run: (context) =>
        successor === null ? this.#move(destination, context) : takeOver(this.#parts, successor, context),
    });
  }

  async #move(destination: Destination, context: JobContext): Promise<TargetMoved> {
    const { turns } = this.#parts;
    // while a backup is being written elsewhere, its owner waits
    await this.#bringBack(context, (id, work) => turns.take(id, work));
    await destination.target.prepare();
    if (destination.further && goneFrom(this.#parts.control, destination.further.id).length > 0) {
      await eraseGone(this.#parts, destination.further);
    }
    const first = await this.#copyAll(destination, context, true);
    // nothing is written to any repository from here on, until it is written to the new place
    return await turns.take('first-target', () =>
      turns.takeAll(allOwners(this.#parts).map(repositoryIdOf), async () => {
        await this.#bringBack(context, (_, work) => work());
        const rest = await this.#copyAll(destination, context, false);
        const { files, bytes } = first;
        const copied = { ...rest, files: files + rest.files, bytes: bytes + rest.bytes };
        return await this.#become(destination, copied, context);
      }),
    );
  }

  /** What others have in place of the first target is moved with it; each in its owner's turn. Errors: those of `bringBack`. */
  async #bringBack(
    context: JobContext,
    inTurn: (owner: RepositoryId, work: () => Promise<void>) => Promise<void>,
  ): Promise<void> {
    const { control } = this.#parts;
    for (const { targetId, owner: id } of standIns(control)) {
      const owner = tenantIdOf(id);
      await inTurn(id, () => bringBack(this.#parts, { row: findTarget(control, targetId), owner }, context));
    }
  }

  /** Copies what is missing of every owner's repository. */
  async #copyAll(
    destination: Destination,
    { operation, progress }: JobContext,
    proveAll: boolean,
  ): Promise<Copied> {
    const { use } = this.#parts;
    const copies = new Map<OwnerId, readonly string[]>();
    let [files, bytes] = [0, 0];
    for (const owner of allOwners(this.#parts)) {
      const id = repositoryIdOf(owner);
      if (!(await this.#isThere(owner))) continue;
      const primary = await accessAhead(this.#parts, owner);
      const copy = { ...primary, location: destination.target.repository(id).location };
      const report = await use.reading(id, () =>
        callWorker<CopyInput, CopyReport>({
          module: siblingModule(import.meta.url, 'copy-worker'),
          input: { primary, copy, bytesPerSecond: null, proveAll },
          signal: operation.signal,
          progress,
        }),
      );
      copies.set(owner, report.snapshots);
      files += report.copied.files;
      bytes += report.copied.bytes;
    }
    return { copies, files, bytes };
  }

  async #become(
    destination: Destination,
    { copies, files, bytes }: Copied,
    { operation }: JobContext,
  ): Promise<TargetMoved> {
    const { control, target, recovery, firstPlace, copying, dataFolder } = this.#parts;
    const { path, target: next, further } = destination;
    const from = firstAddress(this.#parts);
    const moved = { from, to: path ?? dataFolder, repositories: copies.size, files, bytes, lost: 0 };
    // by these a lost machine is recovered: before anything is written there that needs them
    if (path !== null) await next.publishRecovery(await recovery.parts());
    await control.write((transaction) => {
      if (further !== undefined) {
        copying.targetRemoved(transaction, further.id);
        deleteTarget(transaction, further.id);
      }
      if (!target.isInDataFolder) {
        const counts = new Map([...copies].map(([owner, snapshots]) => [owner, snapshots.length]));
        keepFormer(transaction, this.#parts, from, counts, operation);
      }
      for (const owner of copies.keys()) {
        const { url } = next.repository(repositoryIdOf(owner));
        transaction.sql('UPDATE snapshots SET repository = ? WHERE tenant_id IS ?').run(url, owner);
        transaction.sql('UPDATE folder_snapshots SET repository = ? WHERE tenant_id IS ?').run(url, owner);
      }
      firstPlace.chosen(transaction, path);
      operation.record(transaction, {
        resource: { kind: 'backup-target', id: 'first' },
        facts: { ...moved },
      });
    });
    target.become(next);
    await publishRecovery(this.#parts);
    return moved;
  }

  async #destination(wanted: string | null): Promise<Destination> {
    const { sources, dataFolder, control, firstPlace, target } = this.#parts;
    const isLost = !(await isFirstTargetThere(this.#parts));
    if (wanted === null) {
      if (isLost) throw needsSuccessor();
      if (target.isInDataFolder) throw alreadyThere();
      return { path: null, target: firstPlace.at(null), further: undefined, successor: null };
    }
    const path = await trueFolder(wanted);
    const primary = primaryFolder(this.#parts);
    await requireFitting(path, { installationId: sources.installationId, dataFolder, primary });
    const further = readTargets(control).find(({ place }) => place.kind === 'folder' && place.path === path);
    const next = { path, target: firstPlace.at(path) };
    if (!isLost) return { ...next, further, successor: null };
    if (further === undefined || !(await isThere(this.#parts, further))) throw needsSuccessor();
    return { ...next, further, successor: { ...next, further } };
  }

  async #missing(
    destination: Destination,
  ): Promise<Pick<TargetMovePlan, 'repositories' | 'files' | 'bytes'>> {
    const sum = { repositories: 0, files: 0, bytes: 0 };
    for (const owner of allOwners(this.#parts)) {
      if (!(await this.#isThere(owner))) continue;
      const id = repositoryIdOf(owner);
      const from = repositoryFiles(this.#parts.target.repository(id).location);
      const to = repositoryFiles(destination.target.repository(id).location);
      sum.repositories += 1;
      for (const kind of fileKinds.filter((each) => each !== 'locks' && each !== 'config')) {
        const there = new Map((await listed(to, kind)).map(({ name, size }) => [name, size]));
        for (const { name, size } of await from.list(kind)) {
          if (there.get(name) === size) continue;
          sum.files += 1;
          sum.bytes += size;
        }
      }
    }
    return sum;
  }

  /** False where no backup was made yet. Errors: NOT_FOUND where one was, and its repository is gone. */
  async #isThere(owner: OwnerId): Promise<boolean> {
    const { target, control } = this.#parts;
    const files = repositoryFiles(target.repository(repositoryIdOf(owner)).location);
    if ((await files.size('config', '')) !== undefined) return true;
    if (listBriefly(control, owner).length === 0) return false;
    throw new HoldfastError(
      'NOT_FOUND',
      'A repository that has backups is not in the backup folder. Bring it back, or repair it, before the first target is moved.',
      { kind: 'repository', id: repositoryIdOf(owner) },
    );
  }
}

async function listed(
  files: ReturnType<typeof repositoryFiles>,
  kind: (typeof fileKinds)[number],
): ReturnType<typeof files.list> {
  try {
    return await files.list(kind);
  } catch (error) {
    if (error instanceof HoldfastError && error.code === 'NOT_FOUND') return [];
    throw error;
  }
}

function alreadyThere(): HoldfastError {
  return new HoldfastError('CONFLICT', 'Backups are written into the data folder already.', {
    reason: 'first-target',
  });
}

function needsSuccessor(): HoldfastError {
  return new HoldfastError(
    'UNAVAILABLE',
    'The first target is not there. Connect its disk; or, if that is lost for good, choose a further folder that has copies: it takes its place.',
    { manager: 'backups', reason: 'no-successor' },
  );
}

function nobodySaidLost(): HoldfastError {
  return new HoldfastError(
    'CONFLICT',
    'The first target is not there, so nothing can be copied from it. Connect its disk; or say that it is lost, and the further target takes its place with the copies that it has.',
    { reason: 'first-target-lost' },
  );
}

function noRoom({ bytes, freeBytes }: TargetMovePlan): HoldfastError {
  return new HoldfastError(
    'STORAGE_FULL',
    'There is not enough space in that folder for all backups. Free some there, or choose another.',
    { where: 'repository', file: 'the backups', bytes, freeBytes },
  );
}
