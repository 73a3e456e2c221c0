import { systemClock } from '../../../shared/clock.ts';
import { serveCall } from '../../jobs/serve-call.ts';
import type { SharedStore } from '../../storage/lease-port.ts';
import { copyDatabase } from '../../storage/scratch-copy.ts';
import { openWorkerStore } from '../../storage/worker-store.ts';

export interface CopyTask {
  readonly audit: SharedStore;
  readonly into: string;
}

serveCall<CopyTask, null>(async ({ audit, into }, { progress, check }) => {
  // held open meanwhile: the owner waits for it
  const store = openWorkerStore(audit, { clock: systemClock });
  try {
    await copyDatabase(store, into, {
      check,
      onTotal: (bytes) => progress.phase('Copying the log', bytes, 'bytes'),
      onBytes: (bytes) => progress.advance(bytes),
    });
    return null;
  } finally {
    await store.close();
  }
});
