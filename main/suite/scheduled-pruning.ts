import { schedule } from 'node-cron';
import type { LogRetention } from '../audit/retention/log-retention.ts';
import type { OperationRun } from '../operations/operation-run.ts';

const daily = '41 3 * * *';

export interface ScheduledPruningParts {
  readonly retention: Pick<LogRetention, 'apply' | 'isDue'>;
  readonly begin: () => OperationRun;
  readonly report: (error: unknown) => void;
}

/** Prunes the logs once a day, where a folder for archives is named. What fails is told, and tried again the next day. */
export class ScheduledPruning {
  readonly #parts: ScheduledPruningParts;
  #task: ReturnType<typeof schedule> | undefined;
  #running: Promise<void> | undefined;

  constructor(parts: ScheduledPruningParts) {
    this.#parts = parts;
  }

  start(): void {
    this.#task = schedule(daily, () => void this.pruneIfDue(), { noOverlap: true });
  }

  pruneIfDue(): Promise<void> {
    this.#running ??= this.#prune().finally(() => {
      this.#running = undefined;
    });
    return this.#running;
  }

  async stop(): Promise<void> {
    await this.#task?.destroy();
    await this.#running;
  }

  async #prune(): Promise<void> {
    const { retention, begin, report } = this.#parts;
    try {
      if (!(await retention.isDue())) return;
    } catch (error) {
      report(error);
      return;
    }
    const run = begin();
    try {
      await run.intend();
      await retention.apply({}, run);
    } catch (error) {
      report(error);
      await run.failed(error).catch(report);
    }
  }
}
