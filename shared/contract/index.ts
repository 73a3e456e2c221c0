import { audit } from './audit.ts';
import { auth } from './auth.ts';
import { backups } from './backups.ts';
import { jobs, suite } from './suite.ts';
import { tenants } from './tenants.ts';

/** Everything a host can ask of the core, one group a manager. */
export const contract = { tenants, auth, audit, backups, suite, jobs };
