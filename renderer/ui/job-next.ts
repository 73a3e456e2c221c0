import type { PlainKey } from '../i18n/translate.ts';

/** Where one goes on after a job. */
export interface NextStep {
  readonly label: PlainKey;
  readonly href: string;
}

/** The screen on which a kind of job is asked for and its results are found; undefined for a kind without one. */
export function nextStepOf(kind: string, tenantId: string | null): NextStep | undefined {
  const ofTenant = (label: PlainKey, tab: string): NextStep | undefined =>
    tenantId === null ? undefined : { label, href: `/tenants/${tenantId}/${tab}` };
  switch (kind) {
    case 'backup.create':
    case 'backup.verify':
      return tenantId === null
        ? { label: 'jobs.next.backups', href: '/backups' }
        : { label: 'jobs.next.tenantBackups', href: `/backups?tenant=${tenantId}` };
    case 'backup.retention.apply':
    case 'backup.retention.simulate':
    case 'backup.forget.plan':
    case 'backup.forget.request':
      return {
        label: 'jobs.next.retention',
        href: `/backups/retention?tenant=${tenantId ?? 'installation'}`,
      };
    case 'backup.repair':
    case 'backup.repair.plan':
      return { label: 'jobs.next.repair', href: `/backups/repair?tenant=${tenantId ?? 'installation'}` };
    case 'backup.drill':
      return {
        label: 'jobs.next.drills',
        href: tenantId === null ? '/backups/drills' : `/backups/drills?tenant=${tenantId}`,
      };
    case 'backup.target.move':
    case 'backup.target.sync':
      return { label: 'jobs.next.targets', href: '/backups/targets' };
    case 'backup.restore':
    case 'backup.restore.resume':
    case 'backup.restore.undo':
      return { label: 'jobs.next.restore', href: '/backups/restores' };
    case 'backup.folder.preview':
      return ofTenant('jobs.next.folders', 'folders');
    case 'data.import':
    case 'data.import.undo':
      return ofTenant('jobs.next.imports', 'imports');
    case 'data.export':
      return ofTenant('jobs.next.data', 'data');
    case 'file.add':
    case 'file.get':
      return ofTenant('jobs.next.files', 'files');
    case 'audit.verify':
    case 'audit.export':
      return { label: 'jobs.next.audit', href: '/audit' };
    case 'audit.drill':
      return { label: 'jobs.next.tamperDrill', href: '/audit/drill' };
    case 'audit.prune':
      return { label: 'jobs.next.auditRetention', href: '/audit/retention' };
    case 'audit.report':
      return { label: 'jobs.next.reports', href: '/audit/reports' };
    case 'tenant.erase':
    case 'tenant.erase.prove':
      return { label: 'jobs.next.erased', href: '/erased' };
    case 'subject.export':
      return tenantId === null
        ? { label: 'jobs.next.operators', href: '/access/operators' }
        : { label: 'jobs.next.people', href: `/tenants/${tenantId}/people` };
    case 'subject.erase':
      return { label: 'jobs.next.erasedPeople', href: '/erased/people' };
    case 'tenant.sample.create':
    case 'tenant.sample.delete':
      return { label: 'jobs.next.tenants', href: '/tenants' };
    default:
      return undefined;
  }
}
