import { closeSync, openSync, readdirSync, readSync, statSync, writeSync } from 'node:fs';
import { join, relative } from 'node:path';
import type { Random } from './random.ts';

/** Every file below a folder, in order. */
export function listFiles(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

/** What a repository stores, without what is only there while somebody writes or uses it, or was killed at it. */
export function storedIn(repository: string): string[] {
  return listFiles(repository)
    .map((path) => relative(repository, path))
    .filter((path) => !path.startsWith('locks') && !path.includes('-tmp-'));
}

/** Flips one bit; what it answers flips it back. */
export function flip(path: string, random: Random): () => void {
  const at = random.below(statSync(path).size);
  const turn = () => {
    const descriptor = openSync(path, 'r+');
    const byte = Buffer.alloc(1);
    readSync(descriptor, byte, 0, 1, at);
    byte[0] = (byte[0] ?? 0) ^ 0x10;
    writeSync(descriptor, byte, 0, 1, at);
    closeSync(descriptor);
  };
  turn();
  return turn;
}
