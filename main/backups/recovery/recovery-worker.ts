import { serveCall } from '../../jobs/serve-call.ts';
import type { RemoteSource } from './backup-place.ts';
import { fetchInstallation } from './fetch-installation.ts';
import { type InstallationLook, lookInside } from './look-inside.ts';
import { type OwnerRecovery, recoverOwner } from './recover-owner.ts';

export type RecoveryTask =
  | { readonly task: 'fetch'; readonly source: RemoteSource; readonly folder: string }
  | ({ readonly task: 'recover' } & OwnerRecovery)
  | ({ readonly task: 'look' } & InstallationLook);

serveCall<RecoveryTask, unknown>(async (input, context) => {
  switch (input.task) {
    case 'fetch':
      return await fetchInstallation(input.source, input.folder, context);
    case 'recover':
      return await recoverOwner(input, context);
    case 'look':
      return await lookInside(input, context);
  }
});
