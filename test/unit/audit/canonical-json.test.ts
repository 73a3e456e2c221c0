import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalJson, parseCanonical } from '../../../main/audit/canonical-json.ts';

const text = (bytes: Uint8Array) => Buffer.from(bytes).toString('utf8');
const bytes = (value: string) => Buffer.from(value, 'utf8');
const validation = expect.objectContaining({ code: 'VALIDATION' });
const vectors = new URL('../../fixtures/rfc8785/', import.meta.url);

describe('canonicalJson', () => {
  it.each(readdirSync(new URL('input/', vectors)))('writes %s as RFC 8785 has it', (name) => {
    const input = JSON.parse(readFileSync(new URL(`input/${name}`, vectors), 'utf8'));
    const output = readFileSync(new URL(`output/${name}`, vectors));
    expect(text(canonicalJson(input))).toBe(output.toString('utf8'));
    expect(parseCanonical(output)).toEqual(input);
  });

  const circular: Record<string, unknown> = {};
  circular.self = [circular, circular];
  it.each([
    ['a lone surrogate', '\ud800'],
    ['a lone surrogate in a key', { '\udc00': 1 }],
    ['NaN', [Number.NaN]],
    ['infinity', { a: Number.POSITIVE_INFINITY }],
    ['undefined', undefined],
    ['undefined in an object', { a: undefined }],
    ['a hole', new Array(1)],
    ['a function', { toJSON: () => 1 }],
    ['a bigint', 1n],
    ['a symbol', [Symbol('a')]],
    ['a date', new Date(0)],
    ['a map', new Map()],
    ['bytes', new Uint8Array(1)],
    ['a boxed number', [Object(1)]],
    ['a cycle', circular],
  ])('refuses %s', (_, value) => {
    expect(() => canonicalJson(value)).toThrow(validation);
  });

  it.each([0.5, 2 ** 53, -(2 ** 53), 1e21])('refuses %s where only integers are taken', (value) => {
    expect(() => canonicalJson({ a: [value] }, { integersOnly: true })).toThrow(validation);
    expect(() => canonicalJson({ a: [value] })).not.toThrow();
  });

  it('takes objects without a prototype, and keys that mean something to JavaScript', () => {
    expect(text(canonicalJson(Object.assign(Object.create(null), { b: 1, a: -0 })))).toBe('{"a":0,"b":1}');
    const odd = '{"__proto__":1,"constructor":2,"toJSON":3}';
    expect(text(canonicalJson(JSON.parse(odd)))).toBe(odd);
  });
});

describe('parseCanonical', () => {
  it.each([
    ['a duplicate key', '{"a":1,"a":1}'],
    ['white space', '{"a": 1}'],
    ['a trailing newline', '{}\n'],
    ['keys out of order', '{"b":1,"a":1}'],
    ['another spelling of a number', '[1.0]'],
    ['an exponent', '[1e3]'],
    ['minus zero', '[-0]'],
    ['a number out of range', '[1e400]'],
    ['a needless escape', '["\\u0061"]'],
    ['an escaped lone surrogate', '["\\ud800"]'],
    ['an upper-case escape', '["\\u001F"]'],
    ['a byte order mark', '\ufeff{}'],
    ['nothing', ''],
    ['a word', 'undefined'],
    ['great depth', `${'['.repeat(100_000)}${']'.repeat(100_000)}`],
  ])('refuses %s', (_, value) => {
    expect(() => parseCanonical(bytes(value))).toThrow(validation);
  });

  it('refuses bytes that are not UTF-8', () => {
    expect(() => parseCanonical(Uint8Array.of(0x22, 0xff, 0x22))).toThrow(validation);
  });

  it('reads back what canonicalJson wrote, whatever the order of keys was', () => {
    fc.assert(
      fc.property(fc.jsonValue({ stringUnit: 'binary' }), (value) => {
        fc.pre(JSON.stringify(value).isWellFormed() && !JSON.stringify(value).includes('\\ud'));
        const canonical = canonicalJson(value);
        expect(canonicalJson(parseCanonical(canonical))).toEqual(canonical);
        expect(parseCanonical(canonical)).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });
});
