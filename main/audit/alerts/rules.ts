import type { AlertRuleId, AlertSubject } from '../../../shared/alert-rules.ts';
import { breachRisks } from '../../../shared/breaches.ts';
import type { Severity } from '../../../shared/severities.ts';
import { longestSilenceMs } from '../verify/silence.ts';
import { needed } from './anomalies/log-statistics.ts';

/** What a rule asks of one entry. */
export interface Watched {
  /** Exact ones; undefined for any. */
  readonly actions?: readonly string[];
  readonly outcome: 'success' | 'failure';
  /** Not what the system does on its own. */
  readonly byPeople?: true;
  /** Facts that the entry has to have; one of a basic log has none. */
  readonly facts?: Readonly<Record<string, string | boolean | readonly string[]>>;
}

export interface AlertRule {
  readonly id: AlertRuleId;
  readonly severity: Severity;
  /** Undefined for the rules about entries that are missing, and for statistics. */
  readonly watches?: Watched;
  /** So many within the window raise one alert; without it each entry does. */
  readonly threshold?: { readonly count: number; readonly windowMs: number; readonly per: AlertSubject };
  /** Bits from which on what is unusual is told; for statistics alone. */
  readonly bits?: number;
}

const minute = 60_000;
const hour = 60 * minute;

/** An owner has rules of their own: whoever gets in as one may do everything. */
const below = { role: ['administrator', 'operator', 'auditor'] } as const;
const owner = { role: 'owner' } as const;

const done = (...actions: string[]) => ({ actions, outcome: 'success' }) as const;
const byHand = (...actions: string[]) => ({ ...done(...actions), byPeople: true }) as const;
/** The entry of a breach in the installation's log has the risk; those in the logs of the tenants concerned repeat it. */
const breach = (action: string) =>
  ({ ...byHand(action), facts: { risk: ['not-judged', ...breachRisks] } }) as const;
const failedSignIn = { actions: ['auth.sign-in'], outcome: 'failure' } as const;

