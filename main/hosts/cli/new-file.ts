import { open, rm } from 'node:fs/promises';
import { resolve } from 'node:path';
import { HoldfastError } from '../../../shared/errors.ts';
import type { Terminal } from './terminal.ts';

/** A file that was made for what will be written into it. */
export interface NewFile {
  readonly path: string;
  fill(content: Uint8Array): Promise<void>;
  /** For when nothing comes of it. */
  remove(): Promise<void>;
}

/** Makes a file that only this user can read, before the work whose result goes there. Errors: CONFLICT (there is one), IO. */
export async function newFile(name: string, { workingFolder }: Terminal): Promise<NewFile> {
  const path = resolve(workingFolder, name);
  const handle = await open(path, 'wx', 0o600).catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') throw taken(name);
    throw error;
  });
  return {
    path,
    async fill(content) {
      await handle.writeFile(content);
      await handle.sync();
      await handle.close();
    },
    async remove() {
      await handle.close();
      await rm(path, { force: true });
    },
  };
}

const taken = (name: string) =>
  new HoldfastError('CONFLICT', `There is a file ${name} already. Choose another name.`, {
    reason: 'file-exists',
  });
