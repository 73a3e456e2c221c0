import { HoldfastError } from '../../shared/errors.ts';
import type { AnchorKeeper } from '../audit/anchors.ts';
import { masterKeyAccount } from '../secrets/master-key.ts';
import type { Foundation } from './foundation.ts';

/** Keeps the anchor of the log in the keychain, and in keyring.enc that there is one. */
export function anchorKeeper({ installation, keychain, keyring }: Foundation): AnchorKeeper {
  const epoch = keyring.signingKeys.at(-1)?.epoch ?? 0;
  return {
    get: async (account) => {
      const text = await keychain.get(account);
      // a locked keychain answers as an empty one does
      if (text === null && (await keychain.get(masterKeyAccount(installation.id))) === null) {
        throw new HoldfastError('KEYCHAIN_UNAVAILABLE', 'The keychain is locked. Unlock it.', {
          reason: 'no-key',
        });
      }
      return text;
    },
    set: (account, text) => keychain.set(account, text),
    wasWritten: () => keyring.wasAnchored(epoch),
    noteWritten: () => keyring.noteAnchored(epoch),
  };
}
