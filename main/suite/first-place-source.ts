import type { FirstPlaceSource } from '../backups/needs.ts';
import { dataFolderTarget, folderTarget } from '../backups/targets/folder-target.ts';
import type { FirstTarget } from '../backups/targets/target.ts';
import type { Foundation } from './foundation.ts';
import { readSetting, writeSetting } from './settings.ts';

type Parts = Pick<Foundation, 'control' | 'layout' | 'installation'>;

/** The first target in a folder; null: inside the data folder. */
export function firstTargetAt({ layout, installation }: Parts, root: string | null): FirstTarget {
  return root === null ? dataFolderTarget(layout.folder) : folderTarget(root, installation.id);
}

/** Where control.db keeps which place the first target has, and what is known of it. */
export function firstPlaceSource(parts: Parts): FirstPlaceSource {
  const { control } = parts;
  return {
    wasMarked: () => readSetting(control, 'targetMarked', false),
    marked: async () => {
      await control.write((transaction) => writeSetting(transaction, 'targetMarked', true));
    },
    sharedDisk: () => readSetting(control, 'targetSharesDisk', null),
    noteDisk: async (shared) => {
      await control.write((transaction) => writeSetting(transaction, 'targetSharesDisk', shared));
    },
    at: (path) => firstTargetAt(parts, path),
    chosen: (transaction, path) => {
      writeSetting(transaction, 'target', path);
      writeSetting(transaction, 'targetMarked', path !== null);
      writeSetting(transaction, 'targetSharesDisk', null);
    },
  };
}
