import type { Core } from './core.ts';
import { implementer } from './implementer.ts';
import { auditRoutes } from './routes/audit.ts';
import { authRoutes } from './routes/auth.ts';
import { backupsRoutes } from './routes/backups.ts';
import { jobsRoutes } from './routes/jobs.ts';
import { setupRoutes } from './routes/setup.ts';
import { suiteRoutes } from './routes/suite.ts';
import { tenantsRoutes } from './routes/tenants.ts';

/** The contract, implemented once for every host. */
export function createRouter(core: Core) {
  const os = implementer(core);
  return os.router({
    setup: setupRoutes(os, core),
    tenants: tenantsRoutes(os, core),
    auth: authRoutes(os, core),
    audit: auditRoutes(os, core),
    backups: backupsRoutes(os, core),
    suite: suiteRoutes(os, core),
    jobs: jobsRoutes(os, core),
  });
}

export type HoldfastRouter = ReturnType<typeof createRouter>;
