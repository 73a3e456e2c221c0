import type { contract } from '../../shared/contract/index.ts';
import type { Cases, OperationCase } from './case.ts';
import { audit } from './cases/audit.ts';
import { auth } from './cases/auth.ts';
import { backups } from './cases/backups.ts';
import { setup } from './cases/setup.ts';
import { jobs, suite } from './cases/suite.ts';
import { tenants } from './cases/tenants.ts';

const byGroup: { readonly [Group in keyof typeof contract]: Cases<Group> } = {
  setup,
  tenants,
  auth,
  audit,
  backups,
  suite,
  jobs,
};

/** Every row of the table, by `group.operation`. */
export const cases: ReadonlyMap<string, OperationCase> = new Map(
  Object.entries(byGroup).flatMap(([group, members]) =>
    Object.entries(members).map(([name, row]): [string, OperationCase] => [`${group}.${name}`, row]),
  ),
);
