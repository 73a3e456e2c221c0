import type { Migration } from '../migrations.ts';
import { base } from './control/0001-base.ts';

export const controlMigrations: readonly Migration[] = [
  base, // 1
];
