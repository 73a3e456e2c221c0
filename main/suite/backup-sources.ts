import { join } from 'node:path';
import type { Sources } from '../backups/needs.ts';
import type { TenantManager } from '../tenants/tenant-manager.ts';
import type { Foundation } from './foundation.ts';

interface Parts {
  readonly foundation: Pick<Foundation, 'installation' | 'layout' | 'keyring'>;
  readonly tenants: TenantManager;
  ownDatabases(): Sources['installation'];
}

/** The databases and files that BackupManager saves, and what puts them back. */
export function backupSources({ foundation, tenants, ownDatabases }: Parts): Sources {
  const { installation, layout, keyring } = foundation;
  const filesFolder = (folder: string) => join(folder, 'files');
  return {
    installationId: installation.id,
    get installation() {
      return ownDatabases();
    },
    tenantIds: () => tenants.tenantIds(),
    tenantId: (reference) => tenants.idOf(reference),
    withTenant: (id, use) =>
      tenants.withDatabase(id, ({ store }) => use({ store, filesFolder: filesFolder(layout.tenant(id)) })),
    filesFolder: (id) => filesFolder(layout.tenant(id)),
    replaceUnreadable: (id, file, aside) => tenants.replaceUnreadable(id, file, aside),
    compareParts: (id, then, context) => tenants.compareParts(id, then, context),
    bringBack: (id, then, context) => tenants.bringBack(id, then, context),
    prospect: (like, wanted) => tenants.prospect(like, wanted),
    createFilled: (like, wanted, operation, filling) =>
      tenants.createFilled(like, wanted, operation, {
        ...filling,
        fill: ({ id, folder }) =>
          filling.fill({
            id,
            database: join(folder, 'data.db'),
            filesFolder: filesFolder(folder),
            rowHashPrefix: keyring.tenant(id).rowHashPrefix,
          }),
      }),
    afterTenantRestored: (id) => tenants.afterRestore(id),
  };
}
