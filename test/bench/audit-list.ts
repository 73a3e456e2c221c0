// Pages of a log of a million entries (--entries: of more), at any depth, through any filter and by any words, against reading
// as many entries by position and against looking through all of them; and counts of it.
import { setImmediate } from 'node:timers/promises';
import type { AuditLogger } from '../../main/audit/audit-logger.ts';
import { readRecord } from '../../main/audit/search/trail.ts';
import { createCheckpointer } from '../../main/storage/checkpointer.ts';
import type { Uuid } from '../../shared/ids.ts';
import { type AuditStand, auditStand } from '../doubles/audit-stand.ts';
import { measureCounts } from './audit-counts.ts';
import { appendCost, measureText } from './audit-text.ts';
import { appendMany } from './harness/many-entries.ts';
import type { Bench, BenchOptions, Report } from './harness/report.ts';
import { inTurn, median, percentile95, speedOf, timed } from './harness/rounds.ts';
import { StallWatch } from './harness/stalls.ts';

const usualEntries = 1_000_000;
const tenantCount = 20;
const yearMs = 365 * 24 * 3_600_000;
const limit = 100;
const rounds = 15;

type TrailInput = Parameters<AuditLogger['explorer']['getAuditTrail']>[0];

/** A year of many tenants, in which one person did something now and then. */
function filler({ audit, clock, ids, operator }: AuditStand, entries: number) {
  const tenants = Array.from({ length: tenantCount }, () => ids.uuid());
  let made = 0;
  const next = () => {
    clock.advance(Math.round(yearMs / entries));
    made += 1;
    if (made % 1_000 !== 0) return;
    const operation = { id: ids.uuid(), action: 'shop.look', severity: 'info', critical: false } as const;
    const tenantId = tenants[(made / 1_000) % tenantCount];
    const details = { ...(tenantId && { tenantId }), resource: { kind: 'order', id: `order-${made}` } };
    void audit.append(audit.event({ ...operation, caller: operator }, details, 'outcome'));
  };
  const add = (count: number) => appendMany({ audit, ids, count, tenants, next, from: made });
  return { tenants, add };
}

async function run(report: Report, { entries = usualEntries }: BenchOptions): Promise<void> {
  const checkpointer = createCheckpointer();
  const stand = await auditStand('full', checkpointer);
  try {
    const { tenants, add } = filler(stand, entries);
    await add(10_000);
    const early = await appendCost(stand, add);
    await add(entries - 20_000);
    await measure(report, stand, tenants);
    await measureCounts(report, stand, { tenants, entries, spanMs: yearMs });
    await measureText(report, stand, { tenants, entries });
    const late = await appendCost(stand, add);
    report.line({
      what: `audit list: an entry appended and indexed, at ${entries} entries`,
      ratio: early / late,
      yardstick: 'at ten thousand',
      measured: `${(late * 1000).toFixed(0)} us`,
      against: `${(early * 1000).toFixed(0)} us`,
    });
  } finally {
    await stand.close();
    await checkpointer.close();
  }
}

async function measure(report: Report, stand: AuditStand, tenants: readonly Uuid[]): Promise<void> {
  const { audit, clock } = stand;
  const page = (input: Partial<TrailInput>) =>
    audit.explorer.getAuditTrail(
      { order: 'newest', limit, ...input },
      stand.run('audit.read', { read: true }),
    );

  const indexing = new StallWatch();
  const indexed = await indexing.during(() => timed(() => page({})));
  report.line({
    what: 'audit list: first page after all entries at once, the index still behind',
    measured: `${(indexed.wall / 1000).toFixed(0)} s`,
    stalls: indexing.stalls,
  });

  const middle = new Date(clock.now() - yearMs / 2).toISOString();
  const longAgo = new Date(clock.now() - yearMs * 0.97).toISOString();
  const tenant = tenants[7]; // whose entries include the critical ones
  const asks: Record<string, Partial<TrailInput>> = {
    newest: {},
    'from the middle': { to: middle },
    'from an hour of long ago': { to: longAgo },
    'from the middle, oldest first': { from: middle, order: 'oldest' },
    'rare severity of one tenant': { tenant, severity: 'critical' },
    'rare outcome, from the middle': { outcome: 'failure', to: middle },
    'prefix of actions, one tenant': { tenant, action: 'shop.*' },
    'prefix and outcome that never met': { action: 'shop.*', outcome: 'unknown' },
    'one person, one tenant': { tenant, actor: stand.operator.name },
  };
  const { store } = stand;
  for (const [name, input] of Object.entries(asks)) {
    const watch = new StallWatch();
    const found = (await page(input)).items.length;
    const times = await watch.during(() =>
      inTurn(
        {
          list: async () => {
            await setImmediate();
            return await timed(() => page(input));
          },
          read: (round) =>
            timed(() => {
              const first = Number(
                store.sql<{ first: number }>('SELECT min(position) AS first FROM entries').get()?.first,
              );
              for (let at = 0; at < limit; at += 1) readRecord(store, first + (round % 5) * limit + at);
            }),
        },
        { rounds, warmUp: 2 },
      ),
    );
    report.line({
      what: `audit list: ${name} (${found})`,
      ratio: speedOf(times.read, times.list),
      yardstick: `${limit} entries read by position`,
      measured: `${median(times.list).toFixed(1)} ms, p95 ${percentile95(times.list).toFixed(0)}`,
      against: `${median(times.read).toFixed(1)} ms`,
      stalls: watch.stalls,
    });
  }

  const watch = new StallWatch();
  const whole = await watch.during(() => timed(() => audit.explorer.getAuditTimeline({ buckets: 120 })));
  report.line({
    what: 'audit list: the year over time',
    measured: `${whole.wall.toFixed(1)} ms`,
    stalls: watch.stalls,
  });
}

export const bench: Bench = { name: 'audit-list', run };
