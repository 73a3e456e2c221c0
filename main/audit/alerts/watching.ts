import { setImmediate } from 'node:timers/promises';
import type { RaisedAlert } from '../../../shared/contract/audit/alerts.ts';
import { HoldfastError } from '../../../shared/errors.ts';
import type { Uuid } from '../../../shared/ids.ts';
import type { Store } from '../../storage/store.ts';
import { epochOf } from '../log-name.ts';
import { type LogHead, positionOf } from '../log-store.ts';
import { type AuditRecord, decodeRecord } from '../record.ts';
import type { AlertLog } from './alert-log.ts';
import { begun, isToBegin, putCursor, readCursor } from './alert-store.ts';
import { countedEntry } from './anomalies/counted-entry.ts';
import { putDays, storedDays } from './anomalies/day-store.ts';
import { LogStatistics, wholeLog } from './anomalies/log-statistics.ts';
import { type Finding, LogWatch } from './log-watch.ts';
import { type RaiseParts, raise, restsOnOf } from './raise.ts';
import { alertRule } from './rules.ts';

export interface WatchingParts extends RaiseParts {
  readonly control: Store;
  /** Undefined while the log cannot be opened. */
  log(): AlertLog | undefined;
  /** Of what nobody waits for. */
  report(error: unknown): void;
  /** Told of what is news once it is kept. */
  kept(alert: RaisedAlert): void;
  /** Of the present epoch; logs of others have ended. */
  readonly epoch: number;
  /** Whether any log has the outcome of an operation. Errors: those of reading logs and index. */
  hasOutcome(operation: string): Promise<boolean>;
  /** Whether the outcome of an operation in a tenant's log, or with null the installation's, is still to come, or never will by right. */
  isOutcomeOpen(operation: string, tenantId: Uuid | null): boolean;
}

/** So many entries are read at once, in about 10 ms; and so many may have to be read again after a cut. */
const chunk = 200;
const soonMs = 250;
/** Of so many logs, those that grew last, statistics hold in memory what they can read again. */
const mostHeld = 32;
const longestMs = 10;

interface Watched {
  readonly watch: LogWatch;
  readonly statistics: LogStatistics;
  /** How far it is kept. */
  kept: number;
}

/**
 * Reads every log through the rules, from where it was left. What was found and how far it was read are one transaction, so
 * that nothing is raised twice; what raised nothing is read again after a cut.
 */
export class Watching {
  readonly #parts: WatchingParts;
  readonly #watches = new Map<string, Watched>();
  #running: Promise<void> = Promise.resolve();
  #timer: NodeJS.Timeout | undefined;
  #stays = false;

  constructor(parts: WatchingParts) {
    this.#parts = parts;
  }

  /** For a process that stays: from now on the log is read as it grows. */
  start(): void {
    this.#stays = true;
    this.grown();
  }

  async stop(): Promise<void> {
    this.#stays = false;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    await this.#running;
  }

