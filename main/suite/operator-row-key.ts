import { derivedKey } from '../secrets/derived-key.ts';
import type { Keyring } from '../secrets/keyring.ts';

/** The key under which operators' rows are sealed (docs/formats/installation-folder.md). Errors: KEYCHAIN_UNAVAILABLE. */
export function operatorRowKey({ installation }: Pick<Keyring, 'installation'>): Uint8Array {
  return derivedKey(installation.pepper, 'holdfast/operator-row/1');
}
