import fc from 'fast-check';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readFacts } from '../../../main/backups/drills/owner-facts.ts';
import type { Uuid } from '../../../shared/ids.ts';
import { makeProtected, type Protected } from '../../doubles/protected-installation.ts';

let place: Protected;
beforeEach(async () => {
  place = await makeProtected();
});
afterEach(() => place.close());

const owners = [
  null,
  '01a00000-0000-7000-8000-000000000001',
  '01a00000-0000-7000-8000-000000000002',
] as (Uuid | null)[];
const summary = JSON.stringify({ rows: 1, bytes: 5, files: 0, damaged: 0, collections: [], databases: [] });
const change = fc.record({
  what: fc.constantFrom('snapshot', 'safety', 'verified', 'unverified', 'forgotten', 'drill', 'erased'),
  owner: fc.nat(owners.length - 1),
  time: fc.integer({ min: 1, max: 100 }),
});
const statements = {
  verified: 'UPDATE snapshots SET verified_level = 4, verified_at = $time WHERE tenant_id IS $owner',
  unverified:
    'UPDATE snapshots SET verified_level = NULL, verified_at = NULL WHERE tenant_id IS $owner AND time > $time',
  forgotten: 'DELETE FROM snapshots WHERE tenant_id IS $owner AND time < $time',
  erased: 'DELETE FROM drills WHERE tenant_id IS $owner AND started_at <= $time',
} as const;

let made = 0;
async function carryOut({ what, owner: at, time }: { what: string; owner: number; time: number }) {
  const owner = owners[at] ?? null;
  await place.control.write((transaction) => {
    made += 1;
    if (what === 'snapshot' || what === 'safety') {
      transaction
        .sql(
          `INSERT INTO snapshots (id, tenant_id, kind, time, repository, bytes_added, duration_ms, safety, timeline,
             commit_seq, summary) VALUES (?, ?, 'full', ?, '/r', 1, 1, ?, 't', 1, ?)`,
        )
        .run(made.toString(16).padStart(64, '0'), owner, time, what === 'safety' ? 1 : 0, summary);
    } else if (what === 'drill') {
      transaction
        .sql(
          `INSERT INTO drills (id, tenant_id, snapshot_id, snapshot_time, job_id, scheduled, outcome, started_at, ended_at,
             duration_ms, rows, files, bytes, phases) VALUES (?, ?, 's', 1, 'j', 0, 'proven', ?, ?, 5, 1, 0, 5, '[]')`,
        )
        .run(`drill ${made}`, owner, time, time);
    } else {
      transaction.sql(statements[what as keyof typeof statements]).run({ owner, time });
    }
  });
}

test('what is known is what a fresh look finds, after any changes in any order', async () => {
  const { control, manager } = place;
  await fc.assert(
    fc.asyncProperty(fc.array(change, { maxLength: 12 }), async (changes) => {
      for (const each of changes) {
        await carryOut(each);
        for (const owner of owners) expect(manager.drills.known.of(owner)).toEqual(readFacts(control, owner));
      }
      const fresh = control
        .sql<{ made: number | null }>('SELECT max(time) AS made FROM snapshots WHERE safety = 0')
        .get();
      expect((await manager.protection()).lastBackup).toBe(fresh?.made ?? null);
    }),
    { numRuns: 25 },
  );
});

test('an owner that did not change is not read again', async () => {
  await carryOut({ what: 'snapshot', owner: 1, time: 5 });
  await carryOut({ what: 'snapshot', owner: 2, time: 5 });
  const { known } = place.manager.drills;
  const [one, two] = [known.of(owners[1] ?? null), known.of(owners[2] ?? null)];
  await carryOut({ what: 'snapshot', owner: 2, time: 9 });
  expect(known.of(owners[1] ?? null)).toBe(one);
  expect(known.of(owners[2] ?? null)).not.toBe(two);
});
