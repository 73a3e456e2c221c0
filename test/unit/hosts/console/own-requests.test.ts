import { expect, test } from 'vitest';
import { objectionTo } from '../../../../main/hosts/console/own-requests.ts';

const host = '127.0.0.1:4127';
const origin = `http://${host}`;

test.each(['127.0.0.1:1', 'localhost:65535', '[::1]:4127', 'localhost', '127.0.0.1'])(
  '%s is this machine, whatever port a tunnel gave it',
  (name) => {
    expect(objectionTo('GET', { host: name })).toBeUndefined();
    expect(objectionTo('POST', { host: name, origin: `http://${name}` })).toBeUndefined();
  },
);

test.each([
  undefined,
  '',
  'evil.example',
  'evil.example:4127',
  '127.0.0.1.evil.example',
  'localhost.evil.example:4127',
  '127.0.0.1:4127@evil.example',
  '127.0.0.1:4127 evil.example',
  '192.168.1.5:4127',
  '0.0.0.0:4127',
  '127.0.0.2:4127',
  '2130706433',
  '[::]:4127',
  '127.0.0.1:x',
  '127.0.0.1\n',
])('Host %j is refused', (name) => {
  expect(objectionTo('GET', { host: name })).toBe('host');
  expect(objectionTo('POST', { host: name, origin: `http://${name}` })).toBe('host');
});

test.each([
  'http://evil.example',
  'http://localhost:4127',
  'http://127.0.0.1:4128',
  'https://127.0.0.1:4127',
  'http://127.0.0.1:4127/',
  'null',
  '',
])('Origin %j is foreign to it, for reading too', (foreign) => {
  for (const method of ['GET', 'POST', 'DELETE']) {
    expect(objectionTo(method, { host, origin: foreign })).toBe('origin');
  }
});

test('what changes something and what becomes a WebSocket has to say where it comes from', () => {
  const told = ['GET', 'HEAD', 'POST', 'DELETE', 'PUT', 'PATCH'].map((method) =>
    objectionTo(method, { host }),
  );
  expect(told).toEqual([undefined, undefined, 'origin', 'origin', 'origin', 'origin']);
  expect(objectionTo('GET', { host }, true)).toBe('origin');
  expect(objectionTo('GET', { host, origin }, true)).toBeUndefined();
});

test.each([
  ['same-origin', undefined],
  ['none', undefined],
  ['same-site', 'origin'],
  ['cross-site', 'origin'],
  [['same-origin', 'cross-site'], 'origin'],
])('a browser that says %j is answered %j', (site, objection) => {
  expect(objectionTo('GET', { host, 'sec-fetch-site': site })).toBe(objection);
});
