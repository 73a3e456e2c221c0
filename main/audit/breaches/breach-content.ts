import { z } from 'zod';
import {
  type BreachGap,
  type BreachState,
  breachNatures,
  breachNoticeMs,
  breachRisks,
  breachRoles,
  notTellingGrounds,
} from '../../../shared/breaches.ts';
import { toRfc3339 } from '../../../shared/clock.ts';
import type { Breach } from '../../../shared/contract/audit/breaches.ts';
import { uuid } from '../../../shared/contract/values.ts';
import type { Uuid } from '../../../shared/ids.ts';

const affected = z.object({ categories: z.string().nullable(), approximate: z.int().nullable() });

/** What a record says, as it is sealed; times are RFC 3339. */
export const breachContent = z.object({
  title: z.string(),
  beganAt: z.string().nullable(),
  awareAt: z.string(),
  description: z.string(),
  /** Records of before it was asked for have none, as `controllers`. */
  role: z.enum(breachRoles).default('controller'),
  nature: z.array(z.enum(breachNatures)),
  people: affected,
  records: affected,
  tenants: z.array(uuid),
  consequences: z.string().nullable(),
  measures: z.string().nullable(),
  contact: z.string().nullable(),
  risk: z.enum(breachRisks).nullable(),
  /** `hash`: of the leaf as it was, in Base 64. */
  entries: z.array(z.object({ logId: z.string(), index: z.int(), eventId: uuid, hash: z.string() })),
  notifications: z.array(
    z.object({
      at: z.string(),
      authority: z.string(),
      reference: z.string().nullable(),
      note: z.string().nullable(),
    }),
  ),
  lateReason: z.string().nullable(),
  notNotified: z.object({ at: z.string(), reason: z.string() }).nullable(),
  controllers: z
    .array(z.object({ at: z.string(), name: z.string(), how: z.string().nullable() }))
    .default([]),
  told: z.array(z.object({ at: z.string(), how: z.string() })),
  notTold: z.object({ at: z.string(), ground: z.enum(notTellingGrounds), reason: z.string() }).nullable(),
  closed: z.object({ at: z.string(), reason: z.string() }).nullable(),
  recordedBy: uuid.nullable(),
});
export type BreachContent = z.infer<typeof breachContent>;

/** A record with what is known of it beside its content; times are epoch milliseconds. */
export interface BreachRecord {
  readonly id: Uuid;
  readonly revision: number;
  readonly recordedAt: number;
  readonly content: BreachContent;
}

export function stateOf(content: BreachContent): BreachState {
  return content.closed === null ? outcomeOf(content) : 'closed';
}

/** What became of the notices to the authority and to the controllers, whether the record is closed or not. */
export function outcomeOf(content: BreachContent): Exclude<BreachState, 'closed'> {
  if (lacksAuthority(content) || lacksControllers(content)) return 'open';
  return content.notifications.length + content.controllers.length > 0 ? 'notified' : 'not-notifiable';
}

const lacksAuthority = ({ role, notifications, notNotified }: BreachContent) =>
  role !== 'processor' && notifications.length === 0 && notNotified === null;

const lacksControllers = ({ role, controllers }: BreachContent) =>
  role !== 'controller' && controllers.length === 0;

/** The end of the 72 hours, epoch milliseconds. */
export const dueAtOf = ({ awareAt }: Pick<BreachContent, 'awareAt'>): number =>
  Date.parse(awareAt) + breachNoticeMs;

/** What Art. 33(2), (3) and (5), and 34, ask for and the record lacks; a processor tells neither the authority nor people. */
export function gapsOf(content: BreachContent): BreachGap[] {
  const { role, nature, consequences, measures, risk, contact, told, notTold } = content;
  const lacks: Record<BreachGap, boolean> = {
    nature: nature.length === 0,
    consequences: consequences === null,
    measures: measures === null,
    risk: risk === null,
    contact: contact === null && risk !== 'unlikely',
    authority: lacksAuthority(content),
    controllers: lacksControllers(content),
    people: role !== 'processor' && risk === 'high' && told.length === 0 && notTold === null,
  };
  return (Object.keys(lacks) as BreachGap[]).filter((gap) => lacks[gap]);
}

/** The names of the members in which two contents differ, or of all that a first one says; who recorded it is the entry's own. */
export function changedMembers(before: BreachContent | undefined, after: BreachContent): string[] {
  const { recordedBy: _, ...said } = after;
  const was: Readonly<Record<string, unknown>> = before ?? {};
  return Object.entries(said).flatMap(([name, value]) =>
    before !== undefined && JSON.stringify(was[name]) === JSON.stringify(value) ? [] : [name],
  );
}

/** The record in the contract's form. */
export function breachOf(
  { id, revision, recordedAt, content }: BreachRecord,
  operatorName: (id: Uuid) => string | null,
): Breach {
  const { entries, recordedBy, ...rest } = content;
  return {
    id,
    revision,
    ...rest,
    state: stateOf(content),
    dueAt: toRfc3339(dueAtOf(content)),
    entries: entries.map(({ logId, index }) => ({ logId, index })),
    missing: gapsOf(content),
    recordedAt: toRfc3339(recordedAt),
    recordedBy: recordedBy === null ? null : operatorName(recordedBy),
  };
}
