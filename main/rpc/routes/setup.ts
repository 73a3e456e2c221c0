import type { Core } from '../core.ts';
import type { Implementer } from '../implementer.ts';

export function setupRoutes({ setup }: Implementer, core: Core) {
  return {
    getSetup: setup.getSetup.handler(() => core.setup.getSetup()),
    createInstallation: setup.createInstallation.handler(({ input }) => core.setup.createInstallation(input)),
    openInstallation: setup.openInstallation.handler(({ input }) => core.setup.openInstallation(input)),
    inspectBackups: setup.inspectBackups.handler(({ input, context }) =>
      core.setup.inspectBackups(input, context.operation.signal),
    ),
    recoverInstallation: setup.recoverInstallation.handler(({ input }) =>
      core.setup.recoverInstallation(input),
    ),
    getRecovery: setup.getRecovery.handler(() => core.setup.getRecovery()),
    cancelRecovery: setup.cancelRecovery.handler(() => core.setup.cancelRecovery()),
    dismissRecovery: setup.dismissRecovery.handler(() => core.setup.dismissRecovery()),
  };
}
