import { serveCall } from '../../jobs/serve-call.ts';
import { type FoundFolder, findFolders } from '../folders/find-folders.ts';
import type { OwnerId } from '../owner.ts';
import { type RepositoryAccess, withRepository } from '../repository-access.ts';
import { findUncatalogued } from '../snapshot/find-uncatalogued.ts';
import type { Manifest } from '../snapshot/manifest.ts';
import { repositoryFiles } from '../targets/target.ts';
import { copySnapshots, type Lacking } from './copy-snapshots.ts';

export interface BringBackInput {
  readonly standIn: RepositoryAccess;
  readonly first: RepositoryAccess;
  /** Ids of the snapshots that the catalogue says the stand-in alone has. */
  readonly wanted: readonly string[];
  /** All that the catalogue lists. */
  readonly known: readonly string[];
  /** What the catalogue does not list is a killed run's from this time on, epoch milliseconds. */
  readonly since: number;
  readonly installationId: string;
  readonly tenantId: OwnerId;
}

export interface BringBackReport {
  readonly found: readonly { readonly id: string; readonly manifest: Manifest }[];
  readonly folders: readonly FoundFolder[];
  /** Ids of those found or wanted that the first target has now. */
  readonly there: readonly string[];
  /** Those that could not be copied. */
  readonly lacking: readonly Lacking[];
  readonly files: number;
  readonly bytes: number;
}

serveCall<BringBackInput, BringBackReport>(async (input, { signal, progress }) => {
  const { standIn, first, wanted, known, since, installationId, tenantId } = input;
  return await withRepository(standIn, async (source) => {
    const reading = await source.lock(false);
    try {
      const ofOurs = await findUncatalogued(source, standIn.location, known);
      const found = ofOurs.filter(
        ({ manifest }) =>
          manifest.installationId === installationId &&
          manifest.tenantId === tenantId &&
          Date.parse(manifest.time) >= since,
      );
      const folders = (await findFolders(source, standIn.location, known)).filter(
        ({ time }) => time >= since,
      );
      const ids = new Set([...wanted, ...found.map(({ id }) => id), ...folders.map(({ id }) => id)]);
      const copied = await withRepository(first, async (repository) => {
        const writing = await repository.lock(false);
        try {
          return await copySnapshots(
            { repository: source, files: repositoryFiles(standIn.location) },
            { repository, files: repositoryFiles(first.location) },
            ids,
            {
              signal: AbortSignal.any([signal, reading.lost, writing.lost]),
              onPlan: (bytes) => progress.phase('Bringing back', bytes, 'bytes'),
              onCopied: (bytes) => progress.advance(bytes),
            },
          );
        } finally {
          await writing.release();
        }
      });
      return { found, folders, ...copied };
    } finally {
      await reading.release();
    }
  });
});
