import { createHash } from 'node:crypto';
import { damaged, parseStoredJson } from './damage.ts';
import { type FileKind, fileLabel, type RepositoryFiles } from './repository-files.ts';
import { type SealingKeys, seal, unseal } from './sealing.ts';
import { compress, decompress } from './zstandard.ts';

/** The kinds of files that hold one sealed JSON document ("Unpacked Data Format" in restic's design document). */
export type SealedJsonKind = Extract<FileKind, 'index' | 'snapshots' | 'locks'>;

const compressedEncoding = 2;
const mostJsonBytes = 256 * 2 ** 20;

/** Seals and stores a document: byte 2, then zstd. Returns its name and its stored bytes. */
export async function saveSealedJson(
  files: RepositoryFiles,
  keys: SealingKeys,
  kind: SealedJsonKind,
  json: string,
): Promise<{ readonly name: string; readonly size: number }> {
  const plain = Buffer.concat([Buffer.from([compressedEncoding]), compress(Buffer.from(json), 3)]);
  const sealed = seal(keys, plain);
  const name = createHash('sha256').update(sealed).digest('hex');
  await files.write(kind, name, [sealed]);
  return { name, size: sealed.length };
}

/** Reads a document, checking name, seal and encoding. Throws INTEGRITY naming the file. */
export async function loadSealedJson(
  files: RepositoryFiles,
  keys: SealingKeys,
  kind: SealedJsonKind,
  name: string,
): Promise<unknown> {
  const label = fileLabel(kind, name);
  const sealed = await files.read(kind, name);
  if (createHash('sha256').update(sealed).digest('hex') !== name) {
    throw damaged(label, 'its bytes do not match its name');
  }
  const plain = unseal(keys, sealed);
  if (plain === undefined) throw damaged(label, 'its seal does not hold');
  return parseStoredJson(Buffer.from(decode(plain, label)).toString('utf8'), label);
}

function decode(plain: Uint8Array, label: string): Uint8Array {
  const encoding = plain[0];
  if (encoding === 0x5b || encoding === 0x7b) return plain; // format version 1: bare JSON
  const json = encoding === compressedEncoding ? decompress(plain.subarray(1), mostJsonBytes) : undefined;
  if (json === undefined) throw damaged(label, 'its encoding is unknown');
  return json;
}
