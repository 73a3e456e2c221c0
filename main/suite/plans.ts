import type { BackupPlan } from '../schedule/backup-schedule.ts';
import type { DrillPlan } from '../schedule/drill-schedule.ts';
import { readSchedules } from '../schedule/setting-store.ts';
import type { TenantManager } from '../tenants/tenant-manager.ts';
import type { Foundation } from './foundation.ts';
import { installationBackups } from './retention-source.ts';

/** What somebody set, and what each tenant's tier has; the installation's own databases daily. */
export function backupPlans({ installation, control }: Foundation, tenants: TenantManager): BackupPlan[] {
  const set = readSchedules(control);
  const own: Omit<BackupPlan, 'setting'> = {
    owner: 'installation',
    every: installationBackups,
    most: 'hourly',
    since: installation.createdAt,
  };
  const ofTenants = tenants.backupPlans().map((plan) => ({ ...plan, most: plan.every }));
  return [own, ...ofTenants].map((plan) => ({ ...plan, setting: set.get(plan.owner)?.setting ?? null }));
}

/** How often each tenant's restore is tried, by its tier; the installation's own monthly. */
export function drillPlans(tenants: TenantManager): DrillPlan[] {
  return [{ owner: 'installation', every: 'monthly' }, ...tenants.drillPlans()];
}
