import type { AuditVerification } from '../../../shared/contract/audit.ts';
import type { Uuid } from '../../../shared/ids.ts';
import { siblingModule } from '../../jobs/sibling-module.ts';
import { runWorker } from '../../jobs/worker-task.ts';
import type { OpenStore } from '../../storage/open-store.ts';
import type { Anchor } from '../anchors.ts';
import { encodeBase64 } from '../base64.ts';
import type { VerifyReport, VerifyTask } from './verify-worker.ts';

export interface VerifyRun
  extends Pick<VerifyTask, 'keys' | 'installationId' | 'epoch' | 'openings' | 'now'> {
  readonly store: OpenStore;
  readonly tenantId: Uuid | undefined;
  readonly anchor: Anchor | undefined;
  readonly signal: AbortSignal;
  readonly onEntries: (count: number) => void;
}

/** Re-reads every stored value in a thread of its own. Errors: as `runWorker`. */
export async function runVerify(run: VerifyRun): Promise<VerifyReport> {
  const { store, tenantId, anchor, signal, onEntries, ...task } = run;
  const shared = store.share();
  const data: VerifyTask = {
    ...task,
    audit: shared,
    ...(tenantId === undefined ? {} : { tenantId }),
    ...(anchor === undefined
      ? {}
      : { anchor: { size: anchor.size, root: anchor.root, by: 'the anchor in the keychain' } }),
  };
  const url = siblingModule(import.meta.url, 'verify-worker');
  const transfer = [shared.port];
  return await runWorker<VerifyReport, number>(url, { data, signal, onMessage: onEntries, transfer });
}

/** What a report comes to, with what the anchor says: without a comparison nothing is called verified. */
export function verdictOf(
  { logs, problems }: VerifyReport,
  { mismatch, compared }: { readonly mismatch: string | undefined; readonly compared: boolean },
  horizon: NonNullable<AuditVerification['horizon']>,
): AuditVerification {
  const told = mismatch === undefined || problems.some(({ reason }) => reason === mismatch);
  const all = told ? problems : [...problems, { logId: horizon.logId, index: null, reason: mismatch }];
  return {
    verdict: all.length > 0 ? 'tampered' : compared ? 'verified' : 'incomplete',
    logs: logs.map(({ logId, size, root }) => ({ logId, size, root: encodeBase64(root) })),
    horizon,
    problems: all,
  };
}
