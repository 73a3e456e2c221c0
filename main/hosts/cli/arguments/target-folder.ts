import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { InvalidArgumentError } from 'commander';

/** Where backups go: a folder, by path or file: URL. InvalidArgumentError for other kinds of target. */
export function parseTargetFolder(text: string, workingFolder: string): string {
  if (text.startsWith('file:')) {
    try {
      return fileURLToPath(text);
    } catch {
      throw new InvalidArgumentError('The file: URL does not name a folder of this machine.');
    }
  }
  if (/^[a-z][a-z0-9+.-]+:/i.test(text) && !/^[a-z]:[\\/]/i.test(text)) {
    throw new InvalidArgumentError('A target is a folder for now; network and object storage come later.');
  }
  return resolve(workingFolder, text);
}
