import type { Clock } from '../../shared/clock.ts';
import type { EventMaker, MadeEvent } from './event-maker.ts';
import type { AuditRecord } from './record.ts';

/** How often the installation's log gets a sign of life, even in silence. */
export const heartbeatMs = 15 * 60_000;

/** So much may the clock on the wall differ from the monotonic one before the log says so. */
const toleratedMs = 2000;

export interface SignsOfLifeParts {
  readonly maker: EventMaker;
  readonly clock: Clock;
  /** Milliseconds since the machine was started, its sleep included; undefined where the system does not tell them apart. */
  uptimeMs(): number | undefined;
  /** Rejects with AUDIT_UNAVAILABLE. */
  append(leaf: MadeEvent): Promise<void>;
  /** The newest time in the installation's log; undefined while it is empty or cannot be read. */
  newestTime(): number | undefined;
}

interface Moment {
  readonly wallMs: number;
  readonly monotonicMs: number;
  readonly uptimeMs: number | undefined;
}

/**
 * What the log says of its own machine: that the program is there, that the machine slept, and that its clock was turned.
 * Every method rejects with AUDIT_UNAVAILABLE while the log cannot be written.
 */
export class SignsOfLife {
  readonly #parts: SignsOfLifeParts;
  #last: Moment | undefined;
  #suspended = false;

  constructor(parts: SignsOfLifeParts) {
    this.#parts = parts;
  }

  /** From here on; a clock that stands before the log's newest entry was turned while nothing ran. */
  async begin(): Promise<void> {
    const now = this.#moment();
    this.#last = now;
    const newest = this.#parts.newestTime();
    if (newest !== undefined && now.wallMs < newest - toleratedMs)
      await this.#tell('log.clock.jump', { byMs: now.wallMs - newest, while: 'stopped' });
    await this.beat();
  }

  async beat(): Promise<void> {
    await this.look();
    await this.#tell('log.heartbeat');
  }

  /** The machine is about to sleep. */
  async suspend(): Promise<void> {
    await this.look();
    this.#suspended = true;
    await this.#tell('log.suspend');
  }

  /** It has woken up. */
  async resume(): Promise<void> {
    await this.look();
    if (!this.#suspended) return;
    this.#suspended = false;
    await this.#tell('log.resume');
  }

  /** Compares the clocks with how they stood at the last look. */
  async look(): Promise<void> {
    const now = this.#moment();
    const last = this.#last;
    this.#last = now;
    if (last === undefined) return;
    const ran = now.monotonicMs - last.monotonicMs;
    const apart = now.wallMs - last.wallMs - ran;
    const slept = this.#sleptMs(last, now, apart);
    if (slept > toleratedMs) {
      this.#suspended = false;
      await this.#tell('log.resume', { asleepMs: Math.round(slept) });
    }
    const byMs = Math.round(apart - slept);
    if (Math.abs(byMs) > toleratedMs) await this.#tell('log.clock.jump', { byMs, while: 'running' });
  }

  /** Where the system does not say, time that is missing after a suspend was slept. */
  #sleptMs(last: Moment, now: Moment, apart: number): number {
    if (last.uptimeMs === undefined || now.uptimeMs === undefined)
      return this.#suspended ? Math.max(0, apart) : 0;
    return Math.max(0, now.uptimeMs - last.uptimeMs - (now.monotonicMs - last.monotonicMs));
  }

  #moment(): Moment {
    const { clock, uptimeMs } = this.#parts;
    return { wallMs: clock.now(), monotonicMs: clock.monotonicMicros() / 1000, uptimeMs: uptimeMs() };
  }

  async #tell(action: string, facts?: NonNullable<AuditRecord['x']>): Promise<void> {
    const severity = action === 'log.clock.jump' ? 'warning' : 'info';
    await this.#parts.append(
      this.#parts.maker.leaf(action, { severity, ...(facts === undefined ? {} : { facts }) }),
    );
  }
}
