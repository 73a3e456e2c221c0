import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import type { OperationName } from './operations.ts';
import type { Prepared } from './prepared.ts';

export const effects = ['error=EIO', 'error=ENOSPC', 'signal=KILL'] as const;
export type Effect = (typeof effects)[number];

/** One call of an operation. Threads that are there before it begins are known by their place in the order in which they began. */
export interface Spot {
  readonly thread: number | 'later';
  readonly call: string;
  /** Counted from 1 in the thread. */
  readonly when: number;
  /** Its file when it was counted, without what differs from run to run. */
  readonly file: string;
}

export interface Fault extends Spot {
  readonly effect: Effect;
}

export interface Traced {
  readonly stdout: string;
  /** Null when a signal ended it. */
  readonly status: number | null;
  /** Files whose calls were hit; of a process that was killed not known. */
  readonly hit: readonly string[];
  /** Calls by thread and kind, each with the file; all of them only where every thread was traced. */
  readonly calls: ReadonlyMap<string, readonly string[]>;
}

const kinds = ['write', 'writev', 'pwrite64', 'fsync', 'fdatasync', 'ftruncate', 'rename', 'unlink'];
const module = fileURLToPath(new URL('../backup-calls-subject.ts', import.meta.url));
const mostMs = 60_000;

/** Runs one operation in a process of its own under strace(1), with a fault or only to count its calls. */
export async function runTraced(prepared: Prepared, name: OperationName, fault?: Fault): Promise<Traced> {
  const env = { ...process.env, UV_THREADPOOL_SIZE: '1', NODE_OPTIONS: '' };
  const subject = spawn(process.execPath, [module, prepared.given, name], {
    env,
    stdio: ['pipe', 'pipe', 'inherit'],
    timeout: mostMs,
    killSignal: 'SIGKILL',
  });
  const ended = once(subject, 'close') as Promise<[number | null]>;
  let stdout = '';
  const ready = new Promise<void>((resolve) => {
    subject.stdout.on('data', (data: Buffer) => {
      stdout += data;
      if (stdout.includes('ready\n')) resolve();
    });
  });
  await Promise.race([ready, ended]);
  const threads = readdirSync(`/proc/${subject.pid}/task`).sort((one, other) => Number(one) - Number(other));
  const one = typeof fault?.thread === 'number' ? threads[fault.thread] : undefined; // later ones: all are traced
  const whom = one === undefined ? ['-f', '-p', String(subject.pid)] : ['-p', one];
  const inject = fault ? ['-e', `inject=${fault.call}:${fault.effect}:when=${fault.when}`] : [];
  const traced = fault?.call ?? kinds.join();
  const strace = spawn('strace', ['-y', ...whom, '-e', `trace=${traced}`, ...inject], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const attached = new Promise<void>((resolve) => strace.stderr.once('data', () => resolve()));
  const trace = text(strace.stderr);
  await Promise.race([attached, once(strace, 'exit')]);
  subject.stdin.on('error', () => undefined); // it may have ended
  subject.stdin.end('go\n');
  const [status] = await ended;
  strace.kill('SIGINT');
  return { stdout, status, ...readTrace(await trace, threads) };
}

function readTrace(trace: string, threads: readonly string[]): Pick<Traced, 'hit' | 'calls'> {
  const lines = trace.split('\n');
  const hit = lines.filter((line) => line.includes('(INJECTED)')).map(fileIn);
  const calls = new Map<string, string[]>();
  for (const line of lines) {
    const [, thread, call] = /^\[pid +(\d+)\] (\w+)\(/.exec(line) ?? [];
    if (thread === undefined) continue;
    const key = `${thread} ${call}`;
    calls.set(key, [...(calls.get(key) ?? []), fileIn(line)]);
  }
  const byPlace = new Map<string, string[]>();
  for (const [key, files] of calls) {
    const [thread = '', call] = key.split(' ');
    const at = threads.indexOf(thread);
    const place = `${at === -1 ? 'later' : at} ${call}`;
    if (files.length > (byPlace.get(place) ?? []).length) byPlace.set(place, files);
  }
  return { hit, calls: byPlace };
}

/** The path of the file, or what the system calls what is none, such as `socket:[1]`. */
function fileIn(line: string): string {
  return /\("([^"]+)"|\(\d+<([^>]*)>/.exec(line)?.slice(1).find(Boolean) ?? '';
}

const named = (path: string) =>
  path
    .replace(/^.*\/holdfast-calls-\w+/, '')
    .replace(/[0-9a-f]{12}[0-9a-f-]*/g, '*')
    .replace(/\/[0-9a-f]{2}(?=\/)/g, '/*');

/** What the event loop wakes itself with, and what the process answers with, is no disk. */
export const isOnDisk = (file: string): boolean => file.startsWith('/') && !file.startsWith('/dev/');

/** Every call of an operation on a file. */
export async function spotsOf(prepared: Prepared, name: OperationName): Promise<Spot[]> {
  const { calls } = await runTraced(prepared, name);
  prepared.putBack();
  return [...calls].flatMap(([place, files]) => {
    const [thread = '', call = ''] = place.split(' ');
    const whose = thread === 'later' ? thread : Number(thread);
    return files.flatMap((file, at) =>
      isOnDisk(file) ? [{ thread: whose, call, when: at + 1, file: named(file) }] : [],
    );
  });
}
