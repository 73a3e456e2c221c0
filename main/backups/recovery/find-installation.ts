import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { HoldfastError } from '../../../shared/errors.ts';
import { type Uuid, uuidPattern } from '../../../shared/ids.ts';
import { fileError, systemCode } from '../container/file-errors.ts';
import type { RecoveryParts } from '../targets/target.ts';

export interface FoundInstallation {
  readonly id: Uuid;
  readonly parts: RecoveryParts;
}

/**
 * The one installation that has backups in a folder, with the single copies that open it. Errors: NOT_FOUND (no
 * folder, or no installation in it), CONFLICT (several: `data.installations`), INTEGRITY (copies are missing), IO.
 */
export async function findInstallation(root: string): Promise<FoundInstallation> {
  const names = (await listed(root)).filter((name): name is Uuid => uuidPattern.test(name));
  const [id, ...others] = names.sort();
  if (id === undefined) throw nothingThere();
  if (others.length > 0) {
    throw new HoldfastError(
      'CONFLICT',
      `Backups of several installations lie here: ${names.join(', ')}. Move the others away, or recover from a folder that holds only the wanted one.`,
      { reason: 'several-installations', installations: names },
    );
  }
  const copy = (name: string) => readCopy(join(root, id, name), name);
  return {
    id,
    parts: {
      recoveryJson: await copy('recovery.json'),
      keyring: await copy('keyring.enc'),
      keysDb: await copy('keys.db.enc'),
    },
  };
}

async function listed(root: string): Promise<string[]> {
  try {
    return await readdir(root);
  } catch (error) {
    const code = systemCode(error);
    if (code === 'ENOENT' || code === 'ENOTDIR') throw nothingThere();
    throw fileError(error, 'the backup folder');
  }
}

async function readCopy(file: string, name: string): Promise<Buffer> {
  try {
    return await readFile(file);
  } catch (error) {
    if (systemCode(error) !== 'ENOENT') throw fileError(error, name);
    throw new HoldfastError(
      'INTEGRITY',
      `${name} is missing beside the repositories. Bring it back from another copy of this backup folder; without it only restic and replay.mjs help.`,
      { problems: [{ kind: 'missing', file: name }] },
    );
  }
}

function nothingThere(): HoldfastError {
  return new HoldfastError(
    'NOT_FOUND',
    'There are no backups of an installation in this folder. Name the folder that was given to `holdfast init --target`, the one above the installation’s id.',
    { kind: 'installation', id: 'none' },
  );
}
