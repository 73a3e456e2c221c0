import type { Migration } from '../migrations.ts';
import { base } from './search/0001-base.ts';

export const searchMigrations: readonly Migration[] = [
  base, // 1
];
