import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

interface Service {
  readonly name: string;
  /** A folder's name that gives the service away. */
  readonly folder: RegExp;
  /** Files that the service keeps at the root of what it copies. */
  readonly markers: readonly string[];
}

const services: readonly Service[] = [
  { name: 'OneDrive', folder: /^OneDrive( ?-.*)?$/i, markers: ['.849C9593-D756-4E56-8D6E-42412F2A707B'] },
  { name: 'Dropbox', folder: /^Dropbox( \(.*\))?$|^Dropbox-.*$/i, markers: ['.dropbox', '.dropbox.cache'] },
  { name: 'iCloud Drive', folder: /^(Mobile Documents|iCloudDrive|iCloud Drive)$/i, markers: [] },
  {
    name: 'Google Drive',
    folder: /^(Google ?Drive|My Drive|GoogleDrive-.*)$/i,
    markers: ['.tmp.drivedownload'],
  },
  {
    name: 'Nextcloud',
    folder: /^(Nextcloud|ownCloud)$/i,
    markers: ['.owncloudsync.log', '.sync-exclude.lst'],
  },
  { name: 'Syncthing', folder: /^\.stfolder$/, markers: ['.stfolder'] },
  { name: 'Box', folder: /^(Box|Box Sync|Box-Box)$/, markers: [] },
  { name: 'macOS CloudStorage', folder: /^CloudStorage$/, markers: [] },
];

/** The service that copies `folder` (absolute) to other machines behind a program's back, as far as can be told. */
export function syncService(folder: string): string | undefined {
  for (let path = folder; ; path = dirname(path)) {
    const name = path.split(/[\\/]/).at(-1) ?? '';
    const found = services.find(
      (service) =>
        service.folder.test(name) || service.markers.some((marker) => existsSync(join(path, marker))),
    );
    if (found !== undefined) return found.name;
    if (dirname(path) === path) return undefined;
  }
}
