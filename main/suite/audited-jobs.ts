import { HoldfastError, type JsonValue } from '../../shared/errors.ts';
import type { Uuid } from '../../shared/ids.ts';
import type { JobRequest, JobStarter } from '../jobs/job-runner.ts';
import { type Reserve, withReserve } from '../operations/cure.ts';
import { OperationRun } from '../operations/operation-run.ts';

/** Starts jobs so that each ends with the one outcome entry of the operation that asked for it. */
export function auditedJobs(
  jobs: JobStarter,
  reserve: Reserve,
  report: (error: unknown, correlationId: Uuid) => void,
): JobStarter {
  return {
    start<Result extends JsonValue>(request: JobRequest<Result>) {
      const { operation } = request;
      if (!(operation instanceof OperationRun)) return jobs.start(request);
      const run = async (context: Parameters<typeof request.run>[0]) => {
        try {
          const work = () => request.run(context);
          const result = await (operation.cure ? withReserve(reserve, work) : work());
          await operation.succeeded();
          return result;
        } catch (error) {
          const told = context.operation.signal.aborted ? reasonOf(context.operation.signal, error) : error;
          await operation.failed(told).catch((failure: unknown) => report(failure, operation.id));
          throw error;
        }
      };
      return jobs.start({ ...request, run });
    },
  };
}

function reasonOf(signal: AbortSignal, error: unknown): unknown {
  return signal.reason instanceof HoldfastError ? signal.reason : error;
}
