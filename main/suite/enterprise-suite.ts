import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { toRfc3339 } from '../../shared/clock.ts';
import type { Installation, Status } from '../../shared/contract/suite.ts';
import type { Uuid } from '../../shared/ids.ts';
import type { Severity } from '../../shared/severities.ts';
import { OperationRun, type RunRequest } from '../operations/operation-run.ts';
import { systemRun } from '../operations/system-run.ts';
import { makePdf } from '../reports/make-pdf.ts';
import { recoveryKit } from '../reports/recovery-kit.ts';
import type { Core, Setup } from '../rpc/core.ts';
import { type Keychain, systemKeychain } from '../secrets/keychain.ts';
import { recoveryFingerprint } from '../secrets/recovery-derivation.ts';
import {
  type Foundation,
  type HoldOptions,
  holdFolder,
  layFoundation,
  requireInstallation,
  unlock,
} from './foundation.ts';
import { type InitialiseOptions, makeInstallation } from './initialise.ts';
import { processLog } from './log.ts';
import { appVersion, composeManagers, type Managers, tenantId } from './managers.ts';
import { drillPlans } from './plans.ts';
import { listProtection, type Protection } from './protection.ts';
import { type MakeKit, RecoveryKeyCheck } from './recovery-key-check.ts';
import { RecoveryKeyReplacement } from './recovery-key-replacement.ts';
import { createRestoreReport } from './restore-report.ts';
import { carryOutSetBack } from './set-back/carry-out.ts';
import { readSetting, writeSetting } from './settings.ts';
import { openSetup } from './setup.ts';
import { StandingWork } from './standing-work.ts';
import { readStatus } from './status.ts';

export interface OpenOptions extends HoldOptions {
  readonly unlock?:
    | { readonly passphrase?: string | undefined; readonly unlockFileSecret?: Uint8Array | undefined }
    | undefined;
  /** The operating system's own by default. */
  readonly keychain?: Keychain;
}

type Backups = Pick<Protection, 'firstOutlivesDisk' | 'copiedElsewhere' | 'newestOnFirst'>;

const never = new AbortController().signal;

/** The four managers over one storage, keychain and job runner: started and stopped in order. */
export class EnterpriseSuite implements Core {
  readonly errors = processLog;
  readonly setup: Setup;
  readonly recovery: RecoveryKeyCheck;
  readonly replacement: RecoveryKeyReplacement;
  readonly #foundation: Foundation;
  readonly #managers: Managers;
  readonly #standing: StandingWork;
  #started = false;

