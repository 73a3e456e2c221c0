import type { WorkerContext } from '../../jobs/serve-call.ts';
import { release } from '../../storage/release.ts';
import { pipelined } from '../container/pipeline.ts';
import type { Repository } from '../container/repository.ts';

const blobsAtOnce = 8;

/**
 * Unseals and hashes every blob that a snapshot refers to and that is not in `sound` yet, and adds it. Throws
 * INTEGRITY or NOT_FOUND at the first that fails.
 */
export async function readEveryBlob(
  repository: Repository,
  snapshotId: string,
  sound: Set<string>,
  { signal, progress }: WorkerContext,
): Promise<void> {
  const { tree } = await repository.readSnapshot(snapshotId);
  const waiting = [tree];
  const data = new Set<string>();
  for (let id = waiting.pop(); id !== undefined; id = waiting.pop()) {
    for (const { content, subtree } of await repository.loadTree(id)) {
      if (subtree !== undefined) waiting.push(subtree);
      for (const blob of content ?? []) if (!sound.has(blob)) data.add(blob);
    }
  }
  progress.phase('Reading stored blobs', null, 'bytes');
  const read = pipelined(data, blobsAtOnce, async (id) => {
    signal.throwIfAborted();
    const bytes = await repository.readBlob('data', id);
    const { length } = bytes;
    release(bytes);
    return { id, length };
  });
  for await (const { id, length } of read) {
    sound.add(id);
    progress.advance(length);
  }
}
