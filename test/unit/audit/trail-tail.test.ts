import { afterEach, beforeEach, expect, test } from 'vitest';
import type { TrailNews } from '../../../shared/contract/audit/tail.ts';
import type { Uuid } from '../../../shared/ids.ts';
import { type AuditStand, auditStand } from '../../doubles/audit-stand.ts';

let stand: AuditStand;
beforeEach(async () => {
  stand = await auditStand();
});
afterEach(() => stand.close());

async function happen(action: string, tenantId?: Uuid): Promise<void> {
  const run = stand.run(action);
  stand.clock.advance(1);
  run.describe({ resource: { kind: 'thing', id: 'one' }, ...(tenantId && { tenantId }) });
  await run.succeeded();
}

function watch(
  input: Parameters<AuditStand['audit']['explorer']['watchAuditTrail']>[0],
  signal?: AbortSignal,
) {
  const run = stand.run('audit.watch', { read: true });
  const { id, action, caller } = run;
  const asked = { id, action, caller, record: () => {}, describe: () => {}, signal: signal ?? run.signal };
  const news = stand.audit.explorer.watchAuditTrail(input, asked)[Symbol.asyncIterator]();
  const next = async () =>
    ((await news.next()).value as TrailNews | undefined)?.items.map(({ action }) => action);
  return { next, leave: () => news.return?.() };
}

test('what there is since a time, then what comes, as far as the filter lets it through', async () => {
  const tenant = stand.ids.uuid();
  await happen('a.old');
  const since = new Date(stand.clock.now() + 1).toISOString();
  await happen('a.known');
  const all = watch({ since });
  const some = watch({ tenant, text: 'thing -hidden' });
  expect(await all.next()).toEqual(['a.known']);
  expect(await some.next()).toEqual([]);

  // the tenant's log is made by its first entry
  await Promise.all([happen('a.new'), happen('b.hidden', tenant), happen('b.seen', tenant)]);
  expect(await all.next()).toEqual(expect.arrayContaining(['a.new', 'b.hidden', 'b.seen']));
  expect(await some.next()).toEqual(['b.seen']);
  await all.leave();
  await some.leave();
});

test('a watch whose asker leaves, or whose log is closed, ends', async () => {
  const asker = new AbortController();
  const left = watch({}, asker.signal);
  const stayed = watch({});
  expect([await left.next(), await stayed.next()]).toEqual([[], []]);
  const ends = [left.next(), stayed.next()];
  asker.abort();
  expect(await ends[0]).toBeUndefined();
  await stand.audit.stop();
  expect(await ends[1]).toBeUndefined();
});

test('what comes too fast to be looked at is counted, not told', async () => {
  const run = stand.run('audit.watch', { read: true });
  const news = stand.audit.explorer.watchAuditTrail({}, run)[Symbol.asyncIterator]();
  await news.next();
  const next = news.next();
  await Promise.all(Array.from({ length: 1_500 }, () => happen('a.many')));
  const { items, missed }: TrailNews = (await next).value;
  const rest: TrailNews | undefined = items.length + missed < 1_500 ? (await news.next()).value : undefined;
  expect(items.length + missed + (rest?.items.length ?? 0) + (rest?.missed ?? 0)).toBe(1_500);
  expect(items.length).toBeLessThanOrEqual(1_000);
  await news.return?.();
});
