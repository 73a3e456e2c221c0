import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { controlMigrations } from '../../main/storage/migrations/control.ts';
import type { Migration } from '../../main/storage/migrations.ts';
import { type OpenStore, openStore, type StoreOptions } from '../../main/storage/open-store.ts';
import type { Transaction } from '../../main/storage/store.ts';
import type { Clock } from '../../shared/clock.ts';

export const clock: Clock = {
  now: () => Date.now(),
  monotonicMicros: () => Math.round(performance.now() * 1000),
};

/** What control.db has in common with others, and one table to try things on. */
export const migrations: readonly Migration[] = [
  ...controlMigrations.slice(0, 1),
  {
    number: 2,
    name: 'notes',
    sql: 'CREATE TABLE notes (id INTEGER PRIMARY KEY, text TEXT NOT NULL UNIQUE) STRICT;',
  },
];

export interface Place {
  readonly folder: string;
  readonly file: string;
  open(options?: Partial<StoreOptions>): Promise<OpenStore>;
  remove(): void;
}

export function makePlace(): Place {
  const folder = mkdtempSync(join(tmpdir(), 'store-'));
  const file = join(folder, 'control.db');
  return {
    folder,
    file,
    open: (options = {}) =>
      openStore({ file, name: 'control', migrations, clock, createIfMissing: true, ...options }),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

export const addNote = (text: string) => (transaction: Transaction) =>
  transaction.sql('INSERT INTO notes (text) VALUES (?)').run(text);

export const notesOf = (store: OpenStore): string[] =>
  store
    .sql<{ text: string }>('SELECT text FROM notes ORDER BY id')
    .all()
    .map((row) => row.text);
