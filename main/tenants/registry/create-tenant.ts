import type { Tenant } from '../../../shared/contract/tenants.ts';
import { HoldfastError } from '../../../shared/errors.ts';
import type { Ids, Slug, Uuid } from '../../../shared/ids.ts';
import { type Tier, tierRules } from '../../../shared/tiers.ts';
import type { Operation } from '../../operations/operation.ts';
import type { Store, Transaction } from '../../storage/store.ts';
import type { TenantDatabases } from '../data/tenant-databases.ts';
import type { RepositoryHook, TenantKeys } from '../needs.ts';
import { requireSlug, slugFromName } from './slug.ts';
import type { FolderMark, TenantFolders } from './tenant-folder.ts';
import { insertTenant, isSlugTaken, isTenant, toTenant } from './tenant-store.ts';

export interface CreateTenantInput {
  readonly name: string;
  readonly tier: Tier;
  readonly slug?: Slug | undefined;
  readonly sample: boolean;
}

/** Data that a tenant comes into being with. */
export interface Filling {
  /** Puts its database and contents into its folder, before anybody knows of it. */
  fill(tenant: { readonly id: Uuid; readonly folder: string }): Promise<void>;
  /** Within the transaction that makes it exist. */
  record(transaction: Transaction, id: Uuid): void;
  readonly facts: { readonly [name: string]: string };
}

/** What the maker of a tenant may know before there is one. */
interface Beginning {
  readonly id: Uuid;
  /** What the slug is made from where none is asked for. */
  readonly slugFrom: string;
  /** Stands in the folder from before the row is there. */
  readonly mark?: FolderMark;
  readonly filling?: Filling;
}

export interface TenantMaking {
  readonly control: Store;
  readonly ids: Ids;
  readonly folders: TenantFolders;
  readonly databases: TenantDatabases;
  readonly keys: TenantKeys;
  readonly repository: RepositoryHook;
}

/**
 * Makes folder, keys, database and repository, then the row that makes the tenant exist. What a crash leaves
 * halfway is found by its mark and swept at start; what an error leaves is removed at once. Errors: VALIDATION (slug), CONFLICT
 * (slug taken, now or ever).
 */
export async function createTenant(
  making: TenantMaking,
  input: CreateTenantInput,
  operation: Operation,
  { id, slugFrom, mark, filling }: Beginning = { id: making.ids.uuid(), slugFrom: input.name },
): Promise<Tenant> {
  const { control, folders, databases, keys, repository } = making;
  const wanted = input.slug === undefined ? undefined : requireSlug(input.slug);
  if (wanted !== undefined && isSlugTaken(control, wanted)) throw slugTaken(wanted);
  try {
    await folders.create(id);
    if (mark !== undefined) await folders.mark(id, mark);
    await keys.addTenant(id);
    await filling?.fill({ id, folder: folders.path(id) });
    await databases.create(id, tierRules[input.tier].storageBytes);
    await repository.prepare(id);
    const tenant = await control.write((transaction) => {
      if (wanted !== undefined && isSlugTaken(transaction, wanted)) throw slugTaken(wanted);
      const slug = wanted ?? slugFromName(slugFrom, (candidate) => isSlugTaken(transaction, candidate));
      const row = insertTenant(transaction, { ...input, id, slug });
      operation.record(transaction, {
        tenantId: id,
        resource: { kind: 'tenant', id },
        after: { name: row.name, slug: row.slug, tier: row.tier, state: row.state, sample: input.sample },
        facts: { tier: row.tier, slug: row.slug, ...filling?.facts },
      });
      filling?.record(transaction, id);
      return toTenant(row);
    });
    // the tenant exists from here on, so its creation has not failed; the next start removes a mark that stayed
    await folders.unmark(id, 'unfinished').catch(() => undefined);
    return tenant;
  } catch (error) {
    // why it failed is what is told; what cannot be removed now is swept at the next start
    if (!isTenant(control, id)) await removeUnfinished(making, id).catch(() => undefined);
    throw error;
  }
}

/**
 * Removes what unfinished creations left; run at start. A folder with something in it, without a row and without a
 * mark, is never touched (control.db may be older than it): its id is answered in `unknown`.
 */
export async function sweepOrphans(making: TenantMaking): Promise<{ removed: Uuid[]; unknown: Uuid[] }> {
  const removed: Uuid[] = [];
  const unknown: Uuid[] = [];
  const { folders, control } = making;
  for (const id of await folders.list()) {
    const unfinished = await folders.isMarked(id, 'unfinished');
    if (isTenant(control, id)) {
      if (unfinished) await folders.unmark(id, 'unfinished');
    } else if (unfinished) {
      const gone = await removeUnfinished(making, id).then(
        () => true,
        (error: unknown) => {
          // its repository holds backups: it was someone's
          if (error instanceof HoldfastError && error.code === 'CONFLICT') return false;
          throw error;
        },
      );
      (gone ? removed : unknown).push(id);
    } else if (await folders.removeEmpty(id)) {
      removed.push(id);
    } else if (!(await folders.isMarked(id, 'deleted'))) {
      unknown.push(id);
    }
  }
  return { removed, unknown };
}

async function removeUnfinished(
  { databases, repository, keys, folders }: TenantMaking,
  id: Uuid,
): Promise<void> {
  await databases.close(id);
  await repository.remove(id);
  await keys.removeTenant(id);
  await folders.remove(id, 'unfinished');
}

function slugTaken(slug: Slug): HoldfastError {
  return new HoldfastError('CONFLICT', `The slug "${slug}" is taken: slugs are never given twice.`, {
    reason: 'slug-taken',
    slug,
  });
}
