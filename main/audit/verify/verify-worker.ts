import { systemClock } from '../../../shared/clock.ts';
import { serveCall } from '../../jobs/serve-call.ts';
import type { SharedStore } from '../../storage/lease-port.ts';
import { openWorkerStore, type WorkerStore } from '../../storage/worker-store.ts';
import { IndexComparison, type IndexedPart } from '../search/index-comparison.ts';
import { OpeningKeys, type OpensField } from './opening-keys.ts';
import { SecondThread, type SecondThreadEnd } from './second-thread.ts';
import { type LogsCheck, type VerifyAids, type VerifyReport, verifyLogs } from './verify-logs.ts';

export interface VerifyTask extends LogsCheck {
  readonly audit: SharedStore;
  readonly search: SharedStore;
  /** What search.db is to have of each log, by its number. */
  readonly indexed: ReadonlyMap<number, IndexedPart>;
  /** About so many, to show how far it is. */
  readonly entries: number;
  /** Opens fields as well. */
  readonly second?: SecondThreadEnd;
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
  const { audit, search, indexed, entries, second, now, gently, ...logs } = task;
  const stores: WorkerStore[] = [];
  const open = (shared: SharedStore) => {
    const store = openWorkerStore(shared, { clock: { ...systemClock, now: () => now } });
    stores.push(store);
    return store;
  };
  const rest = gently ? restsBetween() : () => undefined;
  try {
    const [log, index] = [open(audit), open(search)];
    const read = (opens?: OpensField): VerifyAnswer => {
      const comparison = new IndexComparison(index, indexed);
      const onEntries = (count: number) => {
        check();
        rest();
        progress.advance(count);
      };
      const onRecord: VerifyAids['onRecord'] = ({ log: number }, at, record) =>
        comparison.read(number, at, record);
      const report = log.snapshot((reading) => verifyLogs(reading, logs, onEntries, { onRecord, opens }));
      return { report, sameInIndex: comparison.finish() };
    };
    if (second === undefined) return read();
    const thread = new SecondThread(second, new OpeningKeys(logs.openings));
    const answer = read((field) => thread.add(field));
    if (await thread.finish()) return answer;
    progress.phase('Reading entries again', entries, 'entries');
    return read(); // which field it is, and in its order among all that is found
  } finally {
    second?.port.close();
    for (const store of stores) await store.close();
  }
});
