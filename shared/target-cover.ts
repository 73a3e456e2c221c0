import { z } from 'zod';
import { type Uuid, uuidPattern } from './ids.ts';
import { tiers } from './tiers.ts';

const tenantId = z
  .string()
  .regex(uuidPattern)
  .transform((text) => text as Uuid);

/**
 * Whose backups a further target is to have copies of: every tenant's, those of some tiers, or of some tenants; the
 * installation's own always, and of a tenant only while its tier has replication. No tenant at all: the installation's alone.
 */
export const targetCover = targetCoverOf(tenantId);
export type TargetCover = z.output<typeof targetCover>;

export const everybody = { kind: 'all' } as const satisfies TargetCover;

/** The same, with tenants in another form. */
export function targetCoverOf<Tenant extends z.ZodType>(tenant: Tenant) {
  return z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('all') }),
    z.strictObject({ kind: z.literal('tiers'), tiers: z.array(z.enum(tiers)).min(1).max(tiers.length) }),
    z.strictObject({ kind: z.literal('tenants'), tenants: z.array(tenant).max(10_000) }),
  ]);
}
