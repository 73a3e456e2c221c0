import type { Migration } from '../migrations.ts';
import { base } from './tenant/0001-base.ts';
import { documents } from './tenant/0002-documents.ts';
import { files } from './tenant/0003-files.ts';
import { imports } from './tenant/0004-imports.ts';
import { timeline } from './tenant/0005-timeline.ts';
import { removedContents } from './tenant/0006-removed-contents.ts';

export const tenantMigrations: readonly Migration[] = [
  base, // 1
  documents, // 2
  files, // 3
  imports, // 4
  timeline, // 5
  removedContents, // 6
];
