import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseDestination } from '../../../../main/hosts/cli/arguments/destination.ts';
import { toMilliseconds } from '../../../../main/hosts/cli/arguments/duration.ts';
import { parseCover } from '../../../../main/hosts/cli/arguments/target-cover.ts';
import { parseTargetFolder } from '../../../../main/hosts/cli/arguments/target-folder.ts';
import { parseTime } from '../../../../main/hosts/cli/arguments/time.ts';
import { parseWholeNumber } from '../../../../main/hosts/cli/arguments/whole-number.ts';

const now = Date.UTC(2026, 8, 30, 12);

describe('times', () => {
  test.each([
    ['now', '2026-09-30T12:00:00.000Z'],
    ['-2h', '2026-09-30T10:00:00.000Z'],
    ['-3d', '2026-09-27T12:00:00.000Z'],
    ['-90s', '2026-09-30T11:58:30.000Z'],
    ['2026-09-30T12:00:00+02:00', '2026-09-30T10:00:00.000Z'],
    ['2026-09-30T12:00:00.5Z', '2026-09-30T12:00:00.500Z'],
  ])('%s', (text, time) => expect(parseTime(text, now)).toBe(time));

  test.each([
    '',
    '2h',
    '+2h',
    '-2',
    '-h',
    '-2y',
    '2026-09-30',
    '2026-13-01T00:00:00Z',
    'yesterday',
    '-999999999w',
  ])('refuses %j', (text) => expect(() => parseTime(text, now)).toThrow('RFC 3339'));

  test('every RFC 3339 time is itself', () => {
    fc.assert(
      fc.property(fc.date({ min: new Date(0), max: new Date('9999-12-31'), noInvalidDate: true }), (date) => {
        expect(parseTime(date.toISOString(), now)).toBe(date.toISOString());
      }),
    );
  });
});

describe('durations', () => {
  test.each([
    ['90d', 7_776_000_000],
    ['12h', 43_200_000],
    ['10m', 600_000],
    ['2w', 1_209_600_000],
  ])('%s', (text, value) => expect(toMilliseconds(text)).toBe(value));
  test.each(['', 'd', '90', '1.5h', '-1h', '1h30m'])('refuses %j', (text) =>
    expect(() => toMilliseconds(text)).toThrow('unit'),
  );
});

test('destinations', () => {
  expect(parseDestination('in-place', '/here')).toEqual({ kind: 'in-place' });
  expect(parseDestination('folder:out', '/here')).toEqual({ kind: 'folder', path: '/here/out' });
  expect(parseDestination('folder:/a b', '/here')).toEqual({ kind: 'folder', path: '/a b' });
  expect(parseDestination('tenant:A copy', '/here')).toEqual({ kind: 'tenant', name: 'A copy' });
  for (const text of ['', 'folder:', 'tenant:', 'out']) expect(() => parseDestination(text, '/')).toThrow();
});

test('targets', () => {
  expect(parseTargetFolder('backup', '/here')).toBe('/here/backup');
  expect(parseTargetFolder('file:///mnt/a%20b', '/here')).toBe('/mnt/a b');
  for (const text of ['s3:bucket', 'sftp://host/x', 'file://host/x']) {
    expect(() => parseTargetFolder(text, '/here')).toThrow();
  }
});

test('whole numbers', () => {
  expect(parseWholeNumber('0')).toBe(0);
  for (const text of ['', '-1', '1.5', '0x10', '1e3', '9'.repeat(16)]) {
    expect(() => parseWholeNumber(text)).toThrow();
  }
});

describe('whose copies a target is to have', () => {
  test.each([
    ['all', { kind: 'all' }],
    ['installation', { kind: 'tenants', tenants: [] }],
    ['tier:enterprise', { kind: 'tiers', tiers: ['enterprise'] }],
    ['tier:enterprise,tier:professional', { kind: 'tiers', tiers: ['enterprise', 'professional'] }],
    ['tenant:north,south', { kind: 'tenants', tenants: ['north', 'south'] }],
    ['tenant:north,tenant:south', { kind: 'tenants', tenants: ['north', 'south'] }],
  ])('%s', (text, covers) => expect(parseCover(text)).toEqual(covers));

  test.each(['', 'none', 'tier:', 'tier:gold', 'tenant:North', 'tenant:north,tier:free', 'tenants:north'])(
    '%s is refused',
    (text) => expect(() => parseCover(text)).toThrow('--for is'),
  );
});
