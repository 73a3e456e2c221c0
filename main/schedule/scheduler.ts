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
  /** Does the work for one owner and answers when it is done. `due` is why it is asked for. */
  run(owner: Due['owner'], due: number): Promise<void>;
  /** Nothing ran from `from` until now: sleep, shutdown, or a clock that jumped. Epoch milliseconds. */
  absent?(from: number, now: number): Promise<void>;
  /** A run ended badly at a time; from then on `due` says when it is tried again. */
  failed(owner: Due['owner'], now: number, error: unknown): Promise<void> | void;
  report(error: unknown): void;
}

const everyMinute = '* * * * *';
/** Looking every minute, it was away if it did not look for so long. */
const absentAfterMs = 5 * 60_000;

/**
 * Looks every minute for owners whose backup, or drill, is due and does it, one after the other. When something is due, its
 * schedule says; node-cron only keeps the minutes. Since it goes by the last run that is stored, what a sleep or a shutdown
 * missed is found, and made up for at most once.
 */
export class Scheduler {
  readonly #parts: SchedulerParts;
  /** Told by this process's clock; what is stored may be ahead of it, after the clock went back. */
  readonly #ranAt = new Map<string, number>();
  #lookedAt = Number.NEGATIVE_INFINITY;
  /** It did not look from `from` until `now`, and that is still to be told. */
  #absence: { readonly from: number; readonly now: number } | undefined;
  #task: ScheduledTask | undefined;
  #stopped = false;
  #running: Promise<void> | undefined;

  constructor(parts: SchedulerParts) {
    this.#parts = parts;
  }

  start(): void {
    this.#task ??= schedule(everyMinute, () => this.tick());
    void this.tick();
  }

  /** Does what is due now. What is under way is waited for, and nothing is begun beside it. */
  tick(): Promise<void> {
    const now = this.#parts.clock.now();
    if (now - this.#lookedAt > absentAfterMs) {
      this.#absence = { from: this.#absence?.from ?? this.#lookedAt, now };
    }
    this.#lookedAt = now;
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
    await this.#tellAbsence();
    for (const { owner, due } of dueTimes(this.#believable(lastRuns()), clock.now())) {
      if (this.#stopped) return;
      const now = clock.now();
      if (due > now) continue;
      try {
        await run(owner, due);
        this.#ranAt.set(owner, now);
      } catch (error) {
        await this.#parts.failed(owner, clock.now(), error);
        report(error);
      }
    }
  }

  /** What cannot be told must not keep the work from being done. */
  async #tellAbsence(): Promise<void> {
    const absence = this.#absence;
    this.#absence = undefined;
    if (absence === undefined) return;
    try {
      await this.#parts.absent?.(absence.from, absence.now);
    } catch (error) {
      this.#parts.report(error);
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
