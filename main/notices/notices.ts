import { z } from 'zod';
import type { AlertRuleId } from '../../shared/alert-rules.ts';
import type { Clock } from '../../shared/clock.ts';
import type { Notice } from '../../shared/contract/suite.ts';
import { uuid } from '../../shared/contract/values.ts';
import type { ErrorCode, JsonValue } from '../../shared/errors.ts';
import type { Ids, Uuid } from '../../shared/ids.ts';
import { decodeCursor, pageOf } from '../operations/cursor.ts';
import type { Operation } from '../operations/operation.ts';
import type { Store, Transaction } from '../storage/store.ts';
import {
  acknowledge,
  countOpen,
  type NoticeRow,
  noticeOf,
  pruneNotices,
  putNotice,
  selectNotices,
  settle,
  settleOthers,
} from './notice-store.ts';

export interface NoticesOptions {
  readonly control: Store;
  readonly clock: Clock;
  readonly ids: Ids;
  /** The name of an operator; null once it cannot be read any more. */
  readonly operatorName: (id: Uuid) => string | null;
}

/** How a job ended badly. */
export interface EndedJob {
  readonly id: Uuid;
  readonly kind: string;
  readonly tenantId: Uuid | null;
  readonly state: string;
  /** Null: the schedule asked. */
  readonly requestedBy: string | null;
  readonly error: { readonly code: ErrorCode; readonly data: { readonly [name: string]: JsonValue } } | null;
}

/** Why entries of the log do not get to a destination. */
interface StuckForwarding {
  readonly destinationId: Uuid;
  readonly kind: Extract<Notice['kind'], `forwarding-${string}`>;
}

interface ListInput {
  readonly limit: number;
  readonly cursor?: string | undefined;
  readonly state?: 'open' | 'acknowledged' | undefined;
}

const ofNoJob = { jobId: null, jobKind: null, error: null };
const ofNothingElse = { alertId: null, alertRule: null, breachId: null, destinationId: null };
const keptMs = 90 * 86_400_000;
const place = z.tuple([z.number(), uuid]);

/** Whoever asked sees these at once, and they say something of the question, not of the machine. */
const ofTheAsker: ReadonlySet<ErrorCode> = new Set(['VALIDATION', 'NOT_FOUND', 'CONFLICT', 'LOCKED']);
/** For these a repository that is not there is no question asked wrongly. */
const ofTheMachine: ReadonlySet<string> = new Set([
  'backup.create',
  'backup.verify',
  'backup.drill',
  'backup.repair',
]);
/** Asked for again with the next click. */
const passingKinds: ReadonlySet<string> = new Set([
  'backup.restore.plan',
  'backup.restore.open',
  'backup.repair.plan',
  'backup.retention.simulate',
]);

/** What needs a person's eyes: kept in control.db until somebody acknowledges it. */
export class Notices {
  readonly #options: NoticesOptions;

  constructor(options: NoticesOptions) {
    this.#options = options;
  }

  /** Removes what was acknowledged 90 days ago. */
  async prune(): Promise<void> {
    const { control, clock } = this.#options;
    await control.write((transaction) => pruneNotices(transaction, clock.now() - keptMs));
  }

  /** Keeps the end of a job that nobody may have been looking at, in the transaction that stores it. */
  jobEnded(transaction: Transaction, job: EndedJob): void {
    const { id, kind, tenantId, state, error } = job;
    if (state !== 'failed' && state !== 'interrupted') return;
    if (passingKinds.has(kind) || isAskedWrongly(job) || isBegunAgain(job)) return;
    const noticeKind = state === 'failed' ? 'job-failed' : 'job-interrupted';
    putNotice(
      transaction,
      {
        ...this.#made(),
        kind: noticeKind,
        severity: error?.code === 'INTEGRITY' ? 'critical' : 'warning',
        tenantId,
        jobId: id,
        jobKind: kind,
        error: error === null ? null : JSON.stringify({ code: error.code, data: error.data }),
        dueAt: null,
        ...ofNothingElse,
      },
      [noticeKind, kind, tenantId ?? '', error?.code ?? ''].join(' '),
    );
  }

