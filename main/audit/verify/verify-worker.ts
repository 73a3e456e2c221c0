import { serveCall } from '../../jobs/serve-call.ts';
import type { SharedStore } from '../../storage/lease-port.ts';
import { openWorkerStore } from '../../storage/worker-store.ts';
import { type LogsCheck, type VerifyReport, verifyLogs } from './verify-logs.ts';

export interface VerifyTask extends LogsCheck {
  readonly audit: SharedStore;
  readonly now: number;
}

serveCall<VerifyTask, VerifyReport>(async ({ audit, now, ...logs }, { progress, check }) => {
  const store = openWorkerStore(audit, { clock: { now: () => now, monotonicMicros: () => 0 } });
  try {
    return store.snapshot((reading) =>
      verifyLogs(reading, logs, (count) => {
        check();
        progress.advance(count);
      }),
    );
  } finally {
    await store.close();
  }
});
