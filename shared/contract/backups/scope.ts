import { z } from 'zod';
import { tenantReference } from '../values.ts';

/** Exactly one of tenant, installation, all. */
export const scope = z
  .object({
    tenant: tenantReference.optional(),
    installation: z.literal(true).optional(),
    all: z.literal(true).optional(),
  })
  .refine(
    (given) => Object.values(given).filter((value) => value !== undefined).length === 1,
    'one of tenant, installation, all',
  );

/** An id, or as much of its beginning as names one snapshot. */
export const snapshotPrefix = z.string().regex(/^[0-9a-f]{8,64}$/);
