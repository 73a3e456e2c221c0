import { join } from 'node:path';
import type { Uuid } from '../../shared/ids.ts';

/** Where everything of one installation lies (docs/formats/installation-folder.md). */
export function layout(folder: string) {
  return {
    folder,
    control: join(folder, 'control.db'),
    audit: join(folder, 'audit.db'),
    search: join(folder, 'search.db'),
    keys: join(folder, 'keys.db'),
    keyring: join(folder, 'keyring.enc'),
    lock: join(folder, 'lock.db'),
    tenants: join(folder, 'tenants'),
    pageLog: join(folder, 'pitr'),
    /** Copies of the log while they are attacked. */
    drilling: join(folder, 'temporary', 'drilling'),
    /** What was prepared to set the installation's own data back at the next start. */
    settingBack: join(folder, 'temporary', 'setting-back'),
    tenant: (id: Uuid) => join(folder, 'tenants', id),
  };
}

export type Layout = ReturnType<typeof layout>;
