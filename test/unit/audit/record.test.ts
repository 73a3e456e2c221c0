import { hash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalJson } from '../../../main/audit/canonical-json.ts';
import { pseudonym, pseudonymPattern } from '../../../main/audit/pseudonym.ts';
import {
  type AuditRecord,
  CheckedDraft,
  completeRecord,
  decodeRecord,
  encodeRecord,
  recordHash,
} from '../../../main/audit/record.ts';

const validation = expect.objectContaining({ code: 'VALIDATION' });
const uuid = '01920000-0000-7000-8000-000000000001';
const committed = Buffer.alloc(32, 5).toString('base64');
const person = pseudonym(new Uint8Array(32), uuid);

const least: AuditRecord = {
  v: 1,
  log: `${uuid}/installation/e1`,
  i: 0,
  id: uuid,
  t: 1790000000000,
  boot: uuid,
  mono: 123456789,
  act: 'app.start',
  sev: 'info',
  out: 'success',
  ph: 'outcome',
  who: { k: 'system' },
  app: '1.0.0',
  pol: 'a'.repeat(64),
};

const most: AuditRecord = {
  ...least,
  log: `${uuid}/${uuid}/e12`,
  act: 'auth.key.revoke',
  sev: 'warning',
  cor: uuid,
  who: { k: 'operator', p: person, s: uuid },
  res: { k: 'api-key', id: uuid },
  why: committed,
  dif: { b: committed, a: committed },
  pd: [{ s: person, f: 'who.name', c: committed }],
  x: { count: 3, nested: { list: ['a', true, null, -1] } },
};

