import type { Uuid } from '../../../shared/ids.ts';
import { callWorker } from '../../jobs/call-worker.ts';
import type { WorkerContext } from '../../jobs/serve-call.ts';
import { siblingModule } from '../../jobs/sibling-module.ts';
import type { OpenStore } from '../../storage/open-store.ts';
import type { Foundation } from '../foundation.ts';
import { operatorRowKey } from '../operator-row-key.ts';
import type { SetBackDone, SetBackInput, SetBackPlan, WaitingSetBack } from './set-back-worker.ts';

export interface SetBackStores extends Pick<Foundation, 'control' | 'keys' | 'keyring'> {
  readonly audit: OpenStore;
  /** The file of a proved control.db of an earlier moment. */
  readonly past: string;
  /** The restore that is taken back. */
  readonly undoes: Uuid | null;
  /** See `openers`; null in a recovery, which lets in anew. */
  readonly openers: readonly string[] | null;
}

type Context = Pick<WorkerContext, 'signal' | 'progress'>;

/**
 * Sets control.db back to an earlier moment, in a thread of its own and in one transaction; what is not of then stays (see
 * `rowChanges`). `restore`: the one that is carried out by it; null in a recovery. Errors: CONFLICT (`no-owner`, `no-opener`), NEWER_FORMAT,
 * INTEGRITY, STORAGE_FULL, IO, CANCELLED.
 */
export async function setControlBack(
  stores: SetBackStores,
  restore: WaitingSetBack | null,
  context: Context,
): Promise<SetBackDone> {
  return await call<SetBackDone>(stores, { restore }, context);
}

/** What that would change. Errors: NEWER_FORMAT, INTEGRITY, STORAGE_FULL, IO, CANCELLED. */
export async function planSetBack(stores: SetBackStores, context: Context): Promise<SetBackPlan> {
  return await call<SetBackPlan>(stores, 'plan', context);
}

async function call<Result>(
  { control, audit, keys, keyring, past, undoes, openers }: SetBackStores,
  task: SetBackInput['task'],
  context: Context,
): Promise<Result> {
  const input: SetBackInput = {
    control: control.share(),
    audit: audit.share(),
    keys: keys.share(),
    past,
    undoes,
    openers,
    task,
    operatorKey: operatorRowKey(keyring),
    pseudonymKey: keyring.installation.pseudonymKey,
  };
  return await callWorker<SetBackInput, Result>({
    module: siblingModule(import.meta.url, 'set-back-worker'),
    input,
    transfer: [input.control.port, input.audit.port, input.keys.port],
    ...context,
  });
}
