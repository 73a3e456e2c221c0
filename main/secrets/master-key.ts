import { randomBytes } from 'node:crypto';
import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { HoldfastError } from '../../shared/errors.ts';
import type { Uuid } from '../../shared/ids.ts';
import { readInstallation } from './installation.ts';
import type { Keychain } from './keychain.ts';
import { keyringFileName } from './keyring-file.ts';
import { PassphraseSeal } from './passphrase-seal.ts';
import type { Random } from './seal.ts';

const masterKeyLength = 32;
/** The form in the keychain: a format number, then base64 of the 32 bytes. */
const keptForm = /^1:([A-Za-z0-9+/]{43}=)$/;

/** The keychain account that holds an installation's master key. */
export function masterKeyAccount(installationId: Uuid): string {
  return `master/${installationId}`;
}

/** A new master key; for `init` only. */
export function newMasterKey(random: Random = randomBytes): Buffer {
  return Buffer.from(random(masterKeyLength));
}

/**
 * Puts a master key, new or recovered, into the keychain and reads it back before anything is sealed under it.
 * Throws CONFLICT when another key is kept under this installation's name, KEYCHAIN_UNAVAILABLE.
 */
export async function keepMasterKey(
  keychain: Keychain,
  installationId: Uuid,
  masterKey: Uint8Array,
): Promise<void> {
  const account = masterKeyAccount(installationId);
  const kept = `1:${Buffer.from(masterKey).toString('base64')}`;
  const before = await keychain.get(account);
  if (before !== null && before !== kept) {
    throw new HoldfastError(
      'CONFLICT',
      'The keychain already holds another key of this installation. Delete that item first if it is no longer used.',
      { reason: 'keychain-item-exists' },
    );
  }
  await keychain.set(account, kept);
  if ((await keychain.get(account)) === kept) return;
  throw new HoldfastError(
    'KEYCHAIN_UNAVAILABLE',
    'The keychain did not keep the master key. Unlock it and try again, or choose --passphrase-only.',
    { reason: 'not-kept' },
  );
}

async function fromKeychain(keychain: Keychain, installationId: Uuid): Promise<Buffer> {
  const kept = await keychain.get(masterKeyAccount(installationId));
  if (kept === null) {
    // A locked keychain answers as an empty one does: never a reason to make a new key.
    throw new HoldfastError(
      'KEYCHAIN_UNAVAILABLE',
      'The keychain is locked, or it does not hold the key of this installation. Unlock the keychain of the ' +
        'account that made it; if the key is lost, recover with the recovery key.',
      { reason: 'no-key' },
    );
  }
  const encoded = keptForm.exec(kept)?.[1];
  if (encoded !== undefined) return Buffer.from(encoded, 'base64');
  throw new HoldfastError(
    'KEYCHAIN_UNAVAILABLE',
    'What the keychain holds for this installation is not a master key this version knows. Update, or recover with the recovery key.',
    { reason: 'unknown-form' },
  );
}

async function exists(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  );
}

/**
 * The master key of the installation in `folder`, by the way chosen when it was made. `secret` is an
 * operator's passphrase or the text of an unlock file; a keychain installation does without.
 * Never makes a key. Throws NOT_FOUND (no installation, or its making was interrupted),
 * KEYCHAIN_UNAVAILABLE, UNAUTHENTICATED (no or a wrong secret), INTEGRITY, NEWER_FORMAT, IO.
 */
export async function unlockMasterKey(folder: string, keychain: Keychain, secret?: string): Promise<Buffer> {
  const installation = await readInstallation(folder);
  if (installation === null || !(await exists(join(folder, keyringFileName)))) {
    const message =
      'There is no complete installation in this folder. Make one with init, or restore one with recover.';
    throw new HoldfastError('NOT_FOUND', message, { kind: 'installation' });
  }
  if (installation.secrets === 'keychain') return fromKeychain(keychain, installation.id);
  const seal = await PassphraseSeal.read(folder);
  if (seal === null || seal.installationId !== installation.id) {
    throw new HoldfastError(
      'INTEGRITY',
      'unlock.json is missing or belongs to another installation. Bring back this installation’s own, or recover with the recovery key.',
      { problems: [{ kind: seal === null ? 'missing' : 'foreign', file: 'unlock.json' }] },
    );
  }
  if (secret === undefined) {
    throw new HoldfastError(
      'UNAUTHENTICATED',
      'This installation has no keychain: give an operator’s passphrase or an unlock file.',
      { reason: 'unlock-secret-needed' },
    );
  }
  return seal.open(secret);
}
