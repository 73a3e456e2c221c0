import { join } from 'node:path';
import { z } from 'zod';
import { uuid } from '../../shared/contract/values.ts';
import type { Uuid } from '../../shared/ids.ts';
import { parseJsonFile } from './json-file.ts';
import { readWhole, replaceFile } from './secret-file.ts';

/** Where the master key is: in the operating system's keychain, or sealed under passphrases (unlock.json). */
export type SecretsMode = 'keychain' | 'passphrase';

/** What has to be known before anything can be unlocked; nothing in it is secret. */
export interface Installation {
  readonly id: Uuid;
  readonly secrets: SecretsMode;
  /** Epoch milliseconds. */
  readonly createdAt: number;
}

const format = 1;
const fileName = 'installation.json';

const schema = z.strictObject({
  format: z.literal(format),
  id: uuid,
  secrets: z.enum(['keychain', 'passphrase']),
  createdAt: z.int().min(0),
});

/** Reads installation.json; null where there is no installation. Throws INTEGRITY, NEWER_FORMAT, IO. */
export async function readInstallation(folder: string): Promise<Installation | null> {
  const bytes = await readWhole(join(folder, fileName), 4096);
  if (bytes === null) return null;
  const { id, secrets, createdAt } = parseJsonFile(fileName, bytes, format, schema);
  return { id, secrets, createdAt };
}

/** Writes installation.json durably. Throws STORAGE_FULL, READ_ONLY, IO. */
export async function writeInstallation(folder: string, installation: Installation): Promise<void> {
  const { id, secrets, createdAt } = installation;
  const content = { format, id, secrets, createdAt } satisfies z.input<typeof schema>;
  await replaceFile(join(folder, fileName), Buffer.from(`${JSON.stringify(content)}\n`));
}