  /** A backup by schedule that was due (epoch milliseconds) while nothing ran. `tenantId` null: the installation's. */
  async backupMissed(tenantId: Uuid | null, dueAt: number): Promise<void> {
    await this.#ofOwner('backup-missed', tenantId, dueAt);
  }

  /** A backup that was due at `dueAt` (epoch milliseconds) fails again and again. `tenantId` null: the installation's. */
  async backupOverdue(tenantId: Uuid | null, dueAt: number): Promise<void> {
    await this.#ofOwner('backup-overdue', tenantId, dueAt);
  }

  /** A backup was made again. `tenantId` null: the installation's. */
  async backupMade(tenantId: Uuid | null): Promise<void> {
    const { control, clock } = this.#options;
    await control.write((transaction) =>
      settle(transaction, foldOf('backup-overdue', tenantId ?? ''), clock.now()),
    );
  }

  /** A drill by schedule that is overdue since `dueAt` (epoch milliseconds). `tenantId` null: the installation's. */
  async drillOverdue(tenantId: Uuid | null, dueAt: number): Promise<void> {
    await this.#ofOwner('drill-overdue', tenantId, dueAt);
  }

  /** Newest first. Errors: VALIDATION (cursor). */
  async listNotices(input: ListInput): Promise<{ items: Notice[]; next: string | null; open: number }> {
    const { control, operatorName } = this.#options;
    const { limit, cursor, state } = input;
    const filter = { list: 'notices', state };
    const after = decodeCursor(cursor, filter, place);
    const page = pageOf(
      selectNotices(control, { state, after, limit: limit + 1 }),
      limit,
      filter,
      (row) => noticeOf(row, row.acknowledgedBy === null ? null : operatorName(row.acknowledgedBy)),
      ({ time, id }) => [time, id],
    );
    return { ...page, open: countOpen(control) };
  }

  /** Those that are open; of others nothing is said. */
  async acknowledgeNotices(
    { noticeIds }: { readonly noticeIds: readonly Uuid[] },
    operation: Operation,
  ): Promise<{ acknowledged: number }> {
    const { control, clock } = this.#options;
    const { caller } = operation;
    const by = caller.kind === 'operator' ? caller.id : null;
    return await control.write((transaction) => {
      const acknowledged = acknowledge(transaction, noticeIds, by, clock.now());
      operation.record(transaction, { resource: { kind: 'notice', id: 'open' }, facts: { acknowledged } });
      return { acknowledged };
    });
  }

  /** What was committed since the newest backup may no longer be had commit by commit. `tenantId` null: the installation's. */
  async commitsInDoubt(tenantId: Uuid | null): Promise<void> {
    await this.#ofOwner('commits-in-doubt', tenantId, null);
  }

  /** A backup target (null: the first) is expected to be full at `fullAt`, epoch milliseconds. */
  async targetFilling(targetId: Uuid | null, fullAt: number): Promise<void> {
    await this.#ofOwner('target-filling', null, fullAt, targetId ?? '');
  }

  /** Backups that were healed, or that are damaged and nothing heals; in the transaction that keeps it. */
  ofBackups(
    transaction: Transaction,
    tenantId: Uuid | null,
    kind: 'backups-healed' | 'backups-damaged',
  ): void {
    const severity = kind === 'backups-damaged' ? 'critical' : 'warning';
    this.#put(transaction, { kind, severity, tenantId, dueAt: null });
  }

