import { systemClock } from '../../../shared/clock.ts';
import { serveCall } from '../../jobs/serve-call.ts';
import type { SharedStore } from '../../storage/lease-port.ts';
import { openWorkerStore, type WorkerStore } from '../../storage/worker-store.ts';
import { IndexComparison, type IndexedPart } from '../search/index-comparison.ts';
import { type LogsCheck, type VerifyReport, verifyLogs } from './verify-logs.ts';

export interface VerifyTask extends LogsCheck {
  readonly audit: SharedStore;
  readonly search: SharedStore;
  /** What search.db is to have of each log, by its number. */
  readonly indexed: ReadonlyMap<number, IndexedPart>;
  readonly now: number;
  /** Leaves others half of the time. */
  readonly gently: boolean;
}

export interface VerifyAnswer {
  readonly report: VerifyReport;
  /** Numbers of the logs of which search.db has what it should. */
  readonly sameInIndex: readonly number[];
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

serveCall<VerifyTask, VerifyAnswer>(async (task, { progress, check }) => {
  const { audit, search, indexed, now, gently, ...logs } = task;
  const stores: WorkerStore[] = [];
  const open = (shared: SharedStore) => {
    const store = openWorkerStore(shared, { clock: { ...systemClock, now: () => now } });
    stores.push(store);
    return store;
  };
  const rest = gently ? restsBetween() : () => undefined;
  try {
    const store = open(audit);
    const comparison = new IndexComparison(open(search), indexed);
    const report = store.snapshot((reading) =>
      verifyLogs(
        reading,
        logs,
        (count) => {
          check();
          rest();
          progress.advance(count);
        },
        ({ log }, index, record) => comparison.read(log, index, record),
      ),
    );
    return { report, sameInIndex: comparison.finish() };
  } finally {
    for (const store of stores) await store.close();
  }
});
