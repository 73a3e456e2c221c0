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
  if (manifest.damaged.length > 0) {
    lines.push(`${manifest.damaged.length} contents were missing or damaged when the backup was made:`);
    lines.push(...manifest.damaged.map(({ sha256, problem }) => `  ${sha256} ${problem}`));
  }
  return `${lines.join('\n')}\n`;
}
