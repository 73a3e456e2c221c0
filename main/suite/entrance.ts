import { systemClock } from '../../shared/clock.ts';
import type { RaisedAlert } from '../../shared/contract/audit/alerts.ts';
import { type SetupState, setupState } from '../../shared/contract/setup.ts';
import type { Installation as InstallationView, Status } from '../../shared/contract/suite.ts';
import { HoldfastError } from '../../shared/errors.ts';
import type { Uuid } from '../../shared/ids.ts';
import { backupFolder, remoteBackups } from '../backups/recovery/backup-place.ts';
import { type AuditTrail, OperationRun, type RunRequest } from '../operations/operation-run.ts';
import type { Core, Setup } from '../rpc/core.ts';
import { readInstallation } from '../secrets/installation.ts';
import { type Keychain, systemKeychain } from '../secrets/keychain.ts';
import { parseRecoveryKey } from '../secrets/recovery-key.ts';
import { prepareFolder } from '../storage/folder.ts';
import { EnterpriseSuite, type OpenOptions } from './enterprise-suite.ts';
import { confirmedSource } from './fetch-backups.ts';
import { processLog } from './log.ts';
import { lookAtBackups } from './look-at-backups.ts';
import { appVersion } from './managers.ts';
import { RecoveryUnderway, recoveryRuns } from './recovery-underway.ts';
import { existsAlready } from './setup.ts';
import { systemIds } from './system.ts';
import { prepareTarget, requireWholePath } from './target-folder.ts';
import { UnlockDelay } from './unlock-delay.ts';

export interface EntranceOptions {
  readonly dataFolder: string;
  readonly socketPath?: string;
  readonly keychain?: Keychain;
}

type State = 'absent' | 'recovering' | 'locked' | 'opening' | 'failed';

/**
 * A core that may have no installation behind it yet, for hosts that stay: it makes one, or opens the one there is, when
 * somebody asks for it. Until then everything else is refused with UNAVAILABLE.
 */
export class Entrance implements Core, Setup {
  readonly errors = processLog;
  readonly #options: EntranceOptions;
  readonly #keychain: Keychain;
  readonly #delay = new UnlockDelay(systemClock);
  readonly #ids = systemIds(systemClock);
  #suite: EnterpriseSuite | undefined;
  #state: State = 'absent';
  #error: HoldfastError | null = null;
  /** One opening at a time; `stop` waits for it. */
  #work: Promise<unknown> = Promise.resolve();
  readonly #recovery: RecoveryUnderway;
  readonly #onAlert: ((alert: RaisedAlert) => void)[] = [];
  #stopping: Promise<void> | undefined;

  constructor(options: EntranceOptions) {
    this.#options = options;
    this.#keychain = options.keychain ?? systemKeychain();
    this.#recovery = new RecoveryUnderway(options.dataFolder, systemClock, (error) => this.#told(error));
  }