  /** Backups go to a further target, since the first one is away; or all of them are on the first one again. */
  backupsElsewhere(transaction: Transaction, isElsewhere: boolean): void {
    if (!isElsewhere) {
      settle(transaction, foldOf('backups-elsewhere', ''), this.#options.clock.now());
      return;
    }
    this.#put(transaction, { kind: 'backups-elsewhere', severity: 'warning', tenantId: null, dueAt: null });
  }

  /** What a rule on the log found, in the transaction that keeps it. Open ones of a rule and tenant are one, of the newest. */
  alertRaised(
    transaction: Transaction,
    {
      id,
      rule,
      severity,
      tenantId,
    }: Pick<NoticeRow, 'severity' | 'tenantId'> & { readonly id: Uuid; readonly rule: AlertRuleId },
  ): void {
    putNotice(
      transaction,
      {
        ...this.#made(),
        kind: 'alert',
        severity,
        tenantId,
        dueAt: null,
        ...ofNoJob,
        ...ofNothingElse,
        alertId: id,
        alertRule: rule,
      },
      foldOf('alert', `${rule} ${tenantId ?? ''}`),
    );
  }

  /** The time to tell of a breach runs out (`stage` 1 and 2), or has (3); `dueAt` in epoch milliseconds. */
  breachRunning(
    transaction: Transaction,
    { id, stage, dueAt }: { readonly id: Uuid; readonly stage: number; readonly dueAt: number },
  ): void {
    putNotice(
      transaction,
      {
        ...this.#made(),
        kind: 'breach-due',
        severity: stage > 1 ? 'critical' : 'warning',
        tenantId: null,
        dueAt,
        ...ofNoJob,
        ...ofNothingElse,
        breachId: id,
      },
      foldOf('breach-due', id),
    );
  }

  /** Whoever has to be told of a breach was, or need not be. */
  breachStopped(transaction: Transaction, breachId: Uuid): void {
    settle(transaction, foldOf('breach-due', breachId), this.#options.clock.now());
  }

  /** What keeps destinations of the log from getting entries: `begun` is told, and what is not in `all` any more is over. */
  forwardingStuck(
    transaction: Transaction,
    all: readonly StuckForwarding[],
    begun: readonly StuckForwarding[],
  ): void {
    for (const { destinationId, kind } of begun) {
      putNotice(
        transaction,
        {
          ...this.#made(),
          kind,
          severity: kind === 'forwarding-stopped' ? 'critical' : 'warning',
          tenantId: null,
          dueAt: null,
          ...ofNoJob,
          ...ofNothingElse,
          destinationId,
        },
        foldOf(kind, destinationId),
      );
    }
    const folds = all.map(({ destinationId, kind }) => foldOf(kind, destinationId));
    settleOthers(transaction, 'forwarding-*', folds, this.#options.clock.now());
  }

  /** The installation's own data will be set back at the next start, or could not be. */
  controlRestore(transaction: Transaction, kind: 'control-restore-pending' | 'control-restore-failed'): void {
    this.controlRestoreSettled(transaction);
    const severity = kind === 'control-restore-failed' ? 'critical' : 'warning';
    this.#put(transaction, { kind, severity, tenantId: null, dueAt: null });
  }

  /** They were, or it was cancelled. */
  controlRestoreSettled(transaction: Transaction): void {
    settle(transaction, foldOf('control-restore-pending', ''), this.#options.clock.now());
  }

  async #ofOwner(
    kind: Exclude<Notice['kind'], `job-${string}` | 'alert' | 'breach-due' | `forwarding-${string}`>,
    tenantId: Uuid | null,
    dueAt: number | null,
    of: string = tenantId ?? '',
  ): Promise<void> {
    await this.#options.control.write((transaction) =>
      this.#put(transaction, { kind, severity: 'warning', tenantId, dueAt }, of),
    );
  }

  /** `of`: what it is about, where that is no tenant. */
  #put(
    transaction: Transaction,
    notice: Pick<NoticeRow, 'kind' | 'severity' | 'tenantId' | 'dueAt'>,
    of: string = notice.tenantId ?? '',
  ): void {
    putNotice(
      transaction,
      { ...this.#made(), ...notice, ...ofNoJob, ...ofNothingElse },
      foldOf(notice.kind, of),
    );
  }

  #made() {
    return { id: this.#options.ids.uuid(), time: this.#options.clock.now() };
  }
}

/** Notices of one kind about one thing (a tenant, or a target) are one notice. */
function foldOf(kind: Notice['kind'], of: string): string {
  return `${kind} ${of}`;
}

/** The next start of a process that stays begins it anew. */
function isBegunAgain({ kind, state, requestedBy }: EndedJob): boolean {
  return kind === 'audit.verify' && state === 'interrupted' && requestedBy === null;
}

function isAskedWrongly({ kind, requestedBy, error }: EndedJob): boolean {
  return requestedBy !== null && !ofTheMachine.has(kind) && error !== null && ofTheAsker.has(error.code);
}
