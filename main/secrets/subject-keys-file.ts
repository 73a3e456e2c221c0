import { z } from 'zod';
import { type Uuid, uuidPattern } from '../../shared/ids.ts';
import type { Reading, Store } from '../storage/store.ts';
import { base64Bytes } from './base64.ts';
import { damagedFile, openSealedFile, sealFile } from './sealed-file.ts';

/** The copy of keys.db that lies on targets: one, replaced whole, never kept in history. */
const subjectKeysFileName = 'keys.db.enc';

const form = { name: subjectKeysFileName, magic: 'holdfast-keys', format: 1 };

const uuid = z.string().regex(uuidPattern);
const schema = z.array(
  z.tuple([uuid, z.union([uuid, z.literal('installation')]), base64Bytes(12 + 32 + 16), z.int().min(0)]),
);

interface Row {
  readonly subject_id: string;
  readonly owner: string;
  readonly wrapped: Uint8Array;
  readonly created_at: number;
}

/**
 * The bytes of keys.db.enc: every subject key as keys.db holds it, wrapped, and sealed once more under the
 * master key. `keys` may be a worker's own reading: 200,000 keys take about half a second.
 */
export function sealSubjectKeys(keys: Reading, installationId: Uuid, masterKey: Uint8Array): Buffer {
  const rows: z.input<typeof schema> = [];
  const all = keys.sql<Row>(
    'SELECT subject_id, owner, wrapped, created_at FROM subject_keys ORDER BY subject_id',
  );
  for (const { subject_id, owner, wrapped, created_at } of all.iterate()) {
    rows.push([subject_id, owner, Buffer.from(wrapped).toString('base64'), created_at]);
  }
  const plaintext = Buffer.from(JSON.stringify(rows));
  return sealFile(form, { installationId, kind: 'target' }, masterKey, plaintext);
}

/** The rows of a keys.db.enc. Errors: INTEGRITY (changed, or another installation's), NEWER_FORMAT. */
export function openSubjectKeys(
  bytes: Buffer,
  installationId: Uuid,
  masterKey: Uint8Array,
): z.output<typeof schema> {
  const opened = openSealedFile(form, bytes, masterKey);
  if (opened.installationId !== installationId) throw damagedFile(form, 'belongs to another installation.');
  const parsed = schema.safeParse(JSON.parse(opened.plaintext.toString()));
  if (!parsed.success) throw damagedFile(form, 'does not hold keys of this version.');
  return parsed.data;
}

/**
 * Puts the keys of a keys.db.enc into an empty keys.db; answers how many. Throws INTEGRITY (changed, or another
 * installation's), NEWER_FORMAT, and as `Store.write`.
 */
export async function restoreSubjectKeys(
  store: Store,
  bytes: Buffer,
  installationId: Uuid,
  masterKey: Uint8Array,
): Promise<number> {
  const rows = openSubjectKeys(bytes, installationId, masterKey);
  await store.write((transaction) => {
    const insert = transaction.sql(
      'INSERT INTO subject_keys (subject_id, owner, wrapped, created_at) VALUES (?, ?, ?, ?)',
    );
    for (const row of rows) insert.run(...row);
  });
  return rows.length;
}
