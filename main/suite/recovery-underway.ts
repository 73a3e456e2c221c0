import { type Clock, toRfc3339 } from '../../shared/clock.ts';
import type { RecoveryRun } from '../../shared/contract/recovery.ts';
import { HoldfastError } from '../../shared/errors.ts';
import { addressOf } from '../../shared/target-place.ts';
import { cancelled, endOf } from '../jobs/job-error.ts';
import { type FetchSource, fetchBackups } from './fetch-backups.ts';
import { type RecoverOptions, recover } from './recover.ts';
import { isLeftUnfinished } from './unfinished-folder.ts';

interface Wanted extends Omit<RecoverOptions, 'context' | 'onOwner'> {
  /** Where the backups are brought from first. */
  readonly remote?: FetchSource | undefined;
}

/** Before there is an installation with a job table: the one recovery of this process, from its start until its end was seen. */
export class RecoveryUnderway {
  readonly #dataFolder: string;
  readonly #clock: Clock;
  readonly #told: (error: unknown) => HoldfastError;
  #run: RecoveryRun | null = null;
  #abort = new AbortController();
  #ended: Promise<void> = Promise.resolve();

  /** `told`: the form in which an error may leave the process. */
  constructor(dataFolder: string, clock: Clock, told: (error: unknown) => HoldfastError) {
    this.#dataFolder = dataFolder;
    this.#clock = clock;
    this.#told = told;
  }

  get isRunning(): boolean {
    return this.#run !== null && this.#run.endedAt === null;
  }

  /** How it stands, or that an earlier process was cut off in the middle of one. */
  async look(): Promise<RecoveryRun | null> {
    if (this.#run !== null || !(await isLeftUnfinished(this.#dataFolder))) return this.#run;
    return { ...this.#fresh(null, null), state: 'interrupted', startedAt: null, heartbeatAt: null };
  }

  /** Answers when it has ended, however; `then` goes on with the recovered folder. */
  start(wanted: Wanted, then: () => Promise<void>): Promise<void> {
    this.#abort = new AbortController();
    this.#run = this.#fresh(
      wanted.target,
      wanted.remote === undefined ? null : addressOf(wanted.remote.place),
    );
    this.#ended = this.#recover(wanted, then);
    return this.#ended;
  }

  cancel(): void {
    if (!this.isRunning) return;
    this.#change({ state: 'cancelling' });
    this.#abort.abort(cancelled());
  }

  /** Forgets one that has ended. */
  dismiss(): void {
    if (!this.isRunning) this.#run = null;
  }

  /** Cancels it and waits until nothing is left of it. */
  async stop(): Promise<void> {
    this.cancel();
    await this.#ended;
  }

  async #recover({ remote, ...wanted }: Wanted, then: () => Promise<void>): Promise<void> {
    const { signal } = this.#abort;
    const progress: RecoverOptions['context']['progress'] = {
      phase: (phase, total, unit) => this.#change({ phase, total, unit, done: 0 }),
      advance: (by) => this.#change({ done: (this.#run?.done ?? 0) + by }),
    };
    const context = { signal, progress };
    try {
      if (remote !== undefined) await fetchBackups({ remote, ...wanted }, context);
      const result = await recover({ ...wanted, onOwner: (owner) => this.#change({ owner }), context });
      await then();
      this.#end({
        state: 'succeeded',
        result: { ...result, tenants: [...result.tenants], warnings: [...result.warnings] },
      });
    } catch (thrown) {
      const { state, error } = endOf(thrown, signal);
      const { code, message, data } = this.#told(error);
      this.#end({ state, error: { code, message, data: JSON.parse(JSON.stringify(data)) } });
    }
  }

  #fresh(target: string | null, from: string | null): RecoveryRun {
    const now = toRfc3339(this.#clock.now());
    return {
      state: 'running',
      target,
      from,
      owner: null,
      phase: '',
      done: 0,
      total: null,
      unit: 'bytes',
      startedAt: now,
      heartbeatAt: now,
      endedAt: null,
      error: null,
      result: null,
    };
  }

  #change(changed: Partial<RecoveryRun>): void {
    if (this.#run === null) return;
    this.#run = { ...this.#run, ...changed, heartbeatAt: toRfc3339(this.#clock.now()) };
  }

  #end(changed: Partial<RecoveryRun>): void {
    this.#change({ ...changed, endedAt: toRfc3339(this.#clock.now()) });
  }
}

/** Refuses what would make an installation beside the one that is coming back. */
export function recoveryRuns(): HoldfastError {
  return new HoldfastError(
    'LOCKED',
    'A lost installation is being brought back into this folder. Wait for its end, or cancel it first.',
    { reason: 'recovery-runs', holder: { kind: 'recovery' } },
  );
}
