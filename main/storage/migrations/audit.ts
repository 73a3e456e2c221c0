import type { Migration } from '../migrations.ts';
import { base } from './audit/0001-base.ts';
import { logs } from './audit/0002-logs.ts';
import { tileRoots } from './audit/0003-tile-roots.ts';
import { rotations } from './audit/0004-rotations.ts';
import { witnesses } from './audit/0005-witnesses.ts';
import { timestamps } from './audit/0006-timestamps.ts';
import { pruned } from './audit/0007-pruned.ts';

export const auditMigrations: readonly Migration[] = [
  base, // 1
  logs, // 2
  tileRoots, // 3
  rotations, // 4
  witnesses, // 5
  timestamps, // 6
  pruned, // 7
];