describe('records', () => {
  it('are the bytes that the format writes down', () => {
    const text = Buffer.from(encodeRecord(least)).toString('utf8');
    expect(text).toBe(
      `{"act":"app.start","app":"1.0.0","boot":"${uuid}","i":0,"id":"${uuid}","log":"${uuid}/installation/e1",` +
        `"mono":123456789,"out":"success","ph":"outcome","pol":"${'a'.repeat(64)}","sev":"info","t":1790000000000,` +
        '"v":1,"who":{"k":"system"}}',
    );
    expect(Buffer.from(recordHash(Buffer.from(text))).toString('hex')).toBe(
      hash('sha256', `\0${text}`, 'hex'),
    );
  });

  it.each([
    ['least', least],
    ['most', most],
  ])('are read as they were written, with the %s they can hold', (_, record) => {
    expect(decodeRecord(encodeRecord(record))).toEqual(record);
  });

  it('are RFC 8785 of the record, whatever members it has and in whatever order', () => {
    const optional = ['cor', 'who', 'res', 'why', 'dif', 'pd', 'x'] as const;
    const facts = fc.dictionary(
      fc.string({ unit: 'grapheme' }),
      fc.oneof(fc.string({ unit: 'grapheme' }), fc.maxSafeInteger(), fc.boolean(), fc.constant(null)),
    );
    fc.assert(
      fc.property(
        fc.subarray([...optional]),
        facts,
        fc.string({ unit: 'grapheme' }),
        fc.nat(),
        (absent, x, suffix, seed) => {
          const members = Object.entries({ ...most, x }).filter(
            ([key]) => !absent.some((one) => one === key),
          );
          const turn = seed % members.length;
          const record = Object.fromEntries([...members.slice(turn), ...members.slice(0, turn)]);
          const res = { k: 'thing', id: `a${suffix}`.slice(0, 300) };
          const whole = { ...record, res, who: record.who ?? { s: uuid, k: 'bot' } } as AuditRecord;
          expect(Buffer.from(encodeRecord(whole))).toEqual(Buffer.from(canonicalJson(whole)));
          const { v: _v, log: name, i: index, ...parts } = whole;
          expect(new CheckedDraft(parts).record(name, index)).toEqual(encodeRecord(whole));
        },
      ),
    );
  });

  it.each([
    ['white space', (text: string) => text.replace(',', ', ')],
    ['a member twice', (text: string) => text.replace('"i":0,', '"i":0,"i":0,')],
    [
      'another order',
      (text: string) => text.replace('{', '{"ph":"outcome",').replace(',"ph":"outcome",', ','),
    ],
    ['another spelling of a number', (text: string) => text.replace('"i":0', '"i":0.0')],
    ['a needless escape', (text: string) => text.replace('app.start', 'app.\\u0073tart')],
    ['a newline after it', (text: string) => `${text}\n`],
    ['a byte order mark', (text: string) => `\ufeff${text}`],
    ['an end cut off', (text: string) => text.slice(0, -1)],
    ['a fact in another form', (text: string) => `${text.slice(0, -1)},"x":{"a":1e2}}`],
  ])('are refused with %s', (_, change) => {
    const text = Buffer.from(encodeRecord(least)).toString('utf8');
    const changed = change(text);
    expect(changed).not.toBe(text);
    expect(() => decodeRecord(Buffer.from(changed))).toThrow(validation);
  });

  const faults: [string, string, unknown][] = [
    ['v', 'another version', { ...least, v: 2 }],
    ['log', 'another log name', { ...least, log: 'x' }],
    ['log', 'epoch zero', { ...least, log: `${uuid}/installation/e0` }],
    ['i', 'a negative index', { ...least, i: -1 }],
    ['i', 'an unsafe index', { ...least, i: 2 ** 53 }],
    ['id', 'an upper-case id', { ...least, id: uuid.replace('8', 'A') }],
    ['t', 'a fraction of time', { ...least, t: 0.5 }],
    ['t', 'a time in words', { ...least, t: '2026' }],
    ['boot', 'no start', { ...least, boot: null }],
    ['mono', 'time running back', { ...least, mono: -1 }],
    ['act', 'an action with a space', { ...least, act: 'a b' }],
    ['act', 'an action with a newline', { ...least, act: 'a\n' }],
    ['act', 'an action of 101 characters', { ...least, act: 'a'.repeat(101) }],
    ['sev', 'another severity', { ...least, sev: 'error' }],
    ['out', 'another outcome', { ...least, out: 'maybe' }],
    ['ph', 'another phase', { ...least, ph: 'both' }],
    ['cor', 'null for absent', { ...least, cor: null }],
    ['cor', 'undefined for absent', { ...least, cor: undefined }],
    ['who', 'no object', { ...least, who: 'system' }],
    ['who', 'a list', { ...least, who: [] }],
    ['who.k', 'another actor', { ...least, who: { k: 'admin' } }],
    ['who.p', 'an actor by name', { ...least, who: { k: 'operator', p: 'Ada' } }],
    ['who.name', 'an unknown member within', { ...least, who: { k: 'system', name: 'x' } }],
    ['res.id', 'a resource without id', { ...least, res: { k: 'api-key' } }],
    ['res.id', 'a lone surrogate in a name', { ...least, res: { k: 'a', id: '\ud800' } }],
    ['res.k', 'an empty kind', { ...least, res: { k: '', id: 'a' } }],
    ['why', 'a reason in plain text', { ...least, why: 'because' }],
    ['why', 'a commitment of 31 bytes', { ...least, why: Buffer.alloc(31).toString('base64') }],
    ['dif', 'empty states', { ...least, dif: {} }],
    ['pd', 'no personal fields', { ...least, pd: [] }],
    ['pd.0.s', 'a person by name', { ...least, pd: [{ s: 'Ada', f: 'name', c: committed }] }],
    ['pd.1.f', 'one field twice', { ...least, pd: [most.pd?.[0], most.pd?.[0]] }],
    ['pd.0.f', 'a field named as another is', { ...least, pd: [{ s: person, f: 'why', c: committed }] }],
    ['x', 'facts in a list', { ...least, x: [] }],
    ['app', 'no version', { ...least, app: '' }],
    ['pol', 'a short policy hash', { ...least, pol: 'ab' }],
    ['extra', 'an unknown member', { ...least, extra: 1 }],
    ['toString', 'an inherited name', { ...least, toString: 1 }],
    ['', 'a list for a record', [least]],
    ['', 'null for a record', null],
  ];
  it.each(faults)('name %s as the fault in %s', (at, _, value) => {
    const fault = expect.objectContaining({ code: 'VALIDATION', data: { reason: 'record', at } });
    expect(() => encodeRecord(value as AuditRecord)).toThrow(fault);
    // JSON leaves undefined out, so that one cannot come back from storage.
    if (_ === 'undefined for absent') return;
    const stored = Buffer.from(sortedJson(value));
    expect(() => decodeRecord(stored)).toThrow(validation);
  });

  it.each([
    ['a fraction', { a: 0.5 }],
    ['an unsafe integer', { a: [2 ** 53] }],
    ['a lone surrogate', { a: '\udfff' }],
    ['a date', { a: new Date(0) }],
  ])('refuse facts with %s', (_, x) => {
    expect(() => encodeRecord({ ...least, x } as AuditRecord)).toThrow(validation);
  });

  it('need every required member', () => {
    for (const key of Object.keys(least)) {
      const { [key as keyof AuditRecord]: _, ...rest } = least;
      expect(() => encodeRecord(rest as AuditRecord)).toThrow(
        expect.objectContaining({ data: { reason: 'record', at: key } }),
      );
    }
  });

  it('have at most 65,535 bytes', () => {
    const room = 65_535 - encodeRecord({ ...least, x: { a: '' } }).length;
    const longest = encodeRecord({ ...least, x: { a: 'a'.repeat(room) } });
    expect(longest).toHaveLength(65_535);
    expect(decodeRecord(longest)).toMatchObject({ i: 0 });
    expect(() => encodeRecord({ ...least, x: { a: 'a'.repeat(room + 1) } })).toThrow(validation);
  });

  it('hash to another leaf when any bit of the bytes is flipped', () => {
    const bytes = encodeRecord(most);
    fc.assert(
      fc.property(fc.nat({ max: bytes.length * 8 - 1 }), (bit) => {
        const changed = new Uint8Array(bytes);
        changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
        expect(Buffer.from(recordHash(changed)).equals(recordHash(bytes))).toBe(false);
      }),
    );
  });
});