  /** The log has grown. */
  grown(): void {
    if (!this.#stays) return;
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      void this.catchUp();
    }, soonMs).unref();
  }

  /** Reads all that is in the log by now. What cannot be read or kept is told by `report`, and tried again. */
  catchUp(): Promise<void> {
    this.#running = this.#running.then(() => this.#catchUp()).catch((error) => this.#parts.report(error));
    return this.#running;
  }

  /** Whether the log is read as it grows. */
  get stays(): boolean {
    return this.#stays;
  }

  /** The next index of a log that the rules will read. */
  next(origin: string): number {
    return this.#watches.get(origin)?.watch.index ?? readCursor(this.#parts.control, origin)?.size ?? 0;
  }

  /** Reads all that is in the log by now, and keeps how far: what was read is not needed again. */
  async settle(): Promise<void> {
    await this.catchUp();
    const { control, clock } = this.#parts;
    const behind = [...this.#watches].filter(([, { watch, kept }]) => watch.index > kept);
    if (behind.length === 0) return;
    await control.write((transaction) => {
      for (const [origin, { watch }] of behind)
        putCursor(transaction, { origin, size: watch.index, state: watch.state(clock.now()) });
    });
    for (const [, known] of behind) known.kept = known.watch.index;
  }

  async #catchUp(): Promise<void> {
    const log = this.#parts.log();
    if (log === undefined) return;
    await log.appender.settle();
    const heads = log.appender.heads();
    if (isToBegin(this.#parts.control)) await this.#begin(heads);
    for (const head of heads) await this.#read(log, head);
    for (const head of heads) await this.#lookAtIntents(log, head);
    for (const { statistics } of [...this.#watches.values()].slice(0, -mostHeld)) statistics.shrink();
  }

  /** What was logged before there were alerts is nobody's news. */
  async #begin(heads: readonly LogHead[]): Promise<void> {
    const now = this.#parts.clock.now();
    await this.#parts.control.write((transaction) => {
      for (const { origin, size } of heads)
        putCursor(transaction, { origin, size, state: new LogWatch(size, undefined).state(now) });
      begun(transaction);
    });
  }

  async #read(log: AlertLog, head: LogHead): Promise<void> {
    const { origin, size } = head;
    const known = this.#watches.get(origin) ?? this.#kept(head);
    const { watch, statistics } = known;
    // what grew last comes last in the map
    if (watch.index < size) this.#watches.delete(origin);
    this.#watches.set(origin, known);
    while (watch.index < size) {
      const from = watch.index;
      const end = Math.min(size, from + chunk);
      const findings: Finding[] = [];
      let since = performance.now();
      for (const record of this.#records(log, head, from, end)) {
        findings.push(...watch.read(record), ...unusual(statistics, record));
        if (performance.now() - since < longestMs) continue;
        await setImmediate();
        since = performance.now();
      }
      watch.index = end;
      if (findings.length > 0 || end - known.kept >= chunk) {
        await this.#keep(log, head, known, findings);
      }
      await setImmediate();
    }
  }

  /** What was found, and how far the log was read, in one transaction. */
  async #keep(log: AlertLog, head: LogHead, known: Watched, findings: readonly Finding[]): Promise<void> {
    const { control, clock } = this.#parts;
    const { origin } = head;
    const { watch, statistics } = known;
    let news: RaisedAlert[];
    try {
      news = await control.write((transaction) => {
        const raised = findings.flatMap((finding) => this.#raise(transaction, log, head, finding) ?? []);
        putCursor(transaction, { origin, size: watch.index, state: watch.state(clock.now()) });
        putDays(transaction, origin, statistics.changed);
        return raised;
      });
      statistics.saved();
    } catch (error) {
      this.#watches.delete(origin); // to be read again from where it was kept
      throw error;
    }
    known.kept = watch.index;
    for (const alert of news) this.#parts.kept(alert);
  }

  /** After all logs were read: an outcome may be in another one. */
  async #lookAtIntents(log: AlertLog, head: LogHead): Promise<void> {
    const { clock, epoch, hasOutcome, isOutcomeOpen } = this.#parts;
    const known = this.#watches.get(head.origin);
    if (known === undefined || epochOf(head.origin) !== epoch) return;
    const { intents } = known.watch;
    const findings: Finding[] = [];
    for (const { operation, index } of intents.due(clock.now())) {
      if (isOutcomeOpen(operation, head.tenantId)) continue;
      const [last] = (await hasOutcome(operation)) ? [] : this.#records(log, head, index, index + 1);
      intents.settle(operation);
      if (last === undefined) continue;
      findings.push({
        rule: alertRule('intent-without-outcome'),
        subject: operation,
        entries: [index],
        last,
      });
    }
    if (findings.length > 0) await this.#keep(log, head, known, findings);
  }

  #raise(
    transaction: Parameters<typeof raise>[0],
    { store }: AlertLog,
    head: LogHead,
    finding: Finding,
  ): RaisedAlert | undefined {
    return raise(transaction, this.#parts, head, finding, restsOnOf(store, head.log, finding.entries));
  }

  /** From its beginning where it was never read; a log that was set back goes on from its end. */
  #kept({ origin, size }: LogHead): Watched {
    const cursor = readCursor(this.#parts.control, origin);
    const watch =
      cursor !== undefined && cursor.size > size
        ? new LogWatch(size, undefined)
        : new LogWatch(cursor?.size ?? 0, cursor?.state);
    const statistics = new LogStatistics(storedDays(this.#parts.control, origin));
    return { watch, statistics, kept: watch.index };
  }

  /** What is damaged in a log must not silence the rules: verification tells of it, and the rest is read. */
  #records({ store }: AlertLog, { log, origin }: LogHead, from: number, end: number): AuditRecord[] {
    const rows = store
      .sql<{ record: Uint8Array }>(
        'SELECT record FROM entries WHERE position >= ? AND position < ? ORDER BY position',
      )
      .all(positionOf(log, from), positionOf(log, end));
    if (rows.length !== end - from) this.#parts.report(damaged(origin, from, end));
    return rows.flatMap(({ record }) => {
      try {
        return [decodeRecord(record)];
      } catch (error) {
        if (!(error instanceof HoldfastError)) throw error;
        this.#parts.report(damaged(origin, from, end, error));
        return [];
      }
    });
  }
}

function unusual(statistics: LogStatistics, record: AuditRecord): Finding[] {
  const entry = countedEntry(record);
  if (entry === undefined) return [];
  return statistics.read(entry).map(({ subject, anomaly, entries }) => {
    const rule = alertRule(subject === wholeLog ? 'unusual-log' : 'unusual-actor');
    return { rule, subject, entries, last: record, anomaly };
  });
}

function damaged(origin: string, from: number, end: number, cause?: unknown): HoldfastError {
  return new HoldfastError(
    'INTEGRITY',
    `Of entries ${from} to ${end - 1} of ${origin} some cannot be read, so no rule sees them. Run \`holdfast audit verify\`.`,
    { problems: [`entries ${from} to ${end - 1}`] },
    { cause },
  );
}
