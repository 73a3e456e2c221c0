import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { pseudonymPattern } from '../../../main/audit/pseudonym.ts';
import { readFrequenciesByWords } from '../../../main/audit/search/counts/frequencies-by-words.ts';
import { parseText } from '../../../main/audit/search/text/text-query.ts';
import { readRecord } from '../../../main/audit/search/trail.ts';
import type { Uuid } from '../../../shared/ids.ts';
import { type AuditStand, auditStand } from '../../doubles/audit-stand.ts';

let stand: AuditStand;
beforeEach(async () => {
  stand = await auditStand();
});
afterEach(() => stand.close());

const form = { top: 2, buckets: 10, beyond: false };
const asked = { read: true };
const count = (input: Partial<Parameters<AuditStand['audit']['explorer']['getAuditCounts']>[0]> = {}) =>
  stand.audit.explorer.getAuditCounts({ ...form, ...input }, stand.run('audit.read', asked));

async function happen(times: number, action: string, id = 'one', tenantId?: Uuid): Promise<void> {
  for (let at = 0; at < times; at += 1) {
    const run = stand.run(action);
    run.describe({ resource: { kind: 'thing', id }, ...(tenantId && { tenantId }) });
    await run.succeeded();
    stand.clock.advance(1_000);
  }
}

async function bySystem(times: number, action: string): Promise<void> {
  const { audit, ids } = stand;
  const operation = { id: ids.uuid(), action, severity: 'info', critical: false } as const;
  for (let at = 0; at < times; at += 1) {
    const details = { resource: { kind: 'thing', id: 'one' } };
    await audit.append(audit.event({ ...operation, caller: { kind: 'system' } }, details, 'outcome'));
  }
}

describe('counts of the log', () => {
  it('tell the most frequent actions, and who did them by name', async () => {
    await happen(3, 'thing.look');
    await happen(2, 'thing.turn');
    await happen(1, 'thing.drop');
    await bySystem(4, 'thing.rest');
    const told = await count();
    const pseudonym = expect.stringMatching(pseudonymPattern);
    expect(told).toMatchObject({
      total: 10,
      since: null,
      actions: {
        top: [
          { action: 'thing.rest', count: 4 },
          { action: 'thing.look', count: 3 },
        ],
        others: { different: 2, count: 3 },
      },
      actors: {
        top: [
          { kind: 'operator', pseudonym, name: 'Ada Lovelace', asked: 'Ada Lovelace', count: 6 },
          { kind: 'system', pseudonym: null, name: null, asked: 'system', count: 4 },
        ],
        others: { different: 0, count: 0 },
      },
      timeline: { total: 10 },
    });
  });

  it('are those of one tenant, person, action and time', async () => {
    const tenant = stand.ids.uuid();
    const begun = stand.clock.now();
    await happen(3, 'thing.look', 'one', tenant);
    const later = new Date(stand.clock.now()).toISOString();
    await happen(2, 'thing.turn', 'one', tenant);
    await bySystem(5, 'thing.look');
    expect(await count({ tenant, actor: 'Ada Lovelace', to: later })).toMatchObject({
      total: 3,
      actions: { top: [{ action: 'thing.look', count: 3 }] },
      timeline: { total: 3 },
    });
    const beyond = await count({ tenant, from: new Date(begun).toISOString(), to: later, beyond: true });
    expect([beyond.total, beyond.timeline.total]).toEqual([3, 5]);
    expect((await count({ actor: 'Nobody' })).total).toBe(0);
    expect((await count({ actor: 'system' })).total).toBe(5);
  });

  it('look at the entries where words are asked for', async () => {
    await happen(3, 'thing.look', 'red');
    await happen(2, 'thing.turn', 'red');
    await happen(4, 'thing.look', 'blue');
    expect(await count({ text: 'red -turn' })).toMatchObject({
      total: 3,
      since: null,
      actions: { top: [{ action: 'thing.look', count: 3 }], others: { different: 0, count: 0 } },
      actors: { top: [{ name: 'Ada Lovelace', count: 3 }] },
      timeline: { total: 3 },
    });
    expect((await count({ resourceId: 'blue', action: 'thing.turn' })).total).toBe(0);
  });

  it('say how far back they go where not every entry was looked at', async () => {
    await happen(9, 'thing.look', 'red');
    await count();
    const { search, audit, store } = stand;
    const found = await readFrequenciesByWords(
      search,
      { text: parseText('red') },
      (position) => readRecord(store, position),
      { rare: 1, eventsAtOnce: 5, keysAtOnce: 3, patienceMs: 60_000, most: 4 },
    );
    const { items } = await audit.explorer.getAuditTrail(
      { limit: 4, order: 'newest', text: 'red' },
      stand.run('audit.read', asked),
    );
    expect(found.actions.total).toBe(4);
    expect(found.since).toBe(Date.parse(items.at(-1)?.time ?? ''));
  });

  it('name nobody whose key is gone', async () => {
    const { audit, ids } = stand;
    const caller = { ...stand.operator, id: ids.uuid(), name: 'Bob' };
    const operation = { id: ids.uuid(), action: 'thing.look', severity: 'info', critical: false } as const;
    await audit.append(
      audit.event({ ...operation, caller }, { resource: { kind: 'thing', id: 'one' } }, 'outcome'),
    );
    const [found] = (await count()).actors.top;
    expect(found).toMatchObject({ kind: 'operator', name: null, count: 1 });
    expect(found?.asked).toBe(found?.pseudonym);
    expect((await count({ actor: found?.asked ?? '' })).total).toBe(1);
  });
});
