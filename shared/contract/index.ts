import { audit } from './audit.ts';
import { auth } from './auth.ts';
import { backups } from './backups.ts';
import { setup } from './setup.ts';
import { jobs, suite } from './suite.ts';
import { tenants } from './tenants.ts';

/** Everything a host can ask of the core: one group a manager, the whole, its long work, and what comes before it. */
export const contract = { setup, tenants, auth, audit, backups, suite, jobs };
