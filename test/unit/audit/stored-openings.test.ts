import { randomBytes } from 'node:crypto';
import Database from 'better-sqlite3';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { StoredOpenings } from '../../../main/audit/verify/stored-openings.ts';
import type { Reading } from '../../../main/storage/store.ts';

let database: Database.Database;
let reading: Reading;
beforeEach(() => {
  database = new Database(':memory:');
  // not STRICT: whoever changes the file changes that too
  database.exec(
    'CREATE TABLE openings (position INTEGER NOT NULL, field, sealed, PRIMARY KEY (position, field)) WITHOUT ROWID',
  );
  reading = { sql: ((text: string) => database.prepare(text)) as unknown as Reading['sql'] };
});
afterEach(() => database.close());

const add = (position: number, field: unknown, sealed: unknown) =>
  database.prepare('INSERT INTO openings VALUES (?, ?, ?)').run(position, field, sealed);
const lengthsOf = (openings: StoredOpenings, position: number) =>
  openings.at(position).map(({ field, sealed }) => [field, sealed.length]);

describe('stored openings', () => {
  it('are the rows of each position that is asked for, whatever their length and number', () => {
    const row = fc.record({
      position: fc.integer({ min: 0, max: 12 }),
      length: fc.constantFrom(0, 1, 130, 4095, 4096, 4097, 9000),
    });
    fc.assert(
      fc.property(
        fc.array(row, { maxLength: 30 }),
        fc.uniqueArray(fc.integer({ min: 2, max: 14 })),
        (rows, asked) => {
          database.exec('DELETE FROM openings');
          const stored = rows.map(({ position, length }, at) => {
            const sealed = randomBytes(length);
            add(position, `f${String(at).padStart(2, '0')}`, sealed);
            return { position, field: `f${String(at).padStart(2, '0')}`, sealed };
          });
          const openings = new StoredOpenings(reading, 2, 10);
          for (const position of asked.sort((one, other) => one - other)) {
            const there = stored.filter((each) => each.position === position && position < 10);
            expect(openings.at(position).map(({ field, sealed }) => [field, Buffer.from(sealed)])).toEqual(
              there.map(({ field, sealed }) => [field, sealed]),
            );
          }
        },
      ),
    );
  });

  it('are read page by page, also where one position has several of them', () => {
    database.transaction(() => {
      for (let at = 0; at < 2500; at += 1) add(at < 10 ? at : 10, `f${at}`, randomBytes(at % 7));
      for (let at = 11; at < 1100; at += 1) add(at, 'who.name', randomBytes(at % 11));
    })();
    const openings = new StoredOpenings(reading, 0, 2 ** 36);
    expect(lengthsOf(openings, 9)).toEqual([['f9', 2]]);
    const many = lengthsOf(openings, 10);
    expect(many).toHaveLength(2490);
    expect(new Set(many.map(([field]) => field)).size).toBe(2490);
    for (let at = 11; at < 1100; at += 1) expect(lengthsOf(openings, at)).toEqual([['who.name', at % 11]]);
    expect(openings.at(1100)).toEqual([]);
  });

  it('have no bytes where the row has something else, and no name where that is none', () => {
    add(1, 'why', 'as many letters as a sealed field has bytes');
    add(2, 'why', 5);
    add(3, 'why', null);
    add(4, Buffer.from('why'), Buffer.from('sealed'));
    add(5, 'why', Buffer.from('sealed'));
    const openings = new StoredOpenings(reading, 0, 10);
    for (const position of [1, 2, 3]) expect(lengthsOf(openings, position)).toEqual([['why', 0]]);
    expect(lengthsOf(openings, 4)).toEqual([['', 6]]);
    expect(openings.at(5)).toEqual([{ field: 'why', sealed: Buffer.from('sealed') }]);
  });
});
