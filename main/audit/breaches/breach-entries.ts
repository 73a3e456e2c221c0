import type { BreachDetails } from '../../../shared/contract/audit/breaches.ts';
import type { AuditEntry } from '../../../shared/contract/audit.ts';
import { HoldfastError } from '../../../shared/errors.ts';
import type { Uuid } from '../../../shared/ids.ts';
import type { OpenStore } from '../../storage/open-store.ts';
import { restsOnOf } from '../alerts/raise.ts';
import type { Appender } from '../appender.ts';
import { positionOf } from '../log-store.ts';
import type { EventIndex } from '../search/event-index.ts';
import { type OpeningKeys, readEntry, readTrail } from '../search/trail.ts';
import type { BreachContent } from './breach-content.ts';

/** The log while it can be read and written. */
export interface BreachLog {
  readonly store: OpenStore;
  readonly appender: Appender;
  readonly index: EventIndex;
}

type LinkedEntry = BreachContent['entries'][number];
type History = NonNullable<BreachDetails['history']>;

const atOnce = 200;

/** The entries of the log that a record names, as they are now. Errors: NOT_FOUND (log, entry). */
export async function linkEntries(
  { store, appender }: BreachLog,
  ownOrigin: string,
  asked: readonly { readonly logId?: string | undefined; readonly index: number }[],
): Promise<LinkedEntry[]> {
  await appender.settle();
  const heads = new Map(appender.heads().map(({ origin, log }) => [origin, log]));
  return asked.map(({ logId = ownOrigin, index }) => {
    const log = heads.get(logId);
    const [found] = log === undefined ? [] : restsOnOf(store, log, [index]);
    if (found !== undefined) return { logId, index, eventId: found[1], hash: found[2] };
    throw new HoldfastError('NOT_FOUND', `The log ${logId} has no entry ${index}.`, {
      kind: 'entry',
      id: `${logId} ${index}`,
    });
  });
}

/** Whether those entries are what they were, and what they say now. Without a log none is there. */
export function entriesNow(
  log: BreachLog | undefined,
  keys: OpeningKeys,
  linked: readonly LinkedEntry[],
): BreachDetails['restsOn'] {
  const heads = new Map(log?.appender.heads().map((head) => [head.origin, head.log]));
  return linked.map(({ logId, index, eventId, hash }) => {
    const number = heads.get(logId);
    const [now] = log === undefined || number === undefined ? [] : restsOnOf(log.store, number, [index]);
    if (log === undefined || number === undefined || now === undefined)
      return { logId, index, state: 'missing', entry: null };
    const [, foundId, foundHash] = now;
    if (foundId !== eventId || foundHash !== hash) return { logId, index, state: 'changed', entry: null };
    const { time, action, outcome } = readEntry(log.store, keys, positionOf(number, index));
    return { logId, index, state: 'as-it-was', entry: { eventId, time, action, outcome } };
  });
}

/** What the installation's logs tell of a record, oldest first. Errors: INTEGRITY. */
export async function historyOf(
  { store, appender, index }: BreachLog,
  search: OpenStore,
  keys: OpeningKeys,
  { id, logs }: { readonly id: Uuid; readonly logs: readonly number[] },
): Promise<{ readonly history: History; readonly revision: number }> {
  await appender.settle();
  await index.catchUp(appender.heads());
  const items: AuditEntry[] = [];
  let cursor: string | undefined;
  do {
    const page = await readTrail(search, store, keys, {
      filter: { logs, action: 'breach.*', resource: { kind: 'breach', id } },
      order: 'oldest',
      limit: atOnce,
      cursor,
    });
    items.push(...page.items);
    cursor = page.next ?? undefined;
  } while (cursor !== undefined);
  const history = items
    .filter(({ phase }) => phase === 'outcome')
    .map((entry): History[number] => ({
      logId: entry.logId,
      index: entry.index,
      eventId: entry.eventId,
      time: entry.time,
      action: entry.action,
      outcome: entry.outcome,
      actor:
        entry.actor.pseudonym === null ? null : { pseudonym: entry.actor.pseudonym, name: entry.actor.name },
      reason: entry.reason,
      changed: String(entry.facts.changed ?? '')
        .split(' ')
        .filter((word) => word !== ''),
    }));
  const revisions = items.map(({ facts }) => Number(facts.revision ?? 0));
  return { history, revision: Math.max(0, ...revisions) };
}
