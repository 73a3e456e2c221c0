import type { TargetMoved } from '../../../shared/contract/backups/targets.ts';
import { HoldfastError } from '../../../shared/errors.ts';
import { callWorker } from '../../jobs/call-worker.ts';
import type { JobContext } from '../../jobs/job-runner.ts';
import { siblingModule } from '../../jobs/sibling-module.ts';
import type { Operation } from '../../operations/operation.ts';
import type { Transaction } from '../../storage/store.ts';
import { removeSnapshot } from '../catalogue/catalogue.ts';
import { removeFolderSnapshot } from '../folders/folder-store.ts';
import type { OwnerId } from '../owner.ts';
import { accessTo, type BackupParts } from '../parts.ts';
import { publishRecovery } from '../recovery/publish-recovery.ts';
import { sourceAccess } from '../restore/source-place.ts';
import { removeMark } from '../retention/marks.ts';
import { isFirstTargetThere } from '../targets/first-place.ts';
import { type FirstTarget, repositoryIdOf } from '../targets/target.ts';
import type { CopyReport } from './copy-repository.ts';
import { copyTurn, goneFrom } from './copy-rows.ts';
import type { CopyInput } from './copy-worker.ts';
import { eraseGone } from './erase-copies.ts';
import { allOwners, firstAddress, keepFormer } from './former-target.ts';
import { type Remains, remainsOn } from './lost-first.ts';
import { beginStandIn, noteOnFirst, notOnFirst, type OnFirst, onFirst, onlyOn } from './stand-in-rows.ts';
import { deleteTarget, findTarget, type TargetRow } from './target-rows.ts';

/** The further folder that takes the place of the first target. */
export interface Successor {
  readonly path: string;
  readonly target: FirstTarget;
  readonly further: TargetRow;
}

/** Snapshots whose loss is told in one transaction: the outbox has a bound. */
const batch = 20;

/**
 * Lets a further folder take the place of the first target, which is lost, with the copies that it has. What other targets have besides
 * comes from there before the next backup; what nobody has is taken out of the catalogue, and the log tells of each. Cut off, the next call
 * goes on. Errors: CONFLICT (the first target is there again), UNAVAILABLE, INTEGRITY, IO, STORAGE_FULL, READ_ONLY, CANCELLED.
 */
export async function takeOver(
  parts: BackupParts,
  successor: Successor,
  context: JobContext,
): Promise<TargetMoved> {
  const { turns, recovery } = parts;
  const { further, target } = successor;
  const repositories = allOwners(parts).map(repositoryIdOf);
  const copies = repositories.map((id) => copyTurn(further.id, id));
  return await turns.takeAll(['first-target', ...repositories, ...copies], async () => {
    if (await isFirstTargetThere(parts)) throw firstIsThere();
    if (goneFrom(parts.control, further.id).length > 0) await eraseGone(parts, further);
    const remains = await remainsOn(parts, further);
    await target.prepare();
    const copied = await copyAbsent(parts, successor, remains, context);
    await target.publishRecovery(await recovery.parts());
    await forget(parts, remains.lost, context.operation);
    const moved = await become(parts, successor, { remains, copied }, context.operation);
    parts.target.become(target);
    await publishRecovery(parts);
    return moved;
  });
}

export function firstIsThere(): HoldfastError {
  return new HoldfastError(
    'CONFLICT',
    'The first target is there, so it is not lost. Move it: every backup is copied then.',
    { reason: 'first-target-there' },
  );
}

interface Copied {
  readonly files: number;
  readonly bytes: number;
}

/** Repositories that only other targets have. */
async function copyAbsent(
  parts: BackupParts,
  { target }: Successor,
  { copied }: Remains,
  { operation, progress }: JobContext,
): Promise<Copied> {
  let [files, bytes] = [0, 0];
  for (const { owner, from } of copied) {
    const copy = { ...accessTo(parts, owner), location: target.repository(repositoryIdOf(owner)).location };
    const report = await callWorker<CopyInput, CopyReport>({
      module: siblingModule(import.meta.url, 'copy-worker'),
      input: { primary: sourceAccess(parts, { owner, targetId: from.id }), copy, bytesPerSecond: null },
      signal: operation.signal,
      progress,
    });
    files += report.copied.files;
    bytes += report.copied.bytes;
  }
  return { files, bytes };
}

/** Takes lost snapshots out of the catalogue, and tells the log of each. */
async function forget(
  { control, ids, retention }: BackupParts,
  lost: readonly OnFirst[],
  { caller }: Operation,
): Promise<void> {
  for (let at = 0; at < lost.length; at += batch) {
    await control.write((transaction) => {
      for (const { id, tenantId, isFolder } of lost.slice(at, at + batch)) {
        if (isFolder) removeFolderSnapshot(transaction, id);
        else removeSnapshot(transaction, id);
        removeMark(transaction, id);
        retention.forgetting(caller, ids.uuid()).record(transaction, {
          ...(tenantId === null ? {} : { tenantId }),
          resource: { kind: 'snapshot', id },
          facts: { lostWith: 'first target' },
        });
      }
    });
  }
}

/** The switch, in one transaction. */
async function become(
  parts: BackupParts,
  { path, target, further }: Successor,
  { remains, copied }: { readonly remains: Remains; readonly copied: Copied },
  operation: Operation,
): Promise<TargetMoved> {
  const { control, copying, firstPlace, standingIn, clock } = parts;
  const from = firstAddress(parts);
  const lost = remains.lost.length;
  const moved = { from, to: path, repositories: remains.there.size, ...copied, lost };
  await control.write((transaction) => {
    findTarget(transaction, further.id); // it may have been removed since
    const before = new Map(
      allOwners(parts).map((owner) => [owner, onFirst(transaction, owner).length] as const),
    );
    for (const { id, tenantId, targetId } of remains.others) {
      beginStandIn(transaction, targetId, repositoryIdOf(tenantId), clock.now());
      onlyOn(transaction, id, targetId);
    }
    for (const owner of allOwners(parts)) takeRows(transaction, { target, further, owner, now: clock.now() });
    copying.targetRemoved(transaction, further.id);
    deleteTarget(transaction, further.id);
    keepFormer(transaction, parts, from, before, operation);
    firstPlace.chosen(transaction, path);
    standingIn.noticed(transaction, notOnFirst(transaction).length > 0);
    operation.record(transaction, {
      resource: { kind: 'backup-target', id: 'first' },
      facts: { ...moved, firstTarget: 'lost', name: further.name },
    });
  });
  return moved;
}

/** What it had in place of the first target is on the first target now. */
function takeRows(
  transaction: Transaction,
  {
    target,
    further,
    owner,
    now,
  }: {
    readonly target: FirstTarget;
    readonly further: TargetRow;
    readonly owner: OwnerId;
    readonly now: number;
  },
): void {
  const { url } = target.repository(repositoryIdOf(owner));
  const there = notOnFirst(transaction, owner).flatMap(({ id, targetId }) =>
    targetId === further.id ? [id] : [],
  );
  noteOnFirst(transaction, further.id, owner, { repository: url, there, now });
  for (const table of ['snapshots', 'folder_snapshots'])
    transaction
      .sql(`UPDATE ${table} SET repository = ? WHERE tenant_id IS ? AND target_id IS NULL`)
      .run(url, owner);
}
