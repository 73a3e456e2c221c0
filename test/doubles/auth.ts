import { createCipheriv, createDecipheriv, createHmac, randomBytes } from 'node:crypto';
import { AdvancedAuth, type AdvancedAuthOptions } from '../../main/auth/advanced-auth.ts';
import type { PrincipalFacts, SubjectSealer, Unlocking } from '../../main/auth/needs.ts';
import type { Uuid } from '../../shared/ids.ts';
import { type ControlStand, controlStand } from './control.ts';

/** Keys in memory, ciphers as in life. */
function memorySealer(): SubjectSealer & { erase(subject: Uuid): void } {
  const keys = new Map<Uuid, Uint8Array>();
  return {
    create(subject) {
      keys.set(subject, randomBytes(32));
      return Promise.resolve();
    },
    seal(subject, field, value) {
      const key = keys.get(subject);
      if (key === undefined) throw new TypeError(`no key for ${subject}`);
      const nonce = randomBytes(12);
      const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(field));
      return Buffer.concat([nonce, cipher.update(value, 'utf8'), cipher.final(), cipher.getAuthTag()]);
    },
    open(subject, field, sealed) {
      const key = keys.get(subject);
      if (key === undefined) return null;
      const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, 12));
      decipher.setAAD(Buffer.from(field)).setAuthTag(sealed.subarray(-16));
      return Buffer.concat([decipher.update(sealed.subarray(12, -16)), decipher.final()]).toString('utf8');
    },
    erase(subject) {
      keys.delete(subject);
    },
  };
}

/** Whose passphrase opens an installation, as unlock.json keeps it. */
export function memoryUnlocking() {
  const slots: { readonly id: Uuid; readonly words: string; readonly at: number }[] = [];
  const drop = (gone: (slot: (typeof slots)[number]) => boolean) => {
    slots.splice(0, slots.length, ...slots.filter((slot) => !gone(slot)));
  };
  const unlocking: Unlocking = {
    allow: async (id, words, at = 0) => void slots.push({ id, words, at }),
    revoke: async (id, at) => drop((slot) => slot.id === id && (at === undefined || slot.at === at)),
    settle: async (id, at) => {
      const own = slots.filter((slot) => slot.id === id);
      const stays = own.find((slot) => slot.at === at) ?? own[0];
      drop((slot) => slot.id === id && slot !== stays);
    },
    openers: async () => slots.map(({ id }) => id),
    holders: async () => new Set(slots.map(({ id }) => id)),
  };
  return { slots, unlocking };
}

export interface AuthStand extends ControlStand {
  auth: AdvancedAuth;
  readonly sealer: ReturnType<typeof memorySealer>;
  readonly principals: Map<Uuid, PrincipalFacts>;
  readonly tenants: Map<string, Uuid>;
  /** Operators whose rows were found changed while there was a session. */
  readonly tampered: Uuid[];
  readonly options: AdvancedAuthOptions;
}

export const cheap = { memoryKiB: 1024, passes: 1, lanes: 1 };
export const passphrase = 'correct horse battery staple';

/** AdvancedAuth on a real control.db, with principals and tenants that the test decides. */
export async function authStand(more: Partial<AdvancedAuthOptions> = {}): Promise<AuthStand> {
  const stand = await controlStand();
  const principals = new Map<Uuid, PrincipalFacts>();
  const tenants = new Map<string, Uuid>();
  const sealer = memorySealer();
  const pepper = randomBytes(32);
  const key = () => randomBytes(32);
  const [indexKey, passphraseKey, operatorKey, sessionKey] = [key(), key(), key(), key()];
  const tampered: Uuid[] = [];
  const options: AdvancedAuthOptions = {
    control: stand.store,
    clock: stand.clock,
    ids: stand.ids,
    random: randomBytes,
    sealer,
    nameIndex: (text) => createHmac('sha256', indexKey).update(text).digest(),
    pepper: () => pepper,
    passphraseKey: () => passphraseKey,
    operatorKey: () => operatorKey,
    sessionKey: () => sessionKey,
    tampered: (id) => tampered.push(id),
    principals: { find: (id) => principals.get(id) },
    tenantId: (reference) => tenants.get(reference),
    log: (error) => stand.errors.push(error),
    cost: cheap,
    ...more,
  };
  return Object.assign(stand, {
    auth: new AdvancedAuth(options),
    sealer,
    principals,
    tenants,
    tampered,
    options,
  });
}
