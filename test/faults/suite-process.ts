import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import { z } from 'zod';

const subject = fileURLToPath(new URL('./suite-subject.ts', import.meta.url));

const line = z.union([
  z.strictObject({ kept: z.string() }),
  z.strictObject({ done: z.json() }),
  z.strictObject({
    refused: z.object({ code: z.string(), message: z.string(), data: z.record(z.string(), z.json()) }),
  }),
]);

/** How a command ended: with an answer, with an error of the contract, or with the process. */
export type Outcome =
  | { readonly end: 'done'; readonly result: unknown }
  | { readonly end: 'refused'; readonly code: string; readonly message: string; readonly data: object }
  | { readonly end: 'died'; readonly stderr: string };

/** `main` runs the managers, `pool` is libuv's only thread for files, `any` counts in every thread on its own. */
export type Threads = 'main' | 'pool' | 'any';

export interface SuiteFault {
  readonly threads: Threads;
  readonly call: string;
  readonly effect: 'signal=KILL' | 'error=EIO' | 'error=ENOSPC';
  /** The call that is hit, counted from 1 from the attachment on. */
  readonly when: number;
}

/** The suite in a process of its own, which strace(1) can be attached to once it is open. */
export class SuiteProcess {
  readonly #child: ChildProcess;
  readonly #ended: Promise<unknown>;
  readonly #pool: string;
  /** Documents whose put was acknowledged. */
  readonly kept: string[] = [];
  #stderr = '';
  #answered: (outcome: Outcome) => void = () => undefined;
  #keeping: () => void = () => undefined;

