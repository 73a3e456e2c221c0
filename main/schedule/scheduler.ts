import { type ScheduledTask, schedule } from 'node-cron';
import type { Clock } from '../../shared/clock.ts';
import type { Uuid } from '../../shared/ids.ts';

interface Due {
  readonly owner: Uuid | 'installation';
  /** Epoch milliseconds. */
  readonly due: number;
}

export interface SchedulerParts {
  readonly clock: Clock;
  lastRuns(): ReadonlyMap<string, number>;
  /** What is due when, given when each owner's last run was. */
  due(lastRuns: ReadonlyMap<string, number>, now: number): readonly Due[];
  /** Does the work for one owner and answers when it is done. */
  run(owner: Due['owner']): Promise<void>;
  report(error: unknown): void;
}

const everyMinute = '* * * * *';
const retryMs = 15 * 60_000;

/**
 * Looks every minute for owners whose backup, or drill, is due and does it, one after the other. Since it goes by the last
 * run that is stored, what a sleep or a shutdown missed is made up for once.
 */
export class Scheduler {
  readonly #parts: SchedulerParts;
  readonly #failedAt = new Map<string, number>();
  /** Told by this process's clock; what is stored may be ahead of it, after the clock went back. */
  readonly #ranAt = new Map<string, number>();
  #task: ScheduledTask | undefined;
  #stopped = false;
  #running: Promise<void> | undefined;

  constructor(parts: SchedulerParts) {
    this.#parts = parts;
  }

  start(): void {
    this.#task ??= schedule(everyMinute, () => this.tick(), { noOverlap: true });
    void this.tick();
  }

  /** Does what is due now. A failed one is tried again after a quarter of an hour. */
  tick(): Promise<void> {
    this.#running ??= this.#runDue().finally(() => {
      this.#running = undefined;
    });
    return this.#running;
  }

  /** Begins nothing more, and waits for the one under way, which whoever stops the jobs ends. */
  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#task?.destroy();
    this.#task = undefined;
    await this.#running;
  }

  async #runDue(): Promise<void> {
    const { clock, due: dueTimes, lastRuns, run, report } = this.#parts;
    for (const { owner, due } of dueTimes(this.#believable(lastRuns()), clock.now())) {
      if (this.#stopped) return;
      const now = clock.now();
      const failedAt = this.#failedAt.get(owner);
      if (due > now || (failedAt !== undefined && now - failedAt < retryMs)) continue;
      try {
        await run(owner);
        this.#failedAt.delete(owner);
        this.#ranAt.set(owner, now);
      } catch (error) {
        this.#failedAt.set(owner, now);
        report(error);
      }
    }
  }

  /** A time that has not come yet gives way to when this process did the owner's work. */
  #believable(lastRuns: ReadonlyMap<string, number>): ReadonlyMap<string, number> {
    const now = this.#parts.clock.now();
    return new Map(
      [...lastRuns].map(([owner, time]) => [owner, time > now ? (this.#ranAt.get(owner) ?? time) : time]),
    );
  }
}
