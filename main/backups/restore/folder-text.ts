import { bytesOf, rowsOf } from '../snapshot/manifest.ts';
import type { OpenSnapshot } from '../snapshot/open-snapshot.ts';

/** README.txt of a restored folder. `apart`: files that could not keep their name. */
export function folderText({ id, manifest, bases }: OpenSnapshot, apart: number): string {
  const whose = manifest.tenantId === null ? 'the installation itself' : `tenant ${manifest.tenantId}`;
  const lines = [
    `Restored by Holdfast from snapshot ${id}`,
    `of ${whose}, as of ${manifest.time}.`,
    '',
    ...bases.map(
      ({ database }) =>
        `${database.name}.db: SQLite database, ${database.pages} pages. Any SQLite program opens it.`,
    ),
    `${rowsOf(manifest)} rows, all read again and found as they were saved; ${bytesOf(manifest)} bytes.`,
  ];
  if (manifest.tenantId !== null) {
    lines.push('files/: the files under their own names. files.jsonl: name, size, SHA-256 and path of each.');
  }
  if (apart > 0) {
    lines.push(`files-by-content/: ${apart} files whose names this disk cannot hold, named by SHA-256.`);
  }
  const damaged = manifest.damaged.filter(({ problem }) => problem !== 'not-saved');
  if (damaged.length > 0) {
    lines.push(`${damaged.length} contents were missing or damaged when the backup was made:`);
    lines.push(...damaged.map(({ sha256, problem }) => `  ${sha256} ${problem}`));
  }
  const unsaved = manifest.damaged.filter(({ problem }) => problem === 'not-saved');
  if (unsaved.length > 0) {
    lines.push(
      `${unsaved.length} contents are in no backup: their files were deleted before the next one was made:`,
    );
    lines.push(...unsaved.map(({ sha256 }) => `  ${sha256}`));
  }
  return `${lines.join('\n')}\n`;
}

interface PartsText {
  readonly parts: readonly string[];
  readonly collections: readonly { readonly path: string; readonly documents: number }[];
  /** Files that could not keep their name. */
  readonly apart: number;
  /** Names of files whose content was missing or damaged when the backup was made, or is in none. */
  readonly lost: readonly string[];
}

/** README.txt of a folder into which parts were restored. */
export function partsText(
  { id, manifest }: OpenSnapshot,
  { parts, collections, apart, lost }: PartsText,
): string {
  const lines = [
    `PARTS of a backup, not all of it. Restored by Holdfast from snapshot ${id}`,
    `of tenant ${manifest.tenantId}, as of ${manifest.time}.`,
    '',
    'Asked for:',
    ...parts.map((part) => `  ${part}`),
    '',
    'All rows of the snapshot were read again and found as they were saved. What lies here was read from this disk again;',
    'files that were not asked for were not looked at. parts.json says what is here, with the SHA-256 of each.',
    ...collections.map(({ path, documents }) => `${path}: ${documents} documents, one JSON object a line.`),
    'files/: the files asked for, and those that the documents refer to. files.jsonl: name, size, SHA-256 and path of each.',
  ];
  if (apart > 0) {
    lines.push(`files-by-content/: ${apart} files whose names this disk cannot hold, named by SHA-256.`);
  }
  if (lost.length > 0) {
    lines.push(
      'Referred to, but missing or damaged when the backup was made, or deleted before it:',
      ...lost.map((name) => `  ${name}`),
    );
  }
  return `${lines.join('\n')}\n`;
}
