import { installationChoice } from '../../../ui/tenant-choice.tsx';

/** Whose backups, or those of which protected folder, as the contract is asked. */
export type Owner =
  | { readonly tenant: string }
  | { readonly installation: true }
  | { readonly folderId: string };

/** The one that is chosen in the address. */
export function chosenOwner(tenant: string | undefined, folder: string | undefined): Owner | undefined {
  if (tenant === undefined) return undefined;
  if (folder !== undefined) return { folderId: folder };
  return tenant === installationChoice ? { installation: true } : { tenant };
}

/** The same on the command line. */
export function ownerOption(owner: Owner): string {
  if ('folderId' in owner) return `--folder ${owner.folderId}`;
  return 'tenant' in owner ? `--tenant ${owner.tenant}` : '--installation';
}
