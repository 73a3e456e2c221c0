import { HoldfastError } from '../../shared/errors.ts';
import type { Uuid } from '../../shared/ids.ts';
import { PassphraseSeal } from '../secrets/passphrase-seal.ts';
import type { Foundation } from './foundation.ts';

/**
 * The operators whose passphrase opens the installation; null where it opens without one, by a keychain or an unlock file. Errors:
 * INTEGRITY, NEWER_FORMAT, IO.
 */
export async function openers({
  layout,
  installation,
}: Pick<Foundation, 'layout' | 'installation'>): Promise<readonly string[] | null> {
  if (installation.secrets !== 'passphrase') return null;
  const slots = (await PassphraseSeal.read(layout.folder))?.slots ?? [];
  return slots.some(({ kind }) => kind === 'unlock-file') ? null : slots.map(({ id }) => id);
}

/** Whose passphrase opens an installation without a keychain: every operator's (docs/formats/secrets.md). */
export function unlocking({ layout, keyring, clock }: Pick<Foundation, 'layout' | 'keyring' | 'clock'>) {
  const seal = async () => {
    const found = await PassphraseSeal.read(layout.folder);
    if (found !== null) return found;
    throw new HoldfastError('INTEGRITY', 'unlock.json is missing from the installation folder.', {
      problems: ['unlock.json'],
    });
  };
  return {
    async allow(operatorId: Uuid, passphrase: string): Promise<void> {
      const slot = { id: operatorId, kind: 'operator' as const, createdAt: clock.now() };
      await keyring.sealInto(await seal(), slot, passphrase);
    },
    async revoke(operatorId: Uuid): Promise<void> {
      const found = await seal();
      if (found.slots.some(({ id }) => id === operatorId)) await found.remove(operatorId);
    },
  };
}
