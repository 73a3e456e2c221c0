import { randomBytes } from 'node:crypto';
import { hostname, uptime } from 'node:os';
import { basename, dirname } from 'node:path';
import packageFile from '../../package.json' with { type: 'json' };
import { HoldfastError } from '../../shared/errors.ts';
import type { Uuid } from '../../shared/ids.ts';
import { installationRetention, retentionByTier } from '../../shared/retention.ts';
import { AuditLogger } from '../audit/audit-logger.ts';
import { AdvancedAuth } from '../auth/advanced-auth.ts';
import { BackupManager } from '../backups/backup-manager.ts';
import { tenantIdOf } from '../backups/owner.ts';
import { isRemovalUnderWay } from '../backups/retention/marks.ts';
import type { JobStarter } from '../jobs/job-runner.ts';
import { Jobs } from '../jobs/jobs.ts';
import { Notices } from '../notices/notices.ts';
import { OperationRun } from '../operations/operation-run.ts';
import { newOutside } from '../outside/outside-path.ts';
import { derivedKey } from '../secrets/derived-key.ts';
import { SubjectKeys } from '../secrets/subject-keys.ts';
import { tenantMigrations } from '../storage/migrations/tenant.ts';
import { type OpenStore, openStore } from '../storage/open-store.ts';
import { TenantManager } from '../tenants/tenant-manager.ts';
import { anchorKeeper } from './anchor-keeper.ts';
import { auditedJobs } from './audited-jobs.ts';
import { backupSources } from './backup-sources.ts';
import { controlRestoreSource } from './control-restore-source.ts';
import { copySource } from './copy-source.ts';
import { Erasures } from './erasures.ts';
import { firstPlaceSource, firstTargetAt } from './first-place-source.ts';
import { type Foundation, subjectsIn } from './foundation.ts';
import { healingSource, standInSource } from './healing-source.ts';
import { logSigning } from './log-signing.ts';
import { operatorRowKey } from './operator-row-key.ts';
import { PersonalFields } from './personal-fields.ts';
import { backupPlans, drillPlans } from './plans.ts';
import { reportSource } from './report-source.ts';
import { retentionSealKeeper } from './retention-sealing.ts';
import { retentionSource, snapshotsTold } from './retention-source.ts';
import { SampleTenants } from './sample-tenants.ts';
import { readSetting, writeSetting } from './settings.ts';
import { SubjectErasures } from './subjects/subject-erasures.ts';
import { tellTampered } from './tampered-operator.ts';
import { unlocking } from './unlocking.ts';

/** Told of failures that nobody waits for; details stay in this process. */
export type Report = (error: unknown, correlationId: string) => void;

export interface Managers {
  readonly tenants: TenantManager;
  readonly auth: AdvancedAuth;
  readonly audit: AuditLogger;
  readonly backups: BackupManager;
  readonly erasures: Erasures;
  readonly subjects: SubjectErasures;
  readonly samples: SampleTenants;
  readonly jobs: Jobs;
  /** As `jobs`, but each ends with its entry. */
  readonly audited: JobStarter;
  readonly notices: Notices;
  /** Tenants whose databases were closed with events that the log did not take. */
  readonly undrained: ReadonlySet<Uuid>;
  /** control.db, and audit.db where it can be opened: a log that cannot be must not cost the rest its backup. */
  readonly ownDatabases: () => OwnDatabases;
}

type OwnDatabases = readonly { readonly name: 'control' | 'audit'; readonly store: OpenStore }[];

export const appVersion: string = packageFile.version;

