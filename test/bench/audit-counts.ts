// How often there is each action and each actor in a log of any length, against grouping all entries that the filter lets through.
import { setImmediate } from 'node:timers/promises';
import type { AuditLogger } from '../../main/audit/audit-logger.ts';
import type { Uuid } from '../../shared/ids.ts';
import type { AuditStand } from '../doubles/audit-stand.ts';
import type { Report } from './harness/report.ts';
import { median, percentile95, type Took, timed } from './harness/rounds.ts';
import { StallWatch } from './harness/stalls.ts';

const rounds = 20;

type CountsInput = Parameters<AuditLogger['explorer']['getAuditCounts']>[0];

interface Filled {
  readonly tenants: readonly Uuid[];
  readonly entries: number;
  /** How long ago the first entry was made. */
  readonly spanMs: number;
}

export async function measureCounts(
  report: Report,
  stand: AuditStand,
  { tenants, entries, spanMs }: Filled,
): Promise<void> {
  const { audit, search, operator, clock } = stand;
  const ago = (part: number) => new Date(clock.now() - spanMs * part).toISOString();
  const tenant = tenants[7]; // whose entries include the critical ones
  const asks: Record<string, Partial<CountsInput>> = {
    everything: {},
    'two thirds, from within an hour to within another': { from: ago(0.83), to: ago(0.17) },
    'a day': { from: ago(2 / 365), to: ago(1 / 365) },
    'one tenant': { tenant },
    'rare severity': { severity: 'critical' },
    'prefix of actions, one tenant': { tenant, action: 'shop.*' },
    'one person': { actor: operator.name },
    'one person, one action, half of the time': { actor: operator.name, action: 'shop.look', to: ago(0.5) },
    'a word in a thousandth': { text: 'look' },
    'a word in all': { text: 'order' },
  };
  const group = search.sql('SELECT kind, actor, count(*) FROM events GROUP BY kind, actor');
  const grouped = await timed(() => group.all());
  for (const [name, input] of Object.entries(asks)) {
    const watch = new StallWatch();
    const times: Took[] = [];
    let told = '';
    await watch.during(async () => {
      for (let round = 0; round < rounds; round += 1) {
        await setImmediate();
        const ask = { top: 10, buckets: 120, beyond: false, ...input };
        times.push(
          await timed(async () => {
            const run = stand.run('audit.read', { read: true });
            const { total, since } = await audit.explorer.getAuditCounts(ask, run);
            told = `${since === null ? '' : 'at least '}${total}`;
          }),
        );
      }
    });
    report.line({
      what: `audit counts: ${name} (${told})`,
      ratio: grouped.wall / median(times),
      yardstick: `all ${entries} rows of the index grouped at once`,
      measured: `${median(times).toFixed(1)} ms, p95 ${percentile95(times).toFixed(0)}`,
      against: `${grouped.wall.toFixed(0)} ms`,
      stalls: watch.stalls,
    });
  }
}
