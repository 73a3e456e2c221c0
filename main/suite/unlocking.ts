import { HoldfastError } from '../../shared/errors.ts';
import type { Uuid } from '../../shared/ids.ts';
import type { Unlocking } from '../auth/needs.ts';
import { PassphraseSeal, type UnlockSlot } from '../secrets/passphrase-seal.ts';
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

/**
 * Whose passphrase opens an installation without a keychain: every operator's (docs/formats/secrets.md). One change of the file after
 * the other: each begins with what the one before has written.
 */
export function unlocking({
  layout,
  installation,
  keyring,
  clock,
}: Pick<Foundation, 'layout' | 'installation' | 'keyring' | 'clock'>): Unlocking {
  let queue: Promise<unknown> = Promise.resolve();
  const change = (work: (seal: PassphraseSeal) => Promise<void>): Promise<void> => {
    const done = queue.then(async () => {
      const found = await PassphraseSeal.read(layout.folder);
      if (found !== null) return await work(found);
      throw new HoldfastError('INTEGRITY', 'unlock.json is missing from the installation folder.', {
        problems: ['unlock.json'],
      });
    });
    queue = done.catch(() => undefined);
    return done;
  };
  return {
    allow: (operatorId, passphrase, at = clock.now()) =>
      change(async (seal) => {
        const slot = { id: operatorId, kind: 'operator' as const, createdAt: at };
        await keyring.sealInto(seal, slot, passphrase);
      }),
    revoke: (operatorId, at) =>
      change(async (seal) => {
        const of = slotsOf(seal, operatorId).filter(({ createdAt }) => at === undefined || createdAt === at);
        if (of.length > 0) await seal.remove(operatorId, at);
      }),
    settle: (operatorId, at) =>
      change(async (seal) => {
        const slots = slotsOf(seal, operatorId);
        // where the change itself was not made, what there was before it stays
        const stays = slots.find(({ createdAt }) => createdAt === at) ?? slots[0];
        for (const { createdAt } of slots) {
          if (createdAt !== stays?.createdAt) await seal.remove(operatorId, createdAt);
        }
      }),
    openers: () => openers({ layout, installation }),
    holders: async () => new Set((await PassphraseSeal.read(layout.folder))?.slots.map(({ id }) => id)),
  };
}

function slotsOf(seal: PassphraseSeal, operatorId: Uuid): UnlockSlot[] {
  return seal.slots.filter(({ id }) => id === operatorId);
}
