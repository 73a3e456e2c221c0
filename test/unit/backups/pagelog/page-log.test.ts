import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { makeProtected, type Protected } from '../../../doubles/protected-installation.ts';

let place: Protected;
beforeEach(async () => {
  place = await makeProtected();
});
afterEach(() => place.close());

const backUp = async () => (await place.snapshot()).kind;
const folder = () => join(place.folder, 'pitr', place.tenantId);
const segments = () => {
  const [chain = ''] = readdirSync(folder()).filter((name) => name !== 'chain.json');
  return readdirSync(join(folder(), chain, 'data'));
};

test('a tenant without a backup is not followed, and its log is copied as ever', async () => {
  await place.put('orders', 'one', { total: 1 });
  await setTimeout(1200);
  expect(existsSync(folder())).toBe(false);
  expect(place.parts.pageLog.follows(place.tenantId)).toBe(false);
});

test('about a second after a commit it is in a segment; a backup takes them along and removes them', async () => {
  await backUp();
  expect(place.parts.pageLog.follows(place.tenantId)).toBe(true);
  for (let at = 0; at < 3; at += 1) {
    await place.put('orders', 'one', { at });
    const before = segments().length;
    await vi.waitFor(() => expect(segments().length).toBeGreaterThan(before), {
      timeout: 5000,
      interval: 50,
    });
  }
  expect(await backUp()).toBe('incremental');
  expect(segments()).toHaveLength(1);
});

test('the write-ahead log stays small under steady writes', async () => {
  await backUp();
  const text = 'x'.repeat(200_000);
  for (let at = 0; at < 120; at += 1) {
    await place.put('large', `document-${at % 7}`, { at, text });
    if (at % 20 === 0) await setTimeout(1100);
  }
  await vi.waitFor(() => expect(statSync(`${place.tenant.file}-wal`).size).toBeLessThan(20_000_000), {
    timeout: 5000,
  });
  expect(await backUp()).toBe('incremental');
}, 60_000);

test('a foreign commit ends the chain: the next backup is full, says so in the log, and is followed again', async () => {
  await backUp();
  await place.put('orders', 'one', { total: 1 });
  execFileSync('sqlite3', [
    '-batch',
    place.tenant.file,
    'PRAGMA wal_autocheckpoint = 0; PRAGMA user_version = 6',
  ]);
  await place.put('orders', 'one', { total: 2 });
  expect(await backUp()).toBe('full');
  expect(place.recorded.at(-1)).toMatchObject({ severity: 'critical', facts: { pageLog: 'damaged' } });
  await place.put('orders', 'one', { total: 3 });
  expect(await backUp()).toBe('incremental');
  expect(place.recorded.at(-1)?.severity).toBeUndefined();
});

test('a capture that failed is tried again by itself, without a further commit', async () => {
  await backUp();
  const [chain = ''] = readdirSync(folder()).filter((name) => name !== 'chain.json');
  const data = join(folder(), chain, 'data');
  renameSync(data, `${data}.aside`);
  writeFileSync(data, 'in the way');
  await place.put('orders', 'one', { total: 1 });
  await setTimeout(2500);
  rmSync(data);
  renameSync(`${data}.aside`, data);
  const before = segments().length;
  await vi.waitFor(() => expect(segments().length).toBeGreaterThan(before), { timeout: 15_000 });
  expect(place.parts.pageLog.isDoubted(place.tenantId)).toBe(false);
}, 60_000);

test('a chain that cannot be read is told when the tenant is opened, and known of once it was', async () => {
  await backUp();
  const doubts: [string, boolean][] = [];
  place.parts.pageLog.onDoubt((owner, isNew) => doubts.push([owner, isNew]));
  const databases = [{ name: 'data', store: place.tenant }];
  await place.parts.pageLog.closing(place.tenantId);
  writeFileSync(join(folder(), 'chain.json'), 'no chain');
  place.parts.pageLog.opened(place.tenantId, databases);
  expect(doubts).toEqual([[place.tenantId, true]]);
  rmSync(join(folder(), 'chain.json'));
  place.parts.pageLog.opened(place.tenantId, databases);
  expect(doubts).toEqual([
    [place.tenantId, true],
    [place.tenantId, false],
  ]);
  expect(await backUp()).toBe('full');
});

test('a tenant that is deleted leaves nothing behind', async () => {
  await backUp();
  await place.parts.pageLog.remove(place.tenantId);
  expect(existsSync(folder())).toBe(false);
  await place.put('orders', 'one', { total: 1 });
  await setTimeout(1200);
  expect(existsSync(folder())).toBe(false);
});
