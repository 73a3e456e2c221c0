import { createHash, timingSafeEqual } from 'node:crypto';
import { readFile, rename, rm, writeFile } from 'node:fs/promises';

/** The request header in which a caller shows the token when it connects. */
export const tokenHeader = 'x-holdfast-socket';

const pattern = /^[A-Za-z0-9_-]{43}$/;

/** Puts a token where only readers of the data folder find it, in place of an earlier owner's. */
export async function writeToken(file: string, token: string): Promise<void> {
  const fresh = `${file}.new`;
  await rm(fresh, { force: true });
  await writeFile(fresh, token, { mode: 0o600, flag: 'wx' });
  await rename(fresh, file);
}

export async function readToken(file: string): Promise<string | undefined> {
  const text = await readFile(file, 'utf8').catch(() => '');
  return pattern.test(text) ? text : undefined;
}

/** In a time that does not depend on what was shown. */
export function isToken(expected: string, shown: unknown): boolean {
  if (typeof shown !== 'string') return false;
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(expected), digest(shown));
}
