import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '../../../shared/clock.ts';
import type { TamperDrillResult } from '../../../shared/contract/audit/tamper-drill.ts';
import type { Uuid } from '../../../shared/ids.ts';
import type { TamperOutcome } from '../../../shared/tamper-attacks.ts';
import { callWorker } from '../../jobs/call-worker.ts';
import type { JobContext, JobStarter } from '../../jobs/job-runner.ts';
import { siblingModule } from '../../jobs/sibling-module.ts';
import type { Operation } from '../../operations/operation.ts';
import type { OpenStore } from '../../storage/open-store.ts';
import type { Anchor } from '../anchors.ts';
import type { Appender } from '../appender.ts';
import type { EventMaker } from '../event-maker.ts';
import { vouchedBy } from '../verify/run-verify.ts';
import type { LogsCheck } from '../verify/verify-logs.ts';
import type { CopyTask } from './copy-worker.ts';
import type { DrillTask } from './drill-worker.ts';
import { type HeldDrill, stretch } from './hold-drill.ts';

/** What a verification checks against, without its anchor. */
type LogState = Omit<LogsCheck, 'anchor'>;

type CopyWatch = Pick<JobContext, 'progress'> & { readonly signal: AbortSignal };

interface TamperDrillParts {
  readonly jobs: JobStarter;
  readonly clock: Clock;
  readonly maker: EventMaker;
  /** Where copies lie while they are attacked. */
  readonly folder: string;
  /** Throws UNAVAILABLE. */
  opened(): { readonly store: OpenStore; readonly appender: Appender };
  check(): Promise<LogState>;
  /** The anchor outside the database, brought up to the newest head first where it can be. */
  anchor(): Promise<Anchor | undefined>;
}

/** Attacks on a copy of the log, to see that each is found. */
export class TamperDrill {
  readonly #parts: TamperDrillParts;

  constructor(parts: TamperDrillParts) {
    this.#parts = parts;
  }

  /** Takes away what a process that was killed left of a copy. Before any drill. Errors: IO. */
  async sweep(): Promise<void> {
    await rm(this.#parts.folder, { recursive: true, force: true });
  }

  /** What the copy is checked against; its anchor is told apart. */
  async check(): Promise<LogState> {
    return await this.#parts.check();
  }

  /** Starts the job; its result is a `TamperDrillResult`. Errors: LOCKED (one runs). */
  async run(operation: Operation): Promise<{ jobId: Uuid }> {
    operation.describe({ resource: { kind: 'log', id: 'all' } });
    return await this.#parts.jobs.start({
      kind: 'audit.drill',
      tenantId: null,
      resource: 'audit-drill',
      operation,
      run: (context) => this.#hold(context, operation),
    });
  }

  async #hold(context: JobContext, operation: Operation): Promise<TamperDrillResult> {
    const { clock, folder } = this.#parts;
    const started = clock.monotonicMicros();
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const own = await mkdtemp(join(folder, 'drill-'));
    let held: HeldDrill;
    try {
      held = await this.#onCopy(join(own, 'audit.db'), context);
    } finally {
      await rm(own, { recursive: true, force: true });
    }
    const result = {
      ...held,
      ...countsOf(held),
      stretch,
      durationMs: Math.round((clock.monotonicMicros() - started) / 1000),
    };
    operation.describe({ facts: factsOf(result) });
    return result;
  }

  /** Copies the log and answers what it was checked against at that moment: what decided otherwise before or after says nothing of it. */
  async #copy(into: string, { signal, progress }: CopyWatch): Promise<LogState> {
    for (;;) {
      const before = await this.check();
      const audit = this.#parts.opened().store.share();
      await callWorker<CopyTask, null>({
        module: siblingModule(import.meta.url, 'copy-worker'),
        input: { audit, into },
        transfer: [audit.port],
        signal,
        progress,
      });
      if (isAsBefore(before, await this.check())) return before;
      await rm(into);
    }
  }

  async #onCopy(copy: string, { operation: { signal }, progress }: JobContext): Promise<HeldDrill> {
    const { maker } = this.#parts;
    const { appender } = this.#parts.opened();
    await appender.commitTenants();
    const anchor = await this.#parts.anchor();
    const entries = appender.heads().reduce((sum, { size }) => sum + size, 0);
    const check = await this.#copy(copy, { signal, progress });
    // the log goes on: put in its place, the copy would be an older file
    await appender.append(maker.leaf('log.drill'));
    const now = await this.#parts.anchor();
    return await callWorker<DrillTask, HeldDrill>({
      module: siblingModule(import.meta.url, 'drill-worker'),
      input: {
        copy,
        entries,
        check: { ...check, ...vouchedBy(anchor) },
        newer: vouchedBy(now).anchor,
      },
      signal,
      progress,
    });
  }
}

/** Who was added meanwhile is in no entry that is checked with what was known before. */
function isAsBefore(before: LogState, now: LogState): boolean {
  const people = now.openings.subjectKeys;
  return (
    now.presentKey === before.presentKey &&
    now.retention === before.retention &&
    [...before.openings.subjectKeys.keys()].every((subject) => people.has(subject))
  );
}

function countsOf({ attacks }: HeldDrill) {
  const count = (of: TamperOutcome) => attacks.filter(({ outcome }) => outcome === of).length;
  return {
    caught: count('caught'),
    missed: count('missed'),
    unguarded: count('unguarded'),
    notApplicable: count('not-applicable'),
  };
}

/** In the entry, by which former drills are found. */
function factsOf({ attacks, caught, missed, unguarded, notApplicable, entries }: TamperDrillResult) {
  const open = attacks.filter(({ outcome }) => outcome === 'missed' || outcome === 'unguarded');
  return {
    caught,
    missed,
    unguarded,
    notApplicable,
    entries,
    ...(open.length === 0 ? {} : { notCaught: open.map(({ attack }) => attack).join(' ') }),
  };
}
