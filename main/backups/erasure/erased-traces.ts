import { toRfc3339 } from '../../../shared/clock.ts';
import type { ErasureProof } from '../../../shared/contract/erasures.ts';
import { HoldfastError } from '../../../shared/errors.ts';
import type { Uuid } from '../../../shared/ids.ts';
import { fileKinds } from '../container/repository-files.ts';
import { isThere, targetOf } from '../copies/further-target.ts';
import { readTargets } from '../copies/target-rows.ts';
import type { BackupParts } from '../parts.ts';
import { type FurtherTarget, repositoryFiles, type Target } from '../targets/target.ts';

type Attempt = ErasureProof['attempts'][number];

/** What opens the copies on a target, and says whether a tenant's secrets are in them. Errors: INTEGRITY. */
export interface CopyOpener {
  keyringHolds(bytes: Uint8Array): boolean;
  subjectKeysHold(bytes: Uint8Array): Promise<boolean>;
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
  const first = {
    place: '',
    target: parts.target,
    keptOf: undefined,
    isHere: await parts.target.isReachable(),
  };
  const further = await Promise.all(
    readTargets(parts.control).map(async (row) => {
      const target = targetOf(parts, row);
      const keptOf = async () => ({ targetId: row.id, ...(await target.keptOf(tenantId)) });
      return { place: row.name, target, keptOf, isHere: await isThere(parts, row) };
    }),
  );
  const attempts: Attempt[] = [];
  for (const { place, target, keptOf, isHere } of [first, ...further]) {
    const look = async (what: Attempt['what'], find: () => Promise<Found>) => {
      attempts.push({ place, what, ...(isHere ? await found(find) : away) });
    };
    await look('repository', async () => {
      const left = await filesLeft(target, tenantId);
      return left !== null || keptOf === undefined ? { finding: left } : foundKept(await keptOf());
    });
    if (target.isInDataFolder) continue;
    let reading: ReturnType<Target['readCopies']> | undefined;
    const copies = () => {
      reading ??= target.readCopies();
      return reading;
    };
    await look('target-keyring', async () => {
      const bytes = (await copies())?.keyring;
      const holds = bytes !== undefined && opener.keyringHolds(bytes);
      return { finding: holds ? 'the tenant’s keys are in it' : null };
    });
    await look('target-subject-keys', async () => {
      const bytes = (await copies())?.keysDb;
      const holds = bytes !== undefined && (await opener.subjectKeysHold(bytes));
      return { finding: holds ? 'keys of its people are in it' : null };
    });
  }
  return attempts;
}

interface Found extends Pick<Attempt, 'finding'> {
  readonly kept?: Attempt['kept'];
  /** It is there, and nobody can read it. */
  readonly isHarmless?: boolean;
}

/** Without a key file nobody opens a repository: no password and no recovery key of any copy helps. */
function foundKept({ targetId, all, keys }: KeptOf): Found {
  if (all === undefined) return { finding: null };
  const until = all.until === null ? null : toRfc3339(all.until);
  const what = `${all.files} removed files of its repository are kept${until === null ? '' : ` by an object lock until ${until}`}`;
  const finding =
    keys === undefined
      ? `${what}; its keys are destroyed, nobody can read them`
      : `${what}, its key files too: readable with the recovery key`;
  return { finding, isHarmless: keys === undefined, kept: { targetId, files: all.files, until } };
}

type KeptOf = { readonly targetId: Uuid } & Awaited<ReturnType<FurtherTarget['keptOf']>>;

const away = { ok: false, finding: 'the target cannot be reached', kept: null } as const;

async function found(find: () => Promise<Found>): Promise<Pick<Attempt, 'ok' | 'finding' | 'kept'>> {
  try {
    const { finding, isHarmless = false, kept = null } = await find();
    return { ok: finding === null || isHarmless, finding, kept };
  } catch (error) {
    if (!(error instanceof HoldfastError)) throw error;
    return { ok: false, finding: error.message, kept: null };
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
