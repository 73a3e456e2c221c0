import { rm } from 'node:fs/promises';
import { HoldfastError } from '../../shared/errors.ts';
import { systemError } from '../storage/system-error.ts';
import type { BackupParts } from './parts.ts';

/** Removes a folder that was only worked in. What cannot be removed is told and costs no result: the next start removes it. */
export async function removeWorkFolder(
  { report }: Pick<BackupParts, 'report'>,
  folder: string,
): Promise<void> {
  try {
    await clearWorkFolder(folder);
  } catch (error) {
    report(error);
  }
}

/** As `removeWorkFolder`, in a thread, which can tell nobody. Errors: IO, READ_ONLY. */
export async function clearWorkFolder(folder: string): Promise<void> {
  try {
    await rm(folder, { recursive: true, force: true });
  } catch (error) {
    const system = systemError(error);
    if (system === undefined) throw error;
    const { errno, means } = system;
    const syscall = system.syscall ?? '';
    throw new HoldfastError(
      means === 'READ_ONLY' ? 'READ_ONLY' : 'IO',
      `Temporary files in the data folder cannot be removed (${syscall}: ${errno}). Check its disk and try again.`,
      { where: 'temporary', syscall, errno },
      { cause: error },
    );
  }
}
