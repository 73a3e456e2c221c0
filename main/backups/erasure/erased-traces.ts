import type { ErasureProof } from '../../../shared/contract/erasures.ts';
import { HoldfastError } from '../../../shared/errors.ts';
import type { Uuid } from '../../../shared/ids.ts';
import { fileKinds } from '../container/repository-files.ts';
import { isThere, targetOf } from '../copies/further-target.ts';
import { readTargets } from '../copies/target-rows.ts';
import type { BackupParts } from '../parts.ts';
import { repositoryFiles, type Target } from '../targets/target.ts';

type Attempt = ErasureProof['attempts'][number];

/** What opens the copies on a target, and says whether a tenant's secrets are in them. Errors: INTEGRITY. */
export interface CopyOpener {
  keyringHolds(bytes: Uint8Array): boolean;
  subjectKeysHold(bytes: Uint8Array): boolean;
}

/**
 * Looks for whatever could still make an erased tenant's backups readable: files of its repository, and its secrets in the
 * copies that recover the installation, on the first target and every further one. What cannot be looked at is not `ok`.
 */
export async function findTraces(
  parts: BackupParts,
  tenantId: Uuid,
  opener: CopyOpener,
): Promise<readonly Attempt[]> {
  const first = { place: '', target: parts.target, isHere: await parts.target.isReachable() };
  const further = await Promise.all(
    readTargets(parts.control).map(async (row) => ({
      place: row.name,
      target: targetOf(parts, row),
      isHere: await isThere(parts, row),
    })),
  );
  const attempts: Attempt[] = [];
  for (const { place, target, isHere } of [first, ...further]) {
    const look = async (what: Attempt['what'], find: () => Promise<string | null>) => {
      attempts.push({ place, what, ...(isHere ? await found(find) : away) });
    };
    await look('repository', () => filesLeft(target, tenantId));
    if (target.isInDataFolder) continue;
    let reading: ReturnType<Target['readCopies']> | undefined;
    const copies = () => {
      reading ??= target.readCopies();
      return reading;
    };
    await look('target-keyring', async () => {
      const bytes = (await copies())?.keyring;
      return bytes !== undefined && opener.keyringHolds(bytes) ? 'the tenant’s keys are in it' : null;
    });
    await look('target-subject-keys', async () => {
      const bytes = (await copies())?.keysDb;
      return bytes !== undefined && opener.subjectKeysHold(bytes) ? 'keys of its people are in it' : null;
    });
  }
  return attempts;
}

const away = { ok: false, finding: 'the target cannot be reached' } as const;

async function found(find: () => Promise<string | null>): Promise<Pick<Attempt, 'ok' | 'finding'>> {
  try {
    const finding = await find();
    return { ok: finding === null, finding };
  } catch (error) {
    if (!(error instanceof HoldfastError)) throw error;
    return { ok: false, finding: error.message };
  }
}

async function filesLeft(target: Target, tenantId: Uuid): Promise<string | null> {
  const files = repositoryFiles(target.repository(tenantId).location);
  let left = 0;
  for (const kind of fileKinds) {
    if (kind === 'config') left += (await files.size('config', '')) === undefined ? 0 : 1;
    else left += (await listed(() => files.list(kind))).length;
  }
  return left === 0 ? null : `${left} files of its repository are left`;
}

async function listed<Result>(list: () => Promise<readonly Result[]>): Promise<readonly Result[]> {
  try {
    return await list();
  } catch (error) {
    if (error instanceof HoldfastError && error.code === 'NOT_FOUND') return [];
    throw error;
  }
}
