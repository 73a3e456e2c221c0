import { systemClock } from '../../../shared/clock.ts';
import { serveCall } from '../../jobs/serve-call.ts';
import type { SharedStore } from '../../storage/lease-port.ts';
import { openWorkerStore } from '../../storage/worker-store.ts';
import { type LogsCheck, type VerifyReport, verifyLogs } from './verify-logs.ts';

export interface VerifyTask extends LogsCheck {
  readonly audit: SharedStore;
  readonly now: number;
  /** Leaves others half of the time. */
  readonly gently: boolean;
}

const stretchMs = 20;

/** Sleeps as long as it worked, after each stretch of work. */
function restsBetween(): () => void {
  const still = new Int32Array(new SharedArrayBuffer(4));
  let since = performance.now();
  return () => {
    const workedMs = performance.now() - since;
    if (workedMs < stretchMs) return;
    Atomics.wait(still, 0, 0, workedMs);
    since = performance.now();
  };
}

serveCall<VerifyTask, VerifyReport>(async ({ audit, now, gently, ...logs }, { progress, check }) => {
  const store = openWorkerStore(audit, { clock: { ...systemClock, now: () => now } });
  const rest = gently ? restsBetween() : () => undefined;
  try {
    return store.snapshot((reading) =>
      verifyLogs(reading, logs, (count) => {
        check();
        rest();
        progress.advance(count);
      }),
    );
  } finally {
    await store.close();
  }
});
