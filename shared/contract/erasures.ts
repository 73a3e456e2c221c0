import { z } from 'zod';
import { operation } from './operation.ts';
import {
  bytes,
  count,
  jobStarted,
  page,
  paging,
  reason,
  tenantReference,
  timestamp,
  uuid,
} from './values.ts';

/** A place where backups of the tenant lay. */
const place = z.object({
  /** null: the first target, which backups are written to. */
  targetId: uuid.nullable(),
  name: z.string(),
  /**
   * `pending`: it could not be reached, and is emptied as soon as it can; until then what lies there is readable with the
   * recovery key. Or it could, and an object lock keeps what was removed: `locked`. `abandoned`: the target was removed from Holdfast while it still held them.
   */
  state: z.enum(['erased', 'pending', 'abandoned']),
  /** When it came into this state. */
  time: timestamp,
  /** What an object lock keeps there, as it was found when the tenant was last looked for; null: nothing is known to be kept. */
  locked: z
    .object({
      files: count,
      /** Until then nobody can delete it; the next synchronisation does. null: without an end that is known. */
      until: timestamp.nullable(),
      /** Its key files are among it: what lies there can be read with the recovery key. Otherwise nobody can read it. */
      readable: z.boolean(),
    })
    .nullable(),
});

/** Files that were removed and that an object lock keeps all the same. */
const kept = z.object({ targetId: uuid, files: count, until: timestamp.nullable() });

/** One thing that was tried in order to read an erased tenant, and came to nothing where `ok`. */
const attempt = z.object({
  /** Which target; null: this machine. */
  place: z.string().nullable(),
  what: z.enum(['keys', 'data', 'repository', 'subject-keys', 'target-keyring', 'target-subject-keys']),
  ok: z.boolean(),
  /** What was found, or why it could not be tried. */
  finding: z.string().nullable(),
  /** Of a repository. Where it is `ok` all the same, no key file is among it. */
  kept: kept.nullable().default(null),
});

export const erasureProof = z.object({
  time: timestamp,
  /** Nothing could be read anywhere, and every place could be looked at. */
  ok: z.boolean(),
  attempts: z.array(attempt),
});
export type ErasureProof = z.infer<typeof erasureProof>;

export const erasure = z.object({
  tenantId: uuid,
  slug: z.string(),
  erasedAt: timestamp,
  places: z.array(place),
  /** The newest attempt to read the tenant from everywhere; null: none was made yet. */
  proof: erasureProof.nullable(),
  /** A signed note (docs/formats/erasure-certificate.md); null until all that can be reached is erased. */
  certificate: z.string().nullable(),
});
export type Erasure = z.infer<typeof erasure>;

const plannedPlace = z.object({
  targetId: uuid.nullable(),
  name: z.string(),
  state: z.enum(['ready', 'away']),
});

export const erasureOperations = {
  /** What an erasure would destroy, and what stands in its way. */
  planErasure: operation({ permission: 'tenants:write', action: 'tenant.erase.plan', audited: 'read' })
    .input(z.object({ tenant: tenantReference }))
    .output(
      z.object({
        tenantId: uuid,
        slug: z.string(),
        name: z.string(),
        bots: count,
        users: count,
        documents: count,
        files: count,
        storageBytes: bytes,
        snapshots: count,
        places: z.array(plannedPlace),
        obstacles: z.array(z.string()),
      }),
    ),
  /**
   * Destroys a tenant's keys, data and backups everywhere; nothing brings it back. Its log and its slug stay. The job's
   * result: `erasure`.
   */
  eraseTenant: operation({
    permission: 'tenants:write',
    action: 'tenant.erase',
    severity: 'critical',
    critical: true,
    stepUp: true,
    cure: true,
    job: true,
  })
    /** `confirm`: the tenant's slug, typed. */
    .input(z.object({ tenant: tenantReference, confirm: z.string().max(40), reason }))
    .output(jobStarted),
  /** Newest first. */
  listErasures: operation({ permission: 'tenants:read' })
    .input(z.object({ ...paging }))
    .output(page(erasure)),
  /** Tries to read an erased tenant from this machine and every target, and says what came of it. The job's result: `erasure`. */
  proveErasure: operation({
    permission: 'tenants:write',
    action: 'tenant.erase.prove',
    severity: 'warning',
    job: true,
  })
    .input(z.object({ tenantId: uuid }))
    .output(jobStarted),
};
