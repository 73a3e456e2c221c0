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
  /** Counted from 1: among the thread's calls of this kind, where `path` is known among those on that file. */
  readonly when: number;
  /** Its file when it was counted, without what differs from run to run. */
  readonly file: string;
  /** Null where another run names it otherwise. */
  readonly path: string | null;
  /** Of the writing before the operation, of the operation, or of the end after it. */
  readonly phase: Phase;
  /** Whether the call before, or after, it in the process is another one or on another file. */
  readonly isFirst: boolean;
  readonly isLast: boolean;
}

type Phase = 'before' | 'during' | 'after';

export interface Fault extends Spot {
  readonly effect: Effect;
}

export interface Traced {
  readonly stdout: string;
  /** Null when a signal ended it. */
  readonly status: number | null;
  /** Files whose calls were hit; of a process that was killed not known. */
  readonly hit: readonly string[];
  /** In order; all of them only where every thread was traced. */
  readonly calls: readonly Call[];
}

interface Call {
  readonly thread: number | 'later';
  /** The system's number of the thread. */
  readonly id: string;
  readonly call: string;
  readonly file: string;
  readonly phase: Phase;
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
  const path = fault?.path ? ['-P', fault.path] : [];
  const inject = fault ? ['-e', `inject=${fault.call}:${fault.effect}:when=${fault.when}`] : [];
  const traced = fault?.call ?? kinds.join();
  const strace = spawn('strace', ['-y', ...whom, '-e', `trace=${traced}`, ...path, ...inject], {
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
  const calls: Call[] = [];
  let phase: Phase = 'before';
  for (const line of lines) {
    const [, id, call] = /^\[pid +(\d+)\] (\w+)\(/.exec(line) ?? [];
    if (id === undefined || call === undefined) continue;
    if (line.includes('"kept\\n"')) phase = 'during';
    if (line.includes('"done ')) phase = 'after';
    const at = threads.indexOf(id);
    calls.push({ thread: at === -1 ? 'later' : at, id, call, file: fileIn(line), phase });
  }
  return { hit, calls };
}

/** The path of the file, or what the system calls what is none, such as `socket:[1]`. */
function fileIn(line: string): string {
  return /\("([^"]+)"|\(\d+<([^>]*)>/.exec(line)?.slice(1).find(Boolean) ?? '';
}

/** A path without what differs from run to run. */
export const named = (path: string) =>
  path
    .replace(/^.*\/holdfast-calls-\w+/, '')
    .replace(/(?<=holdfast-probe-)\w+/, '*')
    .replace(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9a-f]{12,}/g, '*')
    .replace(/\/[0-9a-f]{2}(?=\/|$)/g, '/*');

/** What the event loop wakes itself with, and what the process answers with, is no disk; compiled modules are not ours. */
export const isOnDisk = (file: string): boolean =>
  file.startsWith('/') && !file.startsWith('/dev/') && !file.includes('/node_modules/.cache/');

/** Every call of an operation on a file. */
export async function spotsOf(prepared: Prepared, name: OperationName): Promise<Spot[]> {
  const { calls } = await runTraced(prepared, name);
  prepared.putBack();
  const counted = new Map<string, number>();
  const count = (key: string) => {
    counted.set(key, (counted.get(key) ?? 0) + 1);
    return counted.get(key) ?? 0;
  };
  const isSame = (one: Call, other: Call | undefined) =>
    one.id === other?.id && one.call === other.call && named(one.file) === named(other.file);
  return calls.flatMap((each, at) => {
    const { thread, id, call, file, phase } = each;
    const inThread = count(`${id} ${call}`);
    const onFile = count(`${id} ${call} ${file}`);
    if (!isOnDisk(file)) return [];
    const path = prepared.isAlwaysNamed(file) ? file : null;
    const when = path === null ? inThread : onFile;
    const [isFirst, isLast] = [!isSame(each, calls[at - 1]), !isSame(each, calls[at + 1])];
    return [{ thread, call, when, file: named(file), path, phase, isFirst, isLast }];
  });
}
