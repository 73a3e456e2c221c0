import { parsePart } from '../../../../shared/restore-parts.ts';
import { isFolder, isOfParts, type RestoreDraft } from './restore-draft.ts';

/** A path from the root, on any of the three systems. */
export const isWholePath = (path: string): boolean => /^(\/|[A-Za-z]:[\\/]|\\\\)/.test(path.trim());

/** Whether a place was chosen that can be. The installation's own databases are restored whole, in place or to folders. */
export function isPlace({
  source,
  to,
  folder,
  parts,
  name,
}: Pick<RestoreDraft, 'source' | 'to' | 'folder' | 'parts' | 'name'>): boolean {
  if (isFolder(to) && !isWholePath(folder)) return false;
  if (to === 'folder') return true;
  if (source === 'installation') return to === 'in-place';
  if (isOfParts(to)) return linesOf(parts).length > 0 && noPart(parts) === undefined;
  return to === 'in-place' || (to === 'tenant' && name.trim() !== '');
}

/** The lines of a text that hold something. */
export function linesOf(parts: string): string[] {
  return parts
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
}

/** The first line that names no part of a tenant's data. */
export function noPart(parts: string): string | undefined {
  return linesOf(parts).find((line) => parsePart(line) === undefined);
}

/** Where to, as the core is asked. */
export function destinationOf({ to, folder, name, tier }: RestoreDraft) {
  switch (to) {
    case 'folder':
    case 'parts-folder':
      return { kind: 'folder' as const, path: folder.trim() };
    case 'tenant':
      return { kind: to, name: name.trim(), ...(tier === undefined ? {} : { tier }) };
    default:
      return { kind: 'in-place' as const };
  }
}
