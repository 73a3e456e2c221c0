import type { Core } from '../core.ts';
import type { Implementer } from '../implementer.ts';

export function suiteRoutes({ suite }: Implementer, core: Core) {
  return {
    getStatus: suite.getStatus.handler(() => core.getStatus()),
    getInstallation: suite.getInstallation.handler(() => core.getInstallation()),
    showRecoveryKey: suite.showRecoveryKey.handler(({ context }) =>
      core.recovery.showRecoveryKey(context.operation),
    ),
    createRecoveryKit: suite.createRecoveryKit.handler(({ input, context }) =>
      core.recovery.createRecoveryKit(input, context.operation),
    ),
    prepareRecoveryKey: suite.prepareRecoveryKey.handler(({ context }) =>
      core.replacement.prepareRecoveryKey(context.operation),
    ),
    replaceRecoveryKey: suite.replaceRecoveryKey.handler(({ input, context }) =>
      core.replacement.replaceRecoveryKey(input, context.operation),
    ),
    confirmRecoveryKey: suite.confirmRecoveryKey.handler(({ input, context }) =>
      core.recovery.confirmRecoveryKey(input, context.operation),
    ),
    listNotices: suite.listNotices.handler(({ input }) => core.notices.listNotices(input)),
    acknowledgeNotices: suite.acknowledgeNotices.handler(({ input, context }) =>
      core.notices.acknowledgeNotices(input, context.operation),
    ),
  };
}
