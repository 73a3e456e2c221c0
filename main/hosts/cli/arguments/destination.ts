import { resolve } from 'node:path';
import { InvalidArgumentError } from 'commander';

export type Destination = { kind: 'folder'; path: string } | { kind: 'in-place' };

/** `folder:DIR` or `in-place`. InvalidArgumentError otherwise. */
export function parseDestination(text: string, workingFolder: string): Destination {
  if (text === 'in-place') return { kind: 'in-place' };
  if (text.startsWith('folder:') && text.length > 'folder:'.length) {
    return { kind: 'folder', path: resolve(workingFolder, text.slice('folder:'.length)) };
  }
  throw new InvalidArgumentError(
    'Restore to folder:DIR or in-place (a restore into another tenant comes later).',
  );
}
