import { HoldfastError } from '../../../shared/errors.ts';
import type { RestorePart } from '../../../shared/restore-parts.ts';
import { filesCollection } from '../../row-hash/row-hash.ts';
import { fileEntries } from '../../row-hash/tenant-rows.ts';
import type { Reading } from '../../storage/store.ts';
import type { TreeNode } from '../container/tree.ts';
import type { DamagedFile } from '../snapshot/manifest.ts';
import type { OpenSnapshot } from '../snapshot/open-snapshot.ts';

/** The stored contents of the files that parts name. Errors: INTEGRITY (one was damaged already when it was backed up, or is in no backup). */
export function chosenContents(
  rebuilt: Reading,
  parts: readonly RestorePart[],
  { files: stored, manifest: { damaged } }: OpenSnapshot,
): ReadonlyMap<string, TreeNode> {
  const names = new Set(parts.filter((part) => part.collection === filesCollection).map(({ id }) => id));
  const chosen = new Map<string, TreeNode>();
  if (names.size === 0) return chosen;
  for (const { name, sha256 } of fileEntries(rebuilt)) {
    if (!names.has(null) && !names.has(name)) continue;
    const hash = Buffer.from(sha256).toString('hex');
    const node = stored.get(hash);
    if (node === undefined) {
      throw notKept(name, damaged.find((each) => each.sha256 === hash)?.problem);
    }
    chosen.set(hash, node);
  }
  return chosen;
}

function notKept(name: string, problem: DamagedFile['problem'] | undefined): HoldfastError {
  const what =
    problem === 'not-saved'
      ? `the file "${name}" was deleted before the next backup was made, and no backup has its content`
      : `the content of the file "${name}" was missing or damaged when the backup was made`;
  return new HoldfastError(
    'INTEGRITY',
    `Nothing was restored: ${what}. Leave it out or choose another ${problem === 'not-saved' ? 'time' : 'snapshot'}.`,
    {
      problems: [{ file: name, what }],
    },
  );
}
