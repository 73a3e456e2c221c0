import { breachNoticeMs, breachStage } from '../../../shared/breaches.ts';
import type { Clock } from '../../../shared/clock.ts';
import type { Uuid } from '../../../shared/ids.ts';
import type { Store, Transaction } from '../../storage/store.ts';
import { noteRun, type RunningRow, readRunning } from './breach-store.ts';

export interface BreachClockParts {
  readonly control: Store;
  readonly clock: Clock;
  /** Puts before people that time runs out (stage 1 and 2), or has (3), in the transaction that keeps it. */
  running(
    transaction: Transaction,
    breach: { readonly id: Uuid; readonly stage: number; readonly dueAt: number },
  ): void;
  /** Says in the log that it has, in the same transaction. */
  overdue(transaction: Transaction, breach: { readonly id: Uuid; readonly dueAt: number }): void;
  /** Of what nobody waits for. */
  report(error: unknown): void;
}

const pastDue = breachStage(0);
const tickMs = 60_000;
/** So much may pass before what has passed is kept. */
const keepMs = 600_000;

/**
 * Tells people once a stage that the 72 hours of a breach run out, and the log that they are over. What has passed is what the clock on the wall says, or
 * what was counted while this program ran, whichever is more: a clock that is set back gives nobody more time. Where that clock
 * reaches a stage anew, because it was set forward and back, people are told anew.
 */
export class BreachClock {
  readonly #parts: BreachClockParts;
  #timer: NodeJS.Timeout | undefined;
  #lastMicros: number | undefined;
  /** What has passed, by breach. */
  readonly #spent = new Map<Uuid, number>();

  constructor(parts: BreachClockParts) {
    this.#parts = parts;
  }

  /** For a process that stays: looks every minute, since no long timer outlives a sleep or a clock that is set. */
  start(): void {
    this.#timer ??= setInterval(() => void this.tick(), tickMs).unref();
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  /** Told when a breach begins to run, or begins anew. */
  forget(id: Uuid): void {
    this.#spent.delete(id);
  }

  /** What cannot be told is reported, and tried again. */
  async tick(): Promise<void> {
    const { control, clock, report } = this.#parts;
    try {
      const micros = clock.monotonicMicros();
      const passedMs = Math.max(0, Math.floor((micros - (this.#lastMicros ?? micros)) / 1000));
      this.#lastMicros = micros;
      const now = clock.now();
      const changes = readRunning(control).flatMap((row) => this.#run(row, now, passedMs) ?? []);
      if (changes.length === 0) return;
      await control.write((transaction) => {
        for (const { row, tell } of changes) {
          noteRun(transaction, row);
          if (tell === undefined) continue;
          const breach = { id: row.id, dueAt: row.awareAt + breachNoticeMs };
          this.#parts.running(transaction, { ...breach, stage: tell });
          if (tell === pastDue) this.#parts.overdue(transaction, breach);
        }
      });
    } catch (error) {
      report(error);
    }
  }

  /** What of a breach has to be kept, and the stage to tell of. */
  #run(
    row: RunningRow,
    now: number,
    passedMs: number,
  ): { readonly row: RunningRow; readonly tell: number | undefined } | undefined {
    const { id, awareAt, told, wallStage } = row;
    const known = this.#spent.get(id);
    const counted = Math.max(row.spentMs, known === undefined ? 0 : known + passedMs);
    const spentMs = Math.max(counted, now - awareAt);
    this.#spent.set(id, spentMs);
    const onWall = breachStage(breachNoticeMs - (now - awareAt));
    const stage = breachStage(breachNoticeMs - spentMs);
    const tell = stage > told ? stage : onWall > wallStage ? onWall : undefined;
    const isToKeep = spentMs - row.spentMs >= keepMs || onWall !== wallStage;
    if (tell === undefined && !isToKeep) return undefined;
    return { row: { ...row, told: Math.max(told, stage), wallStage: onWall, spentMs }, tell };
  }
}
