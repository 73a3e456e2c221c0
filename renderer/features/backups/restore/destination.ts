import type { RestoreDraft } from './restore-draft.ts';

/** A path from the root, on any of the three systems. */
export const isWholePath = (path: string): boolean => /^(\/|[A-Za-z]:[\\/]|\\\\)/.test(path.trim());

/** Whether a place was chosen that can be. The installation's own databases are restored to folders only. */
export function isPlace({
  source,
  to,
  folder,
  name,
}: Pick<RestoreDraft, 'source' | 'to' | 'folder' | 'name'>): boolean {
  if (to === 'folder') return isWholePath(folder);
  if (source === 'installation') return false;
  return to === 'in-place' || (to === 'tenant' && name.trim() !== '');
}

/** Where to, as the core is asked. */
export function destinationOf({ to, folder, name, tier }: RestoreDraft) {
  switch (to) {
    case 'folder':
      return { kind: to, path: folder.trim() };
    case 'tenant':
      return { kind: to, name: name.trim(), ...(tier === undefined ? {} : { tier }) };
    default:
      return { kind: 'in-place' as const };
  }
}
