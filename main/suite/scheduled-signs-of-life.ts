import { schedule } from 'node-cron';
import type { SignsOfLife } from '../audit/signs-of-life.ts';

const everyMinute = '* * * * *';
const everyQuarter = '*/15 * * * *';

export interface ScheduledSignsOfLifeParts {
  readonly life: SignsOfLife;
  /** What is looked at as often; waits for nobody else's turn. */
  readonly afterBeat: readonly (() => Promise<void>)[];
  readonly report: (error: unknown) => void;
}

/** The log's heartbeat every quarter of an hour, and a look at the clocks every minute. What cannot be logged is told. */
export class ScheduledSignsOfLife {
  readonly #parts: ScheduledSignsOfLifeParts;
  #tasks: ReturnType<typeof schedule>[] = [];
  #running: Promise<void> = Promise.resolve();

  constructor(parts: ScheduledSignsOfLifeParts) {
    this.#parts = parts;
  }

  start(): void {
    const { life } = this.#parts;
    this.#tasks = [
      schedule(everyMinute, () => this.#inTurn(() => life.look())),
      schedule(everyQuarter, () => this.#beat(() => life.beat())),
    ];
    void this.#beat(() => life.begin());
  }

  /** The machine goes to sleep, or has woken up. */
  suspended(): Promise<void> {
    return this.#inTurn(() => this.#parts.life.suspend());
  }

  resumed(): Promise<void> {
    return this.#inTurn(() => this.#parts.life.resume());
  }

  async stop(): Promise<void> {
    await Promise.all(this.#tasks.map((task) => task.destroy()));
    await this.#running;
  }

  async #beat(work: () => Promise<void>): Promise<void> {
    await this.#inTurn(work);
    for (const look of this.#parts.afterBeat) await look().catch(this.#parts.report);
  }

  #inTurn(work: () => Promise<void>): Promise<void> {
    this.#running = this.#running.then(work).catch(this.#parts.report);
    return this.#running;
  }
}
