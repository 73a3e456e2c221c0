import type { Clock } from '../../../shared/clock.ts';
import type { Progress } from '../../jobs/job-runner.ts';

export interface Phase {
  readonly name: string;
  readonly durationMs: number;
}

/** Forwards what a worker tells of its progress, and notes how long each phase took. */
export class PhaseTimes implements Progress {
  readonly #clock: Clock;
  readonly #to: Progress;
  readonly #phases: { name: string; micros: number }[] = [];
  #name: string;
  #sinceMicros: number;
  readonly #begunMicros: number;
  #ended = false;

  /** `first`: what is done until the worker names a phase. */
  constructor(clock: Clock, to: Progress, first: string) {
    this.#clock = clock;
    this.#to = to;
    this.#name = first;
    this.#begunMicros = clock.monotonicMicros();
    this.#sinceMicros = this.#begunMicros;
    to.phase(first, null, 'bytes');
  }

  phase(...told: Parameters<Progress['phase']>): void {
    this.#end();
    [this.#name] = told;
    this.#to.phase(...told);
  }

  advance(by: number): void {
    this.#to.advance(by);
  }

  /** The phases in the order of their beginning, one of each name, and the whole; the last one ended when this was first called. */
  end(): { readonly durationMs: number; readonly phases: readonly Phase[] } {
    if (!this.#ended) this.#end();
    this.#ended = true;
    return {
      durationMs: Math.round((this.#sinceMicros - this.#begunMicros) / 1000),
      phases: this.#phases.map(({ name, micros }) => ({ name, durationMs: Math.round(micros / 1000) })),
    };
  }

  #end(): void {
    const now = this.#clock.monotonicMicros();
    const same = this.#phases.find(({ name }) => name === this.#name);
    if (same) same.micros += now - this.#sinceMicros;
    else this.#phases.push({ name: this.#name, micros: now - this.#sinceMicros });
    this.#sinceMicros = now;
  }
}
