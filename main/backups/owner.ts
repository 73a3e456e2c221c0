import type { MessagePort } from 'node:worker_threads';
import type { Uuid } from '../../shared/ids.ts';
import type { SharedStore } from '../storage/lease-port.ts';
import type { Lease } from '../storage/store.ts';
import type { Sources, TenantSource } from './needs.ts';
import type { RepositoryId } from './targets/target.ts';

/** Whose data: a tenant's, or with null the installation's own. */
export type OwnerId = Uuid | null;

/** Whose repository it is. */
export function tenantIdOf(id: RepositoryId): OwnerId {
  return id === 'installation' ? null : id;
}

/** The one that an input names. */
export function ownerOf(
  input: { readonly tenant?: string | undefined; readonly installation?: true | undefined },
  sources: Sources,
): OwnerId | undefined {
  if (input.tenant !== undefined) return sources.tenantId(input.tenant);
  return input.installation === true ? null : undefined;
}

/** An owner's databases as a working thread is handed them, and its contents' folder. */
export interface SharedOwner {
  readonly databases: readonly { readonly name: string; readonly shared: SharedStore }[];
  readonly filesFolder: string | null;
  readonly ports: readonly MessagePort[];
}

/** Shares an owner's stores with one working thread while `use` runs; a tenant's within `lease`, where one is held. */
export async function withOwner<Result>(
  { sources, owner, lease }: { sources: Sources; owner: OwnerId; lease?: Lease | undefined },
  use: (shared: SharedOwner) => Promise<Result>,
): Promise<Result> {
  if (owner === null) {
    const databases = sources.installation.map(({ name, store }) => ({ name, shared: store.share() }));
    return await closingPorts({ databases, filesFolder: null, ports: databases.map(portOf) }, use);
  }
  return await sources.withTenant(owner, ({ store, filesFolder }: TenantSource) => {
    const databases = [
      { name: 'data', shared: lease === undefined ? store.share() : store.shareWithin(lease) },
    ];
    return closingPorts({ databases, filesFolder, ports: databases.map(portOf) }, use);
  });
}

function portOf({ shared }: { readonly shared: SharedStore }): MessagePort {
  return shared.port;
}

/** A port that was not handed over keeps its store from closing; on one that was, this does nothing. */
async function closingPorts<Result>(
  shared: SharedOwner,
  use: (shared: SharedOwner) => Promise<Result>,
): Promise<Result> {
  try {
    return await use(shared);
  } finally {
    for (const port of shared.ports) port.close();
  }
}