  /** Opens what is there, if nobody needs to be asked for that. What stands in the way is answered by `getSetup`. */
  async start(unlock?: OpenOptions['unlock']): Promise<void> {
    await this.#inTurn(async () => {
      const found = await this.#look();
      if (found === null) await this.#prepare();
      else if (found.secrets === 'keychain' || unlock !== undefined) await this.#tryOpen(unlock);
      else this.#enter('locked');
    });
  }

  async getSetup(): Promise<SetupState> {
    const opened = this.#suite;
    if (opened !== undefined) return await opened.setup.getSetup();
    const found = await this.#look();
    const error = this.#error;
    return setupState.parse({
      state: this.#state,
      version: appVersion,
      dataFolder: this.#options.dataFolder,
      secrets: found?.secrets ?? null,
      keychain: this.#state === 'absent' && (await this.#hasKeychain()),
      error: error && { code: error.code, message: error.message, data: error.data },
    });
  }

  createInstallation(
    input: Parameters<Setup['createInstallation']>[0],
  ): ReturnType<Setup['createInstallation']> {
    return this.#inTurn(async () => {
      this.#requireAbsent();
      const target = input.target === undefined ? undefined : await prepareTarget(input.target);
      this.#enter('opening');
      try {
        const { suite, installationId, recoveryKey } = await EnterpriseSuite.initialise({
          ...this.#place(),
          ownerName: input.ownerName,
          ownerPassphrase: input.passphrase,
          secrets: input.secrets,
          target,
        });
        this.#take(suite);
        return { installationId, recoveryKey };
      } catch (error) {
        this.#enter('absent');
        throw error;
      }
    });
  }

  openInstallation({ passphrase }: { readonly passphrase?: string | undefined }): Promise<SetupState> {
    return this.#inTurn(async () => {
      if (this.#recovery.isRunning) throw recoveryRuns();
      if (this.#suite === undefined && (await this.#look()) !== null) {
        this.#delay.requireOver();
        const refused = await this.#tryOpen(passphrase === undefined ? undefined : { passphrase });
        if (refused && passphrase !== undefined) throw this.#delay.after(refused);
      }
      return await this.getSetup();
    });
  }

  async inspectBackups(
    { target, remote, recoveryKey }: Parameters<Setup['inspectBackups']>[0],
    signal: AbortSignal,
  ): ReturnType<Setup['inspectBackups']> {
    return await this.#inTurn(async () => {
      this.#requireAbsent();
      if (target !== undefined) requireWholePath(target);
      const place =
        remote === undefined ? backupFolder(target ?? '') : remoteBackups(await confirmedSource(remote));
      return await lookAtBackups({ place, recoveryKey, dataFolder: this.#options.dataFolder, signal });
    });
  }

  /** Answers at once; how it goes is told by `getRecovery`, also to a page that was loaded anew. */
  async recoverInstallation({
    target,
    remote,
    recoveryKey,
    secrets,
    operator,
    passphrase,
    at,
  }: Parameters<Setup['recoverInstallation']>[0]): ReturnType<Setup['recoverInstallation']> {
    return await this.#inTurn(async () => {
      this.#requireAbsent();
      requireWholePath(target);
      if (secrets === 'passphrase' && passphrase === undefined) throw passphraseNeeded();
      parseRecoveryKey(recoveryKey);
      this.#enter('recovering');
      const credentials =
        secrets === 'passphrase' ? { name: operator, passphrase: passphrase ?? '' } : undefined;
      const { dataFolder, keychain } = this.#place();
      const wanted = { dataFolder, target, remote, recoveryKey, secrets, credentials, keychain, at };
      void this.#recovery.start(wanted, () => this.#open(passphrase)).then(() => this.#leaveRecovery());
      return await this.getRecovery();
    });
  }

  async getRecovery(): ReturnType<Setup['getRecovery']> {
    return { recovery: await this.#recovery.look() };
  }

  async cancelRecovery(): ReturnType<Setup['cancelRecovery']> {
    this.#recovery.cancel();
    return await this.getRecovery();
  }

  async dismissRecovery(): ReturnType<Setup['dismissRecovery']> {
    this.#recovery.dismiss();
    return await this.getRecovery();
  }

  /** Ends what is open or being opened; nothing is opened afterwards. */
  stop(): Promise<void> {
    this.#stopping ??= this.#stop();
    return this.#stopping;
  }

  async #stop(): Promise<void> {
    await this.#work;
    await this.#recovery.stop();
    await this.#suite?.stop();
  }

  begin(request: Omit<RunRequest, 'id'>): OperationRun {
    if (this.#suite !== undefined || request.audited !== 'none') return this.#opened.begin(request);
    return new OperationRun({ id: this.#ids.uuid(), ...request }, noTrail);
  }

  tenantId(reference: string): Uuid | undefined {
    return this.#suite?.tenantId(reference);
  }

  getStatus(): Promise<Status> {
    return this.#opened.getStatus();
  }

  getInstallation(): InstallationView {
    return this.#opened.getInstallation();
  }

  get schedules() {
    return this.#opened.schedules;
  }

  createRestoreReport(
    ...call: Parameters<Core['createRestoreReport']>
  ): ReturnType<Core['createRestoreReport']> {
    return this.#opened.createRestoreReport(...call);
  }

  listProtection(input: Parameters<Core['listProtection']>[0]): ReturnType<Core['listProtection']> {
    return this.#opened.listProtection(input);
  }

  get setup(): Setup {
    return this;
  }
  get tenants() {
    return this.#opened.tenants;
  }
  get auth() {
    return this.#opened.auth;
  }
  get audit() {
    return this.#opened.audit;
  }
  get backups() {
    return this.#opened.backups;
  }
  get jobs() {
    return this.#opened.jobs;
  }
  get reserve() {
    return this.#opened.reserve;
  }
  get recovery() {
    return this.#opened.recovery;
  }
  get erasures() {
    return this.#opened.erasures;
  }
  get subjects() {
    return this.#opened.subjects;
  }
  get replacement() {
    return this.#opened.replacement;
  }
  get samples() {
    return this.#opened.samples;
  }
  get notices() {
    return this.#opened.notices;
  }

  get #opened(): EnterpriseSuite {
    if (this.#suite !== undefined) return this.#suite;
    throw new HoldfastError('UNAVAILABLE', 'No installation is open yet. Set one up or unlock it first.', {
      manager: 'suite',
    });
  }

  #requireAbsent(): void {
    if (this.#recovery.isRunning) throw recoveryRuns();
    if (this.#suite !== undefined || this.#state !== 'absent') throw existsAlready();
  }

  /** Opens what was recovered. That it cannot be opened is kept for `getSetup`. */
  async #open(passphrase: string | undefined): Promise<void> {
    if (this.#stopping === undefined)
      await this.#tryOpen(passphrase === undefined ? undefined : { passphrase });
  }

  #leaveRecovery(): void {
    if (this.#state === 'recovering') this.#enter('absent');
  }

  /** Answers the refusal of a passphrase, or of none; any other failure is kept for `getSetup`. */
  async #tryOpen(unlock: OpenOptions['unlock']): Promise<HoldfastError | undefined> {
    this.#enter('opening');
    try {
      this.#take(await EnterpriseSuite.open({ ...this.#place(), unlock }));
      return undefined;
    } catch (error) {
      const told = this.#told(error);
      const refused = told.code === 'UNAUTHENTICATED';
      this.#enter(refused ? 'locked' : 'failed', refused ? null : told);
      return refused ? told : undefined;
    }
  }

  /** The machine goes to sleep, or has woken up. */
  async noteSleep(what: 'suspended' | 'resumed'): Promise<void> {
    await this.#suite?.noteSleep(what);
  }

  /** `listener` is told of each alert that is news, once it is kept; of an installation that is open, or is opened later. */
  onAlert(listener: (alert: RaisedAlert) => void): void {
    this.#onAlert.push(listener);
  }

  #take(suite: EnterpriseSuite): void {
    this.#suite = suite;
    suite.audit.alerts.onRaised((alert) => {
      for (const listener of this.#onAlert) listener(alert);
    });
    this.#error = null;
    if (this.#stopping === undefined) suite.startSchedules();
  }

  #told(error: unknown): HoldfastError {
    if (error instanceof HoldfastError) return error;
    this.errors.report(error, 'open');
    return new HoldfastError(
      'INTERNAL',
      'Something unforeseen went wrong. The log of this process has the details.',
      {
        correlationId: 'open',
      },
    );
  }

  #enter(state: State, error: HoldfastError | null = null): void {
    this.#state = state;
    this.#error = error;
  }

  /** Says at once of a folder that it will not do, and makes it, for what else a host keeps in it. */
  async #prepare(): Promise<void> {
    if (this.#state === 'failed') return;
    try {
      await prepareFolder(this.#options.dataFolder);
    } catch (error) {
      this.#enter('failed', this.#told(error));
    }
  }

  /** What installation.json says; one that cannot be read is a failure and no absence. */
  async #look() {
    try {
      const found = await readInstallation(this.#options.dataFolder);
      const isUnderway = this.#state === 'opening' || this.#state === 'recovering';
      if (found === null && !isUnderway) this.#enter('absent');
      return found;
    } catch (error) {
      this.#enter('failed', this.#told(error));
      return null;
    }
  }

  async #hasKeychain(): Promise<boolean> {
    try {
      await this.#keychain.get('probe');
      return true;
    } catch (error) {
      if (error instanceof HoldfastError) return false;
      throw error;
    }
  }

  #place() {
    const { dataFolder, socketPath } = this.#options;
    return { dataFolder, socketPath, keychain: this.#keychain };
  }

  #inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    const turn = this.#work.then(() => {
      if (this.#stopping !== undefined)
        throw new HoldfastError('UNAVAILABLE', 'Holdfast is stopping.', { manager: 'suite' });
      return work();
    });
    this.#work = turn.catch(() => undefined);
    return turn;
  }
}

function passphraseNeeded(): HoldfastError {
  return new HoldfastError(
    'VALIDATION',
    'Without a keychain an operator’s passphrase has to open the installation.',
    {
      issues: [{ path: 'passphrase', reason: 'passphrase-needed' }],
    },
  );
}

/** For operations that leave no entry, before there is a log. */
const noTrail: AuditTrail = {
  event: () => {
    throw noLog();
  },
  append: () => Promise.reject(noLog()),
  keepsReads: () => false,
  settle: () => Promise.resolve(),
};

function noLog(): HoldfastError {
  return new HoldfastError('AUDIT_UNAVAILABLE', 'There is no audit log yet.');
}
