import { callWorker } from '../../jobs/call-worker.ts';
import type { WorkerContext } from '../../jobs/serve-call.ts';
import { siblingModule } from '../../jobs/sibling-module.ts';
import type { RemoteSource } from './backup-place.ts';
import type { InstallationLook, InstallationState } from './look-inside.ts';
import type { OwnerRecovery, RecoveredOwner } from './recover-owner.ts';
import type { RecoveryTask } from './recovery-worker.ts';

type Context = Pick<WorkerContext, 'progress' | 'signal'>;

const module = siblingModule(import.meta.url, 'recovery-worker');

/** `fetchInstallation` in a thread of its own. */
export function fetchInstallationApart(
  source: RemoteSource,
  folder: string,
  context: Context,
): Promise<void> {
  return callWorker<RecoveryTask, void>({ module, input: { task: 'fetch', source, folder }, ...context });
}

/** `recoverOwner` in a thread of its own. */
export function recoverOwnerApart(recovery: OwnerRecovery, context: Context): Promise<RecoveredOwner> {
  return callWorker<RecoveryTask, RecoveredOwner>({
    module,
    input: { task: 'recover', ...recovery },
    ...context,
  });
}

/** `lookInside` in a thread of its own. */
export function lookInsideApart(
  look: InstallationLook,
  signal: AbortSignal,
): Promise<InstallationState | null> {
  return callWorker<RecoveryTask, InstallationState | null>({
    module,
    input: { task: 'look', ...look },
    signal,
  });
}
