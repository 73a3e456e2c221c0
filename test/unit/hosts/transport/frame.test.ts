import fc from 'fast-check';
import { expect, test } from 'vitest';
import { bearer, isFrame, isWindowFrame, largestFrame } from '../../../../main/hosts/transport/frame.ts';

const plain = '{"i":"1","p":{"u":"/tenants/listTenants","b":{"json":{}}}}';
const ending = '{"i":"1","t":4}';
const withToken = '{"i":"1","p":{"u":"/tenants/listTenants","h":{"authorization":"Bearer x"}}}';
const withoutHeaders = '{"i":"1","p":{"u":"/tenants/listTenants","h":{}}}';

test('a caller may show a session, a window may not: its host does that', () => {
  const messages = [plain, ending, withToken, withoutHeaders];
  expect(messages.map(isFrame)).toEqual([true, true, true, true]);
  expect(messages.map(isWindowFrame)).toEqual([true, true, false, false]);
});

test.each([
  ['no text', Buffer.from(plain)],
  ['no JSON', '{'],
  ['a list', '[]'],
  ['another header', '{"i":"1","p":{"u":"/a/b","h":{"cookie":"x"}}}'],
  ['a method', '{"i":"1","p":{"u":"/a/b","m":"GET"}}'],
  ['a query', '{"i":"1","p":{"u":"/a/b?data=1"}}'],
  ['a way up', '{"i":"1","p":{"u":"/../b"}}'],
  ['a piece of a stream', '{"i":"1","t":3,"p":{"e":"message","d":1}}'],
  ['an id that is no text', '{"i":1,"t":4}'],
  ['a long id', `{"i":"${'x'.repeat(41)}","t":4}`],
  ['more than the bound', plain.replace('{}', JSON.stringify('x'.repeat(largestFrame)))],
])('%s is no message of the protocol', (_, message) => {
  expect([isFrame(message), isWindowFrame(message)]).toEqual([false, false]);
});

test('whatever is sent, the check answers and does not throw', () => {
  fc.assert(
    fc.property(fc.oneof(fc.json(), fc.string({ unit: 'binary' })), (message) => {
      expect(isWindowFrame(message) && !isFrame(message)).toBe(false);
    }),
  );
});

test.each([
  ['Bearer abc', 'abc'],
  ['bearer abc', undefined],
  ['Bearer a b', undefined],
  [['Bearer abc'], undefined],
  [undefined, undefined],
])('%j shows the token %j', (header, token) => {
  expect(bearer(header)).toBe(token);
});
