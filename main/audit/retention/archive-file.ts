import { readdir, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { outsideError } from '../../outside/outside-error.ts';

const partialName = /^\.holdfast-log-(.+)-[0-9]+-[0-9]+\.hfbundle\.zip\.partial$/;

/** One name for one range, so that an archive that a cut left is found again. */
export function archiveName(origin: string, from: number, to: number): string {
  return `holdfast-log-${flat(origin)}-${from}-${to - 1}.hfbundle.zip`;
}

/** The path of an archive until it is whole. */
export function partialOf(file: string): string {
  return join(dirname(file), `.${basename(file)}.partial`);
}

/**
 * Removes what kills left of archives of these logs, while none is written. Only files with exactly the names that archives
 * of theirs have until they are whole. Errors: NOT_FOUND (folder), IO.
 */
export async function removePartials(folder: string, origins: readonly string[]): Promise<void> {
  const ours = new Set(origins.map(flat));
  try {
    for (const entry of await readdir(folder, { withFileTypes: true })) {
      const of = partialName.exec(entry.name)?.[1];
      if (of !== undefined && ours.has(of) && entry.isFile()) await rm(join(folder, entry.name));
    }
  } catch (error) {
    throw outsideError(error);
  }
}

const flat = (origin: string) => origin.replaceAll('/', '-');
