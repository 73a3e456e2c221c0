import { z } from 'zod';
import { alertRuleIds, alertSubjects } from '../../alert-rules.ts';
import { outcomes, severities } from '../../severities.ts';
import { operation } from '../operation.ts';
import { count, page, paging, reason, tenantReference, time, timestamp, uuid } from '../values.ts';
import { anomaly, anomalyBaseline } from './anomalies.ts';

const rule = z.enum(alertRuleIds);

/** So many entries within the window, of one person, one thing or the whole log. */
const threshold = z.object({ count, windowMs: count, per: z.enum(alertSubjects) });

const alert = z.object({
  id: uuid,
  rule,
  severity: z.enum(severities),
  /** Of the last entry that it rests on. */
  time: timestamp,
  raisedAt: timestamp,
  /** In which log the entries are: see `logId` of an entry. */
  logId: z.string(),
  tenantId: uuid.nullable(),
  /** Of the last entry; null for the system. The name is null once that person's key is destroyed. */
  actor: z.object({ pseudonym: z.string(), name: z.string().nullable() }).nullable(),
  /** Oldest first. */
  entries: z.array(z.object({ index: count, eventId: uuid })),
  /** As it was when the alert was raised; null where one entry is enough. */
  threshold: threshold.nullable(),
  /** Null for what no statistics found. */
  anomaly: anomaly.nullable(),
  /** How often the rule was met again on that day, beyond the most that are raised. */
  more: count,
  lastTime: timestamp,
});
export type Alert = z.infer<typeof alert>;
/** What is told of an alert at once. */
export type RaisedAlert = Pick<Alert, 'id' | 'rule' | 'severity' | 'tenantId'>;

const problemReasons = [
  'missing',
  'archived',
  'changed',
  'not-logged',
  'alert-changed',
  'below-threshold',
  'outcome-logged',
  'baseline-missing',
  'baseline-differs',
] as const;

const explainedAlert = z.object({
  alert,
  /** The entries are as they were, and meet the rule. */
  holds: z.boolean(),
  /** So many of the entries meet the rule now, and so many are needed. */
  counted: count,
  needed: count,
  /** What an anomaly comes to now, in bits; null for a rule. */
  score: z.number().nullable(),
  problems: z.array(z.object({ index: count.nullable(), reason: z.enum(problemReasons) })),
  /** Those that can be read, as the log has them now. */
  entries: z.array(
    z.object({
      index: count,
      eventId: uuid,
      time: timestamp,
      action: z.string(),
      outcome: z.enum(outcomes),
    }),
  ),
});
export type ExplainedAlert = z.infer<typeof explainedAlert>;

const alertMute = z.object({
  rule,
  /** Null: everywhere. */
  tenantId: uuid.nullable(),
  reason: z.string(),
  mutedAt: timestamp,
  mutedBy: z.string().nullable(),
  until: timestamp,
  /** How often the rule was met meanwhile. */
  met: count,
});
export type AlertMute = z.infer<typeof alertMute>;

const alertRuleState = z.object({
  id: rule,
  severity: z.enum(severities),
  /** Null: any. Empty for the rules about entries that are missing, and for statistics. */
  actions: z.array(z.string()).nullable(),
  threshold: threshold.nullable(),
  /** From so many bits on something is unusual; null for what is no statistics. */
  bits: z.number().nullable(),
  mutes: z.array(alertMute),
  /** In the last 30 days, with those beyond the most of a day. */
  raised: count,
});
export type AlertRuleState = z.infer<typeof alertRuleState>;

const muting = { rule, tenant: tenantReference.optional(), reason };

/** What rules on the log found, by which entries, and which rules are silent for some time. */
export const alertOperations = {
  /** Newest first; whatever is in the log by now has been looked at. */
  listAlerts: operation({ permission: 'audit:read' })
    .input(z.object({ ...paging, tenant: tenantReference.optional(), rule: rule.optional() }))
    .output(page(alert)),
  getAlert: operation({ permission: 'audit:read', action: 'audit.read', audited: 'read' })
    .input(z.object({ alertId: uuid }))
    .output(alert),
  /**
   * Reads the entries again, and says whether they are as they were and still meet the rule. It opens nothing sealed.
   */
  explainAlert: operation({ permission: 'audit:read', action: 'audit.read', audited: 'read' })
    .input(z.object({ alertId: uuid }))
    .output(explainedAlert),
  /** How long the statistics of each log go on learning. */
  listAnomalyBaselines: operation({ permission: 'audit:read' })
    .input(z.object({ tenant: tenantReference.optional() }))
    .output(z.object({ items: z.array(anomalyBaseline) })),
  listAlertRules: operation({ permission: 'audit:read' })
    .input(z.object({}))
    .output(z.object({ perDay: count, rules: z.array(alertRuleState) })),
  /** Without a tenant everywhere. Takes the place of an earlier mute of the same. */
  muteAlertRule: operation({
    permission: 'operators:write',
    action: 'alert.mute',
    severity: 'critical',
    critical: true,
    stepUp: true,
  })
    .input(z.object({ ...muting, until: time }))
    .output(alertMute),
  unmuteAlertRule: operation({
    permission: 'operators:write',
    action: 'alert.unmute',
    severity: 'warning',
    limitsHarm: true,
  })
    .input(z.object(muting))
    .output(z.object({})),
};
