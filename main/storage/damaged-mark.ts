import { closeSync, existsSync, openSync } from 'node:fs';
import { rm } from 'node:fs/promises';

const markOf = (file: string) => `${file}.damaged`;

/** Leaves a mark beside a derived database, by which whoever opens it next makes it anew. Throws what the file system throws. */
export function markDamaged(file: string): void {
  closeSync(openSync(markOf(file), 'w', 0o600));
}

export function isMarkedDamaged(file: string): boolean {
  return existsSync(markOf(file));
}

/** Removes a derived database that is not open, its mark last: a cut leaves one that is removed again. */
export async function removeDerived(file: string): Promise<void> {
  for (const end of ['', '-wal', '-shm']) await rm(`${file}${end}`, { force: true });
  await rm(markOf(file), { force: true });
}
