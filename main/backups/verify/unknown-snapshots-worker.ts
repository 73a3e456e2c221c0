import { serveCall } from '../../jobs/serve-call.ts';
import { type RepositoryAccess, withRepository } from '../repository-access.ts';
import { findUncatalogued } from '../snapshot/find-uncatalogued.ts';
import type { Manifest } from '../snapshot/manifest.ts';

export interface UnknownInput {
  readonly access: RepositoryAccess;
  /** Snapshots that the catalogue lists. */
  readonly known: readonly string[];
}

export type UnknownOutput = readonly { readonly id: string; readonly manifest: Manifest }[];

serveCall<UnknownInput, UnknownOutput>(({ access, known }) =>
  withRepository(access, (repository) => findUncatalogued(repository, access.location, known)),
);
