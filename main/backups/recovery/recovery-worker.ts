import { serveCall } from '../../jobs/serve-call.ts';
import { type InstallationLook, lookInside } from './look-inside.ts';
import { type OwnerRecovery, recoverOwner } from './recover-owner.ts';

export type RecoveryTask =
  | ({ readonly task: 'recover' } & OwnerRecovery)
  | ({ readonly task: 'look' } & InstallationLook);

await serveCall<RecoveryTask, unknown>(async (input, context) => {
  switch (input.task) {
    case 'recover':
      return await recoverOwner(input, context);
    case 'look':
      return await lookInside(input, context);
  }
});
