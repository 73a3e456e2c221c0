import { z } from 'zod';
import {
  breachGaps,
  breachNatures,
  breachRisks,
  breachRoles,
  breachStates,
  notTellingGrounds,
} from '../../breaches.ts';
import { outcomes } from '../../severities.ts';
import { operation } from '../operation.ts';
import {
  count,
  displayName,
  page,
  paging,
  reason,
  tenantReference,
  time,
  timestamp,
  uuid,
  wellFormedText,
} from '../values.ts';

const text = wellFormedText.trim().min(1).max(4000);
const shortText = wellFormedText.trim().min(1).max(300);

/** Which and how many, as far as that is known. */
const affected = z.object({ categories: z.string().nullable(), approximate: count.nullable() });
const affectedInput = z.object({
  categories: text.nullable().default(null),
  approximate: count.nullable().default(null),
});

const breach = z.object({
  id: uuid,
  /** Counts the changes, from 1. */
  revision: count,
  state: z.enum(breachStates),
  title: z.string(),
  /** Null: not known. */
  beganAt: timestamp.nullable(),
  /** When somebody here was aware of it: the 72 hours begin. */
  awareAt: timestamp,
  /** 72 hours later. */
  dueAt: timestamp,
  description: z.string(),
  role: z.enum(breachRoles),
  nature: z.array(z.enum(breachNatures)),
  people: affected,
  records: affected,
  tenants: z.array(uuid),
  consequences: z.string().nullable(),
  measures: z.string().nullable(),
  /** Who can say more. */
  contact: z.string().nullable(),
  /** Null: not judged yet. */
  risk: z.enum(breachRisks).nullable(),
  /** What of the log it rests on. */
  entries: z.array(z.object({ logId: z.string(), index: count })),
  /** To the authority; more than one where it was told in phases. */
  notifications: z.array(
    z.object({
      at: timestamp,
      authority: z.string(),
      reference: z.string().nullable(),
      note: z.string().nullable(),
    }),
  ),
  /** Why the first notice came after the 72 hours. */
  lateReason: z.string().nullable(),
  /** Why the authority is not told. */
  notNotified: z.object({ at: timestamp, reason: z.string() }).nullable(),
  /** Those for whom the data is processed and who were told of it. */
  controllers: z.array(z.object({ at: timestamp, name: z.string(), how: z.string().nullable() })),
  told: z.array(z.object({ at: timestamp, how: z.string() })),
  /** Why people are not told of a high risk. */
  notTold: z.object({ at: timestamp, ground: z.enum(notTellingGrounds), reason: z.string() }).nullable(),
  closed: z.object({ at: timestamp, reason: z.string() }).nullable(),
  /** What is to be added before it can be closed. */
  missing: z.array(z.enum(breachGaps)),
  recordedAt: timestamp,
  recordedBy: z.string().nullable(),
});
export type Breach = z.infer<typeof breach>;

const breachDetails = z.object({
  breach,
  /** The entries it rests on, as the log has them now. */
  restsOn: z.array(
    z.object({
      logId: z.string(),
      index: count,
      state: z.enum(['as-it-was', 'changed', 'missing']),
      entry: z
        .object({ eventId: uuid, time: timestamp, action: z.string(), outcome: z.enum(outcomes) })
        .nullable(),
    }),
  ),
  /** What the log tells of the record, oldest first; null while the log cannot be read. */
  history: z
    .array(
      z.object({
        logId: z.string(),
        index: count,
        eventId: uuid,
        time: timestamp,
        action: z.string(),
        outcome: z.enum(outcomes),
        actor: z.object({ pseudonym: z.string(), name: z.string().nullable() }).nullable(),
        reason: z.string().nullable(),
        changed: z.array(z.string()),
      }),
    )
    .nullable(),
  /** The log tells of a later revision: this record came back with an older copy of the installation. */
  isBehind: z.boolean(),
});
export type BreachDetails = z.infer<typeof breachDetails>;

/** An entry of the installation's log, or of the one that `logId` names. */
const entries = z.array(z.object({ logId: z.string().max(200).optional(), index: count })).max(200);

