import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Uuid } from '../../shared/ids.ts';
import type { Keyring } from './keyring.ts';
import {
  type SubjectKeyStore,
  type SubjectOwner,
  unwrapSubjectKey,
  type WrappedKey,
  wrappingOf,
  wrapSubjectKey,
} from './subject-keys.ts';

/** About 5 ms of sealing at once. */
const atOnce = 200;

type Wrapping = Pick<
  Keyring,
  'installation' | 'hasTenant' | 'tenant' | 'tenantIds' | 'beginWrapping' | 'endWrapping'
>;

/**
 * Wraps an owner's subject keys under a new wrapping key and destroys the one before, so that no older copy of keys.db opens
 * with this keyring. What was cut off goes on where it was. Answers how many keys there are; none for a tenant without keys.
 * Errors: INTEGRITY, those of `Store.write` and of writing the keyring.
 */
export async function rewrapSubjects(
  store: SubjectKeyStore,
  keyring: Wrapping,
  owner: SubjectOwner,
): Promise<number> {
  if (wrappingOf(keyring, owner) === undefined) return 0;
  await keyring.beginWrapping(owner);
  const next = 'SELECT subject_id, owner, wrapped FROM subject_keys WHERE owner = ? AND subject_id > ?';
  let wrapped = 0;
  for (let after: Uuid | '' = ''; ; ) {
    const rows: readonly WrappedKey[] = await store.write((transaction) => {
      const wrapping = wrappingOf(keyring, owner);
      if (wrapping === undefined) return [];
      const page = transaction
        .sql<WrappedKey>(`${next} ORDER BY subject_id LIMIT ?`)
        .all(owner, after, atOnce);
      const update = transaction.sql('UPDATE subject_keys SET wrapped = ? WHERE subject_id = ?');
      for (const row of page) {
        const key = unwrapSubjectKey(wrapping, row);
        update.run(wrapSubjectKey(wrapping, { subject: row.subject_id, owner }, key), row.subject_id);
        key.fill(0);
      }
      return page;
    });
    wrapped += rows.length;
    const last = rows.at(-1);
    if (last === undefined || rows.length < atOnce) break;
    after = last.subject_id;
    await nextTurn();
  }
  await store.checkpoint();
  if (wrappingOf(keyring, owner) !== undefined) await keyring.endWrapping(owner);
  return wrapped;
}

/** Owners whose keys a cut off `rewrapSubjects` left between two wrapping keys. */
export function halfWrapped(keyring: Wrapping): SubjectOwner[] {
  const owners: SubjectOwner[] = ['installation', ...keyring.tenantIds];
  return owners.filter((owner) => wrappingOf(keyring, owner)?.nextWrappingKey !== undefined);
}
