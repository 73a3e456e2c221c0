import { toRfc3339 } from '../../../shared/clock.ts';
import type { AuditRecord } from '../record.ts';
import { heartbeatMs } from '../signs-of-life.ts';

/** A time of which the log says nothing. */
export interface Gap {
  /** RFC 3339. */
  readonly from: string;
  readonly to: string;
  readonly text: string;
  /** Of a process that ran, or between two. */
  readonly kind: 'silent' | 'not-running';
  /** The entries around it. */
  readonly entries: readonly [number, number];
}

/** Later than that, one sign of life at least was left out. */
export const longestSilenceMs = heartbeatMs * 1.5;
const mostGaps = 100;

/**
 * Finds where the installation's log was silent for longer than between two heartbeats: while one process ran, by its
 * monotonic clock, and from the last heartbeat of a process to the next process.
 */
export class Silence {
  readonly gaps: Gap[] = [];
  #last: AuditRecord | undefined;
  /** The process of the last entry gave heartbeats: it was there to stay. */
  #beats = false;
  #suspended = false;

  read(record: AuditRecord): void {
    const last = this.#last;
    this.#last = record;
    if (last !== undefined && last.boot === record.boot) this.#within(last, record);
    else if (last !== undefined) this.#between(last, record);
    const act = record.who.k === 'system' ? record.act : '';
    this.#beats = (last?.boot === record.boot && this.#beats) || act === 'log.heartbeat';
    this.#suspended = act === 'log.suspend' || (this.#suspended && act !== 'log.resume');
  }

  #within(last: AuditRecord, next: AuditRecord): void {
    const silentMs = (next.mono - last.mono) / 1000;
    if (!this.#beats || silentMs <= longestSilenceMs || this.#suspended) return;
    const missing = Math.floor(silentMs / heartbeatMs);
    this.#found(
      'silent',
      last,
      next,
      `No sign of life for ${minutes(silentMs)} minutes, between entries ${last.i} and ${next.i}, though the program ran: ${missing} of its heartbeats are not there.`,
    );
  }

  #between(last: AuditRecord, next: AuditRecord): void {
    const silentMs = next.t - last.t;
    if (!this.#beats || silentMs <= longestSilenceMs) return;
    this.#found(
      'not-running',
      last,
      next,
      `Nothing ran for ${minutes(silentMs)} minutes, between entries ${last.i} and ${next.i}: what happened to the files in that time is not in the log.`,
    );
  }

  #found(kind: Gap['kind'], last: AuditRecord, next: AuditRecord, text: string): void {
    if (this.gaps.length === mostGaps) this.gaps.shift();
    this.gaps.push({ from: toRfc3339(last.t), to: toRfc3339(next.t), text, kind, entries: [last.i, next.i] });
  }
}

const minutes = (ms: number) => Math.round(ms / 60_000);
