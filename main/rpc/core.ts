import type { z } from 'zod';
import type { OwnerProtection } from '../../shared/contract/backups/drills.ts';
import type { Erasure, erasureOperations } from '../../shared/contract/erasures.ts';
import type { FoundBackups, RecoveryRun } from '../../shared/contract/recovery.ts';
import type { SetupState, setup as setupContract } from '../../shared/contract/setup.ts';
import type { SubjectErasure, subjectOperations } from '../../shared/contract/subjects.ts';
import type { Installation, Status } from '../../shared/contract/suite.ts';
import type { JobStarted } from '../../shared/contract/values.ts';
import type { Uuid } from '../../shared/ids.ts';
import type { AuditLogger } from '../audit/audit-logger.ts';
import type { AdvancedAuth } from '../auth/advanced-auth.ts';
import type { BackupManager } from '../backups/backup-manager.ts';
import type { Input as BackupInput, Output as BackupOutput } from '../backups/inputs.ts';
import type { Jobs } from '../jobs/jobs.ts';
import type { Notices } from '../notices/notices.ts';
import type { Reserve } from '../operations/cure.ts';
import type { Page } from '../operations/cursor.ts';
import type { Operation } from '../operations/operation.ts';
import type { OperationRun, RunRequest } from '../operations/operation-run.ts';
import type { TenantManager } from '../tenants/tenant-manager.ts';
import type { ErrorLog } from './errors.ts';

type Setting = typeof setupContract;
type Input<Name extends keyof Setting> = z.output<NonNullable<Setting[Name]['~orpc']['inputSchema']>>;

interface Underway {
  readonly recovery: RecoveryRun | null;
}

/** What can be done before there is an installation to ask. */
export interface Setup {
  getSetup(): Promise<SetupState>;
  createInstallation(
    input: Input<'createInstallation'>,
  ): Promise<{ installationId: Uuid; recoveryKey: string }>;
  openInstallation(input: Input<'openInstallation'>): Promise<SetupState>;
  inspectBackups(input: Input<'inspectBackups'>, signal: AbortSignal): Promise<FoundBackups>;
  recoverInstallation(input: Input<'recoverInstallation'>): Promise<Underway>;
  getRecovery(): Promise<Underway>;
  cancelRecovery(): Promise<Underway>;
  dismissRecovery(): Promise<Underway>;
}

/** The recovery key of a new installation, until somebody has typed it back. */
interface RecoveryKeys {
  showRecoveryKey(operation: OperationRun): Promise<{ recoveryKey: string }>;
  createRecoveryKit(
    input: { readonly prepared?: true | undefined },
    operation: OperationRun,
  ): Promise<{ fileName: string; pdf: string }>;
  confirmRecoveryKey(
    input: { readonly groups: readonly { readonly group: number; readonly text: string }[] },
    operation: OperationRun,
  ): Promise<Record<string, never>>;
}

/** Another recovery key in its place. */
interface RecoveryKeyReplacing {
  prepareRecoveryKey(operation: Operation): Promise<{ recoveryKey: string; fingerprint: string }>;
  replaceRecoveryKey(
    input: { readonly groups: readonly { readonly group: number; readonly text: string }[] },
    operation: Operation,
  ): Promise<JobStarted>;
}

/** Tenants of sample data. */
export interface Samples {
  createSampleTenant(operation: Operation): Promise<JobStarted>;
  deleteSampleTenant(input: { readonly tenant: string }, operation: Operation): Promise<JobStarted>;
}

type Erasing = typeof erasureOperations;
type ErasingInput<Name extends keyof Erasing> = z.output<NonNullable<Erasing[Name]['~orpc']['inputSchema']>>;
type ErasingOutput<Name extends keyof Erasing> = z.output<
  NonNullable<Erasing[Name]['~orpc']['outputSchema']>
>;

/** Tenants that are destroyed everywhere. */
interface TenantErasure {
  planErasure(input: ErasingInput<'planErasure'>): Promise<ErasingOutput<'planErasure'>>;
  eraseTenant(input: ErasingInput<'eraseTenant'>, operation: Operation): Promise<JobStarted>;
  listErasures(input: ErasingInput<'listErasures'>): Promise<Page<Erasure>>;
  proveErasure(input: ErasingInput<'proveErasure'>, operation: Operation): Promise<JobStarted>;
}

type OnSubjects = typeof subjectOperations;
type SubjectInput<Name extends keyof OnSubjects> = z.output<
  NonNullable<OnSubjects[Name]['~orpc']['inputSchema']>
>;

/** What is kept about people. */
interface Subjects {
  planSubjectErasure(
    input: SubjectInput<'planSubjectErasure'>,
    operation: Operation,
  ): Promise<z.output<NonNullable<OnSubjects['planSubjectErasure']['~orpc']['outputSchema']>>>;
  eraseSubject(input: SubjectInput<'eraseSubject'>, operation: Operation): Promise<JobStarted>;
  planSubjectExport(
    input: SubjectInput<'planSubjectExport'>,
    operation: Operation,
  ): Promise<z.output<NonNullable<OnSubjects['planSubjectExport']['~orpc']['outputSchema']>>>;
  exportSubjectData(input: SubjectInput<'exportSubjectData'>, operation: Operation): Promise<JobStarted>;
  listSubjectErasures(input: SubjectInput<'listSubjectErasures'>): Promise<Page<SubjectErasure>>;
}

/** When backups are made by themselves, and whether that works. */
interface Schedules {
  list(input: BackupInput<'listSchedules'>): BackupOutput<'listSchedules'>;
  readonly settings: {
    getSchedule(input: BackupInput<'getSchedule'>): BackupOutput<'getSchedule'>;
    setSchedule(
      input: BackupInput<'setSchedule'>,
      operation: Operation,
    ): Promise<BackupOutput<'setSchedule'>>;
    resetSchedule(
      input: BackupInput<'resetSchedule'>,
      operation: Operation,
    ): Promise<BackupOutput<'resetSchedule'>>;
    previewSchedule(input: BackupInput<'previewSchedule'>): BackupOutput<'previewSchedule'>;
  };
}

/** What the contract is implemented with. A manager that is down throws UNAVAILABLE when it is asked for. */
export interface Core {
  readonly tenants: TenantManager;
  readonly auth: AdvancedAuth;
  readonly audit: AuditLogger;
  readonly backups: BackupManager;
  readonly samples: Samples;
  readonly erasures: TenantErasure;
  readonly subjects: Subjects;
  readonly jobs: Jobs;
  readonly setup: Setup;
  readonly recovery: RecoveryKeys;
  readonly replacement: RecoveryKeyReplacing;
  readonly notices: Notices;
  readonly schedules: Schedules;
  readonly errors: ErrorLog;
  readonly reserve: Reserve;
  begin(request: Omit<RunRequest, 'id'>): OperationRun;
  /** The tenant that an id or slug names, if there is one. */
  tenantId(reference: string): Uuid | undefined;
  getStatus(): Promise<Status>;
  getInstallation(): Installation;
  createRestoreReport(
    input: { readonly jobId: Uuid },
    operation: OperationRun,
  ): Promise<{ fileName: string; pdf: string }>;
  listProtection(input: {
    readonly limit: number;
    readonly cursor?: string | undefined;
    readonly tenant?: string | undefined;
    readonly installation?: true | undefined;
  }): Promise<Page<OwnerProtection>>;
}
