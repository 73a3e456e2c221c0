import fc from 'fast-check';
import { expect, test } from 'vitest';
import { plainName } from '../../../../main/hosts/window/plain-name.ts';
import { contentDisposition } from '../../../../main/hosts/window/responses.ts';

test.each([
  ['people.jsonl', 'people.jsonl'],
  ['../../etc/passwd', 'passwd'],
  ['C:\\Users\\ada\\plan.csv', 'plan.csv'],
  ['a\r\nset-cookie: x=1', 'aset-cookie: x=1'],
  ['invoice\u202efdp.exe', 'invoicefdp.exe'],
  ['nul\0byte', 'nulbyte'],
  ['..', 'file'],
  ['folder/', 'file'],
  ['', 'file'],
  ['Zoe\u0308', 'Zo\u00eb'],
  [`${'x'.repeat(254)}\u{1f600}`, `${'x'.repeat(254)}\ufffd`],
])('%j is shown as %j', (name, plain) => {
  expect(plainName(name)).toBe(plain);
});

test('a header names a file of any characters, and nothing else with it (RFC 6266)', () => {
  expect(contentDisposition(`Zoë's "plan" (1)*.csv`)).toBe(
    `attachment; filename="Zo__s _plan_ _1__.csv"; filename*=UTF-8''Zo%C3%AB%27s%20%22plan%22%20%281%29%2A.csv`,
  );
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 600 }), (name) => {
      const header = contentDisposition(plainName(name));
      expect(header).toMatch(
        /^attachment; filename="[A-Za-z0-9._ -]+"; filename\*=UTF-8''[A-Za-z0-9!#$&+.^_`|~%-]+$/,
      );
      const encoded = header.slice(header.indexOf("''") + 2);
      expect(decodeURIComponent(encoded)).toBe(plainName(name));
    }),
  );
});
