import type { Migration } from '../migrations.ts';
import { base } from './audit/0001-base.ts';

export const auditMigrations: readonly Migration[] = [
  base, // 1
];
