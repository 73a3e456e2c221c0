import type { SharedStore } from '../../storage/lease-port.ts';
import { pinImage } from '../../storage/page-reader.ts';
import { openWorkerStore } from '../../storage/worker-store.ts';
import { serveWork } from '../worker/serve-work.ts';
import { threadClock } from '../worker/thread-clock.ts';

/** Answers the bytes of a small live database as of one commit. */
serveWork<SharedStore>(async (shared) => {
  const store = openWorkerStore(shared, { clock: threadClock });
  try {
    const image = await pinImage(store);
    try {
      const parts: Uint8Array[] = [];
      for (const chunk of image.chunks()) parts.push(chunk.slice());
      return Buffer.concat(parts);
    } finally {
      image.end();
    }
  } finally {
    await store.close();
  }
});
