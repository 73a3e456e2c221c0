import { z } from 'zod';
import { isReservedAction } from '../audit-actions.ts';
import { standards } from '../compliance.ts';
import { disclosures } from '../disclosures.ts';
import { proofs } from '../proof-horizon.ts';
import { outcomes, severities } from '../severities.ts';
import { alertOperations } from './audit/alerts.ts';
import { breachOperations } from './audit/breaches.ts';
import { countOperations } from './audit/counts.ts';
import { auditEntry } from './audit/entry.ts';
import { entryProofOperations } from './audit/entry-proof.ts';
import { forwardingOperations } from './audit/forwarding.ts';
import { integrityOperations } from './audit/integrity.ts';
import { bundledReports, reportOperations, totals } from './audit/reports.ts';
import { retentionOperations } from './audit/retention.ts';
import { savedFilterOperations } from './audit/saved-filters.ts';
import { stateOperations } from './audit/states.ts';
import { tailOperations } from './audit/tail.ts';
import { tamperDrillOperations } from './audit/tamper-drill.ts';
import { timelineOperations } from './audit/timeline.ts';
import { timestampOperations } from './audit/timestamps.ts';
import { trailFilter } from './audit/trail-filter.ts';
import { witnessOperations } from './audit/witnesses.ts';
import { operation } from './operation.ts';
import {
  count,
  jobStarted,
  localPath,
  page,
  paging,
  reason,
  tenantReference,
  time,
  timestamp,
  uuid,
  wellFormedText,
} from './values.ts';

export type { AuditEntry } from './audit/entry.ts';
export type { AuditTimeline } from './audit/timeline.ts';

/** Up to where something outside the database vouches for the installation's log. */
export const horizon = z.object({
  /** The strongest that there is: somebody elsewhere, the keychain of this machine, the newest backup, or nothing yet. */
  witness: z.enum(proofs),
  /** Of a witness, what it is called here; of a time stamp, its authority's host. */
  name: z.string().nullable().default(null),
  /** Entries that it vouches for. */
  size: count,
  time: timestamp.nullable(),
  /** How far the keychain goes beyond somebody elsewhere. */
  keychain: z.object({ size: count, time: timestamp }).nullable().default(null),
  /** All of it as a sentence, with times in UTC. */
  note: z.string(),
});
export type Horizon = z.infer<typeof horizon>;

export const auditVerification = z.object({
  verdict: z.enum(['verified', 'tampered', 'incomplete']),
  logs: z.array(z.object({ logId: z.string(), size: count, root: z.string() })),
  horizon: horizon.extend({ logId: z.string(), root: z.string() }).nullable(),
  /** Times of which the log says nothing although it should; no sign of tampering by themselves. */
  gaps: z.array(z.object({ from: timestamp, to: timestamp, text: z.string() })).default([]),
  problems: z.array(z.object({ logId: z.string(), index: count.nullable(), reason: z.string() })),
});
export type AuditVerification = z.infer<typeof auditVerification>;

/** Entries that were asked for as well, but are pruned: those before an index, the newest of them in this archive. */
const archivedPart = z.object({ before: count, file: z.string() }).nullable().default(null);

/** What an export of the log came to. */
export const auditExport = z.object({
  file: z.string(),
  /** In the period that was asked for. */
  entries: count,
  /** The first and the last index of the dense range that the bundle holds. */
  from: count,
  to: count,
  /** Disclosed fields. */
  openings: count,
  bytes: count,
  /** SHA-256 of the manifest, in hex. */
  manifest: z.string(),
  archived: archivedPart,
  /** On standards, in the bundle: how many controls have each status. */
  reports: z.array(z.object({ standard: z.enum(standards), totals })).default([]),
});
export type AuditExport = z.infer<typeof auditExport>;

const auditExportPlan = z.object({
  /** In the period that was asked for, as of now; the export itself leaves an entry as well. */
  entries: count,
  /** The first and the last index of the dense range that the bundle would hold. */
  from: count,
  to: count,
  /** Sealed fields of the range; some can not be opened any more. */
  fields: z.object({ people: count, reasons: count, states: count }),
  /** About so large. */
  bytes: count,
  archived: archivedPart,
});
export type AuditExportPlan = z.infer<typeof auditExportPlan>;

const exportedPart = z.object({
  tenant: tenantReference.optional(),
  /** Of a former epoch: the log as it was before the installation was recovered. */
  epoch: z.number().int().min(1).max(999_999_999).optional(),
  from: time.optional(),
  to: time.optional(),
  /** With these reports, for which there has to be a period. */
  reports: bundledReports.default([]),
});

const mostFactBytes = 32_768;

