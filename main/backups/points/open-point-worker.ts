import { mkdir } from 'node:fs/promises';
import { systemClock } from '../../../shared/clock.ts';
import type { OpenedPoint } from '../../../shared/contract/backups/points.ts';
import { serveCall } from '../../jobs/serve-call.ts';
import { filesCollection } from '../../row-hash/row-hash.ts';
import { type RepositoryAccess, withRepository } from '../repository-access.ts';
import { rebuiltFile } from '../restore/rebuild.ts';
import { type PointInput, rebuildPoint } from '../restore/rebuild-point.ts';
import { openRebuilt } from '../restore/rebuild-tenant.ts';

export interface OpenPointInput extends PointInput {
  readonly access: RepositoryAccess;
  /** Made here; it stays. */
  readonly folder: string;
}

export type PointContents = Pick<OpenedPoint, 'time' | 'collections' | 'files'>;

await serveCall<OpenPointInput, PointContents>(async ({ access, folder, ...point }, context) => {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const { manifest } = await withRepository(access, (repository) =>
    rebuildPoint(repository, point, folder, context),
  );
  const rebuilt = await openRebuilt(rebuiltFile(folder, 'data'), systemClock);
  try {
    return {
      time: manifest.time,
      collections: rebuilt
        .sql<{ collection: string; documents: number }>(
          'SELECT collection, documents FROM collections WHERE documents > 0 AND collection <> ? ORDER BY collection',
        )
        .all(filesCollection),
      files: rebuilt.sql<{ n: number }>('SELECT count(*) AS n FROM files').get()?.n ?? 0,
    };
  } finally {
    await rebuilt.close();
  }
});
