import { afterEach, beforeEach, expect, test } from 'vitest';
import { hashTables, schemaHash } from '../../../../main/backups/snapshot/table-hash.ts';
import type { OpenStore } from '../../../../main/storage/open-store.ts';
import { makePlace, type Place } from '../../../doubles/store-place.ts';

let place: Place;
let store: OpenStore;
beforeEach(async () => {
  place = makePlace();
  store = await place.open();
});
afterEach(async () => {
  await store.close();
  place.remove();
});

const hashOf = (name: string) => hashTables(store).find((table) => table.name === name)?.hash;

test('a value, its type and its column each change the hash; the order of rows does not', async () => {
  const rows = async (...values: (string | number | bigint | Uint8Array | null)[][]) => {
    await store.write((transaction) => {
      transaction.sql('DROP TABLE IF EXISTS tried').run();
      transaction.sql('CREATE TABLE tried (a, b)').run();
      for (const value of values) transaction.sql('INSERT INTO tried VALUES (?, ?)').run(...value);
    });
    return hashOf('tried');
  };
  const hashes = [
    await rows(['1', null]),
    await rows([1n, null]),
    await rows([1.5, null]),
    await rows([Buffer.from('1'), null]),
    await rows([null, '1']),
    await rows(['1', '']),
    await rows(['1', null], ['1', null]),
    await rows([9007199254740993n, null]),
    await rows([9007199254740992n, null]),
    await rows(['a\0b', null]),
    await rows(['a\0c', null]),
    await rows([0.1, null]),
    await rows([0.1 + Number.EPSILON / 8, null]),
  ];
  expect(new Set(hashes).size).toBe(hashes.length);
  expect(await rows(['x', 1], ['y', 2])).toBe(await rows(['y', 2], ['x', 1]));
});

test('the schema hash changes with the schema', async () => {
  const before = schemaHash(store);
  await store.write((transaction) => transaction.sql('CREATE INDEX by_text ON notes (text)').run());
  expect(schemaHash(store)).not.toBe(before);
});
