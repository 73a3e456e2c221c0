import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout } from 'node:timers/promises';

/** Between two ticks of this thread's event loop, in milliseconds; an idle one shows the resolution, 5. */
export interface Stalls {
  readonly p99: number;
  readonly longest: number;
}

const resolution = 5;

/** Watches the event loop of this thread while certain work runs; may be used again and again. */
export class StallWatch {
  #stalls: Stalls = { p99: 0, longest: 0 };

  async during<Result>(work: () => Promise<Result>): Promise<Result> {
    const histogram = monitorEventLoopDelay({ resolution });
    histogram.enable();
    // It counts from its second tick, and the tick that comes late because of the work must be seen too.
    await setTimeout(3 * resolution);
    try {
      return await work();
    } finally {
      await setTimeout(3 * resolution);
      histogram.disable();
      const { p99, longest } = this.#stalls;
      this.#stalls = {
        p99: Math.max(p99, histogram.percentile(99) / 1e6),
        longest: Math.max(longest, histogram.max / 1e6),
      };
    }
  }

  /** The worst of all that was watched so far. */
  get stalls(): Stalls {
    return this.#stalls;
  }
}
