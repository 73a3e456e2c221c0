import { availableParallelism } from 'node:os';
import { MessageChannel } from 'node:worker_threads';
import type { AuditVerification } from '../../../shared/contract/audit.ts';
import type { Uuid } from '../../../shared/ids.ts';
import { callWorker } from '../../jobs/call-worker.ts';
import type { Progress } from '../../jobs/job-runner.ts';
import { siblingModule } from '../../jobs/sibling-module.ts';
import type { OpenStore } from '../../storage/open-store.ts';
import type { Anchor } from '../anchors.ts';
import { encodeBase64 } from '../base64.ts';
import type { OpeningsTask } from './openings-worker.ts';
import type { SecondThreadEnd } from './second-thread.ts';
import type { LogsCheck, VerifyReport } from './verify-logs.ts';
import type { VerifyAnswer, VerifyTask } from './verify-worker.ts';

export interface VerifyRun
  extends Pick<
    VerifyTask,
    | 'keys'
    | 'presentKey'
    | 'installationId'
    | 'epoch'
    | 'openings'
    | 'retention'
    | 'search'
    | 'indexed'
    | 'entries'
    | 'now'
    | 'gently'
  > {
  readonly store: OpenStore;
  readonly tenantId: Uuid | undefined;
  readonly anchor: Anchor | undefined;
  readonly signal: AbortSignal;
  readonly progress: Progress;
}

/** Of fewer entries a second thread takes longer to start than it saves. */
const entriesForTwo = 5_000;

/** Re-reads every stored value in a thread of its own, or where somebody waits for many entries in two. Errors: as `callWorker`. */
export async function runVerify(run: VerifyRun): Promise<VerifyAnswer> {
  const { store, tenantId, anchor, signal, progress, ...task } = run;
  const shared = store.share();
  const input: VerifyTask = {
    ...task,
    audit: shared,
    ...(tenantId === undefined ? {} : { tenantId }),
    ...vouchedBy(anchor),
  };
  const call = async (second?: SecondThreadEnd) =>
    await callWorker<VerifyTask, VerifyAnswer>({
      module: siblingModule(import.meta.url, 'verify-worker'),
      input: { ...input, ...(second && { second }) },
      transfer: [shared.port, task.search.port, ...(second ? [second.port] : [])],
      signal,
      progress,
    });
  const helped = !task.gently && task.entries >= entriesForTwo && availableParallelism() > 1;
  return helped ? await withSecondThread(run, call) : await call();
}

async function withSecondThread(
  { openings: { installationKey, subjectKeys }, signal }: VerifyRun,
  call: (second: SecondThreadEnd) => Promise<VerifyAnswer>,
): Promise<VerifyAnswer> {
  const { port1, port2 } = new MessageChannel();
  const done = new Int32Array(new SharedArrayBuffer(4));
  const helping = callWorker<OpeningsTask, null>({
    module: siblingModule(import.meta.url, 'openings-worker'),
    input: { port: port2, done, installationKey, subjectKeys },
    transfer: [port2],
    signal,
  });
  const reading = call({ port: port1, done });
  await Promise.allSettled([reading, helping]);
  const [answer] = await Promise.all([reading, helping]);
  return answer;
}

/** What the anchor says of the installation's log, as it is checked. */
export function vouchedBy(anchor: Anchor | undefined): Pick<LogsCheck, 'anchor'> {
  if (anchor === undefined) return {};
  return { anchor: { size: anchor.size, root: anchor.root, by: 'the anchor in the keychain' } };
}

/** What a report comes to, with what the anchor says: without a comparison nothing is called verified. */
export function verdictOf(
  { logs, problems, gaps }: VerifyReport,
  { mismatch, compared }: { readonly mismatch: string | undefined; readonly compared: boolean },
  horizon: NonNullable<AuditVerification['horizon']>,
): AuditVerification {
  const told = mismatch === undefined || problems.some(({ reason }) => reason === mismatch);
  const all = told ? problems : [...problems, { logId: horizon.logId, index: null, reason: mismatch }];
  return {
    verdict: all.length > 0 ? 'tampered' : compared ? 'verified' : 'incomplete',
    logs: logs.map(({ logId, size, root }) => ({ logId, size, root: encodeBase64(root) })),
    horizon,
    gaps: gaps.map(({ from, to, text }) => ({ from, to, text })),
    problems: all,
  };
}
