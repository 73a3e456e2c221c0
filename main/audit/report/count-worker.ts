import { systemClock } from '../../../shared/clock.ts';
import { serveCall } from '../../jobs/serve-call.ts';
import type { SharedStore } from '../../storage/lease-port.ts';
import { openWorkerStore } from '../../storage/worker-store.ts';
import { type Counted, type CountRequest, countAll } from './count.ts';

export interface CountTask extends CountRequest {
  readonly search: SharedStore;
  readonly audit: SharedStore;
}

await serveCall<CountTask, Counted>(async ({ search, audit, ...request }, { check }) => {
  const index = openWorkerStore(search, { clock: systemClock });
  const log = openWorkerStore(audit, { clock: systemClock });
  try {
    return index.snapshot((reading) => countAll(reading, log, request, check));
  } finally {
    await Promise.all([index.close(), log.close()]);
  }
});
