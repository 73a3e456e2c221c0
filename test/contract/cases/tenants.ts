import type { Cases } from '../case.ts';
import { documentCases } from './documents.ts';
import { erasureCases } from './erasures.ts';
import { fileCases } from './files.ts';
import { importCases } from './imports.ts';
import { principalCases } from './principals.ts';
import { registryCases } from './registry.ts';
import { subjectCases } from './subjects.ts';

export const tenants: Cases<'tenants'> = {
  ...registryCases,
  ...erasureCases,
  ...principalCases,
  ...subjectCases,
  ...documentCases,
  ...importCases,
  ...fileCases,
};
