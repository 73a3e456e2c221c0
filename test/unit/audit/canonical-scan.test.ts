import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { canonicalJson, parseCanonical } from '../../../main/audit/canonical-json.ts';
import { isPlainlyCanonical } from '../../../main/audit/canonical-scan.ts';
import type { JsonValue } from '../../../shared/errors.ts';

const scan = (text: string) => isPlainlyCanonical(Buffer.from(text, 'utf8'));

test.each([
  '{}',
  '[]',
  '""',
  '0',
  '-1',
  '999999999999999',
  'true',
  '[false,null]',
  '{"a":{"b":[1,"x"]},"ab":"","b":[[],{}]}',
  '"größer \\" \\\\ \\n \u2028 😀"',
  '{"10":1,"9":2}',
])('%s is canonical by its bytes', (text) => {
  expect(scan(text)).toBe(true);
  expect(Buffer.from(canonicalJson(JSON.parse(text))).toString('utf8')).toBe(text);
});

test.each([
  ['white space', '{"a": 1}'],
  ['white space after it', '{"a":1} '],
  ['names in another order', '{"b":1,"a":2}'],
  ['a name and its beginning the wrong way round', '{"ab":1,"a":2}'],
  ['a name twice', '{"a":1,"a":1}'],
  ['a comma too many', '{"a":1,}'],
  ['a comma too many in a list', '[1,]'],
  ['no value', '{"a":}'],
  ['no colon', '{"a"1}'],
  ['two values', '1,2'],
  ['a zero before', '01'],
  ['a negative zero', '-0'],
  ['an exponent', '1e2'],
  ['a fraction', '1.5'],
  ['a number beyond the safe ones', '9007199254740993'],
  ['a minus alone', '-'],
  ['an escape that is not needed', '"\\u0041"'],
  ['a slash with an escape', '"\\/"'],
  ['a control character as it is', '"\n"'],
  ['a string without end', '"abc'],
  ['an escape without end', '"abc\\'],
  ['an object without end', '{"a":1'],
  ['a word of ours', 'undefined'],
  ['half a word', 'tru'],
  ['nothing', ''],
])('%s is not', (_, text) => {
  expect(scan(text)).toBe(false);
});

test.each([
  ['a name that is not ASCII', '{"é":1}'],
  ['the name of a prototype', '{"__proto__":1}'],
  ['an escape of four digits', '"\\u0001"'],
  ['deep nesting', `${'['.repeat(40)}${']'.repeat(40)}`],
])('%s is left to whoever parses', (_, text) => {
  expect(scan(text)).toBe(false);
  expect(() => parseCanonical(Buffer.from(text, 'utf8'))).not.toThrow();
});

test('of many texts that were changed at one place none is taken for canonical that is not', () => {
  let proved = 0;
  for (const text of texts) {
    const bytes = Buffer.from(canonicalJson(text));
    expect(isPlainlyCanonical(bytes)).toBe(true);
    for (let time = 0; time < 400; time += 1) {
      const changed = Buffer.from(bytes);
      const [at = 0, to = 0] = randomBytes(2);
      changed[at % bytes.length] = interesting.charCodeAt(to % interesting.length);
      if (!isPlainlyCanonical(changed)) continue;
      proved += 1;
      expect(() => parseCanonical(changed, { integersOnly: true }), changed.toString()).not.toThrow();
    }
  }
  expect(proved).toBeGreaterThan(100);
});

const interesting = '"\\{}[],:0123456789-.eEtfnul _abz\t';
const texts: JsonValue[] = [
  {
    act: 'data.put',
    i: 12,
    who: { k: 'operator', p: 'p:0123456789abcdefghjk' },
    x: { bytes: 400, ok: true },
  },
  { a: [1, 2, { b: 'c "quoted" \\ back' }], b: null, c: -17, d: {} },
  ['x', [['y'], 0], false, { 'a b': 'a\tb' }],
];
