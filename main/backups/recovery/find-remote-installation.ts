import { HoldfastError } from '../../../shared/errors.ts';
import { type Uuid, uuidPattern } from '../../../shared/ids.ts';
import { type RemoteStore, readRecoveryCopies } from '../targets/remote-target.ts';
import type { FoundInstallation } from './find-installation.ts';

/**
 * The one installation that has backups on a target of another machine, with the single copies that open it. Errors: NOT_FOUND,
 * CONFLICT (several: `data.installations`), INTEGRITY (copies are missing), UNAVAILABLE, FORBIDDEN, IO.
 */
export async function findRemoteInstallation(store: RemoteStore): Promise<FoundInstallation> {
  const id = await installationOn(store);
  const { recoveryJson, keyring, keysDb } = await readRecoveryCopies(store, id);
  if (recoveryJson === undefined || keyring === undefined || keysDb === undefined) throw incomplete();
  return { id, parts: { recoveryJson, keyring, keysDb } };
}

async function installationOn(store: RemoteStore): Promise<Uuid> {
  const ids = (await store.folders('')).filter((name): name is Uuid => uuidPattern.test(name));
  const [id, ...others] = ids;
  if (id === undefined) {
    throw new HoldfastError(
      'NOT_FOUND',
      'There are no backups of an installation there. Check the address.',
      {
        reason: 'no-remote-backups',
        kind: 'installation',
        id: 'none',
      },
    );
  }
  if (others.length === 0) return id;
  throw new HoldfastError(
    'CONFLICT',
    `Backups of several installations lie there: ${ids.join(', ')}. Recover from a place that holds only the wanted one.`,
    { reason: 'several-installations', installations: ids },
  );
}

function incomplete(): HoldfastError {
  return new HoldfastError(
    'INTEGRITY',
    'recovery.json, keyring.enc or keys.db.enc is missing beside the repositories there. Try another target; without them only restic and replay.mjs help.',
    { problems: [{ kind: 'missing', file: 'recovery.json' }] },
  );
}
