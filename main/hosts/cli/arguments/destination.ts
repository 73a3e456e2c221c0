import { resolve } from 'node:path';
import { InvalidArgumentError } from 'commander';

export type Destination =
  | { kind: 'folder'; path: string }
  | { kind: 'in-place' }
  | { kind: 'tenant'; name: string };

/** `folder:DIR`, `tenant:NAME` or `in-place`. InvalidArgumentError otherwise. */
export function parseDestination(text: string, workingFolder: string): Destination {
  if (text === 'in-place') return { kind: 'in-place' };
  const [, kind, rest] = /^(folder|tenant):(.+)$/su.exec(text) ?? [];
  if (kind === 'folder' && rest !== undefined) return { kind, path: resolve(workingFolder, rest) };
  if (kind === 'tenant' && rest !== undefined) return { kind, name: rest };
  throw new InvalidArgumentError('Restore to folder:DIR, tenant:NAME (a new one) or in-place.');
}
