import { schedule } from 'node-cron';
import type { OperationRun } from '../operations/operation-run.ts';

export interface ScheduledWorkParts {
  /** When to look, as node-cron has it. */
  readonly cron: string;
  readonly isDue: () => boolean | Promise<boolean>;
  readonly begin: () => OperationRun;
  readonly work: (run: OperationRun) => Promise<unknown>;
  readonly report: (error: unknown) => void;
}

/** One operation that the installation does by itself whenever it is due. What fails is told, and tried again the next time. */
export class ScheduledWork {
  readonly #parts: ScheduledWorkParts;
  #task: ReturnType<typeof schedule> | undefined;
  #running: Promise<void> | undefined;
  #stopped = false;

  constructor(parts: ScheduledWorkParts) {
    this.#parts = parts;
  }

  start(): void {
    this.#task = schedule(this.#parts.cron, () => void this.doIfDue(), { noOverlap: true });
  }

  /** Nothing once it was stopped. */
  doIfDue(): Promise<void> {
    if (this.#stopped) return Promise.resolve();
    this.#running ??= this.#do().finally(() => {
      this.#running = undefined;
    });
    return this.#running;
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#task?.destroy();
    await this.#running;
  }

  async #do(): Promise<void> {
    const { isDue, begin, work, report } = this.#parts;
    try {
      if (!(await isDue())) return;
    } catch (error) {
      report(error);
      return;
    }
    const run = begin();
    try {
      await run.intend();
      await work(run);
    } catch (error) {
      report(error);
      await run.failed(error).catch(report);
    }
  }
}
