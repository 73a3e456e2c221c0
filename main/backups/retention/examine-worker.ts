import { HoldfastError } from '../../../shared/errors.ts';
import { serveCall, type WorkerContext } from '../../jobs/serve-call.ts';
import type { Repository } from '../container/repository.ts';
import { type RepositoryAccess, withRepository } from '../repository-access.ts';
import { repositoryFiles } from '../targets/target.ts';
import { readEveryBlob } from '../verify/read-every-blob.ts';
import { findUsage } from './usage.ts';

export interface ExamineInput {
  readonly access: RepositoryAccess;
  readonly snapshotId: string;
  /** Whether to find out how much space only it takes, where every snapshot can be read. */
  readonly usage: boolean;
}

export interface Examined {
  readonly state: 'sound' | 'damaged' | 'missing';
  /** What is wrong with it first; null: nothing. */
  readonly problem: string | null;
  /** Stored bytes that only it uses; null where that is not known. */
  readonly bytesFreed: number | null;
}

serveCall<ExamineInput, Examined>(async ({ access, snapshotId, usage }, context) => {
  const stored = await repositoryFiles(access.location).list('snapshots');
  return await withRepository(access, async (repository) => {
    if (!stored.some(({ name }) => name === snapshotId)) {
      return { state: 'missing', problem: 'its file is not in the repository', bytesFreed: 0 };
    }
    try {
      await readEveryBlob(repository, snapshotId, new Set(), context);
    } catch (error) {
      return { state: 'damaged', problem: damageIn(error), bytesFreed: null };
    }
    return {
      state: 'sound',
      problem: null,
      bytesFreed: usage ? await freedBy(repository, snapshotId, context) : null,
    };
  });
});

async function freedBy(
  repository: Repository,
  snapshotId: string,
  context: WorkerContext,
): Promise<number | null> {
  try {
    return (await findUsage(repository, [snapshotId], context)).freed;
  } catch (error) {
    damageIn(error); // of another snapshot
    return null;
  }
}

/** Throws what is no damage. */
function damageIn(error: unknown): string {
  if (error instanceof HoldfastError && ['INTEGRITY', 'NOT_FOUND'].includes(error.code)) return error.message;
  throw error;
}
