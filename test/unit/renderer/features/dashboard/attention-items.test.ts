import { expect, test } from 'vitest';
import { attentionItems, type Known } from '../../../../../renderer/features/dashboard/attention-items.ts';
import { type ManagerHealth, notice as noticeSchema } from '../../../../../shared/contract/suite.ts';
import type { Uuid } from '../../../../../shared/ids.ts';
import { allWell } from '../../../../doubles/objectives.ts';

const ready: ManagerHealth = { state: 'ready', problem: null };
const well: Known = {
  status: {
    managers: { tenants: ready, auth: ready, audit: ready, backups: ready },
    protection: {
      lastBackup: '2026-11-25T11:00:00Z',
      lastVerifiedRestore: '2026-11-25T11:00:00Z',
      nextRun: null,
      unprotected: 2,
      sameDisk: false,
      objectives: allWell,
    },
    disk: { encryption: 'on', method: 'LUKS2', freeBytes: 80e9 },
    warnings: [],
  },
  reasons: [],
  log: 'intact',
  overdue: [],
  notices: [],
  openNotices: 0,
  breaches: [],
  recoveryKeyConfirmed: true,
};
const withStatus = (changed: Partial<Known['status']>): Known => ({
  ...well,
  status: { ...well.status, ...changed },
});
const told = (known: Known) => attentionItems(known).map(({ key, tone }) => `${tone} ${key}`);
const notice = noticeSchema.parse({
  id: '01a214da-945d-70dc-a389-e065521a56bb',
  time: '2026-11-25T22:36:38.877Z',
  kind: 'job-failed',
  severity: 'critical',
  tenantId: null,
  jobId: null,
  jobKind: 'backup.create',
  error: { code: 'INTEGRITY', data: {} },
  dueAt: null,
  alertId: null,
  alertRule: null,
  breachId: null,
  destinationId: null,
  acknowledgedAt: null,
  acknowledgedBy: null,
});

test('nothing where everything is well', () => {
  expect(attentionItems(well)).toEqual([]);
});

test('each reason has one item, and the gravest come first whatever part they are of', () => {
  const known: Known = {
    ...withStatus({ disk: { encryption: 'off', method: null, freeBytes: 4e9 } }),
    reasons: ['overdue', 'unprotected', 'same-disk', 'restore-unproven'],
    recoveryKeyConfirmed: false,
    notices: [notice],
    openNotices: 4,
  };
  expect(told(known)).toEqual([
    'bad overdue',
    `bad ${notice.id}`,
    'warning disk',
    'warning unprotected',
    'warning same-disk',
    'warning restore-unproven',
    'warning recovery-key',
    'info encryption',
    'info more-notices',
  ]);
});

test('a manager that is down or has a problem is told with its own sentence and its own screen', () => {
  const down: ManagerHealth = { state: 'down', problem: 'audit.db is gone.' };
  const degraded: ManagerHealth = { state: 'degraded', problem: 'The target is away.' };
  const known = withStatus({
    managers: { ...well.status.managers, audit: down, backups: degraded },
    warnings: ['audit: audit.db is gone.', 'backups: The target is away.'],
  });
  expect(attentionItems(known).map(({ tone, text, next }) => [tone, text, next.href])).toEqual([
    ['bad', 'Audit log: audit.db is gone.', '/audit'],
    ['warning', 'Backups: The target is away.', '/backups'],
  ]);
});

test('a log that was tampered with is told once', () => {
  const contradicted: ManagerHealth = { state: 'degraded', problem: 'TAMPERED or RESTORED: …' };
  const known = withStatus({ managers: { ...well.status.managers, audit: contradicted } });
  expect(told({ ...known, log: 'tampered' })).toEqual(['bad tampered']);
});

test('little space is a warning below 5 GB and critical below 1 GB', () => {
  const free = (freeBytes: number) => told(withStatus({ disk: { ...well.status.disk, freeBytes } }));
  expect([free(5e9), free(5e9 - 1), free(1e9), free(1e9 - 1)]).toEqual([
    [],
    ['warning disk'],
    ['warning disk'],
    ['bad disk'],
  ]);
});

test('a warning of the core is shown only where nothing else says it', () => {
  const spent = 'The disk is full: the reserve is used up, and only what frees space is allowed. Free some.';
  const known = withStatus({
    warnings: [
      'tenants: something',
      'Backups stand on the same disk as the data: one failure takes both. Move them to another disk with `holdfast backup target move`.',
      '2 of the tenants have no backup yet.',
      spent,
      'Disk encryption is off: whoever takes the disk reads the data.',
    ],
  });
  expect(attentionItems(known).map(({ text }) => text)).toEqual([spent]);
});

test('overdue backups name at most three owners', () => {
  const text = (overdue: readonly string[]) =>
    attentionItems({ ...well, reasons: ['overdue'], overdue })[0]?.text;
  expect([text([]), text(['Acme']), text(['A', 'B', 'C']), text(['A', 'B', 'C', 'D', 'E'])]).toEqual([
    'A backup is overdue.',
    'A backup is overdue: Acme.',
    '3 backups are overdue: A, B, C.',
    '5 backups are overdue: A, B, C and 2 more.',
  ]);
});

test('a drill that failed stays until another succeeds, told once while its notice is open', () => {
  const objectives = { ...well.status.protection.objectives, failedDrills: 1 };
  const known = withStatus({ protection: { ...well.status.protection, objectives } });
  expect(told(known)).toEqual(['bad drill-failed']);
  const notice = noticeSchema.parse({
    id: '01a214cf-2121-73e0-a4f1-5cb153e783e8',
    time: '2026-11-25T12:00:00Z',
    kind: 'job-failed',
    severity: 'critical',
    tenantId: null,
    jobId: null,
    jobKind: 'backup.drill',
    error: null,
    dueAt: null,
    alertId: null,
    alertRule: null,
    breachId: null,
    destinationId: null,
    acknowledgedAt: null,
    acknowledgedBy: null,
  });
  expect(told({ ...known, notices: [notice], openNotices: 1 })).toEqual([`bad ${notice.id}`]);
});

test('a breach has one item with the time that is left, in place of its notice', () => {
  const hour = 3_600_000;
  const breach = (id: string, hours: number) => ({ id, title: `Breach ${id}`, leftMs: hours * hour });
  const due = {
    ...notice,
    kind: 'breach-due' as const,
    breachId: '01a214da-945d-70dc-a389-e065521a56bc' as Uuid,
  };
  const known: Known = {
    ...well,
    breaches: [breach('1', 60), breach('2', 20), breach('3', 5), breach(due.breachId, -2)],
    notices: [due],
    openNotices: 1,
  };
  expect(attentionItems(known).map(({ tone, text }) => `${tone} ${text}`)).toEqual([
    'bad Breach “Breach 3”: 5 h 0 min left to tell of it.',
    `bad Breach “Breach ${due.breachId}”: past due by 2 h 0 min. Not everybody was told who has to be.`,
    'warning Breach “Breach 2”: 20 h 0 min left to tell of it.',
    'info Breach “Breach 1”: 60 h 0 min left to tell of it.',
  ]);
});
