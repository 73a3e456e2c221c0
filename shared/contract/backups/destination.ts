import { z } from 'zod';
import { tiers } from '../../tiers.ts';
import { displayName, localPath, slug } from '../values.ts';

/** Places that a restore does not make. */
export const existingDestinations = [
  z.object({ kind: z.literal('folder'), path: localPath }),
  z.object({ kind: z.literal('in-place') }),
] as const;

/** Where a restore brings things. */
export const restoreDestination = z.discriminatedUnion('kind', [
  ...existingDestinations,
  /** A new tenant; of the tier of the one whose backup it is, where none is given. */
  z.object({
    kind: z.literal('tenant'),
    name: displayName,
    slug: slug.optional(),
    tier: z.enum(tiers).optional(),
  }),
]);
export type RestoreDestination = z.output<typeof restoreDestination>;