/** Small and in clear; with the rest of an entry they stay below what a record may hold. */
const facts = z
  .record(wellFormedText.max(60), z.union([wellFormedText.max(500), z.number().int(), z.boolean()]))
  .refine(
    (given) => new TextEncoder().encode(JSON.stringify(given)).length <= mostFactBytes,
    `at most ${mostFactBytes} bytes as JSON`,
  );

const signingKey = z.object({
  /** `<installation id>/e<epoch>/k<generation>`. */
  name: z.string(),
  /** What checks its signatures, in C2SP's form: name, key id, public key. */
  key: z.string(),
  generation: count,
  createdAt: timestamp,
  /** When it is replaced at the latest. */
  dueAt: timestamp,
  /** Those that signed before: their private halves are destroyed. */
  former: z.array(z.string()),
});
export type SigningKeyState = z.infer<typeof signingKey>;

export const audit = {
  /** A service's or an operator's own event. */
  logAction: operation({ permission: 'audit:write', action: 'audit.log' })
    .input(
      z.object({
        tenant: tenantReference.optional(),
        action: z
          .string()
          .regex(/^[a-z][a-z0-9-]*(\.[a-z0-9-]+)+$/, 'words with dots between, such as invoice.send')
          .max(100)
          .refine(
            (action) => !isReservedAction(action),
            "an action of Holdfast's own: choose another first word",
          ),
        severity: z.enum(severities).default('info'),
        outcome: z.enum(outcomes).default('success'),
        resource: z
          .object({
            kind: z.string().regex(/^[a-z][a-z0-9-]{0,62}$/),
            id: z.string().regex(/^[A-Za-z0-9._:@/$-]{1,200}$/),
          })
          .optional(),
        reason: wellFormedText.max(1000).optional(),
        facts: facts.default({}),
      }),
    )
    .output(z.object({ id: uuid })),
  getAuditTrail: operation({ permission: 'audit:read', action: 'audit.read', audited: 'read' })
    .input(
      z.object({
        ...paging,
        ...trailFilter,
        order: z.enum(['newest', 'oldest']).default('newest'),
      }),
    )
    .output(
      page(auditEntry).extend({
        horizon,
        /** Of a search for words that gave its page back before it was full: up to when it has looked. `next` goes on. */
        reached: timestamp.nullable(),
      }),
    ),
  /** One entry by its event's id. */
  getAuditEntry: operation({ permission: 'audit:read', action: 'audit.read', audited: 'read' })
    .input(z.object({ eventId: uuid }))
    .output(auditEntry),
  /** Re-reads every stored value of every log, or of one tenant's, against the signed heads and anchors. */
  verifyAuditLog: operation({ permission: 'audit:read', action: 'audit.verify', audited: 'read', job: true })
    .input(z.object({ tenant: tenantReference.optional() }))
    .output(jobStarted),
  /**
   * Of a log that does not fit its anchor: somebody knows of it and takes it from here on. The log says so, with what was
   * anchored and what was found; from then on the anchor follows this log, and changes are taken again.
   */
  acknowledgeAuditState: operation({
    permission: 'operators:write',
    action: 'audit.acknowledge',
    severity: 'critical',
    critical: true,
    stepUp: true,
    limitsHarm: true,
  })
    .input(z.object({ reason }))
    .output(z.object({ anchored: count, found: count })),
  /** What an export would hold. Only numbers, so it leaves no entry itself. */
  planAuditExport: operation({ permission: 'audit:read' }).input(exportedPart).output(auditExportPlan),
  /** The log of a tenant, or of the installation, as a bundle that others can check. */
  exportAuditLog: operation({
    permission: 'audit:read',
    action: 'audit.export',
    severity: 'warning',
    job: true,
    limitsHarm: true,
  })
    .input(
      exportedPart.extend({
        /** In clear, as far as it can still be opened. */
        disclose: z.array(z.enum(disclosures)).max(disclosures.length).default([]),
        file: localPath,
      }),
    )
    .output(jobStarted),
  /** The key that signs the logs' checkpoints. */
  getSigningKey: operation({ permission: 'audit:read' }).input(z.object({})).output(signingKey),
  /** A new key signs from now on, and the former private key is destroyed. */
  rotateSigningKey: operation({
    permission: 'operators:write',
    action: 'audit.key.rotate',
    severity: 'critical',
    critical: true,
    stepUp: true,
  })
    .input(z.object({ reason }))
    .output(signingKey),
  ...forwardingOperations,
  ...integrityOperations,
  ...reportOperations,
  ...tailOperations,
  ...timelineOperations,
  ...countOperations,
  ...stateOperations,
  ...entryProofOperations,
  ...savedFilterOperations,
  ...witnessOperations,
  ...timestampOperations,
  ...tamperDrillOperations,
  ...retentionOperations,
  ...alertOperations,
  ...breachOperations,
};
