import { useCallback, useRef, useState } from 'react';
import { useApi } from '../../../rpc/api.tsx';
import { type FollowedJob, useJob } from '../../../rpc/use-job.ts';
import { useNow } from '../../../ui/time.tsx';
import { destinationOf, linesOf } from './destination.ts';
import { isClear, isFresh, isPlanOf, type Plan, planOf } from './plan.ts';
import { isOfParts, type RestoreDraft } from './restore-draft.ts';
import { type Loss, useLoss } from './use-loss.ts';

export interface RestoreWork {
  readonly planJob: FollowedJob;
  readonly plan: Plan | undefined;
  /** A plan of what is chosen now is there or on its way. */
  readonly planned: boolean;
  readonly loss: Loss;
  /** Nothing stands in the way, and what would be lost was agreed to. */
  readonly agreed: boolean;
  /** The plan is a few minutes old at most. */
  readonly fresh: boolean;
  /** A plan or a restore is being asked for. */
  readonly busy: boolean;
  readonly error: unknown;
  forgetError(): void;
  /** Has the plan made anew; what was agreed to before does not count for it. */
  makePlan(): Promise<void>;
  /** Starts the restore; once, however often it is asked for. */
  start(): Promise<void>;
}

/** What the wizard has done for a draft: the plan, then the restore itself. */
export function useRestore(
  draft: RestoreDraft,
  change: (changed: Partial<RestoreDraft>) => void,
): RestoreWork {
  const { client } = useApi();
  const now = useNow();
  const planJob = useJob(draft.plan);
  const [error, setError] = useState<unknown>();
  const [busy, setBusy] = useState(false);
  const underWay = useRef(false);
  const input = {
    ...(draft.source === 'installation' ? { installation: true as const } : { tenant: draft.source }),
    ...(draft.at === undefined ? { snapshotId: draft.snapshot } : { at: draft.at }),
    ...(draft.from === undefined ? {} : { fromTargetId: draft.from }),
    destination: destinationOf(draft),
    ...(isOfParts(draft.to) ? { only: linesOf(draft.parts) } : {}),
  };

  async function once(work: () => Promise<void>) {
    if (underWay.current) return;
    underWay.current = true;
    setBusy(true);
    setError(undefined);
    try {
      await work();
    } catch (refused) {
      setError(refused);
    } finally {
      underWay.current = false;
      setBusy(false);
    }
  }

  const { job } = planJob;
  // until the job of another choice is known, the one before it is no answer
  const current = job?.id === draft.plan ? job : undefined;
  const found = planOf(current);
  const plan = found !== undefined && isPlanOf(found, draft) ? found : undefined;
  const loss = useLoss(plan, draft.source);
  return {
    planJob: { ...planJob, job: current },
    plan,
    planned: draft.plan !== undefined && (found === undefined || plan !== undefined),
    loss,
    agreed:
      isClear(plan) &&
      (loss === 'nothing' || (draft.accepted !== undefined && draft.accepted === draft.plan)),
    fresh: current !== undefined && isFresh(current, now),
    busy,
    error,
    forgetError: useCallback(() => setError(undefined), []),
    makePlan: () =>
      once(async () => {
        const { jobId } = await client.backups.planRestore(input);
        change({ plan: jobId, accepted: undefined });
      }),
    start: () =>
      once(async () => {
        const { jobId } = await client.backups.restoreBackup({ ...input, reason: draft.reason.trim() });
        change({ job: jobId, step: 'run' });
      }),
  };
}