/** Every rule, over the entries of one log. */
export const alertRules: readonly AlertRule[] = [
  {
    id: 'sign-in-failures',
    severity: 'warning',
    watches: failedSignIn,
    threshold: { count: 5, windowMs: 15 * minute, per: 'resource' },
  },
  {
    id: 'sign-in-failures-overall',
    severity: 'critical',
    watches: failedSignIn,
    threshold: { count: 20, windowMs: 15 * minute, per: 'log' },
  },
  {
    id: 'operator-added',
    severity: 'warning',
    watches: { ...byHand('operator.create'), facts: below },
  },
  {
    id: 'owner-added',
    severity: 'critical',
    watches: { ...byHand('operator.create'), facts: owner },
  },
  { id: 'operator-disabled', severity: 'warning', watches: byHand('operator.disable') },
  {
    id: 'operator-enabled',
    severity: 'warning',
    watches: { ...byHand('operator.enable'), facts: below },
  },
  { id: 'owner-enabled', severity: 'critical', watches: { ...byHand('operator.enable'), facts: owner } },
  {
    id: 'passphrase-reset',
    severity: 'warning',
    watches: { ...byHand('operator.passphrase.reset'), facts: below },
  },
  {
    id: 'owner-passphrase-reset',
    severity: 'critical',
    watches: { ...byHand('operator.passphrase.reset'), facts: owner },
  },
  {
    id: 'operator-tampered',
    severity: 'critical',
    watches: { actions: ['operator.tampered'], outcome: 'failure' },
  },
  {
    id: 'key-of-all-scopes',
    severity: 'warning',
    watches: { ...done('auth.key.create'), facts: { scoped: false } },
  },
  {
    id: 'mass-export',
    severity: 'critical',
    watches: byHand('data.export', 'audit.export'),
    threshold: { count: 5, windowMs: hour, per: 'actor' },
  },
  {
    id: 'mass-file-reading',
    severity: 'warning',
    watches: byHand('file.get'),
    threshold: { count: 50, windowMs: hour, per: 'actor' },
  },
  {
    id: 'retention-lowered',
    severity: 'critical',
    watches: { ...byHand('backup.retention.set', 'audit.retention.approve'), facts: { keepsLess: true } },
  },
  {
    id: 'log-retention-asked',
    severity: 'critical',
    watches: { ...done('audit.retention.set'), facts: { pending: true } },
  },
  {
    id: 'log-retention-tampered',
    severity: 'critical',
    watches: { actions: ['log.retention.tampered'], outcome: 'failure' },
  },
  { id: 'log-retention-acknowledged', severity: 'critical', watches: done('audit.retention.acknowledge') },
  { id: 'backup-forgotten', severity: 'critical', watches: byHand('backup.forget.request') },
  { id: 'hold-lifted', severity: 'warning', watches: byHand('backup.hold.lift', 'audit.retention.lift') },
  { id: 'target-added', severity: 'warning', watches: byHand('backup.target.add') },
  { id: 'target-removed', severity: 'warning', watches: byHand('backup.target.remove') },
  { id: 'folder-unprotected', severity: 'warning', watches: byHand('backup.folder.remove') },
  { id: 'tenant-erased', severity: 'critical', watches: done('tenant.erase') },
  { id: 'sample-deleted', severity: 'info', watches: done('tenant.sample.delete') },
  { id: 'set-back', severity: 'critical', watches: done('installation.set-back') },
  { id: 'recovery-key-replaced', severity: 'critical', watches: done('installation.recovery-key.replace') },
  { id: 'signing-key-replaced', severity: 'warning', watches: byHand('audit.key.rotate') },
  {
    id: 'log-contradicted',
    severity: 'critical',
    watches: { actions: ['log.contradicted'], outcome: 'failure' },
  },
  { id: 'log-acknowledged', severity: 'critical', watches: done('audit.acknowledge') },
  { id: 'witness-added', severity: 'warning', watches: done('audit.witness.add') },
  { id: 'witness-removed', severity: 'critical', watches: done('audit.witness.remove') },
  {
    id: 'forwarding-changed',
    severity: 'critical',
    watches: done(
      'audit.forward.add',
      'audit.forward.update',
      'audit.forward.pause',
      'audit.forward.remove',
      'audit.forward.drop',
    ),
  },
  {
    id: 'timestamps-changed',
    severity: 'critical',
    watches: done('audit.timestamp.set', 'audit.timestamp.remove'),
  },
  { id: 'archive-moved', severity: 'warning', watches: done('audit.retention.archive') },
  {
    id: 'event-refused',
    severity: 'critical',
    watches: { actions: ['log.event.refused'], outcome: 'failure' },
  },
  {
    id: 'log-silent',
    severity: 'warning',
    threshold: { count: 2, windowMs: longestSilenceMs, per: 'log' },
  },
  { id: 'intent-without-outcome', severity: 'critical' },
  { id: 'clock-turned', severity: 'warning', watches: done('log.clock.jump') },
  { id: 'rule-muted', severity: 'warning', watches: done('alert.mute') },
  { id: 'breach-recorded', severity: 'warning', watches: breach('breach.record') },
  { id: 'breach-overdue', severity: 'critical', watches: done('breach.overdue') },
  { id: 'breach-not-told', severity: 'critical', watches: breach('breach.decide') },
  {
    id: 'breach-due-moved',
    severity: 'warning',
    watches: { ...byHand('breach.update'), facts: { dueLater: true } },
  },
  {
    id: 'refusals',
    severity: 'warning',
    watches: { outcome: 'failure', byPeople: true, facts: { error: 'FORBIDDEN' } },
    threshold: { count: 10, windowMs: 10 * minute, per: 'actor' },
  },
  {
    id: 'failures-overall',
    severity: 'warning',
    watches: { outcome: 'failure' },
    threshold: { count: 50, windowMs: hour, per: 'log' },
  },
  { id: 'unusual-actor', severity: 'warning', bits: needed.actor },
  { id: 'unusual-log', severity: 'warning', bits: needed.log },
];

const byId = new Map(alertRules.map((rule) => [rule.id, rule]));

/** Throws TypeError for an id that the list of rules has and this one lacks, which a test rules out. */
export function alertRule(id: AlertRuleId): AlertRule {
  const rule = byId.get(id);
  if (rule === undefined) throw new TypeError(`no rule ${id}`);
  return rule;
}
