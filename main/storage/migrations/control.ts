import type { Migration } from '../migrations.ts';
import { base } from './control/0001-base.ts';
import { tenants } from './control/0003-tenants.ts';

export const controlMigrations: readonly Migration[] = [
  base, // 1
  { number: 2, name: 'jobs', sql: 'SELECT 1;' },
  tenants, // 3
];
