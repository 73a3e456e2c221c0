// A worker thread that writes as it is told, for the tests of leases.
import { closeSync, openSync, writeSync } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';
import type { SharedStore } from '../../main/storage/lease-port.ts';
import { pinImage } from '../../main/storage/page-reader.ts';
import type { Lease } from '../../main/storage/store.ts';
import { openWorkerStore } from '../../main/storage/worker-store.ts';
import { addNote, clock } from '../doubles/store-place.ts';

const store = openWorkerStore(workerData as SharedStore, { clock });
let lease: Lease | undefined;

const orders = {
  write: (text: string) => store.write(addNote(text)),
  event: (text: string) =>
    store.write((transaction) =>
      transaction.outbox({
        eventId: text as never,
        tenantId: null,
        critical: false,
        draft: Buffer.from(text),
        openings: [],
      }),
    ),
  lease: async () => {
    lease = await store.lease('import');
  },
  writeUnderLease: async (text: string) => lease?.write(addNote(text)),
  release: async () => lease?.release(),
  dieInTransaction: async (text: string) =>
    lease?.write((transaction) => {
      addNote(text)(transaction);
      process.exit(1);
    }),
  image: async (target: string) => {
    const image = await pinImage(store);
    const descriptor = openSync(target, 'w');
    for (const chunk of image.chunks()) writeSync(descriptor, chunk);
    closeSync(descriptor);
    image.end();
  },
  close: () => store.close(),
};

parentPort?.on('message', async ({ order, text }: { order: keyof typeof orders; text: string }) => {
  try {
    await orders[order](text);
    parentPort?.postMessage('done');
  } catch (error) {
    parentPort?.postMessage(String(error));
  }
  if (order === 'close') parentPort?.close();
});
