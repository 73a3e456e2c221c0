import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import { type Clock, toRfc3339 } from '../../shared/clock.ts';
import type { Job } from '../../shared/contract/suite.ts';
import { uuid } from '../../shared/contract/values.ts';
import { HoldfastError, type JsonValue } from '../../shared/errors.ts';
import type { Ids, Uuid } from '../../shared/ids.ts';
import type { JobState } from '../../shared/states.ts';
import { decodeCursor, type Page, pageOf } from '../operations/cursor.ts';
import type { Operation } from '../operations/operation.ts';
import type { Store, Transaction } from '../storage/store.ts';
import { cancelled, type ErrorLog, endOf, interrupted, jobError } from './job-error.ts';
import type { JobRequest, JobStarter } from './job-runner.ts';
import { excludes } from './job-scope.ts';
import {
  endJob,
  findJob,
  insertJob,
  interruptJobs,
  type JobRow,
  jobOf,
  markCancelling,
  selectJobs,
  storeProgress,
} from './job-store.ts';
import { JobWatch } from './job-watch.ts';
import { RunningJob } from './running-job.ts';

export interface JobsOptions {
  readonly control: Store;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly log: ErrorLog;
  /** Told of each end in the transaction that stores it. */
  readonly ended?: (transaction: Transaction, job: Job) => void;
  /** Progress is shown at most once in this time; 250 ms by default. */
  readonly showEveryMs?: number;
  /** Progress is stored at most once in this time; 2 s by default. */
  readonly storeEveryMs?: number;
  /** How long to wait before an end that could not be stored is tried again; 5 s by default. */
  readonly retryMs?: number;
}

export interface JobListInput {
  readonly limit: number;
  readonly cursor?: string | undefined;
  readonly state?: JobState | undefined;
  readonly kind?: string | undefined;
}

/** Where a page of jobs ended: `createdAt` and the id. */
const place = z.tuple([z.number(), uuid]);

interface Holder {
  readonly running: RunningJob;
  readonly request: JobRequest<JsonValue>;
}

const defaultGraceMs = 10_000;

/** Runs long work and keeps its story in the table `job`; one job at a time holds a resource. */
export class Jobs implements JobStarter {
  readonly #options: JobsOptions;
  readonly #running = new Map<Uuid, RunningJob>();
  /** By resource. A job that was given up on holds its resource, and its tenant, until it has really returned. */
  readonly #holders = new Map<string, Holder>();
  readonly #work = new Set<Promise<void>>();
  readonly #stop = new AbortController();

  constructor(options: JobsOptions) {
    this.#options = options;
  }

  /** Call before the first `start`: what ran in an earlier process becomes `interrupted`. Answers how many. */
  recover(): Promise<number> {
    const { control, clock, ended } = this.#options;
    const { code, message } = interrupted();
    return control.write((transaction) => {
      const rows = interruptJobs(transaction, clock.now(), { code, message, data: {} });
      for (const row of rows) ended?.(transaction, jobOf(row));
      return rows.length;
    });
  }

