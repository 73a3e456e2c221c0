import { chmodSync, lstatSync, mkdirSync, type Stats } from 'node:fs';
import { HoldfastError } from '../../../shared/errors.ts';

/**
 * Makes a folder that nobody else can enter, or takes one that is so already. In a temporary folder that
 * everyone may write, someone else could have made it first: LOCKED then.
 */
export function makePrivateFolder(folder: string): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const found = lstatSync(folder);
  if (!isOurs(found)) {
    throw new HoldfastError(
      'LOCKED',
      'The folder for the local socket belongs to someone else. Set XDG_RUNTIME_DIR to a folder of your own.',
      { holder: { uid: found.uid } },
    );
  }
  if ((found.mode & 0o077) !== 0) chmodSync(folder, 0o700);
}

/**
 * Whether nobody else can have put a socket into a folder. A caller looks first: what it sends is a passphrase, and a
 * temporary folder that was cleared away may have been made again by someone else.
 */
export function isPrivateFolder(folder: string): boolean {
  const found = lstatSync(folder, { throwIfNoEntry: false });
  return found !== undefined && isOurs(found) && (found.mode & 0o077) === 0;
}

const isOurs = (found: Stats) => found.isDirectory() && found.uid === process.getuid?.();
