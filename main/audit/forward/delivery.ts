import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Clock } from '../../../shared/clock.ts';
import { HoldfastError } from '../../../shared/errors.ts';
import { type ForwardProblem, mostDeadLetters } from '../../../shared/forwarding.ts';
import type { Reading, Store } from '../../storage/store.ts';
import type { LogHead } from '../log-store.ts';
import { Alarm } from './alarm.ts';
import { DeliveryFailure, EntriesRefused } from './delivery-failure.ts';
import {
  countLetters,
  type DestinationRow,
  deleteLetter,
  type LetterRow,
  noteSent,
  putCursor,
  putLetter,
  readLetters,
} from './destination-rows.ts';
import { type Batch, readBatch, readEntry } from './outgoing.ts';
import { backOff, type Pace } from './pace.ts';
import { Progress } from './progress.ts';
import type { Transport } from './route.ts';
import { wantedBy } from './wanted.ts';

export interface DeliveryParts {
  readonly control: Store;
  readonly clock: Clock;
  readonly pace: Pace;
  readonly random: () => number;
  /** Of every log that goes there. */
  heads(): readonly LogHead[];
  /** audit.db. Throws UNAVAILABLE. */
  reading(): Reading;
  /** Throws DeliveryFailure (secret-missing). */
  transport(): Transport;
  /** Told of what nobody foresaw. */
  report(error: unknown): void;
}

export interface DeliveryProblem {
  readonly reason: ForwardProblem;
  readonly detail: string;
  /** Epoch milliseconds. */
  readonly since: number;
  readonly nextTry: number;
}

/**
 * Sends the logs to one destination for as long as it runs: each in order, every entry at least once, from where it stopped. An outage
 * is waited for without end; a single entry that is refused is set aside. Nothing else waits for it.
 */
export class Delivery {
  readonly progress: Progress;
  readonly #parts: DeliveryParts;
  readonly #row: DestinationRow;
  /** Size of a log when what is on its way was read first. */
  readonly #underway = new Map<string, number>();
  readonly #news = new Alarm();
  readonly #pause = new Alarm();
  #transport: Transport | undefined;
  #attempt: AbortController | undefined;
  #most = Number.POSITIVE_INFINITY;
  #lettersDue = true;
  #failures = 0;
  #problem: DeliveryProblem | undefined;
  #stopped = false;
  #running: Promise<void> = Promise.resolve();

  constructor(parts: DeliveryParts, row: DestinationRow) {
    this.#parts = parts;
    this.#row = row;
    this.progress = new Progress(parts.control, parts.clock, row.id);
  }

  get problem(): DeliveryProblem | undefined {
    return this.#problem;
  }

  start(): void {
    this.#running = this.#run();
  }

  /** There are new entries. */
  wake(): void {
    this.#news.ring();
  }

  /** Something changed for the better: does not wait for the next attempt. */
  hurry(): void {
    this.#lettersDue = true;
    this.#pause.ring();
    this.#news.ring();
  }

