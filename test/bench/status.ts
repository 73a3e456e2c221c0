// What status costs with many tenants, against reading the same facts of each owner from control.db every time.
import { readFacts } from '../../main/backups/drills/owner-facts.ts';
import { systemIds } from '../../main/suite/system.ts';
import { systemClock } from '../../shared/clock.ts';
import type { Uuid } from '../../shared/ids.ts';
import { makeProtected, type Protected } from '../doubles/protected-installation.ts';
import type { Bench, Report } from './harness/report.ts';
import { inTurn, median, timed } from './harness/rounds.ts';
import { StallWatch } from './harness/stalls.ts';

const tenantCount = 1000;
const snapshotsOfEach = 24;
const rounds = 15;

async function fill({ control }: Protected): Promise<readonly Uuid[]> {
  const ids = systemIds(systemClock);
  const tenants = Array.from({ length: tenantCount }, () => ids.uuid());
  const summary = JSON.stringify({ rows: 9, bytes: 9, files: 0, damaged: 0, collections: [], databases: [] });
  let made = 0;
  for (const tenant of tenants) {
    await control.write((transaction) => {
      const insert = transaction.sql(
        `INSERT INTO snapshots (id, tenant_id, kind, time, repository, bytes_added, duration_ms, safety, timeline, commit_seq,
           summary) VALUES (?, ?, 'full', ?, '/r', 1, 1, 0, 't', 1, ?)`,
      );
      for (let at = 0; at < snapshotsOfEach; at += 1) {
        made += 1;
        insert.run(made.toString(16).padStart(64, '0'), tenant, systemClock.now() - at * 3_600_000, summary);
      }
    });
  }
  return tenants;
}

async function run(report: Report): Promise<void> {
  const place = await makeProtected();
  try {
    const tenants = await fill(place);
    const { manager, control } = place;
    const look = () => {
      manager.lastBackups();
      for (const tenant of tenants) manager.drills.factsOf(tenant);
    };
    const loading = new StallWatch();
    await loading.during(() => manager.drills.known.load());
    const watch = new StallWatch();
    const times = await watch.during(() =>
      inTurn(
        {
          known: () => timed(() => look()),
          read: () =>
            timed(() => {
              for (const tenant of tenants) readFacts(control, tenant);
            }),
        },
        { rounds },
      ),
    );
    const of = (name: 'known' | 'read') => median(times[name]);
    report.line({
      what: `status: protection of ${tenantCount} tenants with ${tenantCount * snapshotsOfEach} snapshots`,
      measured: `${of('known').toFixed(1)} ms`,
      yardstick: 'reading each owner again',
      ratio: of('read') / of('known'),
      against: `${of('read').toFixed(0)} ms`,
      stalls: loading.stalls,
    });
  } finally {
    await place.close();
  }
}

export const bench: Bench = { name: 'status', run };
