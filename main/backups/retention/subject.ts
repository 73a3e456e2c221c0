import { HoldfastError } from '../../../shared/errors.ts';
import type { Uuid } from '../../../shared/ids.ts';
import type { Reading } from '../../storage/store.ts';
import { type BriefSnapshot, listBriefly } from '../catalogue/catalogue.ts';
import type { OwnerId } from '../owner.ts';
import { type RepositoryId, repositoryIdOf } from '../targets/target.ts';

/** Whose snapshots one policy is about: an owner's own, or those of one protected folder in its tenant's repository. */
export interface Subject {
  readonly owner: OwnerId;
  readonly folder: Uuid | null;
}

/** What policies, holds and marks name it by: the id of the folder, of the tenant, or `installation`. */
export function subjectId({ owner, folder }: Subject): RepositoryId {
  return folder ?? repositoryIdOf(owner);
}

/** How the audit log names it. */
export function resourceOf(subject: Subject): { readonly kind: string; readonly id: string } {
  return { kind: subject.folder === null ? 'repository' : 'folder', id: subjectId(subject) };
}

const tenantOfFolder = `SELECT tenant_id AS tenantId FROM protected_folders WHERE id = @id
  UNION ALL SELECT tenant_id FROM folder_snapshots WHERE folder_id = @id LIMIT 1`;

/** A folder that is protected, or was and has snapshots. Errors: NOT_FOUND. */
export function folderSubject(reading: Reading, id: Uuid): Subject {
  const found = reading.sql<{ tenantId: Uuid }>(tenantOfFolder).get({ id });
  if (found !== undefined) return { owner: found.tenantId, folder: id };
  throw new HoldfastError('NOT_FOUND', `There is no protected folder ${id}, and no backup of one.`, {
    kind: 'folder',
    id,
  });
}

/** The one that policies, holds and marks name so; a folder of which nothing is left passes for a tenant. */
export function subjectNamed(reading: Reading, id: RepositoryId): Subject {
  if (id === 'installation') return { owner: null, folder: null };
  const found = reading.sql<{ tenantId: Uuid }>(tenantOfFolder).get({ id });
  return found === undefined ? { owner: id, folder: null } : { owner: found.tenantId, folder: id };
}

/** A tenant's folders that have snapshots, those too that are not protected any more. */
export function folderSubjects(reading: Reading, tenantId: Uuid): Subject[] {
  return reading
    .sql<{ folder: Uuid }>('SELECT DISTINCT folder_id AS folder FROM folder_snapshots WHERE tenant_id = ?')
    .all(tenantId)
    .map(({ folder }) => ({ owner: tenantId, folder }));
}

/** Its snapshots in brief, newest first. */
export function snapshotsOf(reading: Reading, { owner, folder }: Subject): BriefSnapshot[] {
  if (folder === null) return listBriefly(reading, owner);
  return reading
    .sql<Omit<BriefSnapshot, 'kind' | 'safety'>>(
      `SELECT id, time, verified_level AS verifiedLevel, target_id AS targetId FROM folder_snapshots WHERE folder_id = ?
       ORDER BY time DESC, id DESC`,
    )
    .all(folder)
    .map((row) => ({ ...row, kind: 'folder', safety: false }));
}
