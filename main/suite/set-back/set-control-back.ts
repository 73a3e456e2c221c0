import { callWorker } from '../../jobs/call-worker.ts';
import type { WorkerContext } from '../../jobs/serve-call.ts';
import { siblingModule } from '../../jobs/sibling-module.ts';
import type { OpenStore } from '../../storage/open-store.ts';
import type { Foundation } from '../foundation.ts';
import { operatorRowKey } from '../operator-row-key.ts';
import type { SetBackDone, SetBackInput } from './set-back-worker.ts';

export interface SetBackStores extends Pick<Foundation, 'control' | 'keys' | 'keyring'> {
  readonly audit: OpenStore;
  /** The file of a proved control.db of an earlier moment. */
  readonly past: string;
}

/**
 * Sets control.db back to an earlier moment, in a thread of its own and in one transaction; what is not of then stays (see `rowChanges`).
 * Errors: CONFLICT (`no-owner`), NEWER_FORMAT, INTEGRITY, STORAGE_FULL, IO, CANCELLED.
 */
export async function setControlBack(
  { control, audit, keys, keyring, past }: SetBackStores,
  context: Pick<WorkerContext, 'signal' | 'progress'>,
): Promise<SetBackDone> {
  const input: SetBackInput = {
    control: control.share(),
    audit: audit.share(),
    keys: keys.share(),
    past,
    operatorKey: operatorRowKey(keyring),
    pseudonymKey: keyring.installation.pseudonymKey,
  };
  return await callWorker<SetBackInput, SetBackDone>({
    module: siblingModule(import.meta.url, 'set-back-worker'),
    input,
    transfer: [input.control.port, input.audit.port, input.keys.port],
    ...context,
  });
}
