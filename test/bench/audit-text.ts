// Full text in a log of any length, against looking through every record.
import { setImmediate } from 'node:timers/promises';
import type { AuditLogger } from '../../main/audit/audit-logger.ts';
import type { Uuid } from '../../shared/ids.ts';
import type { AuditStand } from '../doubles/audit-stand.ts';
import type { Report } from './harness/report.ts';
import { median, percentile95, type Took, timed } from './harness/rounds.ts';
import { StallWatch } from './harness/stalls.ts';

const limit = 100;
const rounds = 40;

type TrailInput = Parameters<AuditLogger['explorer']['getAuditTrail']>[0];

interface Filled {
  readonly tenants: readonly Uuid[];
  readonly entries: number;
}

/** Milliseconds of computing that an entry costs, its index included, in batches of 2,000. */
export async function appendCost(stand: AuditStand, add: (count: number) => Promise<void>): Promise<number> {
  const list = () =>
    stand.audit.explorer.getAuditTrail(
      { order: 'newest', limit: 1 },
      stand.run('audit.read', { read: true }),
    );
  await list();
  const costs: Took[] = [];
  for (let round = 0; round < 5; round += 1) {
    costs.push(
      await timed(async () => {
        await add(2_000);
        await list();
      }),
    );
  }
  const [middle = Number.NaN] = costs
    .map(({ computing }) => computing)
    .sort((a, b) => a - b)
    .slice(2);
  return middle / 2_000;
}

/** Words that hit all, few and none, alone and with filters that hit few or none with them. */
export async function measureText(
  report: Report,
  stand: AuditStand,
  { tenants, entries }: Filled,
): Promise<void> {
  const { audit, store } = stand;
  const tenant = tenants[7]; // whose entries include the critical ones
  const asks: Record<string, Partial<TrailInput>> = {
    'a word in all': { text: 'shop' },
    'two words in all': { text: 'shop order' },
    'a word in all, oldest first': { text: 'order', order: 'oldest' },
    'a word in none': { text: 'nowhere' },
    'a word in a thousandth': { text: 'look' },
    'one order': { text: `order-${entries / 2 - 1}` },
    'orders by their beginning': { text: `order-${entries / 2 - 1}`.replace(/.$/, '*') },
    'a word in all, rare severity of one tenant': { text: 'order', tenant, severity: 'critical' },
    'a word in all, rare outcome': { text: 'order', outcome: 'failure' },
    'a word in all, one person': { text: 'order', actor: stand.operator.name },
    'a word in all but one of its words': { text: 'shop -event' },
    'two rows that never meet': { text: 'event-7 event-8' },
    'two words that never meet': { text: 'look event' },
    'one resource': { resourceKind: 'order', resourceId: `order-${entries / 2 - 1}` },
  };
  const like = store.sql<{ n: number }>('SELECT count(*) AS n FROM entries WHERE instr(record, ?) > 0');
  const scan = await timed(() => like.get(Buffer.from('nowhere')));
  for (const [name, input] of Object.entries(asks)) {
    const watch = new StallWatch();
    const times: Took[] = [];
    let told = '';
    await watch.during(async () => {
      for (let round = 0; round < rounds; round += 1) {
        await setImmediate();
        const ask = { order: 'newest', limit, ...input } as const;
        times.push(
          await timed(async () => {
            const { items, reached } = await audit.explorer.getAuditTrail(
              ask,
              stand.run('audit.read', { read: true }),
            );
            told = `${items.length}${reached === null ? '' : ', back early'}`;
          }),
        );
      }
    });
    report.line({
      what: `audit text: ${name} (${told})`,
      ratio: scan.wall / median(times),
      yardstick: `all ${entries} records looked through`,
      measured: `${median(times).toFixed(1)} ms, p95 ${percentile95(times).toFixed(0)}`,
      against: `${scan.wall.toFixed(0)} ms`,
      stalls: watch.stalls,
    });
  }
}