describe('drafts', () => {
  const { v: _v, log, i: _i, ...draft } = most;

  it('become the record once the log gives them their place', () => {
    const { record, bytes } = completeRecord(new CheckedDraft(draft).bytes, log, 41207);
    expect(record).toEqual({ ...most, i: 41207 });
    expect(bytes).toEqual(encodeRecord({ ...most, i: 41207 }));
  });

  it('become the same record whether they waited in an outbox or not', () => {
    const { cor: _cor, res: _res, why: _why, dif: _dif, pd: _pd, x: _x, ...shortest } = draft;
    for (const each of [draft, shortest, { ...shortest, x: { é: 'ß"\\', a: [1, null] } }]) {
      const checked = new CheckedDraft(each);
      expect(checked.bytes).toEqual(canonicalJson(each));
      expect(checked.record(log, 41207)).toEqual(completeRecord(checked.bytes, log, 41207).bytes);
    }
  });

  it('always become one, even the longest under the longest name', () => {
    const longestLog = `${uuid}/${uuid}/e999999999`;
    const fits = (length: number) => new CheckedDraft({ ...draft, x: { a: 'a'.repeat(length) } }).bytes;
    let [room, above] = [0, 65_535];
    while (above - room > 1) {
      const middle = Math.floor((room + above) / 2);
      try {
        fits(middle);
        room = middle;
      } catch {
        above = middle;
      }
    }
    expect(completeRecord(fits(room), longestLog, Number.MAX_SAFE_INTEGER).bytes.length).toBeGreaterThan(
      65_500,
    );
  });

  it('are refused with faults, and with a place of their own', () => {
    expect(() => new CheckedDraft({ ...draft, t: -1 }).bytes).toThrow(validation);
    expect(() => new CheckedDraft(most).bytes).toThrow(validation);
    for (const text of ['', 'null', '[]', '{}', Buffer.from(encodeRecord(most)).toString('utf8')]) {
      expect(() => completeRecord(Buffer.from(text), log, 0)).toThrow(validation);
    }
    for (const [name, index] of [
      ['elsewhere', 0],
      [log, -1],
      [log, 0.5],
    ] as const) {
      expect(() => new CheckedDraft(draft).record(name, index)).toThrow(validation);
    }
    expect(() => completeRecord(new CheckedDraft(draft).bytes, 'elsewhere', 0)).toThrow(validation);
    expect(() => completeRecord(new CheckedDraft(draft).bytes, log, -1)).toThrow(validation);
  });
});

describe('pseudonyms', () => {
  it('are 100 bits of the HMAC, most significant first', () => {
    const key = Uint8Array.from({ length: 32 }, (_, index) => index);
    expect(pseudonym(key, '01929292-0000-7000-8000-000000000001')).toBe('p:17mk0metmv6xqftecxf1');
  });

  it('have the form that records take', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 32, maxLength: 32 }), fc.string(), (key, subject) => {
        expect(pseudonym(key, subject)).toMatch(pseudonymPattern);
      }),
    );
  });
});

/** JSON with sorted keys, as a hostile writer would store it. */
function sortedJson(value: unknown): string {
  return JSON.stringify(value, (_, member) =>
    typeof member === 'object' && member !== null && !Array.isArray(member)
      ? Object.fromEntries(Object.entries(member).sort(([one], [other]) => (one < other ? -1 : 1)))
      : member,
  );
}
