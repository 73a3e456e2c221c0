import { HoldfastError } from '../../../shared/errors.ts';
import type { Uuid } from '../../../shared/ids.ts';
import { addressOf } from '../../../shared/target-place.ts';
import type { Reading } from '../../storage/store.ts';
import type { Input } from '../inputs.ts';
import { trueFolder } from '../targets/further-folder.ts';
import { confirmedHostKey } from '../targets/sftp/sftp-connection.ts';
import { readTargets, type TargetPlace, type TargetRow } from './target-rows.ts';

/**
 * Where a target that is to be added lies. Errors: VALIDATION, NOT_FOUND (a folder), CONFLICT (the host key of an SFTP server
 * has to be confirmed: `data.fingerprint`), UNAVAILABLE.
 */
export async function chosenPlace({ place }: Pick<Input<'addTarget'>, 'place'>): Promise<TargetPlace> {
  if (place.kind === 'folder') return { kind: 'folder', path: await trueFolder(place.path) };
  if (place.kind === 's3') return place;
  return { ...place, hostKey: await confirmedHostKey(place, place.hostKey) };
}

export function addressOfPlace(place: TargetPlace): string {
  return place.kind === 'folder' ? place.path : addressOf(place);
}

/** Errors: VALIDATION (credentials are missing, or of another kind than the place takes). */
export function requireCredentials(
  place: Pick<TargetPlace, 'kind'>,
  credentials: Input<'addTarget'>['credentials'],
): void {
  const given = credentials?.kind;
  const fits =
    place.kind === 'folder'
      ? given === undefined
      : place.kind === 's3'
        ? given === 'access-key'
        : given === 'password' || given === 'private-key';
  if (fits) return;
  const wanted = { folder: 'no credentials', s3: 'an access key', sftp: 'a password or a private key' }[
    place.kind
  ];
  throw new HoldfastError('VALIDATION', `A target of this kind takes ${wanted}.`, {
    issues: [{ path: 'credentials', reason: 'credentials-kind' }],
  });
}

/** Errors: CONFLICT (another target has this name or place). */
export function requireUnused(
  reading: Reading,
  wanted: Pick<TargetRow, 'name' | 'address'>,
  self: Uuid | null,
): void {
  for (const { id, name, address } of readTargets(reading)) {
    if (id === self || (name !== wanted.name && address !== wanted.address)) continue;
    throw new HoldfastError('CONFLICT', 'There is a backup target of this name or in this place already.', {
      reason: 'target-exists',
    });
  }
}
