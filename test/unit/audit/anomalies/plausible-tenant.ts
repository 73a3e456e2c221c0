import type { AuditRecord } from '../../../../main/audit/record.ts';

const hour = 3_600_000;
export const day = 24 * hour;
/** A Monday. */
export const monday = Date.UTC(2026, 0, 5);

/** xorshift32: the same numbers for the same seed. */
export function seeded(seed: number): () => number {
  let state = seed * 2_654_435_761 + 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
}

export interface Act {
  readonly time: number;
  readonly kind: 'operator' | 'user' | 'bot';
  readonly actor: string;
  readonly action: string;
  readonly resource: string;
  readonly host: string;
  readonly failed?: boolean;
}

type Choice = readonly [action: string, resource: string, weight: number];

const userActs: readonly Choice[] = [
  ['case.read', 'case', 60],
  ['case.update', 'case', 20],
  ['document.read', 'document', 15],
  ['case.create', 'case', 3],
  ['document.export', 'document', 1],
  ['report.print', 'report', 0.4],
  ['case.close', 'case', 0.6],
];
const operatorActs: readonly Choice[] = [
  ['principal.list', 'tenant', 30],
  ['data.get', 'document', 25],
  ['data.query', 'collection', 20],
  ['backup.history', 'tenant', 10],
  ['principal.create', 'principal', 2],
  ['principal.disable', 'principal', 1],
  ['data.export', 'tenant', 0.7],
  ['auth.key.create', 'key', 0.4],
  ['tenant.update', 'tenant', 0.3],
];

/** A tenant as one might be: people in office hours, some late or at weekends, services by night and each quarter of an hour. */
export function plausibleTenant(seed: number, weeks: number): Act[] {
  const random = seeded(seed);
  const acts: Act[] = [];
  const pick = (choices: readonly Choice[]) => {
    const total = choices.reduce((sum, [, , weight]) => sum + weight, 0);
    let at = random() * total;
    for (const choice of choices) {
      at -= choice[2];
      if (at <= 0) return choice;
    }
    return choices[0] as Choice;
  };
  const person = (
    name: string,
    kind: 'operator' | 'user',
    acting: readonly Choice[],
    perHour: number,
    latecomer = false,
  ) => {
    const [begins, ends] = [7 + random() * 2.5, 15.5 + random() * 3];
    const hosts = [`desk-${name}`, ...(random() < 0.4 ? [`laptop-${name}`] : [])];
    // of the later ones one in three joins on the way
    const joins = latecomer && random() < 0.3 ? Math.floor(random() * weeks * 7) : 0;
    let away = 0;
    for (let at = joins; at < weeks * 7; at += 1) {
      const weekend = at % 7 >= 5;
      if (away > 0) {
        away -= 1;
        continue;
      }
      if (random() < 0.015) away = 3 + Math.floor(random() * 10);
      if (weekend ? random() > 0.03 : random() > 0.93) continue;
      const late = random() < 0.03;
      const [from, to] = weekend
        ? [10 + random() * 4, 15 + random() * 3]
        : [begins + (random() - 0.5) * 1.5, late ? 20 + random() * 2 : ends + (random() - 0.5) * 1.5];
      const host = hosts[random() < 0.75 ? 0 : hosts.length - 1] as string;
      for (let now = from; now < to; now += -Math.log(1 - random()) / perHour) {
        if (now > 12 && now < 12.7) continue;
        const burst = random() < 0.01 ? 5 + Math.floor(random() * 15) : 1;
        for (let times = 0; times < burst; times += 1) {
          const [action, resource] = pick(acting);
          const time = monday + at * day + now * hour + times * 2000;
          acts.push({ time, kind, actor: name, action, resource, host, failed: random() < 0.012 });
        }
      }
      // a passphrase is mistyped on some mornings
      if (random() < 0.05) {
        for (let times = 1 + Math.floor(random() * 4); times > 0; times -= 1) {
          const time = monday + at * day + from * hour - times * 9000;
          acts.push({
            time,
            kind,
            actor: name,
            action: 'session.begin',
            resource: 'session',
            host,
            failed: true,
          });
        }
      }
      const time = monday + at * day + from * hour - 4000;
      acts.push({ time, kind, actor: name, action: 'session.begin', resource: 'session', host });
    }
  };
  for (let at = 0; at < 10; at += 1) person(`user-${at}`, 'user', userActs, 2 + random() * 8, at >= 5);
  for (let at = 0; at < 3; at += 1) person(`operator-${at}`, 'operator', operatorActs, 1 + random() * 2);
  for (let at = 0; at < weeks * 7; at += 1) {
    const bot = (name: string, action: string, resource: string, time: number, failed = false) =>
      acts.push({ time, kind: 'bot', actor: name, action, resource, host: 'server', failed });
    const night = Math.floor(60 + random() * 40);
    for (let times = 0; times < night; times += 1)
      bot('night-job', 'invoice.make', 'invoice', monday + at * day + (2 + random() * 0.5) * hour);
    for (let quarter = 0; quarter < 96; quarter += 1)
      bot(
        'sync',
        'stock.sync',
        'stock',
        monday + at * day + (quarter / 4) * hour + random() * 60_000,
        random() < 0.02,
      );
    // an outage of what is synchronised with
    if (random() < 0.03) {
      const begin = Math.floor(random() * 80);
      for (let quarter = begin; quarter < begin + 8; quarter += 1)
        bot('sync', 'stock.sync', 'stock', monday + at * day + (quarter / 4) * hour + 90_000, true);
    }
    if (at % 7 === 6)
      for (let times = 0; times < 20; times += 1)
        bot('weekly', 'report.make', 'report', monday + at * day + 4 * hour + times * 30_000);
  }
  return acts;
}

