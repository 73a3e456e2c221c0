import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { systemClock } from '../../shared/clock.ts';
import { HoldfastError } from '../../shared/errors.ts';
import type { Uuid } from '../../shared/ids.ts';
import { RetentionSeal } from '../audit/retention/retention-seal.ts';
import { folderTarget } from '../backups/targets/folder-target.ts';
import { type Installation, writeInstallation } from '../secrets/installation.ts';
import { type Keychain, systemKeychain } from '../secrets/keychain.ts';
import { Keyring } from '../secrets/keyring.ts';
import { keepMasterKey, newMasterKey } from '../secrets/master-key.ts';
import { PassphraseSeal } from '../secrets/passphrase-seal.ts';
import { deriveRecovery } from '../secrets/recovery-derivation.ts';
import { generateRecoveryKey } from '../secrets/recovery-key.ts';
import { replaceFile } from '../secrets/secret-file.ts';
import {
  type Foundation,
  type HeldFolder,
  type HoldOptions,
  holdFolder,
  layFoundation,
  ofTheLock,
} from './foundation.ts';
import { retentionSealKeeper } from './retention-sealing.ts';
import { writeSetting } from './settings.ts';
import { systemIds } from './system.ts';
import { prepareTarget } from './target-folder.ts';

export interface InitialiseOptions extends HoldOptions {
  readonly ownerName: string;
  readonly ownerPassphrase: string;
  /** Where the master key is kept; a machine without keychain has to choose `passphrase` in so many words. */
  readonly secrets: Installation['secrets'];
  /** A folder for backups; the data folder itself by default. */
  readonly target?: string | undefined;
  readonly keychain?: Keychain;
}

export interface MadeInstallation {
  readonly foundation: Foundation;
  readonly recoveryKey: string;
  /** Of the owner to be made, whose passphrase opens the installation; undefined where a keychain does. */
  readonly ownerId: Uuid | undefined;
}

/** Makes keys and databases of a new installation, its folder held. Without an owner yet. */
export async function makeInstallation(options: InitialiseOptions): Promise<MadeInstallation> {
  const held = await holdFolder(options);
  try {
    await refuseUsedFolder(held);
    return await fill(held, options);
  } catch (error) {
    held.lock.release();
    throw error;
  }
}

async function fill(
  held: HeldFolder,
  { secrets, ownerPassphrase, target, keychain = systemKeychain() }: InitialiseOptions,
): Promise<MadeInstallation> {
  const { folder } = held.layout;
  const clock = systemClock;
  const ids = systemIds(clock);
  const installation = { id: ids.uuid(), secrets, createdAt: clock.now() };
  const ownerId = secrets === 'passphrase' ? ids.uuid() : undefined;
  const masterKey = newMasterKey();
  const recoveryKey = generateRecoveryKey();
  try {
    if (ownerId === undefined) await keepMasterKey(keychain, installation.id, masterKey);
    else {
      const slot = { id: ownerId, kind: 'operator' as const, createdAt: installation.createdAt };
      await PassphraseSeal.create(folder, installation.id).add(slot, ownerPassphrase, masterKey);
    }
    await writeInstallation(folder, installation);
    const recovery = await deriveRecovery(recoveryKey);
    const keyring = await Keyring.create(folder, { installationId: installation.id, masterKey, recovery });
    await replaceFile(join(folder, 'recovery.json'), keyring.exportRecovery());
    await keyring.addSigningKey({ epoch: 1, generation: 1, createdAt: clock.now() });
    const foundation = await layFoundation(held, { installation, keyring, keychain, create: true });
    try {
      // before anything is made that backs up
      if (target !== undefined) await folderTarget(await prepareTarget(target), installation.id).prepare();
      await foundation.control.write((transaction) => {
        writeSetting(transaction, 'target', target ?? null);
        writeSetting(transaction, 'targetMarked', target !== undefined);
        new RetentionSeal(retentionSealKeeper(keyring)).put(transaction);
      });
    } catch (error) {
      await foundation.close();
      throw error;
    }
    return { foundation, recoveryKey, ownerId };
  } finally {
    masterKey.fill(0);
  }
}

async function refuseUsedFolder({ layout: { folder } }: HeldFolder): Promise<void> {
  const found = (await readdir(folder)).filter((name) => !ofTheLock.has(name));
  if (found.length === 0) return;
  const installed = found.includes('installation.json');
  throw new HoldfastError(
    'CONFLICT',
    installed
      ? 'This folder holds an installation already. Open it, or choose another folder with --data.'
      : 'This folder is not empty. Choose an empty one; if an earlier init was interrupted, delete what it left.',
    { reason: installed ? 'installation-exists' : 'folder-not-empty' },
  );
}
