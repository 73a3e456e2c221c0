import { chmodSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export type StoredKind = 'config' | 'keys' | 'data' | 'index' | 'snapshots';

/** The files of a kind in a repository's folder, the largest first. */
export function storedFiles(repository: string, kind: StoredKind): string[] {
  if (kind === 'config') return [join(repository, kind)];
  return readdirSync(join(repository, kind), { recursive: true, encoding: 'utf8' })
    .map((name) => join(repository, kind, name))
    .filter((file) => statSync(file).isFile())
    .sort((a, b) => statSync(b).size - statSync(a).size);
}

/** Flips one bit of the byte at a place, which counts from the end where it is negative. */
export function flip(file: string, at: number): void {
  const bytes = readFileSync(file);
  const place = at < 0 ? bytes.length + at : at;
  bytes.writeUInt8((bytes.at(place) ?? 0) ^ 1, place);
  chmodSync(file, 0o600);
  writeFileSync(file, bytes);
}