  private constructor(foundation: Foundation, recoveryKey?: string) {
    this.#foundation = foundation;
    this.setup = openSetup(foundation.layout.folder, foundation.installation.secrets);
    this.recovery = new RecoveryKeyCheck(foundation, {
      key: recoveryKey,
      makeKit: (of, signal) => this.#makeKit(of, signal),
      prepared: () => this.replacement.prepared,
    });
    this.#managers = composeManagers(foundation, (error, id) => this.errors.report(error, id));
    this.replacement = new RecoveryKeyReplacement({
      ...foundation,
      backups: this.#managers.backups,
      jobs: this.#managers.audited,
      replaced: () => this.recovery.forget(),
    });
    this.#standing = new StandingWork({
      foundation,
      managers: this.#managers,
      begin: (action, severity) => this.#systemRun(action, severity),
      report: (error, what) => this.errors.report(error, what),
    });
  }

  /**
   * Makes a new installation in an empty or absent folder, with its owner. The recovery key is in this answer
   * and nowhere else. Throws CONFLICT (there is one), KEYCHAIN_UNAVAILABLE, UNSUITABLE_FOLDER, VALIDATION.
   */
  static async initialise(options: InitialiseOptions): Promise<{
    suite: EnterpriseSuite;
    installationId: Uuid;
    recoveryKey: string;
    /** The recovery kit for paper, a PDF. */
    recoveryKit: () => Promise<Uint8Array>;
  }> {
    const { foundation, recoveryKey, ownerId } = await makeInstallation(options);
    const suite = new EnterpriseSuite(foundation, recoveryKey);
    try {
      await suite.#start();
      const { installation, control } = foundation;
      const made = suite.#systemRun('suite.initialise');
      await control.write((transaction) => {
        made.record(transaction, {
          resource: { kind: 'installation', id: installation.id },
          facts: { secrets: installation.secrets },
        });
      });
      const owner = suite.#systemRun('operator.create');
      await suite.auth.setUpOwner(options.ownerName, options.ownerPassphrase, owner, ownerId);
      await owner.succeeded();
      const of = {
        recoveryKey,
        fingerprint: recoveryFingerprint(foundation.keyring.recovery),
        operator: options.ownerName,
      };
      const recoveryKit = () => suite.#makeKit(of, never);
      return { suite, installationId: installation.id, recoveryKey, recoveryKit };
    } catch (error) {
      await suite.stop();
      throw error;
    }
  }

  /**
   * Opens the installation in a folder. Throws NOT_FOUND (none), LOCKED (data.holder), KEYCHAIN_UNAVAILABLE,
   * UNAUTHENTICATED (no passphrase opens it), NEWER_FORMAT, INTEGRITY, READ_ONLY, STORAGE_FULL, IO.
   */
  static async open(options: OpenOptions): Promise<EnterpriseSuite> {
    const { keychain = systemKeychain() } = options;
    await requireInstallation(options.dataFolder);
    const held = await holdFolder(options);
    let foundation: Foundation;
    try {
      const { installation, keyring } = await unlock(held, keychain, secretOf(options.unlock));
      foundation = await layFoundation(held, { installation, keyring, keychain });
    } catch (error) {
      held.lock.release();
      throw error;
    }
    return await EnterpriseSuite.resume(foundation);
  }

  /** Starts the managers over open databases, after `before`; on failure everything is closed. */
  static async resume(
    foundation: Foundation,
    before: (suite: EnterpriseSuite) => Promise<void> = () => Promise.resolve(),
  ): Promise<EnterpriseSuite> {
    const suite = new EnterpriseSuite(foundation);
    try {
      await before(suite);
      await suite.#start();
      return suite;
    } catch (error) {
      await suite.stop();
      throw error;
    }
  }

  get tenants() {
    return this.#managers.tenants;
  }
  get auth() {
    return this.#managers.auth;
  }
  get audit() {
    return this.#managers.audit;
  }
  get backups() {
    return this.#managers.backups;
  }
  get erasures() {
    return this.#managers.erasures;
  }
  get subjects() {
    return this.#managers.subjects;
  }
  get samples() {
    return this.#managers.samples;
  }
  get reserve() {
    return this.#foundation.reserve;
  }
  get jobs() {
    return this.#managers.jobs;
  }
  get notices() {
    return this.#managers.notices;
  }

  begin(request: Omit<RunRequest, 'id'>): OperationRun {
    return new OperationRun({ id: this.#foundation.ids.uuid(), ...request }, this.audit);
  }

  tenantId(reference: string): Uuid | undefined {
    return tenantId(this.tenants, reference);
  }

  async getStatus(): Promise<Status> {
    const known = (backups: Backups) => this.#protection(backups);
    return await readStatus(this.#foundation, this.#managers, known, this.schedules.next(), (error) =>
      this.errors.report(error, 'status'),
    );
  }

  /** Errors: NOT_FOUND (no such job), CONFLICT (`not-a-restore`). */
  createRestoreReport(
    ...[{ jobId }, operation]: Parameters<Core['createRestoreReport']>
  ): ReturnType<Core['createRestoreReport']> {
    const { clock } = this.#foundation;
    return createRestoreReport({ ...this.#managers, clock, app: appVersion }, jobId, operation);
  }

  /** Errors: NOT_FOUND (tenant), VALIDATION (cursor). */
  async listProtection(
    input: Parameters<Core['listProtection']>[0],
  ): Promise<Awaited<ReturnType<Core['listProtection']>>> {
    const { tenant, installation } = input;
    const owner =
      tenant === undefined ? (installation === true ? null : undefined) : this.tenants.idOf(tenant);
    return listProtection(this.#protection(await this.backups.protection()), { ...input, owner });
  }

  getInstallation(): Installation {
    const { installation, layout, control, keyring } = this.#foundation;
    return {
      id: installation.id,
      version: appVersion,
      createdAt: toRfc3339(installation.createdAt),
      dataFolder: layout.folder,
      target: readSetting(control, 'target', null),
      secrets: installation.secrets,
      recoveryKeyConfirmed: readSetting(control, 'recoveryKeyConfirmed', false),
      recoveryKeyFingerprint: keyring.recoveryFingerprint,
      formerRecoveryKeyOpens: this.replacement.isUnfinished,
    };
  }

  get schedules() {
    return this.#standing.backups;
  }

  /** For a process that stays: from now on backups are made when they are due. */
  startSchedules(): void {
    this.#standing.start();
    this.audit.forwarder.start();
    this.audit.alerts.watching.start();
    this.audit.breaches.time.start();
  }

  /** The machine goes to sleep, or has woken up: its log says so. */
  async noteSleep(what: 'suspended' | 'resumed'): Promise<void> {
    await this.#standing.noteSleep(what);
  }

  /** Ends long work, drains every outbox, puts the head of the log in safety and lets go of the folder. */
  async stop(): Promise<void> {
    const standing = this.#standing.stop();
    await this.jobs.stop();
    await standing;
    await this.audit.alerts.watching.stop();
    this.audit.breaches.time.stop();
    await this.auth.stop();
    await this.backups.stop();
    await this.tenants.close();
    if (this.#started && this.#managers.undrained.size === 0) await this.#noteDrained(true);
    await this.audit.forwarder.stop();
    // the log's database closes with it: what is captured of it and of control.db has to be whole before
    await this.audit.stop(() => this.#foundation.pageLog.closing('installation'));
    await this.#foundation.close();
  }

  /** What an earlier process left is put in order before anybody is let in. */
  async #start(): Promise<void> {
    const { control } = this.#foundation;
    await this.#foundation.reserve.hold();
    await this.audit.start();
    this.#foundation.pageLog.opened('installation', this.#managers.ownDatabases());
    this.audit.attach(control);
    await this.audit.retention.settle().catch((error) => this.errors.report(error, 'log-retention'));
    await this.audit.settle();
    if (this.audit.isOpen) await this.#carryOut();
    await this.jobs.recover();
    await this.notices.prune();
    await this.audit.breaches.time.tick();
    await this.tenants.sweepOrphans();
    await this.audit.drill.sweep().catch((error) => this.errors.report(error, 'tamper-drill'));
    await this.#drainTenants();
    this.#started = true;
    await this.backups.start(
      (operationId) => this.#systemRun('backup.restore', 'info', operationId),
      (error) => this.errors.report(error, 'restore'),
    );
    await this.#managers.erasures.finishCutOff();
    await this.#managers.subjects.finishCutOff();
    await this.samples.takeBackUnfilled();
    // a target that is away must not keep anybody out: it is tried again at the next start
    await this.replacement.finishCutOff().catch((error) => this.errors.report(error, 'recovery-key'));
    await this.auth.start();
  }

  async #carryOut(): Promise<void> {
    await carryOutSetBack({
      foundation: this.#foundation,
      audit: this.audit.store,
      notices: this.notices,
      begin: () => this.#systemRun('installation.set-back', 'critical'),
      report: (error) => this.errors.report(error, 'set-back'),
    });
  }

  /** After an ordinary end only a database with a write-ahead log can hold events; after any other, each can. */
  async #drainTenants(): Promise<void> {
    const { layout, control } = this.#foundation;
    const drained = readSetting(control, 'drained', false);
    if (drained) await this.#noteDrained(false);
    for (const id of this.tenants.tenantIds()) {
      if (drained && !existsSync(join(layout.tenant(id), 'data.db-wal'))) continue;
      try {
        await this.tenants.withDatabase(id, () => this.audit.settle());
      } catch (error) {
        this.errors.report(error, `tenant ${id}`);
      }
    }
  }

  /** Not written, it says no, which costs the next start time and nothing else; written before tenants are opened. */
  async #noteDrained(drained: boolean): Promise<void> {
    const { control } = this.#foundation;
    try {
      await control.write((transaction) => writeSetting(transaction, 'drained', drained));
    } catch (error) {
      this.errors.report(error, 'drained');
    }
  }

  #protection({ firstOutlivesDisk, copiedElsewhere, newestOnFirst }: Backups): Protection {
    return {
      plans: drillPlans(this.tenants),
      due: this.#standing.drills.due(),
      factsOf: (owner) => this.backups.drills.factsOf(owner),
      firstOutlivesDisk,
      copiedElsewhere,
      newestOnFirst,
      now: this.#foundation.clock.now(),
    };
  }

  #makeKit(of: Parameters<MakeKit>[0], signal: AbortSignal): Promise<Uint8Array> {
    const { id, target, dataFolder, secrets, version } = this.getInstallation();
    const { clock } = this.#foundation;
    const logKey = this.audit.verifierKey();
    const facts = {
      ...of,
      installationId: id,
      logKey,
      target,
      dataFolder,
      secrets,
      app: version,
      time: clock.now(),
    };
    return makePdf(recoveryKit(facts), signal);
  }

  /** `id`: of an operation that an earlier process began. */
  #systemRun(action: string, severity: Severity = 'info', id = this.#foundation.ids.uuid()): OperationRun {
    return systemRun({ id, action, severity, critical: severity === 'critical' }, this.audit);
  }
}

function secretOf(given: OpenOptions['unlock']): string | undefined {
  if (given?.unlockFileSecret !== undefined)
    return Buffer.from(given.unlockFileSecret).toString('utf8').trim();
  return given?.passphrase;
}
