import type { BackupVerification } from '../../../shared/contract/backups.ts';
import { callWorker } from '../../jobs/call-worker.ts';
import type { JobContext } from '../../jobs/job-runner.ts';
import { siblingModule } from '../../jobs/sibling-module.ts';
import type { Transaction } from '../../storage/store.ts';
import { addSnapshot, entryOf, idsOnFirst, setVerified } from '../catalogue/catalogue.ts';
import { notOnFirst } from '../copies/stand-in-rows.ts';
import { folderIdsOnFirst, setFolderVerified, tornDatabases } from '../folders/folder-store.ts';
import { healsAfter, withHealing } from '../healing/heal.ts';
import type { OwnerId } from '../owner.ts';
import { accessAhead, type BackupParts, prefixOf } from '../parts.ts';
import { beingRemoved } from '../retention/marks.ts';
import { belongsTo } from '../snapshot/make-snapshot.ts';
import { repositoryIdOf } from '../targets/target.ts';
import type { Level, VerifyReport } from './verify-repository.ts';
import type { VerifyInput } from './verify-worker.ts';

export interface VerifyRequest {
  readonly owners: readonly OwnerId[];
  readonly level: Level;
  readonly only: string | null;
}

/**
 * Verifies the owners' repositories one after the other; what passed and what did not goes into the catalogue
 * with an audit entry for each owner, critical where something is wrong.
 */
export async function runVerification(
  parts: BackupParts,
  { owners, level, only }: VerifyRequest,
  context: JobContext,
): Promise<BackupVerification> {
  const reports: OwnersReport[] = [];
  for (const owner of owners) {
    const found = await verifyHealing(parts, { owner, level, only }, context);
    const damaged = found.problems.flatMap(({ snapshotId }) => (snapshotId === null ? [] : [snapshotId]));
    await parts.pageLog.rebase(repositoryIdOf(owner), new Set(damaged));
    const report = await withLog(parts, found);
    reports.push({ owner, report });
    await parts.control.write((transaction) => {
      note(transaction, parts, { owner, level }, found);
      if (found.problems.length > 0) parts.healing.noticed(transaction, owner, 'backups-damaged');
      context.operation.record(transaction, {
        ...(owner === null ? {} : { tenantId: owner }),
        resource: { kind: 'repository', id: repositoryIdOf(owner) },
        facts: { level, snapshots: report.verified.length, problems: report.problems.length },
        ...(report.problems.length > 0 ? { severity: 'critical' as const, outcome: 'failure' as const } : {}),
      });
    });
  }
  return verificationOf(null, level, reports);
}

/** A report with the snapshots whose checkpoint the audit log does not lead to: they are sound, the log is in doubt. */
export async function withLog({ audit }: BackupParts, report: VerifyReport): Promise<VerifyReport> {
  const contradicted = await audit.compare(report.notes);
  const problems = contradicted.map(({ reason }) => ({
    snapshotId: null,
    reason: `the audit log: ${reason}`,
  }));
  return { ...report, problems: [...report.problems, ...problems] };
}

export interface OwnersReport {
  readonly owner: OwnerId;
  readonly report: VerifyReport;
}

/** What a verification of the first target (null) or of a further one found, all together and by owner. */
export function verificationOf(
  target: string | null,
  level: Level,
  reports: readonly OwnersReport[],
): BackupVerification {
  const problemsOf = ({ problems }: VerifyReport) => problems.map((problem) => ({ ...problem }));
  const problems = reports.flatMap(({ report }) => problemsOf(report));
  return {
    target,
    level,
    ok: problems.length === 0,
    snapshots: reports.flatMap(({ report }) => [...report.verified]),
    problems,
    byOwner: reports.map(({ owner, report }) => ({
      tenantId: owner,
      snapshots: report.verified.length,
      problems: problemsOf(report),
    })),
  };
}

/** What is found damaged is healed where that can be, and then verified once more. */
async function verifyHealing(
  parts: BackupParts,
  asked: { readonly owner: OwnerId; readonly level: Level; readonly only: string | null },
  context: JobContext,
): Promise<VerifyReport> {
  const { owner } = asked;
  const verify = () => parts.use.reading(repositoryIdOf(owner), () => verifyOwner(parts, asked, context));
  const report = await withHealing(parts, owner, context, verify);
  if (report.problems.length === 0) return report;
  const reasons = report.problems.map(({ reason }) => reason);
  if (!(await healsAfter(parts, owner, reasons, context))) return report;
  return await verify();
}

async function verifyOwner(
  parts: BackupParts,
  { owner, level, only }: { owner: OwnerId; level: Level; only: string | null },
  { operation, progress }: JobContext,
): Promise<VerifyReport> {
  const { control } = parts;
  const removing = beingRemoved(control, repositoryIdOf(owner));
  const folders = owner === null ? [] : folderIdsOnFirst(control, owner);
  const torn = owner === null ? new Map<string, string[]>() : tornDatabases(control, owner);
  const catalogued = [...idsOnFirst(control, owner), ...folders].filter((id) => !removing.has(id));
  const elsewhere = new Set(notOnFirst(control, owner).map(({ id }) => id));
  const told = (await parts.audit.snapshotsTold(owner)).filter((id) => !elsewhere.has(id));
  // nothing was ever backed up: there is no repository to miss
  if (catalogued.length === 0 && told.length === 0)
    return { problems: [], verified: [], passed: [], uncatalogued: [], notes: [] };
  const input: VerifyInput = {
    access: await accessAhead(parts, owner),
    plan: {
      level,
      only,
      catalogued,
      told,
      torn,
      prefix: prefixOf(parts, owner),
      workFolder: parts.workFolder,
    },
  };
  const module = siblingModule(import.meta.url, 'verify-worker');
  return await callWorker<VerifyInput, VerifyReport>({ module, input, signal: operation.signal, progress });
}

function note(
  transaction: Transaction,
  parts: BackupParts,
  { owner, level }: { owner: OwnerId; level: Level },
  report: VerifyReport,
): void {
  const time = parts.clock.now();
  const { url: repository } = parts.target.repository(repositoryIdOf(owner));
  for (const { id, manifest } of report.uncatalogued) {
    if (!belongsTo(manifest, parts, owner)) continue;
    addSnapshot(transaction, entryOf(manifest, { id, repository, bytesAdded: 0, durationMs: 0 }));
  }
  const verified = (id: string, outcome: { level: Level; time: number } | null) => {
    setVerified(transaction, id, outcome);
    setFolderVerified(transaction, id, outcome);
  };
  for (const id of report.passed) verified(id, { level, time });
  for (const { snapshotId } of report.problems) if (snapshotId !== null) verified(snapshotId, null);
}
