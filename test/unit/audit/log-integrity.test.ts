import { afterEach, beforeEach, expect, test } from 'vitest';
import { toldGaps } from '../../../main/audit/integrity/log-gaps.ts';
import type { AuditRecord } from '../../../main/audit/record.ts';
import { type AuditStand, auditStand } from '../../doubles/audit-stand.ts';

const minute = 60_000;
let stand: AuditStand;

beforeEach(async () => {
  stand = await auditStand();
});
afterEach(() => stand.close());

const read = async () => await stand.audit.integrity.read(stand.run('audit.read'));

test('a log without entries has a key, and nothing else to tell', async () => {
  expect(await read()).toMatchObject({
    size: 0,
    vouchers: [],
    keys: [{ epoch: 1, generation: 1, handedOver: null, signs: true }],
    gaps: [],
    gapsSince: null,
    pruned: [],
  });
});

test('what vouches is told with how far it goes, unless the log is in doubt', async () => {
  await stand.run('thing.make').succeeded();
  await stand.restart();
  const { size, vouchers } = await read();
  expect(size).toBe(1);
  expect(vouchers).toMatchObject([{ kind: 'keychain', name: null, size: 1 }]);
  await stand.restart(() => void stand.verdicts.splice(0, 1, 'edited'));
  expect((await read()).vouchers).toEqual([]);
  await stand.restart(() => {
    stand.verdicts.splice(0);
    for (const [account, text] of stand.anchors)
      stand.anchors.set(account, JSON.stringify({ ...JSON.parse(text), size: 7 }));
  });
  expect((await read()).vouchers).toEqual([]);
});

test('keys are told with the entries by which they handed over, over epochs', async () => {
  await stand.run('thing.make').succeeded();
  await stand.audit.rotateSigningKey(stand.run('audit.key.rotate'));
  const before = await read();
  expect(before.keys).toMatchObject([
    { epoch: 1, generation: 2, signs: true, handedOver: null },
    { epoch: 1, generation: 1, signs: false, handedOver: { index: 1, eventId: expect.any(String) } },
  ]);
  expect(before.keys[1]?.since).toBe(before.keys[1]?.handedOver?.time);
  await stand.recover();
  await stand.run('thing.make').succeeded();
  expect(
    (await read()).keys.map(({ epoch, generation, signs, handedOver }) => [
      epoch,
      generation,
      signs,
      handedOver?.index,
    ]),
  ).toEqual([
    [2, 1, true, undefined],
    [1, 2, false, undefined],
    [1, 1, false, 1],
  ]);
});

test('turns of the clock, and times in which nothing ran, are told with their entries', async () => {
  await stand.audit.life.begin();
  stand.clock.advance(10 * minute);
  await stand.audit.life.look();
  stand.clock.advance(-20 * minute);
  await stand.audit.life.beat();
  await stand.restart();
  stand.clock.advance(24 * 60 * minute);
  await stand.audit.life.begin();
  const { gaps, gapsSince } = await read();
  expect(gapsSince).toBe(null);
  // the monotonic clock of this stand goes on as it is
  const about = (byMs: number | null) => byMs && Math.round(byMs / minute);
  const told = gaps.map(({ kind, byMs, entries }) => [kind, about(byMs), entries.map(({ index }) => index)]);
  expect(told).toEqual([
    ['clock-turned', 10, [1]],
    ['not-running', null, [3, 4]],
    ['clock-turned', -20, [2]],
  ]);
  const gap = gaps[1];
  expect(Date.parse(gap?.to ?? '') - Date.parse(gap?.from ?? '')).toBe(24 * 60 * minute);
});

test('a sleep is from the suspend before it, or as long as the log says', () => {
  const record = (i: number, minutes: number, act: string, x?: AuditRecord['x']) =>
    ({ i, id: `event ${i}`, t: minutes * minute, boot: 'one', act, ...(x && { x }) }) as AuditRecord;
  const sleeps = [
    record(3, 10, 'log.suspend'),
    record(4, 40, 'log.resume'),
    record(9, 90, 'log.resume', { asleepMs: 5 * minute }),
  ];
  expect(toldGaps([], sleeps)).toMatchObject([
    {
      kind: 'asleep',
      from: '1970-01-01T00:10:00.000Z',
      to: '1970-01-01T00:40:00.000Z',
      entries: [{ index: 3 }, { index: 4 }],
    },
    {
      kind: 'asleep',
      from: '1970-01-01T01:25:00.000Z',
      to: '1970-01-01T01:30:00.000Z',
      entries: [{ index: 9 }],
    },
  ]);
});
