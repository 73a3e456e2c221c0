/** The name of a log, which is also its checkpoints' origin. Epochs start at 1. */
export function logOrigin(installationId: string, log: string | 'installation', epoch: number): string {
  return `${installationId}/${log}/e${epoch}`;
}

/** The name of a signing key: one key per installation, epoch and generation. Generations start at 1. */
export function signingKeyName(installationId: string, epoch: number, generation: number): string {
  return `${installationId}/e${epoch}/k${generation}`;
}

/** The epoch that an origin names; 0 for what is no origin. */
export function epochOf(origin: string): number {
  return logOriginPattern.test(origin) ? Number(origin.slice(origin.lastIndexOf('/e') + 2)) : 0;
}

/** Whether a signing key belongs to this epoch of the installation. */
export function isKeyOfEpoch(name: string, installationId: string, epoch: number): boolean {
  return name.startsWith(`${installationId}/e${epoch}/`);
}

const uuid = '[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}';

/** What `logOrigin` makes. */
export const logOriginPattern = new RegExp(`^${uuid}/(?:${uuid}|installation)/e[1-9][0-9]{0,8}$`);

/** Whether an origin is that of an installation's own log, this one's or another's. */
export function isInstallationLog(origin: string): boolean {
  return logOriginPattern.test(origin) && origin.split('/')[1] === 'installation';
}

/** Whose log an origin names; undefined for an installation's own and for what is no origin. */
export function tenantOf(origin: string): string | undefined {
  const name = logOriginPattern.test(origin) ? origin.split('/')[1] : undefined;
  return name === 'installation' ? undefined : name;
}
