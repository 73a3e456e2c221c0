import { lstatSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join } from 'node:path';

const prefix = 'holdfast-transfers-';
const named = /^holdfast-transfers-(\d+)-/;

/** Makes a folder that only this user can enter, and removes those that ended processes of this user left in the same place. */
export function makeSpoolFolder(place: string): string {
  for (const name of readdirSync(place)) {
    const owner = named.exec(name)?.[1];
    if (owner === undefined || isRunning(Number(owner))) continue;
    const folder = join(place, name);
    const found = lstatSync(folder, { throwIfNoEntry: false });
    if (found?.isDirectory() && found.uid === userInfo().uid)
      rmSync(folder, { recursive: true, force: true });
  }
  return mkdtempSync(join(place, `${prefix}${process.pid}-`));
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // somebody else's process is one too
    return !(error instanceof Error && 'code' in error && error.code === 'ESRCH');
  }
}
