import { join } from 'node:path';
import type { RestoreWarning } from '../../../shared/contract/backups.ts';
import type { FolderTraits } from './folder-traits.ts';

const exampleCount = 5;
/** Bytes that a path, and a name in it, may have on the systems that Holdfast runs on; Windows counts characters. */
const longestPath = process.platform === 'win32' ? 259 : process.platform === 'darwin' ? 1023 : 4095;
const longestName = 255;
/** As Windows has it: characters it does not take, a dot or space at the end, names of devices. */
const windowsRefuses = /[\\:*?"<>|\u0000-\u001f]|[. ]$|^(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(\.|$)/iu;

/** Whether Windows takes every part of a name such as `scans/1.pdf`. */
export function isWindowsName(name: string): boolean {
  return name.split('/').every((part) => !windowsRefuses.test(part));
}

/** What becomes of names of files in a folder. */
export function nameWarnings(
  names: readonly string[],
  folder: string,
  { caseInsensitive, windowsNames }: Pick<FolderTraits, 'caseInsensitive' | 'windowsNames'>,
): RestoreWarning[] {
  const refused = windowsNames ? names.filter((name) => !isWindowsName(name)) : [];
  const long = names.filter((name) => isTooLong(name, folder));
  return [
    ...warning('names-refused', refused),
    ...warning('names-collide', caseInsensitive ? colliding(names) : []),
    ...warning('paths-too-long', long),
  ];
}

function warning(kind: RestoreWarning['kind'], names: readonly string[]): RestoreWarning[] {
  if (names.length === 0) return [];
  return [{ kind, subject: null, count: names.length, examples: names.slice(0, exampleCount) }];
}

function isTooLong(name: string, folder: string): boolean {
  const bytes = (text: string) => (process.platform === 'win32' ? text.length : Buffer.byteLength(text));
  return (
    bytes(join(folder, 'files', name)) > longestPath ||
    name.split('/').some((part) => bytes(part) > longestName)
  );
}

/** Names after the first of those that differ by their case only, a folder in them too. */
function colliding(names: readonly string[]): string[] {
  const seen = new Map<string, string>();
  return names.filter((name) => {
    const parts = name.split('/');
    return parts.some((_, at) => {
      const path = parts.slice(0, at + 1).join('/');
      const folded = path.normalize('NFC').toLowerCase();
      const first = seen.get(folded) ?? path;
      seen.set(folded, first);
      return first !== path;
    });
  });
}
