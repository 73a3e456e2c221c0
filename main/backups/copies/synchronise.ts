import type { TargetSync } from '../../../shared/contract/backups/targets.ts';
import { type ErrorCode, HoldfastError } from '../../../shared/errors.ts';
import { callWorker } from '../../jobs/call-worker.ts';
import type { JobContext } from '../../jobs/job-runner.ts';
import { siblingModule } from '../../jobs/sibling-module.ts';
import { listBriefly } from '../catalogue/catalogue.ts';
import type { OwnerId } from '../owner.ts';
import { accessTo, type BackupParts } from '../parts.ts';
import { holdsSnapshots } from '../repository-access.ts';
import { repositoryIdOf, type Target } from '../targets/target.ts';
import type { CopyReport } from './copy-repository.ts';
import type { CopyInput } from './copy-worker.ts';
import { eraseCopy, publishOn } from './erase-copies.ts';
import { targetOf } from './further-target.ts';
import { addKept, beginCopy, goneFrom, putCopy, putSync, type TargetRow } from './target-rows.ts';

/** The installation, and the tenants whose tier has replication. */
export function copiedOwners({ sources, copying }: BackupParts): readonly OwnerId[] {
  return [null, ...sources.tenantIds().filter((id) => copying.mayReplicate(id))];
}

/**
 * Brings a target up to date: what a recovery needs, then each owner's repository, then away with those of deleted owners.
 * One owner's trouble does not cost the others their copy; the first such error is thrown at the end. Errors: UNAVAILABLE
 * (the target is away), those of `copyRepository`.
 */
export async function synchronise(
  parts: BackupParts,
  row: TargetRow,
  context: JobContext,
): Promise<TargetSync> {
  const { control, clock } = parts;
  const done = { targetId: row.id, repositories: 0, files: 0, bytes: 0, removed: 0 };
  const failures: unknown[] = [];
  try {
    const target = targetOf(parts, row);
    await target.requireReady();
    await publishOn(parts, row);
    for (const owner of copiedOwners(parts)) {
      try {
        const report = await copyOwner(parts, { row, target, owner }, context);
        if (report === undefined) continue;
        done.repositories += 1;
        done.files += report.copied.files;
        done.bytes += report.copied.bytes;
        done.removed += report.removed;
      } catch (error) {
        if (context.operation.signal.aborted) throw error;
        failures.push(error);
      }
    }
    for (const owner of goneFrom(control, row.id)) {
      await eraseCopy(parts, row, owner);
    }
  } catch (error) {
    failures.unshift(error);
  }
  const sync = {
    at: clock.now(),
    bytes: done.bytes,
    error: failures.length > 0 ? codeOf(failures[0]) : null,
  };
  await control.write((transaction) => {
    putSync(transaction, row.id, sync);
    if (sync.error !== null) return;
    context.operation.record(transaction, {
      resource: { kind: 'backup-target', id: row.id },
      facts: { ...done, name: row.name },
    });
  });
  if (failures.length > 0) throw failures[0];
  await parts.copying.synchronised();
  return done;
}

async function copyOwner(
  parts: BackupParts,
  { row, target, owner }: { readonly row: TargetRow; readonly target: Target; readonly owner: OwnerId },
  { operation, progress }: JobContext,
): Promise<CopyReport | undefined> {
  const { control } = parts;
  const id = repositoryIdOf(owner);
  const primary = accessTo(parts, owner);
  const isEmpty = listBriefly(control, owner).length === 0 && !(await holdsSnapshots(primary.location));
  if (isEmpty) return undefined;
  await control.write((transaction) => beginCopy(transaction, row.id, id));
  const report = await parts.use.reading(id, () =>
    callWorker<CopyInput, CopyReport>({
      module: siblingModule(import.meta.url, 'copy-worker'),
      input: {
        primary,
        copy: { ...primary, location: target.repository(id).location },
        bytesPerSecond: row.bytesPerSecond,
      },
      signal: operation.signal,
      progress,
    }),
  );
  const there = new Set(report.snapshots);
  const newest = listBriefly(control, owner).find((snapshot) => there.has(snapshot.id))?.time ?? null;
  await control.write((transaction) => {
    putCopy(transaction, row.id, { owner: id, newest, snapshots: there.size });
    addKept(transaction, row.id, report.kept);
  });
  return report;
}

function codeOf(error: unknown): ErrorCode {
  return error instanceof HoldfastError ? error.code : 'INTERNAL';
}
