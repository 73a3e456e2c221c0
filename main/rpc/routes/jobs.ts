import type { Core } from '../core.ts';
import { guarded } from '../guard.ts';
import type { Implementer } from '../implementer.ts';

export function jobsRoutes({ jobs }: Implementer, core: Core) {
  return {
    listJobs: jobs.listJobs.handler(({ input }) => core.jobs.listJobs(input)),
    getJob: jobs.getJob.handler(({ input }) => core.jobs.getJob(input)),
    watchJob: jobs.watchJob.handler(({ input, context: { operation } }) =>
      guarded(core, operation, core.jobs.watchJob(input, operation)),
    ),
    cancelJob: jobs.cancelJob.handler(({ input, context }) => core.jobs.cancelJob(input, context.operation)),
  };
}