const facts = {
  title: displayName,
  beganAt: time.nullable(),
  awareAt: time,
  description: text,
  role: z.enum(breachRoles),
  nature: z.array(z.enum(breachNatures)).max(breachNatures.length),
  people: affectedInput,
  records: affectedInput,
  tenants: z.array(tenantReference).max(1000),
  consequences: text.nullable(),
  measures: text.nullable(),
  contact: text.nullable(),
  risk: z.enum(breachRisks).nullable(),
  entries,
};
const ofBreach = { breachId: uuid };
/** A revision that somebody changed meanwhile is refused. */
const seen = { revision: count.optional() };

/** Breaches of personal data: what Art. 33 and 34 of the GDPR ask to be recorded, told and kept. Nothing is ever removed. */
export const breachOperations = {
  recordBreach: operation({
    permission: 'breaches:write',
    action: 'breach.record',
    severity: 'warning',
    limitsHarm: true,
  })
    .input(
      z.object({
        ...z.object(facts).partial().shape,
        title: facts.title,
        awareAt: facts.awareAt,
        description: facts.description,
      }),
    )
    .output(breach),
  /**
   * Members that are left out stay as they are. A later `awareAt` gives more time, and another `role` has others told: each needs
   * a reason.
   */
  updateBreach: operation({
    permission: 'breaches:write',
    action: 'breach.update',
    severity: 'warning',
    limitsHarm: true,
  })
    .input(z.object({ ...ofBreach, ...seen, ...z.object(facts).partial().shape, reason: reason.optional() }))
    .output(breach),
  /** The authority was told, for the first time or in a further phase. Past due it needs a reason. */
  notifyBreachAuthority: operation({
    permission: 'breaches:decide',
    action: 'breach.notify-authority',
    severity: 'warning',
    limitsHarm: true,
  })
    .input(
      z.object({
        ...ofBreach,
        at: time,
        authority: shortText,
        reference: shortText.optional(),
        note: text.optional(),
        lateReason: text.optional(),
      }),
    )
    .output(breach),
  /** As the processor: a controller was told, Art. 33(2). */
  notifyBreachController: operation({
    permission: 'breaches:decide',
    action: 'breach.notify-controller',
    severity: 'warning',
    limitsHarm: true,
  })
    .input(z.object({ ...ofBreach, at: time, name: shortText, how: text.optional() }))
    .output(breach),
  notifyBreachPeople: operation({
    permission: 'breaches:decide',
    action: 'breach.notify-people',
    severity: 'warning',
    limitsHarm: true,
  })
    .input(z.object({ ...ofBreach, at: time, how: text }))
    .output(breach),
  /** Not to tell the authority (where a risk is unlikely), or not to tell people (of a high risk, on a `ground`). */
  decideBreach: operation({
    permission: 'breaches:decide',
    action: 'breach.decide',
    severity: 'critical',
    critical: true,
    stepUp: true,
    limitsHarm: true,
  })
    .input(
      z.object({
        ...ofBreach,
        about: z.enum(['authority', 'people']),
        ground: z.enum(notTellingGrounds).optional(),
        reason,
      }),
    )
    .output(breach),
  closeBreach: operation({
    permission: 'breaches:decide',
    action: 'breach.close',
    severity: 'warning',
    limitsHarm: true,
  })
    .input(z.object({ ...ofBreach, reason }))
    .output(breach),
  reopenBreach: operation({
    permission: 'breaches:decide',
    action: 'breach.reopen',
    severity: 'warning',
    limitsHarm: true,
  })
    .input(z.object({ ...ofBreach, reason }))
    .output(breach),
  /** Open ones first, the most urgent at the top; then the newest. */
  listBreaches: operation({ permission: 'breaches:read' })
    .input(
      z.object({ ...paging, state: z.enum(breachStates).optional(), tenant: tenantReference.optional() }),
    )
    .output(page(breach)),
  getBreach: operation({ permission: 'breaches:read', action: 'audit.read', audited: 'read' })
    .input(z.object(ofBreach))
    .output(breachDetails),
  /** The record on paper, or for another program; its SHA-256 is in the log. */
  createBreachReport: operation({
    permission: 'breaches:read',
    action: 'breach.report',
    audited: 'read',
    severity: 'warning',
  })
    .input(z.object({ ...ofBreach, form: z.enum(['pdf', 'json']).default('pdf') }))
    .output(z.object({ fileName: z.string(), content: z.base64(), sha256: z.string() })),
};
