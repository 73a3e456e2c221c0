import type { AuditRecord } from '../record.ts';
import { type AlertRule, alertRules, type Watched } from './rules.ts';

const ofAnyAction = alertRules.filter(
  ({ watches }) => watches !== undefined && watches.actions === undefined,
);
const byAction = new Map<string, AlertRule[]>();
for (const rule of alertRules) {
  for (const action of rule.watches?.actions ?? [])
    byAction.set(action, [...(byAction.get(action) ?? []), rule]);
}
const none: readonly AlertRule[] = [];

/** The rules that an entry counts for: one lookup by its action, and those of any action where it failed. */
export function rulesFor(record: AuditRecord): readonly AlertRule[] {
  const named = byAction.get(record.act) ?? none;
  const candidates = record.out === 'failure' ? [...named, ...ofAnyAction] : named;
  return candidates.filter(({ watches }) => watches !== undefined && matches(watches, record));
}

/** Whether an entry is what a rule watches. An intent never is: its outcome tells. */
export function matches({ actions, outcome, byPeople, facts = {} }: Watched, record: AuditRecord): boolean {
  return (
    record.ph === 'outcome' &&
    record.out === outcome &&
    (actions === undefined || actions.includes(record.act)) &&
    (byPeople === undefined || record.who.k !== 'system') &&
    Object.entries(facts).every(([name, wanted]) => {
      const found = record.x?.[name];
      return Array.isArray(wanted) ? wanted.includes(found) : found === wanted;
    })
  );
}

/** What entries are counted by: a pseudonym, a resource's id, or nothing for the whole log. */
export function subjectOf({ threshold }: AlertRule, record: AuditRecord): string {
  if (threshold?.per === 'actor') return record.who.p ?? '';
  if (threshold?.per === 'resource')
    return record.res === undefined ? '' : `${record.res.k} ${record.res.id}`;
  return '';
}
