import { toRfc3339 } from '../../../shared/clock.ts';
import type { AuditTimeline } from '../../../shared/contract/audit.ts';
import type { Severity } from '../../../shared/severities.ts';
import type { Bounds } from './timeline-steps.ts';

export const noTimeline: AuditTimeline = { from: null, to: null, bucketMs: 0, buckets: [], total: 0 };

/** The buckets of a plot over time, being filled. */
export class TimelineBuckets {
  readonly #step: number;
  readonly #first: number;
  readonly #buckets: AuditTimeline['buckets'];
  #total = 0;

  /** `step`: the length of each, in milliseconds. */
  constructor(step: number, { from, to }: Bounds) {
    this.#step = step;
    this.#first = Math.floor(from / step);
    this.#buckets = Array.from({ length: Math.ceil(to / step) - this.#first }, (_, at) => ({
      time: toRfc3339((this.#first + at) * step),
      info: 0,
      warning: 0,
      critical: 0,
    }));
  }

  /** `time`: in epoch milliseconds. */
  add(time: number, severity: Severity, count: number): void {
    const bucket = this.#buckets[Math.max(0, Math.floor(time / this.#step) - this.#first)];
    if (bucket !== undefined) bucket[severity] += count;
    this.#total += count;
  }

  told(): AuditTimeline {
    const [buckets, first, step] = [this.#buckets, this.#first, this.#step];
    const end = toRfc3339((first + buckets.length) * step);
    return { from: toRfc3339(first * step), to: end, bucketMs: step, buckets, total: this.#total };
  }
}
