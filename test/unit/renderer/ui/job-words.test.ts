import { expect, test } from 'vitest';
import { words } from '../../../../renderer/i18n/en/words.ts';
import { nextStepOf } from '../../../../renderer/ui/job-next.ts';
import { jobKindText } from '../../../../renderer/ui/job-words.ts';

test('a kind has its word; one without a word is called as it is, whatever an object knows by itself', () => {
  expect([jobKindText('backup.create'), jobKindText('some.thing'), jobKindText('constructor')]).toEqual([
    'Backup',
    'some.thing',
    'constructor',
  ]);
});

test('every kind of work on a tenant leads to that tenant; a plan of a restore leads nowhere', () => {
  const tenant = '01a214cf-2121-73e0-a4f1-5cb153e783e8';
  const leads = Object.keys(words.jobKind).map((kind) => [kind, nextStepOf(kind, tenant)?.href]);
  expect(Object.fromEntries(leads)).toEqual({
    'backup.create': `/backups?tenant=${tenant}`,
    'backup.verify': `/backups?tenant=${tenant}`,
    'backup.retention.apply': `/backups/retention?tenant=${tenant}`,
    'backup.retention.simulate': `/backups/retention?tenant=${tenant}`,
    'backup.forget.plan': `/backups/retention?tenant=${tenant}`,
    'backup.forget.request': `/backups/retention?tenant=${tenant}`,
    'backup.drill': `/backups/drills?tenant=${tenant}`,
    'backup.folder.preview': `/tenants/${tenant}/folders`,
    'backup.target.move': '/backups/targets',
    'backup.target.sync': '/backups/targets',
    'backup.repair': `/backups/repair?tenant=${tenant}`,
    'backup.repair.plan': `/backups/repair?tenant=${tenant}`,
    'backup.restore': '/backups/restores',
    'backup.restore.open': undefined,
    'backup.restore.plan': undefined,
    'backup.restore.resume': '/backups/restores',
    'backup.restore.undo': '/backups/restores',
    'data.import': `/tenants/${tenant}/imports`,
    'data.import.undo': `/tenants/${tenant}/imports`,
    'data.export': `/tenants/${tenant}/data`,
    'file.add': `/tenants/${tenant}/files`,
    'file.get': `/tenants/${tenant}/files`,
    'audit.verify': '/audit',
    'audit.drill': '/audit/drill',
    'audit.prune': '/audit/retention',
    'audit.export': '/audit',
    'audit.report': '/audit/reports',
    'subject.export': `/tenants/${tenant}/people`,
    'subject.erase': '/erased/people',
    'tenant.erase': '/erased',
    'tenant.erase.prove': '/erased',
    'tenant.sample.create': '/tenants',
    'tenant.sample.delete': '/tenants',
  });
});
