import type { Clock } from '../../shared/clock.ts';
import type { Job } from '../../shared/contract/suite.ts';
import type { JsonValue } from '../../shared/errors.ts';
import type { JobState } from '../../shared/states.ts';
import type { JobError } from './job-error.ts';
import type { Progress } from './job-runner.ts';
import { type JobRow, jobOf } from './job-store.ts';
import { JobWatch } from './job-watch.ts';
import { Throttle } from './throttle.ts';

export interface RunningJobOptions {
  readonly row: JobRow;
  readonly clock: Clock;
  readonly showEveryMs: number;
  readonly storeEveryMs: number;
  /** Stores `row` while the job runs; not called again before it has answered. */
  readonly store: (row: JobRow) => Promise<void>;
}

/** A job of this process: where it stands now, which the table learns of only now and then. */
export class RunningJob {
  readonly abort = new AbortController();
  readonly progress: Progress;
  readonly #clock: Clock;
  readonly #watches = new Set<JobWatch>();
  readonly #show: Throttle;
  readonly #store: Throttle;
  #row: JobRow;
  #phase: Pick<JobRow, 'phase' | 'total' | 'unit'>;
  #done = 0;
  #bytes = 0;
  #heartbeatAt: number | null = null;
  #storing: Promise<void> | undefined;
  /** Whether an end has been decided; there is only one. */
  ending = false;

  constructor({ row, clock, showEveryMs, storeEveryMs, store }: RunningJobOptions) {
    this.#row = row;
    this.#clock = clock;
    this.#phase = row;
    this.#show = new Throttle({ everyMs: showEveryMs, leading: true, action: () => this.#tell() });
    this.#store = new Throttle({
      everyMs: storeEveryMs,
      leading: false,
      action: () => {
        if (this.#storing !== undefined) return this.#store.touch();
        this.#storing = store(this.row).finally(() => {
          this.#storing = undefined;
        });
        return undefined;
      },
    });
    this.progress = {
      phase: (phase, total, unit) => {
        this.#phase = { phase, total, unit };
        this.#done = 0;
        this.#moved();
      },
      advance: (by) => {
        this.#done += by;
        if (this.#phase.unit === 'bytes') this.#bytes += by;
        this.#moved();
      },
    };
  }

  get row(): JobRow {
    const { phase, total, unit } = this.#phase;
    return {
      ...this.#row,
      phase,
      total,
      unit,
      done: this.#done,
      bytes: this.#bytes,
      heartbeatAt: this.#heartbeatAt,
    };
  }

  get job(): Job {
    return jobOf(this.row);
  }

  /** The row as it will stand when the job has ended so. */
  ended(state: JobState, end: { readonly error?: JobError; readonly result?: JsonValue }): JobRow {
    return {
      ...this.row,
      state,
      error: end.error === undefined ? null : JSON.stringify(end.error),
      result: end.result === undefined ? null : JSON.stringify(end.result),
      endedAt: this.#clock.now(),
    };
  }

  /** Takes over a state that the table has already. */
  cancelling(): void {
    this.#row = { ...this.#row, state: 'cancelling' };
    this.#tell();
  }

  watch(): JobWatch {
    const watch = new JobWatch();
    this.#watches.add(watch);
    watch.onEnd(() => this.#watches.delete(watch));
    watch.show(this.job);
    return watch;
  }

  /** Progress is neither shown nor stored from here on; answers when the last storing is over. */
  async quiet(): Promise<void> {
    this.#show.stop();
    this.#store.stop();
    await this.#storing;
  }

  /** Shows the end, which is durable, to those who watch. */
  close(job: Job): void {
    for (const watch of this.#watches) {
      watch.show(job);
      watch.end();
    }
  }

  /** Tells those who watch that the end could not be kept. */
  fail(error: unknown): void {
    for (const watch of this.#watches) watch.end({ error });
  }

  #moved(): void {
    this.#heartbeatAt = this.#clock.now();
    this.#show.touch();
    this.#store.touch();
  }

  #tell(): void {
    if (this.#watches.size === 0) return;
    const { job } = this;
    for (const watch of this.#watches) watch.show(job);
  }
}
