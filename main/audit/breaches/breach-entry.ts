import { toRfc3339 } from '../../../shared/clock.ts';
import type { Ids, Uuid } from '../../../shared/ids.ts';
import type { Operation } from '../../operations/operation.ts';
import type { Transaction } from '../../storage/store.ts';
import type { EventMaker } from '../event-maker.ts';
import { type BreachContent, type BreachRecord, changedMembers, dueAtOf, stateOf } from './breach-content.ts';

/** The entry of a change: what of the record changed, sealed; and one that says so in the log of each tenant concerned. */
export function tellChange(
  transaction: Transaction,
  operation: Operation,
  before: BreachContent | undefined,
  { id, revision, content }: BreachRecord,
): void {
  const resource = { kind: 'breach', id };
  const state = stateOf(content);
  const changed = changedMembers(before, content);
  operation.record(transaction, {
    resource,
    ...(before === undefined ? {} : { before: pick(before, changed) }),
    after: pick(content, changed),
    facts: {
      revision,
      state,
      role: content.role,
      risk: content.risk ?? 'not-judged',
      due: toRfc3339(dueAtOf(content)),
      ...(before !== undefined && dueAtOf(content) > dueAtOf(before) ? { dueLater: true } : {}),
      changed: changed.filter((name) => before !== undefined || says(content, name)).join(' '),
    },
  });
  for (const tenantId of new Set([...(before?.tenants ?? []), ...content.tenants]))
    operation.record(transaction, { tenantId, resource, facts: { revision, state } });
}

/** The entry that says that the 72 hours of a breach are over; `dueAt`: their end, epoch milliseconds. */
export function tellOverdue(
  transaction: Transaction,
  { ids, maker }: { readonly ids: Ids; readonly maker: EventMaker },
  { id, dueAt }: { readonly id: Uuid; readonly dueAt: number },
): void {
  const operation = {
    id: ids.uuid(),
    action: 'breach.overdue',
    severity: 'critical',
    critical: false,
    caller: { kind: 'system' },
  } as const;
  const details = { resource: { kind: 'breach', id }, facts: { due: toRfc3339(dueAt) } };
  transaction.outbox(maker.event(operation, details, 'outcome'));
}

const isEmpty = (value: unknown): boolean =>
  value === null || (typeof value === 'object' && Object.values(value).every(isEmpty));
const says = (content: BreachContent, name: string) =>
  !isEmpty(Object.entries(content).find(([member]) => member === name)?.[1]);

const pick = (content: BreachContent, names: readonly string[]) =>
  Object.fromEntries(Object.entries(content).filter(([name]) => names.includes(name)));
