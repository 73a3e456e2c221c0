import type { Clock } from '../../shared/clock.ts';
import type { AuditVerification } from '../../shared/contract/audit.ts';
import type { Uuid } from '../../shared/ids.ts';
import type { JobContext, JobStarter } from '../jobs/job-runner.ts';
import type { Operation } from '../operations/operation.ts';
import type { Store } from '../storage/store.ts';
import type { CarriedNote } from './backup-notes.ts';
import { encodeBase64 } from './base64.ts';
import type { LiveLog } from './live-log.ts';
import type { LogTrust } from './log-trust.ts';
import type { ReadingGate } from './retention/reading-gate.ts';
import { RetentionSeal, type SealKeeper } from './retention/retention-seal.ts';
import { indexedParts, mendIndex, withWords } from './search/mend-index.ts';
import type { SigningKeys } from './signing-keys.ts';
import type { SubjectDirectory } from './subject-directory.ts';
import { runVerify, verdictOf } from './verify/run-verify.ts';
import type { LogsCheck } from './verify/verify-logs.ts';
import type { VerifyAnswer } from './verify/verify-worker.ts';

/** A piece of work that tells how far it is, until it is called off. */
type Context = Pick<JobContext, 'progress'> & { readonly signal: AbortSignal };

export interface LogVerificationParts {
  readonly live: LiveLog;
  readonly trust: LogTrust;
  readonly keys: SigningKeys;
  readonly people: SubjectDirectory;
  /** No entry goes while the index is compared with them. */
  readonly gate: ReadingGate;
  readonly installationId: Uuid;
  readonly epoch: number;
  readonly installationKey: Uint8Array;
  readonly pseudonymKey: Uint8Array;
  readonly clock: Clock;
  readonly control: Store;
  /** Of what decides how long the log is kept. */
  readonly retention: { readonly seal: SealKeeper };
  readonly jobs: JobStarter;
  /** Checkpoints in backups that nothing here knows of. Errors: those of reaching the target. */
  unknownNotes(context: Context): Promise<readonly CarriedNote[]>;
  /** Told why the backups could not be asked. */
  report(error: unknown): void;
}

/** Reads the log again, whole or of one tenant, and keeps what that comes to. */
export class LogVerification {
  readonly #parts: LogVerificationParts;
  readonly #seal: RetentionSeal;

  constructor(parts: LogVerificationParts) {
    this.#parts = parts;
    this.#seal = new RetentionSeal(parts.retention.seal);
  }

  /** Starts the job; its result is an AuditVerification. Errors: LOCKED (one runs). */
  async begin(tenantId: Uuid | undefined, operation: Operation): Promise<{ jobId: Uuid }> {
    operation.describe({ resource: { kind: 'log', id: tenantId ?? 'all' } });
    const gently = operation.caller.kind === 'system'; // nobody waits for it
    return await this.#parts.jobs.start({
      kind: 'audit.verify',
      tenantId: tenantId ?? null,
      // whoever asks for one does not wait for that
      resource: gently ? 'audit-verify-standing' : 'audit-verify',
      operation,
      run: async ({ operation: { signal }, progress }) => {
        const result = await this.verify(tenantId, { signal, progress, gently });
        operation.describe({ facts: { verdict: result.verdict, problems: result.problems.length } });
        return result;
      },
    });
  }

  /** Re-reads every stored value, of all logs or of one tenant's and the installation's, and mends their index. */
  async verify(
    tenantId: Uuid | undefined,
    { signal, progress, gently = false }: Context & { readonly gently?: boolean },
  ): Promise<AuditVerification> {
    const { live, trust, gate, clock } = this.#parts;
    const { store, appender, index } = live.opened();
    const { acknowledged } = trust;
    await appender.commitTenants();
    await trust.compareAnchor(store).catch((error: unknown) => live.failed(error)); // the verdict and `health` tell
    await this.#compareUnknown({ signal, progress });
    const total = appender.heads().reduce((sum, { size }) => sum + size, 0);
    progress.phase('Reading entries', total, 'entries');
    const logs = { index, heads: () => appender.heads(), tenantId, signal };
    const indexed = await gate.read(() => indexedParts(logs));
    const reading = this.#underKeys(async (check) =>
      runVerify({
        ...check,
        store,
        search: index.share(),
        indexed,
        entries: total,
        tenantId,
        anchor: trust.anchors.kept,
        now: clock.now(),
        gently,
        signal,
        progress,
      }),
    );
    // beside it, in this thread
    const wording = gate.read(() => withWords(logs, indexed));
    await Promise.allSettled([reading, wording]);
    const [{ report, sameInIndex }, worded] = await Promise.all([reading, wording]);
    const same = new Set(sameInIndex.filter((log) => worded.has(log)));
    const mended = await gate.read(() => mendIndex(logs, same));
    report.problems.push(...mended);
    const told = (): AuditVerification =>
      verdictOf(report, trust.anchors, {
        ...trust.horizon(),
        logId: live.origin,
        root: encodeBase64(live.head()?.root ?? new Uint8Array(0)),
      });
    // what was found before somebody acknowledged the state of the log may be what they acknowledged
    if (acknowledged === trust.acknowledged)
      await trust.keep(told(), { whole: tenantId === undefined, mended });
    return told();
  }

  /** Where a key took over, or how long the log is kept was changed, while the log was read with what was before, it is read again. */
  async #underKeys(read: (check: Omit<LogsCheck, 'anchor'>) => Promise<VerifyAnswer>): Promise<VerifyAnswer> {
    for (;;) {
      const check = await this.check();
      const answer = await read(check);
      const { keys, control } = this.#parts;
      const isAsBefore = keys.name === check.presentKey && this.#seal.state(control) === check.retention;
      if (answer.report.problems.length === 0 || isAsBefore) return answer;
    }
  }

  /** A target that is away keeps no verification from its verdict: what is known of the backups here was compared at start. */
  async #compareUnknown(context: Context): Promise<void> {
    let notes: readonly CarriedNote[];
    try {
      notes = await this.#parts.unknownNotes(context);
    } catch (error) {
      context.signal.throwIfAborted();
      this.#parts.report(error);
      return;
    }
    await this.#parts.trust.backupNotes.compare(notes);
  }

  /** What the logs are checked against, but for the anchor. */
  async check(): Promise<Omit<LogsCheck, 'anchor'>> {
    const { live, keys, people, control, installationId, epoch, installationKey, pseudonymKey } = this.#parts;
    const sizes = new Map(live.heads().map(({ origin, size }) => [origin, size]));
    const subjectKeys = await people.allKeys();
    const retention = this.#seal.state(control);
    await live.settle(); // who was erased and what was sealed meanwhile, the log says so
    return {
      installationId,
      epoch,
      keys: keys.verifierKeys(),
      presentKey: keys.name,
      retention,
      openings: { installationKey, subjectKeys, pseudonymKey, sizes },
    };
  }
}
