import { HoldfastError } from '../../shared/errors.ts';

interface Turn {
  readonly label: string;
  /** Answers when the turn is over; until then nobody else writes. */
  readonly take: () => Promise<void> | undefined;
  readonly refuse: (error: HoldfastError) => void;
}

export interface HeldTurn {
  release(): void;
}

/**
 * One fair queue before one database: turns are taken in the order they were asked for, each in its own turn of
 * the event loop, so that a burst of writes holds up neither the loop nor a lease.
 */
export class WriteQueue {
  readonly #name: string;
  readonly #waiting: Turn[] = [];
  #current: string | null = null;
  #scheduled = false;
  #closed = false;
  #idle: (() => void)[] = [];

  constructor(name: string) {
    this.#name = name;
  }

  /** Who writes now: a lease's label, or null. */
  get holder(): string | null {
    return this.#current;
  }

  /** Runs `action` when its turn comes. Rejects with what it throws, UNAVAILABLE when closed. */
  run<Result>(action: () => Result): Promise<Result> {
    return new Promise((resolve, reject) => {
      this.#enqueue({
        label: 'write',
        refuse: reject,
        take: () => {
          try {
            resolve(action());
          } catch (error) {
            reject(error);
          }
          return undefined;
        },
      });
    });
  }

  /** Holds the turn until `release`, which may be called more than once. */
  hold(label: string): Promise<HeldTurn> {
    return new Promise((resolve, reject) => {
      this.#enqueue({
        label,
        refuse: reject,
        take: () =>
          new Promise((release) => {
            resolve({ release });
          }),
      });
    });
  }

  /** Refuses what is asked from now on and answers when all that was asked before is done. */
  close(): Promise<void> {
    this.#closed = true;
    if (this.#current === null && this.#waiting.length === 0) return Promise.resolve();
    return new Promise((resolve) => this.#idle.push(resolve));
  }

  #enqueue(turn: Turn): void {
    if (this.#closed) {
      turn.refuse(
        new HoldfastError('UNAVAILABLE', `The ${this.#name} database is closed.`, { manager: 'storage' }),
      );
      return;
    }
    this.#waiting.push(turn);
    this.#schedule();
  }

  #schedule(): void {
    if (this.#scheduled || this.#current !== null) return;
    this.#scheduled = true;
    setImmediate(() => {
      this.#scheduled = false;
      this.#next();
    });
  }

  #next(): void {
    const turn = this.#waiting.shift();
    if (turn === undefined) return;
    this.#current = turn.label;
    const end = turn.take();
    if (end === undefined) this.#ended();
    else void end.then(() => this.#ended());
  }

  #ended(): void {
    this.#current = null;
    if (this.#waiting.length > 0) {
      this.#schedule();
      return;
    }
    for (const resolve of this.#idle.splice(0)) resolve();
  }
}
