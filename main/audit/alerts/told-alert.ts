import { alertRuleIds } from '../../../shared/alert-rules.ts';
import { alertWords } from '../../../shared/alert-words.ts';
import { toRfc3339 } from '../../../shared/clock.ts';
import type { Uuid } from '../../../shared/ids.ts';
import { tenantOf } from '../log-name.ts';
import type { AuditRecord } from '../record.ts';

/** Whether an entry tells of an alert, with a tenant: of one about that tenant's log. */
export function isTold({ act, ph, who, x }: AuditRecord, tenantId: Uuid | null): boolean {
  if (act !== 'alert.raise' || ph !== 'outcome' || who.k !== 'system') return false;
  return tenantId === null || (typeof x?.log === 'string' && tenantOf(x.log) === tenantId);
}

/** What is sent of an alert: docs/formats/alert-webhook.md. All of it is in the entry that tells of it, in clear. */
export function alertText({ id, res, t, sev, x }: AuditRecord): string {
  const log = typeof x?.log === 'string' ? x.log : '';
  const rule = alertRuleIds.find((known) => known === x?.rule);
  return JSON.stringify({
    id: res?.id,
    eventId: id,
    raisedAt: toRfc3339(t),
    severity: sev,
    rule: x?.rule,
    title: rule === undefined ? null : alertWords[rule].title,
    tenantId: tenantOf(log) ?? null,
    log,
    entries: typeof x?.entries === 'string' ? x.entries.split(' ').map(Number) : [],
    digest: x?.digest,
    bits: typeof x?.score === 'number' ? x.score / 100 : null,
  });
}
