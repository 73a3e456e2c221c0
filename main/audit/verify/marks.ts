import type { Mark } from './verify-log.ts';
import type { Told } from './verify-witnesses.ts';

/**
 * What a verification leaves behind, so that another one of the same database can begin `stretch` entries before each
 * log's end and find what was changed there since.
 */
export interface Marks {
  readonly stretch: number;
  /** By origin. */
  readonly logs: Map<string, Mark>;
  told: readonly Told[];
  /** Whose keys may be gone, as far as entries tell of it. */
  erased: ReadonlySet<string>;
}

/** Where a verification begins anew: the installation's present log and those of `again` at their marks, `whole` ones at entry 0. */
export interface Resumption {
  readonly marks: Marks;
  readonly again: ReadonlySet<string>;
  readonly whole: ReadonlySet<string>;
}

const tile = 256;

/** The last multiple of 256 that leaves a stretch after it. */
export function markSize(size: number, stretch: number): number {
  return Math.max(0, Math.floor((size - stretch) / tile) * tile);
}
