import { setTimeout as sleep } from 'node:timers/promises';
import { throwIfCancelled } from '../container/cancelling.ts';

interface Time {
  /** Milliseconds. */
  now(): number;
  /** Resolves early when the signal aborts. */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
}

const realTime: Time = {
  now: () => performance.now(),
  sleep: (ms, signal) => sleep(ms, undefined, { signal }).catch(() => undefined),
};

/**
 * A token bucket that holds a second's worth: waits before each piece of work until what was let through before it is paid
 * for, so that no more than `bytesPerSecond` goes on average. null: never waits. Errors: CANCELLED.
 */
export function paced(
  bytesPerSecond: number | null,
  signal: AbortSignal,
  { now, sleep: wait }: Time = realTime,
): (bytes: number) => Promise<void> {
  if (bytesPerSecond === null) return () => Promise.resolve();
  let freeAt = now() - 1000;
  return async (bytes) => {
    freeAt = Math.max(freeAt, now() - 1000);
    const waitMs = freeAt - now();
    freeAt += (bytes / bytesPerSecond) * 1000;
    if (waitMs <= 0) return;
    await wait(waitMs, signal);
    throwIfCancelled(signal);
  };
}