/** As entries of one log, in order of time. */
export function recordsOf(acts: readonly Act[]): AuditRecord[] {
  return acts
    .toSorted((a, b) => a.time - b.time)
    .map(
      ({ time, kind, actor, action, resource, host, failed = false }, index): AuditRecord => ({
        v: 1,
        log: 'log',
        i: index,
        id: `${index}`,
        t: Math.round(time),
        boot: 'boot',
        mono: 0,
        act: action,
        sev: 'info',
        out: failed ? 'failure' : 'success',
        ph: 'outcome',
        who: { k: kind, p: `p:${actor}` },
        res: { k: resource, id: 'one' },
        app: '0',
        pol: '0',
        x: { host },
      }),
    );
}

const attackDay = (at: number) => monday + (8 * 7 + at) * day;
const burst = (count: number, from: number, seconds: number, act: Omit<Act, 'time'>): Act[] =>
  Array.from({ length: count }, (_, at) => ({ ...act, time: from + at * seconds * 1000 }));

/** What somebody does in the ninth week that should be told; `actor` is who does it. */
export const attacks = {
  'a login by night from a new host': [
    ...burst(1, attackDay(2) + 2.5 * hour, 1, {
      kind: 'user',
      actor: 'user-2',
      action: 'session.begin',
      resource: 'session',
      host: 'vps-31',
    }),
    ...burst(12, attackDay(2) + 2.51 * hour, 40, {
      kind: 'user',
      actor: 'user-2',
      action: 'case.read',
      resource: 'case',
      host: 'vps-31',
    }),
  ],
  'a mass export': burst(60, attackDay(1) + 11 * hour, 30, {
    kind: 'operator',
    actor: 'operator-1',
    action: 'data.export',
    resource: 'tenant',
    host: 'desk-operator-1',
  }),
  'a burst of refusals': burst(25, attackDay(3) + 10 * hour, 60, {
    kind: 'user',
    actor: 'user-4',
    action: 'case.update',
    resource: 'case',
    host: 'desk-user-4',
    failed: true,
  }),
  'an operator of other tenants': burst(25, attackDay(4) + 14 * hour, 45, {
    kind: 'operator',
    actor: 'stranger',
    action: 'data.get',
    resource: 'document',
    host: 'desk-stranger',
  }),
} as const satisfies Record<string, readonly Act[]>;
