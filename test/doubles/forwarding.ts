import { setTimeout as sleep } from 'node:timers/promises';
import type { ForwardDestination } from '../../shared/contract/audit/forwarding.ts';
import type { AuditStand } from './audit-stand.ts';

type Adding = Parameters<AuditStand['audit']['forwarder']['addDestination']>[0];

/** A destination that gets everything from the beginning as the log has it, and what a test does with it. */
export class Forwarding {
  readonly #stand: AuditStand;

  constructor(stand: AuditStand) {
    this.#stand = stand;
  }

  get forwarder() {
    return this.#stand.audit.forwarder;
  }

  async add(address: string, more: Partial<Adding> = {}): Promise<ForwardDestination> {
    const input: Adding = {
      name: 'engine',
      address,
      format: 'record',
      what: 'entries',
      minimumSeverity: 'info',
      ca: null,
      fingerprints: [],
      maximumBytes: 8192,
      secrets: {},
      from: 'beginning',
      plainHttp: false,
      ...more,
    };
    return await this.forwarder.addDestination(input, this.run('add'));
  }

  run(what: string) {
    return this.#stand.run(`audit.forward.${what}`, { critical: true });
  }

  async log(count: number): Promise<void> {
    for (let at = 0; at < count; at += 1) await this.#stand.run('thing.create').succeeded();
  }

  async only(): Promise<ForwardDestination> {
    const { items } = await this.forwarder.listDestinations();
    const [item] = items;
    if (item === undefined || items.length > 1) throw new RangeError(`${items.length} destinations`);
    return item;
  }

  /** Waits for the one destination to be as it is wanted. */
  async until(
    wanted: ForwardDestination['state'] | ((now: ForwardDestination) => boolean),
  ): Promise<ForwardDestination> {
    const holds = typeof wanted === 'string' ? ({ state }: ForwardDestination) => state === wanted : wanted;
    for (let tries = 0; ; tries += 1) {
      const now = await this.only();
      if (holds(now)) return now;
      if (tries > 1000) throw new Error(`not ${wanted}: ${JSON.stringify(now)}`);
      await sleep(10);
    }
  }

  /** What the log holds, entry by entry. */
  stored(): string[] {
    return this.#stand.store
      .sql<{ record: Uint8Array }>('SELECT record FROM entries ORDER BY position')
      .all()
      .map(({ record }) => Buffer.from(record).toString('utf8'));
  }

  /** Indices of all that the log holds. */
  all(): number[] {
    return this.stored().map((_, index) => index);
  }
}