  /** Cuts off what is under way, which is sent again, and keeps how far it got. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#attempt?.abort(new DeliveryFailure('connection-lost', 'stopped'));
    this.hurry();
    await this.#running;
  }

  async #run(): Promise<void> {
    while (!this.#stopped) {
      try {
        const more = await this.#round();
        this.#failures = 0;
        this.#problem = undefined;
        if (more || this.#stopped) continue;
        await this.progress.save();
        await this.#news.wait();
        if (!this.#stopped) await this.#pause.wait(this.#parts.pace.lingerMs);
      } catch (error) {
        if (!this.#stopped) await this.#pause.wait(this.#failed(error));
      }
    }
    try {
      await this.progress.save();
    } catch (error) {
      this.#parts.report(error); // what was taken since the last time is sent once more
    }
  }

  /** One batch of each log; answers whether there is more. */
  async #round(): Promise<boolean> {
    this.#transport ??= this.#parts.transport();
    const { limits } = this.#transport;
    this.#most = Math.min(this.#most, limits.entries);
    if (this.#lettersDue) await this.#sendLetters();
    let more = false;
    for (const head of this.#parts.heads()) {
      const reading = this.#parts.reading();
      const next = this.progress.next(head, reading);
      if (next >= head.size) continue;
      const most = { entries: Math.floor(this.#most), bytes: limits.bytes };
      // what is sent again is the same, with the same name, whatever has been added since
      const size = this.#underway.get(head.origin) ?? head.size;
      this.#underway.set(head.origin, size);
      const batch = readBatch(reading, { ...head, size }, next, wantedBy(this.#row), most);
      if (batch.entries.length > 0) await this.#deliver(batch);
      else this.progress.advance(batch, 0);
      this.#underway.delete(head.origin);
      if (this.progress.unsavedMs > this.#parts.pace.saveMs) await this.progress.save();
      if (this.#stopped) return false;
      more ||= batch.next < head.size;
      await nextTurn();
    }
    return more;
  }

  /** Narrows a refusal down to the entry that it is about. */
  async #deliver(batch: Batch): Promise<void> {
    try {
      await this.#send(batch);
    } catch (error) {
      if (!(error instanceof EntriesRefused)) throw error;
      if (batch.entries.length === 1) {
        await this.#insist(batch, error);
        return;
      }
      if (error.reason === 'too-large') this.#most = Math.max(1, batch.entries.length / 2);
      for (const half of halves(batch)) await this.#deliver(half);
      return;
    }
    this.#most *= 1.25;
    this.progress.advance(batch, batch.entries.length);
  }

  /** Tries one entry some more times, then sets it aside. */
  async #insist(batch: Batch, first: EntriesRefused): Promise<void> {
    const { pace, random } = this.#parts;
    let refusal = first;
    for (let tries = 1; ; tries += 1) {
      if (refusal.final || tries >= pace.tries) {
        await this.#setAside(batch, refusal, tries);
        return;
      }
      await this.#pause.wait(backOff(tries, pace, random));
      try {
        await this.#send(batch);
        this.progress.advance(batch, batch.entries.length);
        return;
      } catch (error) {
        if (!(error instanceof EntriesRefused)) throw error;
        refusal = error;
      }
    }
  }

  async #setAside(batch: Batch, { reason, detail }: EntriesRefused, tries: number): Promise<void> {
    const { control, clock } = this.#parts;
    const { id } = this.#row;
    if (countLetters(control, id) >= mostDeadLetters) throw new DeliveryFailure('dead-letters-full');
    const entry = batch.entries[0]?.record.i ?? 0;
    const { origin, next, eventId } = batch;
    await control.write((transaction) => {
      putLetter(transaction, id, { origin, entry, reason, detail, tries, time: clock.now() });
      putCursor(transaction, id, origin, { next, eventId });
    });
    this.progress.advance(batch, 0);
  }

  async #sendLetters(): Promise<void> {
    const { control, clock } = this.#parts;
    const { id } = this.#row;
    for (const letter of readLetters(control, id, true)) {
      const refusal = await this.#sendLetter(letter);
      const { origin, entry, tries } = letter;
      await control.write((transaction) => {
        if (refusal === undefined) {
          deleteLetter(transaction, id, origin, entry);
          noteSent(transaction, id, 1, clock.now());
        } else {
          const { reason, detail } = refusal;
          putLetter(transaction, id, { origin, entry, reason, detail, tries: tries + 1, time: clock.now() });
        }
      });
    }
    this.#lettersDue = false;
  }

  async #sendLetter({ origin, entry }: LetterRow): Promise<EntriesRefused | undefined> {
    const head = this.#parts.heads().find((other) => other.origin === origin);
    if (head === undefined) return new EntriesRefused('refused', 'gone');
    const found = readEntry(this.#parts.reading(), head.log, entry);
    try {
      await this.#send({ origin, entries: [found], next: entry + 1, eventId: found.record.id });
      return undefined;
    } catch (error) {
      if (error instanceof EntriesRefused) return error;
      throw error;
    }
  }

  async #send(batch: Batch): Promise<void> {
    if (this.#stopped || this.#transport === undefined)
      throw new DeliveryFailure('connection-lost', 'stopped');
    const attempt = new AbortController();
    this.#attempt = attempt;
    await this.#transport.send(batch, attempt.signal);
  }

  /** Answers how long to wait. */
  #failed(error: unknown): number {
    const { clock, pace, random, report } = this.#parts;
    this.#failures += 1;
    const { reason, detail, retryAfterMs } = failureOf(error, report);
    // a peer that ends connections may not take that much at once
    if (this.#failures > 2 && (reason === 'connection-lost' || reason === 'timeout'))
      this.#most = Math.max(1, this.#most / 2);
    if (reason === 'secret-missing') this.#transport = undefined;
    const wait = Math.max(retryAfterMs ?? 0, backOff(this.#failures, pace, random));
    const now = clock.now();
    this.#problem = { reason, detail, since: this.#problem?.since ?? now, nextTry: now + wait };
    return wait;
  }
}

function failureOf(error: unknown, report: (error: unknown) => void): DeliveryFailure {
  if (error instanceof DeliveryFailure) return error;
  if (error instanceof HoldfastError) return new DeliveryFailure('here', error.code);
  report(error);
  return new DeliveryFailure('here', 'INTERNAL');
}

function halves({ origin, entries, next, eventId }: Batch): Batch[] {
  const middle = Math.ceil(entries.length / 2);
  const last = entries[middle - 1]?.record;
  if (last === undefined) return [];
  return [
    { origin, entries: entries.slice(0, middle), next: last.i + 1, eventId: last.id },
    { origin, entries: entries.slice(middle), next, eventId },
  ];
}
