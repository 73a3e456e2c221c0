import { installationChoice } from '../../ui/tenant-choice.tsx';

/** Whose backups, as the contract is asked. */
export type Owner = { readonly tenant: string } | { readonly installation: true };

/** The one that is chosen in the address. */
export function chosenOwner(tenant: string | undefined): Owner | undefined {
  if (tenant === undefined) return undefined;
  return tenant === installationChoice ? { installation: true } : { tenant };
}

/** The same on the command line. */
export function ownerOption(owner: Owner): string {
  return 'tenant' in owner ? `--tenant ${owner.tenant}` : '--installation';
}

/** The one of a row: its tenant, or null for the installation. */
export function ownerOf(tenantId: string | null): Owner {
  return tenantId === null ? { installation: true } : { tenant: tenantId };
}
