import { setTimeout as sleep } from 'node:timers/promises';
import { HoldfastError } from '../../../shared/errors.ts';
import { serveCall } from '../../jobs/serve-call.ts';
import { checkStoredFiles } from '../container/check-stored.ts';
import { type RepositoryAccess, withRepository } from '../repository-access.ts';
import { repositoryFiles } from '../targets/target.ts';
import { type CopyReport, copyRepository } from './copy-repository.ts';
import { paced } from './paced.ts';

export interface CopyInput {
  readonly primary: RepositoryAccess;
  readonly copy: RepositoryAccess;
  readonly bytesPerSecond: number | null;
  /** Reads every file of the copy, those too that were there before. */
  readonly proveAll?: boolean;
}

/** Pauses before a further attempt, in milliseconds; each goes on where the one before ended. */
const pauses = [500, 2000, 8000];

serveCall<CopyInput, CopyReport>(
  async ({ primary, copy, bytesPerSecond, proveAll }, { signal, progress }) => {
    const pace = paced(bytesPerSecond, signal);
    const attempt = () =>
      withRepository(primary, async (repository) => {
        // nobody may prune the primary between the listing and the reading of a file
        const reading = await repository.lock(false);
        try {
          const report = await copyRepository(
            repositoryFiles(primary.location),
            repositoryFiles(copy.location),
            {
              lock: () => withRepository(copy, (target) => target.lock(true)),
              makeRoom: async (spared) => {
                const prune = { signal, spared, wholePacksOnly: true };
                return (await withRepository(copy, (target) => target.prune(prune))).leftovers;
              },
              signal: AbortSignal.any([signal, reading.lost]),
              pace,
              onPlan: (bytes) => progress.phase('Copying', bytes, 'bytes'),
              onCopied: (bytes) => progress.advance(bytes),
            },
          );
          if (proveAll === true) await prove(copy, signal);
          return report;
        } finally {
          await reading.release();
        }
      });
    for (const pause of pauses) {
      try {
        return await attempt();
      } catch (error) {
        if (!mayPass(error) || signal.aborted) throw error;
        await sleep(pause, undefined, { signal });
      }
    }
    return await attempt();
  },
);

/** Errors: INTEGRITY. */
async function prove({ location }: RepositoryAccess, signal: AbortSignal): Promise<void> {
  const problems = await checkStoredFiles(repositoryFiles(location), { signal });
  const [first] = problems;
  if (first === undefined) return;
  throw new HoldfastError(
    'INTEGRITY',
    `${problems.length} files that were there already are damaged, the first ${first.file}. Remove what lies in that folder, or choose another.`,
    { problems: problems.slice(0, 20).map(({ file, what }) => ({ file, what })) },
  );
}

function mayPass(error: unknown): boolean {
  return error instanceof HoldfastError && (error.code === 'IO' || error.code === 'UNAVAILABLE');
}
