import { monitorEventLoopDelay } from 'node:perf_hooks';

/** Between two ticks of an event loop, in milliseconds; an idle one on an idle machine shows the resolution, 5. */
export interface Delays {
  readonly p99: number;
  readonly longest: number;
}

export const resolutionMs = 5;

/** Measures this thread's event loop until the answered function is called. */
export function measureDelays(): () => Delays {
  const histogram = monitorEventLoopDelay({ resolution: resolutionMs });
  histogram.enable();
  return () => {
    histogram.disable();
    return { p99: histogram.percentile(99) / 1e6, longest: histogram.max / 1e6 };
  };
}

export function worse(left: Delays, right: Delays): Delays {
  return { p99: Math.max(left.p99, right.p99), longest: Math.max(left.longest, right.longest) };
}