/** Makes the four managers and hands each the small part of the others that it needs. */
export function composeManagers(foundation: Foundation, report: Report): Managers {
  const { installation, layout, clock, ids, keyring, control, keys, pageLog } = foundation;
  const subjectKeys = new SubjectKeys(keys, keyring, clock);
  const personal = new PersonalFields(subjectKeys, keyring);
  const blindIndex = (text: string) => personal.blindIndex(text);
  const log = (error: unknown, operationId: Uuid | null) => report(error, operationId ?? 'none');
  const notices: Notices = new Notices({
    control,
    clock,
    ids,
    operatorName: (id) => auth.operatorName(id),
  });
  const jobs = new Jobs({
    control,
    clock,
    ids,
    log,
    ended: (transaction, job) => notices.jobEnded(transaction, job),
  });
  const undrained = new Set<Uuid>();
  const audited = auditedJobs(jobs, foundation.reserve, report);

  const tenants: TenantManager = new TenantManager({
    installation: layout.folder,
    tenantsFolder: layout.tenants,
    control,
    ids,
    jobs: audited,
    keys: {
      addTenant: async (id) => void (await keyring.addTenant(id)),
      removeTenant: async (id) => void (await keyring.removeTenant(id)),
      rowHashPrefix: (id) => keyring.tenant(id).rowHashPrefix,
    },
    sealer: personal,
    blindIndex,
    keyPlaces: () => backups.keyCopies.places(),
    repository: {
      prepare: (id) => backups.prepareRepository(id),
      remove: (id) => backups.removeRepository(id),
      erase: (id) => backups.eraseRepository(id),
    },
    openStore: (file, options) => {
      const id = basename(dirname(file)) as Uuid;
      return openStore({
        file,
        name: 'tenant',
        migrations: tenantMigrations,
        clock,
        checkpointer: foundation.checkpointer,
        mayCheckpoint: () => !pageLog.follows(id),
        onGrown: () => pageLog.grown(id),
        ...options,
      });
    },
    hooks: {
      opened: (id, store) => {
        undrained.delete(id);
        audit.attach(store);
        pageLog.opened(id, [{ name: 'data', store }]);
      },
      closing: async (id, store) => {
        await audit.settle();
        if (store.outboxState.rows > 0) undrained.add(id);
        audit.detach(store);
        await pageLog.closing(id);
      },
      contentFreed: (id) => void backups.contentFreed(id),
      drain: async (store) => {
        await audit.settle();
        if (store.outboxState.rows > 0) throw undrainedError();
      },
    },
  });

  const auth: AdvancedAuth = new AdvancedAuth({
    control,
    clock,
    ids,
    random: (length) => randomBytes(length),
    sealer: personal,
    nameIndex: blindIndex,
    pepper: () => keyring.installation.pepper,
    passphraseKey: () => derivedKey(keyring.installation.pepper, 'holdfast/argon2-secret/1'),
    operatorKey: () => operatorRowKey(keyring),
    sessionKey: () => derivedKey(keyring.installation.pepper, 'holdfast/session-row/1'),
    tampered: (id) => void tellTampered(id, { ids, audit, report }),
    principals: { find: (id) => tenants.principalFacts(id) },
    tenantId: (reference) => tenantId(tenants, reference),
    log,
    unlocking: installation.secrets === 'passphrase' ? unlocking(foundation) : undefined,
  });

  const audit: AuditLogger = new AuditLogger({
    openStore: foundation.openAudit,
    control,
    personal,
    search: foundation.search,
    installationId: installation.id,
    ...logSigning(foundation),
    pseudonymKey: keyring.installation.pseudonymKey,
    installationKey: keyring.installation.personalKey,
    appVersion,
    clock,
    ids,
    random: (length) => randomBytes(length),
    jobs: audited,
    drillFolder: layout.drilling,
    anchors: installation.secrets === 'keychain' ? anchorKeeper(foundation) : null,
    backupNotes: {
      get: () => readSetting(control, 'auditNote', null) ?? undefined,
      set: (note) => control.write((transaction) => writeSetting(transaction, 'auditNote', note ?? null)),
    },
    unknownNotes: (context) => backups.unknownNotes(context),
    verdicts: {
      stored: () => readSetting(control, 'logVerification', null),
      store: (transaction, text) => writeSetting(transaction, 'logVerification', text),
      key: derivedKey(keyring.installation.pepper, 'holdfast/log-verification/1'),
    },
    retention: { seal: retentionSealKeeper(keyring), approvers: () => auth.owners() },
    forwarding: {
      control,
      hostname: hostname(),
      secrets: {
        get: (id) => keyring.forwardingSecrets(id),
        put: (id, kept) => keyring.putForwardingSecrets(id, kept),
      },
      stuck: (transaction, all, begun) => notices.forwardingStuck(transaction, all, begun),
      report: (error) => report(error, 'forwarding'),
    },
    uptimeMs: uptimeWithSleep,
    subjectKey: (subject) => subjectKeys.get(subject),
    subjects: () => subjectsIn(keys),
    operatorNamed: (name) => auth.operatorNamed(name),
    auditLevel: (id) => tenants.auditLevel(id),
    alerts: {
      control,
      operatorName: (id) => auth.operatorName(id),
      raised: (transaction, alert) => notices.alertRaised(transaction, alert),
      report: (error) => report(error, 'alerts'),
      // a removal that was cut off goes on with the next run; of a tenant that is gone nothing does
      isOutcomeOpen: (operation, ofTenant) =>
        (ofTenant !== null && tenantId(tenants, ofTenant) === undefined) ||
        isRemovalUnderWay(control, operation),
    },
    breaches: {
      operatorName: (id) => auth.operatorName(id),
      tenantName: (id) => (tenantId(tenants, id) === undefined ? null : tenants.nameOf(id)),
      running: (transaction, breach) => notices.breachRunning(transaction, breach),
      stopped: (transaction, id) => notices.breachStopped(transaction, id),
      report: (error) => report(error, 'breaches'),
    },
    tenantId: (reference) => tenants.everIdOf(reference),
    newFile: (path) => newOutside(path, layout.folder),
    reportSource: reportSource({
      control,
      clock,
      folder: layout.folder,
      secrets: installation.secrets,
      tenants,
      defaultPolicy: (id) => (id === null ? installationRetention : retentionByTier[tenants.tierOf(id)]),
      plans: () => backupPlans(foundation, tenants),
      drills: () => drillPlans(tenants),
    }),
  });

  const ownDatabases = (): OwnDatabases => {
    const own = { name: 'control' as const, store: control };
    return audit.isOpen ? [own, { name: 'audit' as const, store: audit.store }] : [own];
  };

  const backups: BackupManager = new BackupManager({
    control,
    sources: backupSources({ foundation, tenants, ownDatabases }),
    keys: {
      password: (id) =>
        (id === 'installation' ? keyring.installation : keyring.tenant(id)).repositoryPassword.toString(
          'utf8',
        ),
      recovery: () => keyring.recovery,
      rowHashPrefix: (id) => keyring.tenant(id).rowHashPrefix,
    },
    audit: {
      checkpointNote: (id) => audit.checkpoint(id),
      logged: (eventIds) => new Set(eventIds.filter((id) => audit.has(id))),
      snapshotsTold: (id) => snapshotsTold(audit, id),
      compare: (notes) => audit.backupNotes.compare(notes),
      saved: (made, others) => audit.backupNotes.saved(made, others),
    },
    retention: retentionSource({
      tenants,
      operatorName: (id) => auth.operatorName(id),
      audit,
      clock,
      plans: () => backupPlans(foundation, tenants),
    }),
    recovery: {
      parts: async () => ({
        recoveryJson: keyring.exportRecovery(),
        ...(await keyring.exportWithSubjectKeys(keys)),
      }),
    },
    healing: healingSource({ audit, notices, ids }),
    controlRestore: controlRestoreSource({ foundation, tenants, auth, audit, notices }),
    standingIn: standInSource({ audit, notices, ids }),
    target: firstTargetAt(foundation, readSetting(control, 'target', null)),
    firstPlace: firstPlaceSource(foundation),
    copying: copySource({ tenants, auth, keyring, erased: () => ({ erasures, subjects }) }),
    report: (error) => report(error, 'backups'),
    targetFilling: (targetId, fullAt) =>
      // a backup that was made must not fail for it
      notices.targetFilling(targetId, fullAt).catch((error: unknown) => report(error, 'forecast')),
    pageLog,
    jobs: audited,
    clock,
    ids,
    app: appVersion,
    dataFolder: layout.folder,
  });

  pageLog.onDoubt((owner, isNew) => {
    if (!isNew) return;
    notices.commitsInDoubt(tenantIdOf(owner)).catch((error: unknown) => report(error, 'page-log'));
  });

  const samples = new SampleTenants({
    tenants,
    auth,
    backups,
    jobs: audited,
    ids,
    reserve: foundation.reserve,
    begin: (request) => new OperationRun({ id: ids.uuid(), ...request }, audit),
    report,
  });

  const erasures: Erasures = new Erasures({
    ...foundation,
    tenants,
    auth,
    backups,
    audit,
    jobs: audited,
    report,
  });

  const subjects: SubjectErasures = new SubjectErasures({
    ...foundation,
    subjectKeys,
    app: appVersion,
    tenants,
    auth,
    backups,
    audit,
    jobs: audited,
    report,
  });

  return {
    tenants,
    auth,
    audit,
    backups,
    erasures,
    subjects,
    samples,
    jobs,
    audited,
    notices,
    undrained,
    ownDatabases,
  };
}

/** The tenant that an id or slug names, if there is one. */
export function tenantId(tenants: TenantManager, reference: string): Uuid | undefined {
  try {
    return tenants.idOf(reference);
  } catch {
    return undefined;
  }
}

function undrainedError(): HoldfastError {
  return new HoldfastError(
    'AUDIT_UNAVAILABLE',
    'The audit log does not take what the tenant still has to tell it. See `holdfast status`, and try again.',
  );
}

/** Linux alone counts a sleep in the one clock and not in the other; elsewhere the clock on the wall has to tell. */
function uptimeWithSleep(): number | undefined {
  return process.platform === 'linux' ? uptime() * 1000 : undefined;
}
