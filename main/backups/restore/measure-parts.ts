import type { RestorePart } from '../../../shared/restore-parts.ts';
import { chosenDocuments, chosenFiles, missingParts, referredFiles } from '../../row-hash/chosen-rows.ts';
import type { Reading } from '../../storage/store.ts';

/** What parts of a state come to in a folder. */
export interface MeasuredParts {
  readonly documents: number;
  /** With those that are referred to. */
  readonly files: number;
  readonly bytes: number;
  /** Files that chosen documents refer to, beside those that were chosen. */
  readonly referred: number;
  /** Parts of which nothing was there then. */
  readonly missing: readonly string[];
  /** Of the files. */
  readonly names: readonly string[];
}

const namedAtMost = 20;

export function measureParts(then: Reading, parts: readonly RestorePart[], check: () => void): MeasuredParts {
  let [documents, bytes] = [0, 0];
  for (const document of chosenDocuments(then, parts)) {
    check();
    documents += 1;
    bytes += document.bytes;
  }
  const referred = referredFiles(then, parts);
  const files = [...chosenFiles(then, parts), ...referred];
  return {
    documents,
    files: files.length,
    bytes: bytes + files.reduce((sum, { size }) => sum + size, 0),
    referred: referred.length,
    missing: missingParts(then, parts).slice(0, namedAtMost),
    names: files.map(({ name }) => name),
  };
}
