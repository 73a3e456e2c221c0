import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  goString,
  goTime,
  nameBytes,
  nameFromBytes,
  quoteName,
  unquoteName,
} from '../../../../main/backups/container/go-text.ts';
import { anyCharacter } from './any-character.ts';

describe('text as Go writes it', () => {
  test.each([
    ['plain', '"plain"'],
    ['<a> & "b" \\', '"\\u003ca\\u003e \\u0026 \\"b\\" \\\\"'],
    ['\u2028\u2029', '"\\u2028\\u2029"'],
    ['\n\r\t\u0001\u007f', '"\\n\\r\\t\\u0001\u007f"'],
    ['Grüße 🦀', '"Grüße 🦀"'],
  ])('JSON of %j', (text, json) => expect(goString(text)).toBe(json));

  // made with strconv.Quote of Go 1.19
  test.each([
    ['a"b\\c', 'a\\"b\\\\c'],
    ['\u0007\b\f\n\r\t\v', '\\a\\b\\f\\n\\r\\t\\v'],
    ['\0\u001b\u007f', '\\x00\\x1b\\x7f'],
    ['\u00a0\u00ad\u2028\ufeff', '\\u00a0\\u00ad\\u2028\\ufeff'],
    ['\u{e0001}', '\\U000e0001'],
    ['é 日本 🦀 �', 'é 日本 🦀 �'],
    ['<&>', '<&>'],
  ])('a name %j is quoted', (name, quoted) => {
    expect(quoteName(name)).toBe(quoted);
    expect(unquoteName(quoted)).toBe(name);
  });

  test('a name of any bytes comes back through quoting and JSON', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
        const name = nameFromBytes(bytes);
        expect(nameBytes(name)).toEqual(Buffer.from(bytes));
        expect(nameBytes(unquoteName(JSON.parse(goString(quoteName(name)))))).toEqual(Buffer.from(bytes));
      }),
    );
  });

  test('a name of any characters comes back', () => {
    fc.assert(
      fc.property(fc.string({ unit: anyCharacter }), (name) => {
        expect(unquoteName(JSON.parse(goString(quoteName(name))))).toBe(name);
      }),
    );
  });

  test('escapes that only others write are understood', () => {
    expect(unquoteName('\\xc3\\xa9 \\303\\251 \\u00e9 \\U0001f980')).toBe('é é é 🦀');
  });

  test.each(['\\', '\\q', '\\x4', '\\ud800', '\\U00110000', 'a"b', 'a\nb'])('%j is malformed', (quoted) => {
    expect(() => unquoteName(quoted)).toThrow('malformed');
  });

  test.each([
    ['2026-01-02T03:04:05.000Z', '2026-01-02T03:04:05Z'],
    ['2026-01-02T03:04:00.000Z', '2026-01-02T03:04:00Z'],
    ['2026-01-02T03:04:05.120Z', '2026-01-02T03:04:05.12Z'],
    ['2026-01-02T03:04:05.123Z', '2026-01-02T03:04:05.123Z'],
  ])('the time %s', (from, to) => expect(goTime(Date.parse(from))).toBe(to));
});
