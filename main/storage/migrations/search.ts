import type { Migration } from '../migrations.ts';
import { base } from './search/0001-base.ts';
import { events } from './search/0002-events.ts';
import { counts } from './search/0003-counts.ts';
import { kinds } from './search/0004-kinds.ts';
import { words } from './search/0005-words.ts';
import { countsByActor } from './search/0006-counts-by-actor.ts';

export const searchMigrations: readonly Migration[] = [
  base, // 1
  events, // 2
  counts, // 3
  kinds, // 4
  words, // 5
  countsByActor, // 6
];
