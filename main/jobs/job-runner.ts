import type { JsonValue } from '../../shared/errors.ts';
import type { Uuid } from '../../shared/ids.ts';
import type { Operation } from '../operations/operation.ts';

/** How a running job tells where it stands; stored and shown at most 4 times a second. */
export interface Progress {
  /** Verb and object, such as "Reading pages"; starts a new count. `total` is null while unknown. */
  phase(name: string, total: number | null, unit: 'bytes' | 'rows' | 'files' | 'entries'): void;
  advance(by: number): void;
}

export interface JobContext {
  readonly jobId: Uuid;
  /** The operation that asked, with the job's own signal: aborted when the job is cancelled or the process stops. */
  readonly operation: Operation;
  readonly progress: Progress;
}

export interface JobRequest<Result extends JsonValue> {
  readonly kind: string;
  readonly tenantId: Uuid | null;
  /** What only one job may hold at a time, such as `backup:<tenant id>`; a second one is LOCKED with the holder. */
  readonly resource: string;
  /** A tenant that no other job may be at work on meanwhile: such a one is LOCKED, as is this one beside it. */
  readonly alone?: Uuid;
  /** At work on every tenant's data, whatever `tenantId` says. */
  readonly everyTenant?: true;
  readonly operation: Operation;
  /** How long it may take to return after being cancelled before it is given up on; 10 s by default. */
  readonly graceMs?: number;
  readonly run: (context: JobContext) => Promise<Result>;
}

/** Starts long work; the result, the error and every state are kept in the job table. */
export interface JobStarter {
  start<Result extends JsonValue>(request: JobRequest<Result>): Promise<{ readonly jobId: Uuid }>;
}
