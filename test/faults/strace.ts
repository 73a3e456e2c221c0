import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

export interface Fault {
  /** System calls, such as `fsync,fdatasync`. */
  readonly calls: string;
  readonly effect: 'error=EIO' | 'error=ENOSPC' | 'signal=KILL';
  /** The call that is hit, counted from 1 in each thread. */
  readonly when: number;
}

export interface Run {
  /** What the subject printed. */
  readonly stdout: string;
  /** Null when a signal ended it. */
  readonly status: number | null;
  /** How many calls were traced. */
  readonly calls: number;
  /** How many of them were hit. */
  readonly hit: number;
}

export interface Subject {
  /** A TypeScript file that Node runs. */
  readonly module: string;
  readonly args: readonly string[];
  /** Only calls on these files count. */
  readonly paths: readonly string[];
}

/** Runs a subject under strace(1), with a fault in one of its system calls or only to count them. */
async function runUnderStrace(subject: Subject, calls: string, fault?: Fault): Promise<Run> {
  // With --seccomp-bpf only the traced calls stop, which is much faster, but no signal is injected (strace 6.1).
  const fast = fault?.effect === 'signal=KILL' ? [] : ['--seccomp-bpf'];
  const trace = ['-f', ...fast, '-qq', '-e', `trace=${calls}`];
  const inject =
    fault === undefined ? [] : ['-e', `inject=${fault.calls}:${fault.effect}:when=${fault.when}`];
  const paths = subject.paths.flatMap((path) => ['-P', path]);
  const command = [...trace, ...inject, ...paths, process.execPath, subject.module, ...subject.args];
  const env = { ...process.env, UV_THREADPOOL_SIZE: '1', NODE_OPTIONS: '' };
  const options = { env, maxBuffer: 1 << 26 };
  const { stdout, stderr, status } = await promisify(execFile)('strace', command, options).then(
    (done) => ({ ...done, status: 0 }),
    (failed: { stdout: string; stderr: string; code: unknown }) => ({
      stdout: failed.stdout,
      stderr: failed.stderr,
      status: typeof failed.code === 'number' ? failed.code : null,
    }),
  );
  const lines = stderr.split('\n').filter((line) => /^(\[pid +\d+\] )?\w+\(/.test(line));
  return { stdout, status, calls: lines.length, hit: stderr.split('INJECTED').length - 1 };
}

/**
 * Runs the subject again and again, with the fault in the first call, then in the one `step` after it, and so on until
 * one run was not hit any more; `between` judges each and puts things back. Answers up to which call there were hits.
 */
export async function sweep(
  subject: Subject,
  calls: string,
  effect: Fault['effect'],
  between: (run: Run, when: number) => Promise<void> | void,
  step = 1,
): Promise<number> {
  for (let when = 1; ; when += step) {
    const run = await runUnderStrace(subject, calls, { calls, effect, when });
    const killed = effect === 'signal=KILL' && run.status !== 0;
    await between(run, when);
    if (run.hit === 0 && !killed) return when - step;
  }
}
