import { join } from 'node:path';
import { toRfc3339 } from '../../shared/clock.ts';
import type { FoundBackups } from '../../shared/contract/recovery.ts';
import { HoldfastError } from '../../shared/errors.ts';
import type { Uuid } from '../../shared/ids.ts';
import type { BackupPlace } from '../backups/recovery/backup-place.ts';
import type { FoundInstallation } from '../backups/recovery/find-installation.ts';
import type { SeenRepository } from '../backups/recovery/list-repositories.ts';
import type { InstallationState } from '../backups/recovery/look-inside.ts';
import { lookInsideApart } from '../backups/recovery/recover-apart.ts';
import { Keyring } from '../secrets/keyring.ts';
import { recoveryFingerprint } from '../secrets/recovery-derivation.ts';
import { parseRecoveryKey } from '../secrets/recovery-key.ts';
import { openWithRecoveryKey } from '../secrets/recovery-seal.ts';
import { replaceFile } from '../secrets/secret-file.ts';
import { lookBeside } from './unfinished-folder.ts';

interface Look {
  readonly place: BackupPlace;
  /** As typed; without it nothing is opened. */
  readonly recoveryKey?: string | undefined;
  /** Beside it the installation's state is rebuilt for a moment. */
  readonly dataFolder: string;
  readonly signal: AbortSignal;
}

/**
 * What a recovery from there would find, with the key also by name. Changes nothing there. Errors:
 * VALIDATION (no recovery key), NOT_FOUND, CONFLICT (several installations), UNAUTHENTICATED (another key), INTEGRITY,
 * NEWER_FORMAT, CONFLICT (the data folder is in use), LOCKED, STORAGE_FULL, IO, CANCELLED; of another machine UNAVAILABLE and
 * FORBIDDEN too.
 */
export async function lookAtBackups({ place, recoveryKey, dataFolder, signal }: Look): Promise<FoundBackups> {
  const key = recoveryKey === undefined ? undefined : parseRecoveryKey(recoveryKey);
  const found = await place.find();
  const seen = await place.repositories(found.id);
  const installation = viewOf(seen.find(({ owner }) => owner === 'installation'));
  const ofTenants = seen.filter(
    (repository): repository is SeenTenant => repository.owner !== 'installation',
  );
  if (key === undefined) {
    const tenants = ofTenants.map((repository) => tenantOf(repository.owner, repository));
    return { installationId: found.id, installation, tenants, opened: null };
  }
  const { installationId, masterKey, recovery } = await openWithRecoveryKey(found.parts.recoveryJson, key);
  try {
    if (installationId !== found.id) throw unreadable();
    const state = await lookBeside(dataFolder, ({ layout: { folder } }) =>
      readState(found, { place, folder, masterKey }, signal),
    );
    const known = new Map(state.tenants.map((tenant) => [tenant.id, tenant]));
    const others = ofTenants.filter(({ owner, snapshots }) => snapshots > 0 && !known.has(owner));
    return {
      installationId,
      installation,
      tenants: [
        ...state.tenants.map((tenant) => ({
          ...tenantOf(
            tenant.id,
            ofTenants.find(({ owner }) => owner === tenant.id),
          ),
          slug: tenant.slug,
          name: tenant.name,
        })),
        ...others.map((repository) => tenantOf(repository.owner, repository)),
      ],
      opened: {
        fingerprint: recoveryFingerprint(recovery),
        snapshotId: state.snapshotId,
        time: state.time,
      },
    };
  } finally {
    masterKey.fill(0);
  }
}

interface SeenTenant extends SeenRepository {
  readonly owner: Uuid;
}

async function readState(
  { id, parts }: FoundInstallation,
  {
    place,
    folder,
    masterKey,
  }: { readonly place: BackupPlace; readonly folder: string; readonly masterKey: Buffer },
  signal: AbortSignal,
): Promise<InstallationState> {
  await replaceFile(join(folder, 'keyring.enc'), parts.keyring);
  const keyring = await Keyring.open(folder, masterKey);
  try {
    const location = place.location(id, 'installation');
    const password = keyring.installation.repositoryPassword.toString('utf8');
    const access = { location, password, recovery: keyring.recovery };
    const work = join(folder, 'databases');
    const state = await lookInsideApart({ access, installationId: id, folder: work }, signal);
    if (state === null) throw unreadable();
    return state;
  } finally {
    await keyring.close();
  }
}

function tenantOf(tenantId: Uuid, seen: SeenRepository | undefined): FoundBackups['tenants'][number] {
  return { tenantId, slug: null, name: null, ...viewOf(seen) };
}

function viewOf(seen: SeenRepository | undefined): FoundBackups['installation'] {
  const { snapshots = 0, lastWritten = null } = seen ?? {};
  return { snapshots, lastWritten: lastWritten === null ? null : toRfc3339(lastWritten) };
}

function unreadable(): HoldfastError {
  return new HoldfastError(
    'INTEGRITY',
    'No backup of the installation’s own databases can be read here. Try another copy of the backup folder.',
    { problems: [{ kind: 'unreadable', file: 'installation' }] },
  );
}
