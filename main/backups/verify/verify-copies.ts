import type { BackupVerification } from '../../../shared/contract/backups.ts';
import { HoldfastError } from '../../../shared/errors.ts';
import { callWorker } from '../../jobs/call-worker.ts';
import type { JobContext } from '../../jobs/job-runner.ts';
import { siblingModule } from '../../jobs/sibling-module.ts';
import { listBriefly } from '../catalogue/catalogue.ts';
import { type CopyRow, copiesOn, putVerified } from '../copies/copy-rows.ts';
import { targetOf } from '../copies/further-target.ts';
import { notOnFirst, returnedSince } from '../copies/stand-in-rows.ts';
import type { TargetRow } from '../copies/target-rows.ts';
import { folderSnapshotIds, tornDatabases } from '../folders/folder-store.ts';
import { copyHealsAfter } from '../healing/heal.ts';
import type { OwnerId } from '../owner.ts';
import { accessTo, type BackupParts, prefixOf } from '../parts.ts';
import { beingRemoved } from '../retention/marks.ts';
import { repositoryIdOf } from '../targets/target.ts';
import { type OwnersReport, type VerifyRequest, verificationOf, withLog } from './run-verification.ts';
import type { VerifyReport } from './verify-repository.ts';
import type { VerifyInput } from './verify-worker.ts';

/**
 * Verifies the copies of the owners on a further target. What is damaged there is replaced from the first target, or from another
 * one, and verified once more. Errors: UNAVAILABLE (it is away), NOT_FOUND (one owner is asked for, who has no copy there).
 */
export async function verifyCopies(
  parts: BackupParts,
  row: TargetRow,
  { owners, level, only }: VerifyRequest,
  context: JobContext,
): Promise<BackupVerification> {
  await targetOf(parts, row).requireReady();
  const copies = new Map(copiesOn(parts.control, row.id).map((copy) => [copy.owner, copy]));
  const reports: OwnersReport[] = [];
  for (const owner of owners) {
    const id = repositoryIdOf(owner);
    const copy = copies.get(id);
    if (copy === undefined) {
      if (owners.length === 1) throw noCopy(row);
      continue;
    }
    const known = copiedSnapshots(parts, row, owner, copy);
    const verify = () => verifyCopy(parts, row, { owner, level, only, known }, context);
    let report = await verify();
    const reasons = report.problems.map(({ reason }) => reason);
    if (
      reasons.length > 0 &&
      (await copyHealsAfter(parts, row, { owner, snapshots: known, damage: reasons }, context))
    ) {
      report = await verify();
    }
    const held = await withLog(parts, report);
    reports.push({ owner, report: held });
    const problems = report.problems.length;
    await parts.control.write((transaction) => {
      putVerified(transaction, row.id, id, { at: parts.clock.now(), level, problems });
      if (problems > 0) parts.healing.noticed(transaction, owner, 'backups-damaged');
      context.operation.record(transaction, {
        ...(owner === null ? {} : { tenantId: owner }),
        resource: { kind: 'repository', id },
        facts: { level, snapshots: report.verified.length, problems: held.problems.length, target: row.name },
        ...(held.problems.length > 0 ? { severity: 'critical' as const, outcome: 'failure' as const } : {}),
      });
    });
  }
  return verificationOf(row.name, level, reports);
}

/** Those that were there when it was last brought up to date, and those it alone has, without those that are being removed. */
function copiedSnapshots(
  { control }: BackupParts,
  row: TargetRow,
  owner: OwnerId,
  { newest, updatedAt }: CopyRow,
): readonly string[] {
  if (newest === null) return [];
  const removing = beingRemoved(control, repositoryIdOf(owner));
  const own = listBriefly(control, owner).filter(({ time }) => time <= newest);
  const folders = owner === null ? [] : folderSnapshotIds(control, owner, newest);
  const notFirst = notOnFirst(control, owner);
  const isOther = new Set([
    ...notFirst.map(({ id }) => id),
    ...returnedSince(control, owner, { targetId: row.id, since: updatedAt ?? newest }),
  ]);
  const copied = [...own.map(({ id }) => id), ...folders].filter(
    (id) => !removing.has(id) && !isOther.has(id),
  );
  return [...copied, ...notFirst.flatMap(({ id, targetId }) => (targetId === row.id ? [id] : []))];
}

async function verifyCopy(
  parts: BackupParts,
  row: TargetRow,
  {
    owner,
    level,
    only,
    known,
  }: Pick<VerifyRequest, 'level' | 'only'> & { readonly owner: OwnerId; readonly known: readonly string[] },
  { operation, progress }: JobContext,
): Promise<VerifyReport> {
  const { location } = targetOf(parts, row).repository(repositoryIdOf(owner));
  const input: VerifyInput = {
    access: { ...accessTo(parts, owner), location },
    plan: {
      level,
      only,
      catalogued: known,
      told: [],
      torn: owner === null ? new Map<string, string[]>() : tornDatabases(parts.control, owner),
      prefix: prefixOf(parts, owner),
      workFolder: parts.workFolder,
    },
  };
  const module = siblingModule(import.meta.url, 'verify-worker');
  try {
    return await callWorker<VerifyInput, VerifyReport>({ module, input, signal: operation.signal, progress });
  } catch (error) {
    if (!(error instanceof HoldfastError && ['UNAUTHENTICATED', 'INTEGRITY'].includes(error.code)))
      throw error;
    return {
      problems: [{ snapshotId: null, reason: error.message }],
      verified: [],
      passed: [],
      uncatalogued: [],
      notes: [],
    };
  }
}

function noCopy({ name, id }: TargetRow): HoldfastError {
  return new HoldfastError(
    'NOT_FOUND',
    `The backup target ${name} has no copy of these backups. Bring it up to date first.`,
    { kind: 'copy', id },
  );
}
