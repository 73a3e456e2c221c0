import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { FolderFiles } from '../../main/backups/container/folder-files.ts';
import { goTime } from '../../main/backups/container/go-text.ts';
import { deriveKey } from '../../main/backups/container/key-file.ts';
import { Repository } from '../../main/backups/container/repository.ts';
import { fileNode } from '../../main/backups/container/tree.ts';
import { calendarOf } from '../../main/backups/retention/calendar.ts';
import { decideRetention } from '../../main/backups/retention/decide.ts';
import { calendarRules, type RetentionPolicy } from '../../shared/retention.ts';
import { restic } from './restic-program.ts';

const password = 'a password';
const hourMs = 3_600_000;
const start = Date.parse('2024-12-20T03:10:00Z');
let folder: string;
const snapshots: { id: string; time: number }[] = [];

/** Snapshots an odd while apart, over turns of days, weeks, months and the year. */
const hoursApart = [
  1, 1, 3, 20, 25, 49, 170, 5, 7, 24, 24, 24, 336, 700, 1, 2, 2000, 24, 168, 4400, 3, 30, 1,
];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'holdfast-forget-'));
  const derived = await deriveKey(password, { N: 1024, r: 8, p: 1 });
  const files = new FolderFiles(folder);
  const repository = await Repository.create(files, { keys: [{ derived }] }, { lockSettleMs: 1, workers: 1 });
  let time = start;
  for (const hours of hoursApart) {
    time += hours * hourMs;
    const writer = await repository.begin();
    const saved = await writer.saveFile([Buffer.from('the same in each')]);
    const tree = await writer.saveTree([fileNode({ name: 'file', mtimeMs: 0, ...saved })]);
    const { id } = await writer.commit({ time: goTime(time), tree, paths: ['/'], hostname: 'holdfast' });
    snapshots.push({ id, time });
  }
  await repository.close();
}, 60_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const group = z.array(
  z.object({
    keep: z.array(z.object({ id: z.string() })),
    reasons: z.array(z.object({ snapshot: z.object({ time: z.string() }), matches: z.array(z.string()) })),
  }),
);
const words = {
  'last snapshot': 'last',
  'hourly snapshot': 'hourly',
  'daily snapshot': 'daily',
  'weekly snapshot': 'weekly',
  'monthly snapshot': 'monthly',
  'yearly snapshot': 'yearly',
} as const;

test.each([
  { last: 3 },
  { hourly: 4 },
  { daily: 5 },
  { weekly: 4 },
  { monthly: 6 },
  { yearly: 2 },
  { last: 2, hourly: 3, daily: 4, weekly: 3, monthly: 3, yearly: 2 },
  { last: 1, daily: 9, yearly: 1 },
])('restic forget keeps the same, for the same reasons: %o', (given: Partial<RetentionPolicy>) => {
  const policy = { last: 0, hourly: 0, daily: 0, weekly: 0, monthly: 0, yearly: 0, minimum: 1, ...given };
  const options = (['last', ...calendarRules] as const).flatMap((rule) =>
    policy[rule] === 0 ? [] : [`--keep-${rule}`, String(policy[rule])],
  );
  const [answered] = group.parse(
    JSON.parse(restic(folder, password, 'forget', '--dry-run', '--json', ...options)),
  );
  // how old a snapshot is does not matter to a rule: only what else is there
  const ours = decideRetention(
    snapshots.map((each) => ({ ...each, safety: false, verified: false, held: false, undo: false })),
    policy,
    calendarOf('UTC'),
  );
  const others = new Set(['newest', 'newest-verified', 'minimum']);
  const told = (time: number, reasons: readonly string[]) =>
    `${new Date(time).toISOString()} ${[...reasons].sort().join(' ')}`;
  const mine = snapshots
    .map(({ id, time }) => ({ time, reasons: (ours.get(id) ?? []).filter((reason) => !others.has(reason)) }))
    .filter(({ reasons }) => reasons.length > 0)
    .map(({ time, reasons }) => told(time, reasons));
  const theirs = (answered?.reasons ?? []).map(({ snapshot, matches }) =>
    told(
      Date.parse(snapshot.time),
      matches.map((match) => z.enum(Object.values(words)).parse(Reflect.get(words, match))),
    ),
  );
  expect(mine.sort()).toEqual(theirs.sort());
  expect(answered?.keep.length).toBe(mine.length);
});
