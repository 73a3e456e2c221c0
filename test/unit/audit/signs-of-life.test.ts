import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { AuditRecord } from '../../../main/audit/record.ts';
import { SignsOfLife } from '../../../main/audit/signs-of-life.ts';
import { Silence } from '../../../main/audit/verify/silence.ts';

const minuteMs = 60_000;
const start = 1_790_000_000_000;

/** Three clocks, of which a sleep or a hand moves only some. */
let wall = start;
let monotonic = 0;
let uptime: number | undefined = 0;
let newest: number | undefined;
let told: [string, unknown][] = [];
let life: SignsOfLife;

beforeEach(() => {
  [wall, monotonic, uptime, newest, told] = [start, 0, 0, undefined, []];
  life = new SignsOfLife({
    maker: { leaf: (action: string, { facts }: { facts?: unknown }) => [action, facts] } as never,
    clock: { now: () => wall, monotonicMicros: () => monotonic * 1000 },
    uptimeMs: () => uptime,
    append: async (leaf) => void told.push(leaf as never),
    newestTime: () => newest,
  });
});

function pass(ms: number, { asleep = 0, turned = 0 } = {}): void {
  wall += ms + asleep + turned;
  monotonic += ms;
  if (uptime !== undefined) uptime += ms + asleep;
}

describe('the clocks', () => {
  test('that go together leave no word but the heartbeat', async () => {
    await life.begin();
    for (let at = 0; at < 15; at += 1) {
      pass(minuteMs, { turned: at % 2 === 0 ? 1900 : -1900 });
      await life.look();
    }
    await life.beat();
    expect(told.map(([action]) => action)).toEqual(['log.heartbeat', 'log.heartbeat']);
  });

  test.each([
    ['forward', 2001],
    ['back', -3_600_000],
  ])('turned %s', async (_, byMs) => {
    await life.begin();
    pass(minuteMs, { turned: byMs });
    await life.look();
    await life.look();
    expect(told.slice(1)).toEqual([['log.clock.jump', { byMs, while: 'running' }]]);
  });

  test('turned back while nothing ran', async () => {
    newest = start + 10_000;
    await life.begin();
    expect(told[0]).toEqual(['log.clock.jump', { byMs: -10_000, while: 'stopped' }]);
  });

  test('a sleep is no turn of the clock, and a turn in the sleep is one', async () => {
    await life.begin();
    pass(minuteMs, { asleep: 5_000_000, turned: 9000 });
    await life.look();
    expect(told.slice(1)).toEqual([
      ['log.resume', { asleepMs: 5_000_000 }],
      ['log.clock.jump', { byMs: 9000, while: 'running' }],
    ]);
  });

  test('where the system does not count sleep, its word of it is taken', async () => {
    uptime = undefined;
    await life.begin();
    await life.suspend();
    pass(1000, { asleep: 5_000_000 });
    await life.resume();
    await life.resume();
    expect(told.slice(1)).toEqual([
      ['log.suspend', undefined],
      ['log.resume', { asleepMs: 5_000_000 }],
    ]);
    pass(1000, { asleep: 5_000_000 });
    await life.look();
    expect(told.at(-1)).toEqual(['log.clock.jump', { byMs: 5_000_000, while: 'running' }]);
  });
});

describe('silence', () => {
  let records: AuditRecord[] = [];
  afterEach(() => {
    records = [];
  });
  const entry = (boot: string, minute: number, act = 'thing.create') =>
    records.push({
      i: records.length,
      boot,
      t: start + minute * minuteMs,
      mono: minute * minuteMs * 1000,
      act,
      who: { k: 'system' },
    } as AuditRecord);
  const gaps = () => {
    const silence = new Silence();
    for (const record of records) silence.read(record);
    return silence.gaps.map(({ text }) => text);
  };

  test('is told while one process ran, with how many heartbeats are missing', () => {
    entry('a', 0, 'log.heartbeat');
    entry('a', 15, 'log.heartbeat');
    entry('a', 76);
    expect(gaps()).toEqual([
      'No sign of life for 61 minutes, between entries 1 and 2, though the program ran: 4 of its heartbeats are not there.',
    ]);
  });

  test('is told between a process that was there to stay and the next one', () => {
    entry('a', 0, 'log.heartbeat');
    entry('b', 600);
    entry('c', 1200);
    expect(gaps()).toEqual([expect.stringMatching(/^Nothing ran for 600 minutes, between entries 0 and 1:/)]);
  });

  test('is nothing to tell in a sleep, of one command, or from one heartbeat to the next', () => {
    entry('a', 0);
    entry('a', 50);
    entry('b', 500, 'log.heartbeat');
    entry('b', 515, 'log.heartbeat');
    entry('b', 520, 'log.suspend');
    entry('b', 700, 'log.resume');
    entry('b', 715, 'log.heartbeat');
    expect(gaps()).toEqual([]);
  });
});