  private constructor(folder: string) {
    this.#child = spawn(process.execPath, [subject, folder], {
      stdio: ['pipe', 'pipe', 'pipe'],
      env: { ...process.env, UV_THREADPOOL_SIZE: '1', NODE_OPTIONS: '' },
    });
    this.#pool = 'libuv-worker';
    this.#ended = once(this.#child, 'close').then(() => {
      this.#answered({ end: 'died', stderr: this.#stderr });
    });
    this.#child.stdin?.on('error', () => undefined);
    this.#child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.#stderr += text;
    });
    if (this.#child.stdout === null) throw new TypeError('stdout is a pipe');
    createInterface(this.#child.stdout).on('line', (text) => this.#hear(text));
  }

  /** Starts the process, for one test at most; `open` makes it the folder's owner. */
  static start(folder: string): SuiteProcess {
    const started = new SuiteProcess(folder);
    onTestFinished(() => started.kill());
    return started;
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  #hear(text: string): void {
    const said = line.parse(JSON.parse(text));
    if ('kept' in said) {
      this.kept.push(said.kept);
      this.#keeping();
    } else if ('done' in said) this.#answered({ end: 'done', result: said.done });
    else this.#answered({ end: 'refused', ...said.refused });
  }

  ask(command: object): Promise<Outcome> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) {
      return Promise.resolve({ end: 'died', stderr: this.#stderr });
    }
    const answer = new Promise<Outcome>((resolve) => {
      this.#answered = resolve;
    });
    this.#child.stdin?.write(`${JSON.stringify(command)}\n`);
    return answer;
  }

  /** As `ask`; anything but an answer is a failure of the test. */
  async does(command: object): Promise<unknown> {
    const outcome = await this.ask(command);
    if (outcome.end === 'done') return outcome.result;
    throw new Error(`${JSON.stringify(command)}: ${JSON.stringify(outcome)}`);
  }

  call(manager: string, operation: string, input: object): Promise<Outcome> {
    return this.ask({ do: 'call', manager, operation, input });
  }

  calls(manager: string, operation: string, input: object): Promise<unknown> {
    return this.does({ do: 'call', manager, operation, input });
  }

  open(): Promise<unknown> {
    return this.does({ do: 'open' });
  }

  /** Resolves once so many documents are acknowledged. */
  async untilKept(count: number): Promise<void> {
    while (this.kept.length < count && this.#child.exitCode === null && this.#child.signalCode === null) {
      await Promise.race([
        this.#ended,
        new Promise<void>((resolve) => {
          this.#keeping = resolve;
        }),
      ]);
    }
  }

  async kill(): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.#ended;
  }

  /** In order, as a process ends that nothing befell. */
  async stop(): Promise<void> {
    await this.does({ do: 'stop' });
    this.#child.stdin?.end();
    await this.#ended;
  }

  /** Lets `act` happen with a fault in one system call, and answers what became of it and how often it was hit. */
  async underFault<Result>(
    { threads, call, effect, when }: SuiteFault,
    act: () => Promise<Result>,
  ): Promise<{ result: Result; hit: number }> {
    const inject = ['-e', `inject=${call}:${effect}:when=${when}`];
    const { result, trace } = await this.#traced([...this.#attach(threads), ...inject], call, act);
    return { result, hit: trace.split('(INJECTED)').length - 1 };
  }

  /** How many calls of each kind `act` makes in each sort of thread. */
  async countCalls(calls: string, act: () => Promise<unknown>): Promise<Map<string, number>> {
    const pool = this.#poolThread();
    const { trace } = await this.#traced(this.#attach('any'), calls, act);
    const byThread = new Map<string, number>();
    for (const [, thread = '', call] of trace.matchAll(/^(?:\[pid +)?(\d+)\]? +(?:<\.\.\. )?(\w+)\(/gm)) {
      const key = `${thread} ${call}`;
      byThread.set(key, (byThread.get(key) ?? 0) + 1);
    }
    const counts = new Map<string, number>();
    for (const [key, count] of byThread) {
      const [thread, call] = key.split(' ');
      const sort = thread === String(this.pid) ? 'main' : thread === pool ? 'pool' : 'any';
      counts.set(`${sort} ${call}`, Math.max(count, counts.get(`${sort} ${call}`) ?? 0));
    }
    return counts;
  }

  #attach(threads: Threads): string[] {
    if (threads === 'any') return ['-f', '-p', String(this.pid)];
    return ['-p', threads === 'main' ? String(this.pid) : this.#poolThread()];
  }

  #poolThread(): string {
    const tasks = `/proc/${this.pid}/task`;
    const found = readdirSync(tasks).find(
      (thread) => readFileSync(`${tasks}/${thread}/comm`, 'utf8').trim() === this.#pool,
    );
    if (found === undefined) throw new Error('the thread for files is not there');
    return found;
  }

  async #traced<Result>(options: readonly string[], calls: string, act: () => Promise<Result>) {
    const strace = spawn('strace', [...options, '-e', `trace=${calls}`], {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let trace = '';
    const attached = new Promise<void>((resolve) => {
      strace.stderr.setEncoding('utf8').on('data', (text: string) => {
        trace += text;
        if (trace.includes('attached')) resolve();
      });
    });
    const ended = once(strace, 'close');
    await Promise.race([attached, ended]);
    try {
      const result = await act();
      await this.#detach(strace, ended);
      return { result, trace };
    } finally {
      await this.#detach(strace, ended);
    }
  }

  async #detach(strace: ChildProcess, ended: Promise<unknown>): Promise<void> {
    if (strace.exitCode === null && strace.signalCode === null) strace.kill('SIGINT');
    await ended;
  }
}

/** Whether strace may be attached to a process of ours. */
export async function mayAttach(): Promise<boolean> {
  const idle = spawn('sleep', ['10']);
  await once(idle, 'spawn');
  const strace = spawn('strace', ['-p', String(idle.pid)], { stdio: ['ignore', 'ignore', 'pipe'] });
  let told = '';
  strace.stderr.on('data', (text: Buffer) => {
    told += text;
  });
  strace.on('error', () => undefined);
  for (let tries = 0; tries < 50 && told === '' && strace.exitCode === null; tries += 1) await sleep(20);
  strace.kill('SIGKILL');
  idle.kill('SIGKILL');
  const attached = told.includes('attached');
  if (!attached) console.warn('faults in system calls of the suite are not tried: strace may not attach');
  return attached;
}

/** SQLite's own word on a database file, by the program, so that this process's locks are not touched. */
export function integrityOf(file: string): string {
  return spawnSync('sqlite3', [file, 'PRAGMA integrity_check'], { encoding: 'utf8' }).stdout.trim();
}
