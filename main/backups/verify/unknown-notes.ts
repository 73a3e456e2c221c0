import { HoldfastError } from '../../../shared/errors.ts';
import { callWorker } from '../../jobs/call-worker.ts';
import type { Progress } from '../../jobs/job-runner.ts';
import { siblingModule } from '../../jobs/sibling-module.ts';
import { snapshotIds } from '../catalogue/catalogue.ts';
import type { CarriedNote } from '../needs.ts';
import { accessTo, type BackupParts } from '../parts.ts';
import { carriedNotes } from '../snapshot/carried-notes.ts';
import { belongsTo } from '../snapshot/make-snapshot.ts';
import { repositoryFiles, repositoryIdOf } from '../targets/target.ts';
import type { UnknownInput, UnknownOutput } from './unknown-snapshots-worker.ts';

/**
 * What the installation's snapshots say of its audit log that the catalogue does not list: where both databases were put back, only
 * the repository knows of them. Errors: those of reading the target.
 */
export async function unknownNotes(
  parts: BackupParts,
  { signal, progress }: { readonly signal: AbortSignal; readonly progress: Progress },
): Promise<CarriedNote[]> {
  const { location } = parts.target.repository(repositoryIdOf(null));
  const known = snapshotIds(parts.control, null);
  const listed = new Set(known);
  const present = await repositoryFiles(location)
    .list('snapshots')
    .catch((error: unknown) => {
      const never = known.length === 0 && error instanceof HoldfastError && error.code === 'NOT_FOUND';
      if (never) return []; // no backup was made yet
      throw error;
    });
  if (present.every(({ name }) => listed.has(name))) return [];
  const module = siblingModule(import.meta.url, 'unknown-snapshots-worker');
  const input = { access: accessTo(parts, null), known };
  const found = await callWorker<UnknownInput, UnknownOutput>({ module, input, signal, progress });
  return carriedNotes(found.filter(({ manifest }) => belongsTo(manifest, parts, null)));
}
