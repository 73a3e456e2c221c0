import type { SealKeeper } from '../audit/retention/retention-seal.ts';
import { derivedKey } from '../secrets/derived-key.ts';
import type { Keyring } from '../secrets/keyring.ts';
import { writeSetting } from './settings.ts';

/** Keeps the seal of the log's retention among the settings, under a key from the keyring. */
export function retentionSealKeeper(keyring: Pick<Keyring, 'installation'>): SealKeeper {
  return {
    stored(reading) {
      const row = reading
        .sql<{ value: string }>(`SELECT value FROM settings WHERE name = 'logRetention'`)
        .get();
      return /^"([^"]*)"$/.exec(row?.value ?? '')?.[1] ?? null;
    },
    store: (transaction, text) => writeSetting(transaction, 'logRetention', text),
    key: derivedKey(keyring.installation.pepper, 'holdfast/log-retention/1'),
  };
}
