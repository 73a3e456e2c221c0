import type { Migration } from '../migrations.ts';
import { subjectKeys } from './keys/0001-subject-keys.ts';

export const keysMigrations: readonly Migration[] = [
  subjectKeys, // 1
];
