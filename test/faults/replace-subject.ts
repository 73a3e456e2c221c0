// A worker thread that writes a rebuilt database over the live one it was handed.
import { parentPort, workerData } from 'node:worker_threads';
import type { SharedStore } from '../../main/storage/lease-port.ts';
import { replaceContents } from '../../main/storage/replace-contents.ts';
import { openWorkerStore } from '../../main/storage/worker-store.ts';
import { clock } from '../doubles/store-place.ts';

const { shared, rebuilt } = workerData as { shared: SharedStore; rebuilt: string };
const store = openWorkerStore(shared, { clock });
const lease = await store.lease('restore');
try {
  const commit = await replaceContents({
    store,
    lease,
    rebuilt,
    clock,
    onProgress: (done, total) => parentPort?.postMessage({ done, total }),
  });
  parentPort?.postMessage({ commit });
} catch (error) {
  parentPort?.postMessage({ error: String(error) });
} finally {
  lease.release();
  await store.close();
}
