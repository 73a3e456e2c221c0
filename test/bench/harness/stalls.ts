import { once } from 'node:events';
import { setTimeout } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { Worker } from 'node:worker_threads';
import { type Delays, measureDelays, resolutionMs, worse } from './delays.ts';

/** The event loop of the main thread, and that of an idle thread of the same process at the same time. */
export interface Stalls {
  readonly main: Delays;
  readonly idle: Delays;
  /** The most computing of the main thread between two ticks, in milliseconds: what no other program can add to. */
  readonly computing: number;
}

const none: Delays = { p99: 0, longest: 0 };

/** Watches event loops while certain work runs; may be used again and again. */
export class StallWatch {
  #stalls: Stalls = { main: none, idle: none, computing: 0 };

  async during<Result>(work: () => Promise<Result>): Promise<Result> {
    const idle = new Worker(new URL('./idle-worker.ts', import.meta.url));
    const ask = async (what: 'start' | 'end'): Promise<Delays | null> => {
      idle.postMessage(what);
      const [answer] = await once(idle, 'message');
      return answer;
    };
    await ask('start');
    collectGarbage();
    const end = measureDelays();
    const endComputing = measureComputing();
    // Counting begins with the second tick, and the tick that comes late because of the work must be seen too.
    await setTimeout(3 * resolutionMs);
    try {
      return await work();
    } finally {
      await setTimeout(3 * resolutionMs);
      this.#stalls = {
        main: worse(this.#stalls.main, end()),
        idle: worse(this.#stalls.idle, (await ask('end')) ?? none),
        computing: Math.max(this.#stalls.computing, endComputing()),
      };
      await idle.terminate();
    }
  }

  /** The worst of all that was watched so far. */
  get stalls(): Stalls {
    return this.#stalls;
  }
}

/** Of what ran before, such as a yardstick with an object for each hash: it would be collected, and told, while the work runs. */
function collectGarbage(): void {
  setFlagsFromString('--expose-gc');
  runInNewContext('gc')();
}

function measureComputing(): () => number {
  let longest = 0;
  let last = process.threadCpuUsage();
  const tick = () => {
    const now = process.threadCpuUsage();
    longest = Math.max(longest, (now.user + now.system - last.user - last.system) / 1000);
    last = now;
  };
  const timer = setInterval(tick, resolutionMs);
  return () => {
    clearInterval(timer);
    return longest;
  };
}
