import { setImmediate as nextTurn } from 'node:timers/promises';
import { z } from 'zod';
import { type Uuid, uuidPattern } from '../../shared/ids.ts';
import type { Reading, Store } from '../storage/store.ts';
import { base64Bytes } from './base64.ts';
import { damagedFile, openSealedFile, sealFileInParts } from './sealed-file.ts';

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

/** So many rows are read at once; about 5 ms. */
const atOnce = 500;
/** Of text that is parsed at once; about 5 ms. */
const bytesAtOnce = 64 * 1024;

/**
 * The bytes of keys.db.enc: every subject key as keys.db holds it, wrapped, and sealed once more under the master key. Read a
 * few at a time: what changes meanwhile may be in it or not.
 */
export async function sealSubjectKeys(
  keys: Reading,
  installationId: Uuid,
  masterKey: Uint8Array,
): Promise<Buffer> {
  return await sealFileInParts(form, { installationId, kind: 'target' }, masterKey, textOf(keys));
}

/** A JSON array of `schema`. */
async function* textOf(keys: Reading): AsyncGenerator<Buffer> {
  const next = keys.sql<Row>(
    `SELECT subject_id, owner, wrapped, created_at FROM subject_keys
     WHERE subject_id > ? ORDER BY subject_id LIMIT ${atOnce}`,
  );
  let before = '[';
  for (let after = ''; ; ) {
    const page = next.all(after);
    const last = page.at(-1);
    if (last === undefined) break;
    after = last.subject_id;
    const rows = page.map(({ subject_id, owner, wrapped, created_at }) =>
      JSON.stringify([subject_id, owner, Buffer.from(wrapped).toString('base64'), created_at]),
    );
    yield Buffer.from(before + rows.join(','));
    before = ',';
    await nextTurn();
  }
  yield Buffer.from(before === '[' ? '[]' : ']');
}

/** The rows of a keys.db.enc, some at a time. Errors: INTEGRITY (changed, or another installation's), NEWER_FORMAT. */
export async function* subjectKeyRows(
  bytes: Buffer,
  installationId: Uuid,
  masterKey: Uint8Array,
): AsyncGenerator<z.output<typeof schema>> {
  const opened = openSealedFile(form, bytes, masterKey);
  if (opened.installationId !== installationId) throw damagedFile(form, 'belongs to another installation.');
  const { plaintext } = opened;
  const end = plaintext.length - 1;
  if (plaintext[0] !== 0x5b || plaintext[end] !== 0x5d) throw notKeys();
  for (let from = 1; from < end; ) {
    // nothing in a row holds this, so that rows are parted where it stands
    const parting = plaintext.indexOf('],[', from + bytesAtOnce);
    const to = parting < 0 ? end : parting + 1;
    yield parseRows(`[${plaintext.toString('utf8', from, to)}]`);
    from = to + 1;
    await nextTurn();
  }
}

function parseRows(text: string): z.output<typeof schema> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw notKeys(error);
  }
  const parsed = schema.safeParse(value);
  if (!parsed.success) throw notKeys();
  return parsed.data;
}

const notKeys = (cause?: unknown) => damagedFile(form, 'does not hold keys of this version.', cause);

/**
 * Puts the keys of a keys.db.enc into an empty keys.db, a few at a time; answers how many. Throws INTEGRITY (changed, or another
 * installation's), NEWER_FORMAT, and as `Store.write`.
 */
export async function restoreSubjectKeys(
  store: Store,
  bytes: Buffer,
  installationId: Uuid,
  masterKey: Uint8Array,
): Promise<number> {
  let restored = 0;
  for await (const rows of subjectKeyRows(bytes, installationId, masterKey)) {
    await store.write((transaction) => {
      const insert = transaction.sql(
        'INSERT INTO subject_keys (subject_id, owner, wrapped, created_at) VALUES (?, ?, ?, ?)',
      );
      for (const row of rows) insert.run(...row);
    });
    restored += rows.length;
  }
  return restored;
}
