import { schedule } from 'node-cron';
import type { AuditLogger } from '../audit/audit-logger.ts';
import type { OperationRun } from '../operations/operation-run.ts';

const hourly = '17 * * * *';

export interface ScheduledRotationParts {
  readonly audit: Pick<AuditLogger, 'isRotationDue' | 'rotateSigningKey'>;
  readonly begin: () => OperationRun;
  readonly report: (error: unknown) => void;
}

/** Replaces the key that signs the log when it is as old as one may become. What fails is told, and tried again in an hour. */
export class ScheduledRotation {
  readonly #parts: ScheduledRotationParts;
  #task: ReturnType<typeof schedule> | undefined;
  #running: Promise<void> | undefined;

  constructor(parts: ScheduledRotationParts) {
    this.#parts = parts;
  }

  start(): void {
    this.#task = schedule(hourly, () => void this.rotateIfDue(), { noOverlap: true });
    void this.rotateIfDue();
  }

  rotateIfDue(): Promise<void> {
    this.#running ??= this.#rotate().finally(() => {
      this.#running = undefined;
    });
    return this.#running;
  }

  async stop(): Promise<void> {
    await this.#task?.destroy();
    await this.#running;
  }

  async #rotate(): Promise<void> {
    const { audit, begin, report } = this.#parts;
    if (!audit.isRotationDue) return;
    const run = begin();
    try {
      await run.intend();
      await audit.rotateSigningKey(run);
      await run.succeeded();
    } catch (error) {
      report(error);
      await run.failed(error).catch(report);
    }
  }
}