  /** Answers once the job is in the table. Errors: LOCKED (data.holder), UNAVAILABLE when stopping. */
  async start<Result extends JsonValue>(request: JobRequest<Result>): Promise<{ readonly jobId: Uuid }> {
    if (this.#stop.signal.aborted) {
      throw new HoldfastError('UNAVAILABLE', 'Holdfast is stopping; no new work is started.', {
        manager: 'jobs',
      });
    }
    const holder = this.#holderAgainst(request);
    if (holder !== undefined) throw locked(holder.row);
    const running = this.#runningJob(request);
    const { row } = running;
    this.#holders.set(row.resource, { running, request });
    try {
      await this.#options.control.write((transaction) => insertJob(transaction, row));
    } catch (error) {
      this.#holders.delete(row.resource);
      throw error;
    }
    this.#running.set(row.id, running);
    if (this.#stop.signal.aborted) running.abort.abort(interrupted());
    this.#track(this.#run(running, request));
    return { jobId: row.id };
  }

  /** Aborts all that runs and waits for it, `withinMs` milliseconds at most; what is left is `interrupted` later. */
  async stop(withinMs = 10_000): Promise<void> {
    this.#stop.abort();
    for (const running of this.#running.values()) running.abort.abort(interrupted());
    const timer = new AbortController();
    await Promise.race([
      Promise.all(this.#work),
      delay(withinMs, undefined, { signal: timer.signal }).catch(() => undefined),
    ]);
    timer.abort();
    const left = new HoldfastError('INTERRUPTED', 'Holdfast stopped before the work had ended.');
    for (const running of this.#running.values()) running.fail(left);
  }

  /** The job as it is now, each change, and last its end, which is durable by then. Errors: NOT_FOUND. */
  watch(jobId: Uuid, signal?: AbortSignal): JobWatch {
    const running = this.#running.get(jobId);
    const watch = running?.watch() ?? endedWatch(this.getJob({ jobId }));
    if (signal?.aborted) void watch.return();
    const leave = () => void watch.return();
    signal?.addEventListener('abort', leave);
    watch.onEnd(() => signal?.removeEventListener('abort', leave));
    return watch;
  }

  watchJob(input: { readonly jobId: Uuid }, operation: Operation): JobWatch {
    return this.watch(input.jobId, operation.signal);
  }

  /** Errors: NOT_FOUND. */
  getJob({ jobId }: { readonly jobId: Uuid }, _operation?: Operation): Job {
    const row = findJob(this.#options.control, jobId);
    if (row === undefined) throw notFound(jobId);
    return this.#view(row);
  }

  /** Newest first. Errors: VALIDATION (cursor). */
  listJobs(input: JobListInput, _operation?: Operation): Page<Job> {
    const { limit, cursor, state, kind } = input;
    const filter = { list: 'jobs', state, kind };
    const after = decodeCursor(cursor, filter, place);
    const rows = selectJobs(this.#options.control, { state, kind, after, limit: limit + 1 });
    return pageOf(
      rows,
      limit,
      filter,
      (row) => this.#view(row),
      (row) => [row.createdAt, row.id],
    );
  }

  /** Asks the job to end; a second time changes nothing. Errors: NOT_FOUND, CONFLICT when it has ended. */
  async cancelJob({ jobId }: { readonly jobId: Uuid }, operation: Operation): Promise<Job> {
    const change = await this.#options.control.write((transaction) => {
      const row = findJob(transaction, jobId);
      if (row === undefined) throw notFound(jobId);
      if (row.endedAt !== null) {
        throw new HoldfastError('CONFLICT', `The job has ended already (${row.state}).`, {
          reason: 'ended',
          state: row.state,
        });
      }
      if (row.state === 'cancelling') return false;
      markCancelling(transaction, jobId);
      operation.record(transaction, {
        ...(row.tenantId === null ? {} : { tenantId: row.tenantId }),
        resource: { kind: 'job', id: jobId },
        facts: { kind: row.kind },
      });
      return true;
    });
    const running = this.#running.get(jobId);
    if (change && running !== undefined) {
      running.cancelling();
      running.abort.abort(cancelled());
    }
    return this.getJob({ jobId });
  }

  /** A job beside which this one may not start. */
  #holderAgainst(request: JobRequest<JsonValue>): RunningJob | undefined {
    const same = this.#holders.get(request.resource);
    if (same !== undefined) return same.running;
    return [...this.#holders.values()].find((holder) => excludes(holder.request, request))?.running;
  }

  #view(row: JobRow): Job {
    const running = row.endedAt === null ? this.#running.get(row.id) : undefined;
    return running?.job ?? jobOf(row);
  }

  #runningJob({ kind, tenantId, resource, operation }: JobRequest<JsonValue>): RunningJob {
    const { control, clock, ids, log, showEveryMs = 250, storeEveryMs = 2000 } = this.#options;
    const { caller } = operation;
    const now = clock.now();
    const row: JobRow = {
      id: ids.uuid(),
      kind,
      state: 'running',
      phase: '',
      done: 0,
      total: null,
      unit: '',
      bytes: 0,
      heartbeatAt: now,
      error: null,
      result: null,
      requestedBy: caller.kind === 'operator' ? caller.id : null,
      tenantId,
      resource,
      createdAt: now,
      startedAt: now,
      endedAt: null,
    };
    const store = (latest: JobRow) =>
      control
        .write((transaction) => storeProgress(transaction, latest))
        .catch((error: unknown) => log(error, operation.id));
    return new RunningJob({ row, clock, showEveryMs, storeEveryMs, store });
  }

  async #run<Result extends JsonValue>(running: RunningJob, request: JobRequest<Result>): Promise<void> {
    const { signal } = running.abort;
    const { id, resource } = running.row;
    const operation = withSignal(request.operation, signal);
    const context = { jobId: id, operation, progress: running.progress };
    const giveUp = this.#giveUpAfter(running, request);
    let end: JobRow;
    try {
      const result = await request.run(context);
      end = running.ended('succeeded', { result });
    } catch (thrown) {
      const { state, error } = endOf(thrown, signal);
      if (error !== thrown && !(thrown instanceof HoldfastError)) this.#options.log(thrown, operation.id);
      end = running.ended(state, { error: jobError(error, operation.id, this.#options.log) });
    } finally {
      giveUp.clear();
    }
    await this.#end(running, end, request.operation.id, () => {
      if (this.#holders.get(resource)?.running === running) this.#holders.delete(resource);
    });
  }

  /** A job that has not returned within its grace after being cancelled is given up on. */
  #giveUpAfter(running: RunningJob, request: JobRequest<JsonValue>): { readonly clear: () => void } {
    let timer: NodeJS.Timeout | undefined;
    running.abort.signal.addEventListener('abort', () => {
      if (this.#stop.signal.aborted) return;
      timer = setTimeout(() => {
        const { code, message } = cancelled();
        const error = { code, message: `${message} It did not stop in time.`, data: { gaveUp: true } };
        this.#track(this.#end(running, running.ended('cancelled', { error }), request.operation.id));
      }, request.graceMs ?? defaultGraceMs);
      timer.unref();
    });
    return { clear: () => clearTimeout(timer) };
  }

  /** Makes the end durable, and only then shows it. */
  async #end(running: RunningJob, end: JobRow, operationId: Uuid, release = () => {}): Promise<void> {
    if (running.ending) {
      release();
      return;
    }
    running.ending = true;
    await running.quiet();
    for (;;) {
      try {
        await this.#options.control.write((transaction) => {
          endJob(transaction, end);
          this.#options.ended?.(transaction, jobOf(end));
        });
        break;
      } catch (error) {
        this.#options.log(error, operationId);
        release();
        running.fail(error);
        if (this.#stop.signal.aborted) break;
        await delay(this.#options.retryMs ?? 5000, undefined, { signal: this.#stop.signal }).catch(
          () => undefined,
        );
      }
    }
    release();
    this.#running.delete(end.id);
    running.close(jobOf(end));
  }

  #track(work: Promise<void>): void {
    const tracked = work.finally(() => this.#work.delete(tracked));
    this.#work.add(tracked);
  }
}

function withSignal(operation: Operation, signal: AbortSignal): Operation {
  const { id, action, caller, reason } = operation;
  return {
    id,
    action,
    caller,
    ...(reason === undefined ? {} : { reason }),
    signal,
    record: (transaction, details) => operation.record(transaction, details),
    describe: (details) => operation.describe(details),
  };
}

function endedWatch(job: Job): JobWatch {
  const watch = new JobWatch();
  watch.show(job);
  watch.end();
  return watch;
}

function notFound(jobId: Uuid): HoldfastError {
  return new HoldfastError('NOT_FOUND', `There is no job ${jobId}.`, { kind: 'job', id: jobId });
}

function locked({ id, kind, resource, phase, createdAt }: JobRow): HoldfastError {
  return new HoldfastError(
    'LOCKED',
    `The job ${id} (${kind}) is at work on ${resource}. Wait for it or cancel it.`,
    {
      holder: { jobId: id, kind, phase, since: toRfc3339(createdAt) },
    },
  );
}
