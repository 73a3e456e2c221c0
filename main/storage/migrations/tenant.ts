import type { Migration } from '../migrations.ts';
import { base } from './tenant/0001-base.ts';

export const tenantMigrations: readonly Migration[] = [
  base, // 1
];
