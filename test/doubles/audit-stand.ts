import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AuditLogger } from '../../main/audit/audit-logger.ts';
import type { SecretKeeper } from '../../main/audit/forward/destination-secrets.ts';
import type { FormerKey } from '../../main/audit/note-key.ts';
import type { ReportPolicy, TablePopulation } from '../../main/audit/report/needs.ts';
import type { Approver } from '../../main/audit/retention/four-eyes.ts';
import { RetentionSeal, type SealKeeper } from '../../main/audit/retention/retention-seal.ts';
import type { SigningKey } from '../../main/audit/signing-keys.ts';
import type { JobRequest } from '../../main/jobs/job-runner.ts';
import { Jobs } from '../../main/jobs/jobs.ts';
import { Notices } from '../../main/notices/notices.ts';
import type { Caller } from '../../main/operations/operation.ts';
import { OperationRun } from '../../main/operations/operation-run.ts';
import { ed25519KeyFromSeed } from '../../main/secrets/ed25519.ts';
import type { Checkpointer } from '../../main/storage/checkpointer.ts';
import { auditMigrations } from '../../main/storage/migrations/audit.ts';
import { searchMigrations } from '../../main/storage/migrations/search.ts';
import { type OpenStore, openStore } from '../../main/storage/open-store.ts';
import { HoldfastError, type JsonValue } from '../../shared/errors.ts';
import type { Ids, Uuid } from '../../shared/ids.ts';
import type { Tier } from '../../shared/tiers.ts';
import { type ControlStand, controlStand, type ManualClock } from './control.ts';

/** A real AuditLogger over real files, with one operator and a control.db whose outbox drains into it. */
export interface AuditStand {
  readonly folder: string;
  readonly audit: AuditLogger;
  readonly notices: Notices;
  readonly store: OpenStore;
  readonly search: OpenStore;
  readonly control: ControlStand;
  readonly clock: ManualClock;
  readonly ids: Ids;
  readonly operator: Extract<Caller, { kind: 'operator' }>;
  /** What the keychain holds. */
  readonly anchors: Map<string, string>;
  /** Whose keys are gone from keys.db. */
  readonly lost: Set<string>;
  /** Operations whose outcome is still to come, as other managers know. */
  readonly promised: Set<string>;
  /** Who may change how long the log is kept; the operator alone at first, for two days. */
  readonly approvers: Approver[];
  /** What control.db holds of the last verification; one or none. */
  readonly verdicts: string[];
  /** What the keyring holds: of the signing keys, and of those that signed before. */
  readonly keys: { readonly signing: SigningKey[]; readonly former: FormerKey[] };
  /** What the other managers say to a report. */
  readonly reports: { tier: Tier; populations: TablePopulation[]; policies: ReportPolicy[] };
  /** With `anchor` in it the keychain refuses to read. */
  readonly locked: Set<string>;
  /** What the keyring holds of destinations. */
  readonly forwardSecrets: Map<string, NonNullable<ReturnType<SecretKeeper['get']>>>;
  run(action: string, options?: Partial<{ critical: boolean; reason: string; read: boolean }>): OperationRun;
  /** Starts a job and waits for its result. */
  result(start: () => Promise<{ readonly jobId: Uuid }>): Promise<JsonValue>;
  /** As after a recovery: the next epoch begins, with a key of its own. */
  recover(): Promise<void>;
  /** Ends this process's part and begins the next one's, over the same files. */
  restart(between?: (file: string) => void): Promise<void>;
  close(): Promise<void>;
}

/** `checkpointer`: keeps the write-ahead logs of large stands short, as the installation's does; its maker closes it. */
export async function auditStand(
  level: 'basic' | 'full' = 'full',
  checkpointer?: Checkpointer,
): Promise<AuditStand> {
  const folder = mkdtempSync(join(tmpdir(), 'audit-'));
  const control = await controlStand();
  const { clock, ids } = control;
  const installationId = ids.uuid();
  const operator = {
    kind: 'operator',
    id: ids.uuid(),
    name: 'Ada Lovelace',
    role: 'owner',
    sessionId: ids.uuid(),
  } as const;
  const subjectKey = randomBytes(32);
  const secrets = {
    pseudonymKey: randomBytes(32),
    installationKey: randomBytes(32),
    seed: randomBytes(32),
    witness: randomBytes(32),
  };
  const keys: { readonly signing: SigningKey[]; readonly former: FormerKey[] } = {
    signing: [{ generation: 1, createdAt: clock.now(), key: ed25519KeyFromSeed(secrets.seed) }],
    former: [],
  };
  let epoch = 1;
  const anchors = new Map<string, string>();
  let anchored = 0;
  const verdicts: string[] = [];
  const retentionSeal: SealKeeper = {
    stored: (reading) =>
      reading.sql<{ value: string }>(`SELECT value FROM settings WHERE name = 'logRetention'`).get()?.value ??
      null,
    store: (transaction, text) =>
      void transaction
        .sql(`INSERT OR REPLACE INTO settings (name, value) VALUES ('logRetention', ?)`)
        .run(text),
    key: secrets.seed,
  };
  await control.store.write((transaction) => new RetentionSeal(retentionSeal).put(transaction));
  const approvers: Approver[] = [{ id: operator.id, since: clock.now() - 48 * 3_600_000 }];
  const lost = new Set<string>();
  const promised = new Set<string>();
  const reports: AuditStand['reports'] = { tier: 'enterprise', populations: [], policies: [] };
  const locked = new Set<string>();
  const forwardSecrets: AuditStand['forwardSecrets'] = new Map();

  const open = async (createIfMissing: boolean) => {
    const file = (name: string) => join(folder, `${name}.db`);
    const common = { clock, createIfMissing, ...(checkpointer && { checkpointer }) };
    const search = await openStore({
      file: file('search'),
      name: 'search',
      migrations: searchMigrations,
      derived: true,
      ...common,
      createIfMissing: true,
    });
    const jobs = new Jobs({ control: control.store, clock, ids, log: (error) => control.errors.push(error) });
    const notices = new Notices({ control: control.store, clock, ids, operatorName: () => operator.name });
    const audit = new AuditLogger({
      openStore: async () => {
        return await openStore({
          file: file('audit'),
          name: 'audit',
          migrations: auditMigrations,
          ...common,
        });
      },
      search,
      control: control.store,
      personal: {
        seal: (_subject, _field, value) => Buffer.from(value, 'utf8'),
        open: (_subject, _field, sealed) => Buffer.from(sealed).toString('utf8'),
      },
      installationId,
      epoch,
      signing: [...keys.signing],
      formerKeys: [...keys.former],
      keyKeeper: {
        add: async (generation, createdAt) => {
          const made = { generation, createdAt, key: ed25519KeyFromSeed(randomBytes(32)) };
          keys.signing.push(made);
          return made;
        },
        retire: async (generation) => {
          const at = keys.signing.findIndex((key) => key.generation === generation);
          const [{ key }] = keys.signing.splice(at, 1) as [SigningKey];
          keys.former.push({ epoch, generation, publicKey: key.publicKey });
        },
      },
      witnessKey: async () => ed25519KeyFromSeed(secrets.witness),
      pseudonymKey: secrets.pseudonymKey,
      installationKey: secrets.installationKey,
      appVersion: '0.0.0',
      clock,
      ids,
      random: (length) => randomBytes(length),
      drillFolder: join(folder, 'drilling'),
      jobs: { start: <Result extends JsonValue>(request: JobRequest<Result>) => jobs.start(request) },
      anchors: {
        get: async (account) => {
          if (locked.has(account.split('/')[0] ?? ''))
            throw new HoldfastError('KEYCHAIN_UNAVAILABLE', 'It is locked.');
          return anchors.get(account) ?? null;
        },
        set: async (account, text) => void anchors.set(account, text),
        wasWritten: () => anchored === epoch,
        noteWritten: async () => {
          anchored = epoch;
        },
      },
      verdicts: {
        stored: () => verdicts[0] ?? null,
        store: (_transaction, text) => void verdicts.splice(0, 1, text),
        key: secrets.seed,
      },
      retention: { seal: retentionSeal, approvers: () => approvers },
      backupNotes: { get: () => undefined, set: () => Promise.resolve() },
      unknownNotes: () => Promise.resolve([]),
      uptimeMs: () => undefined,
      forwarding: {
        control: control.store,
        hostname: 'here',
        secrets: {
          get: (id) => forwardSecrets.get(id) ?? null,
          put: async (id, kept) =>
            void (kept === null ? forwardSecrets.delete(id) : forwardSecrets.set(id, kept)),
        },
        pace: { lingerMs: 1, saveMs: 1000, firstRetryMs: 40, longestRetryMs: 200, tries: 3 },
        stuck: (transaction, all, begun) => notices.forwardingStuck(transaction, all, begun),
        timing: { connectMs: 5000, silenceMs: 500, closeMs: 300 },
        report: (error) => control.errors.push(error),
      },
      subjectKey: (subject) => (subject === operator.id && !lost.has(subject) ? subjectKey : undefined),
      subjects: () => [operator.id],
      operatorNamed: (name) => (name === operator.name ? operator.id : undefined),
      auditLevel: () => level,
      alerts: {
        control: control.store,
        operatorName: (id) => (id === operator.id ? operator.name : null),
        raised: (transaction, alert) => notices.alertRaised(transaction, alert),
        report: (error) => void control.errors.push(error),
        isOutcomeOpen: (operation) => promised.has(operation),
      },
      breaches: {
        operatorName: (id) => (id === operator.id ? operator.name : null),
        tenantName: () => 'Acme',
        running: (transaction, breach) => notices.breachRunning(transaction, breach),
        stopped: (transaction, id) => notices.breachStopped(transaction, id),
        report: (error) => void control.errors.push(error),
      },
      tenantId: (reference) => reference as Uuid,
      newFile: async (path) => path,
      reportSource: {
        tenant: () => ({ name: 'Acme', tier: reports.tier }),
        populations: () => reports.populations,
        policies: () => reports.policies,
        existingFile: async (path) => path,
      },
    });
    await audit.start();
    audit.attach(control.store);
    return { search, jobs, audit, notices };
  };

  let open1 = await open(true);
  const shut = async () => {
    await open1.jobs.stop();
    await open1.audit.forwarder.stop();
    await open1.audit.stop();
    await open1.search.close();
  };
  return {
    folder,
    control,
    clock,
    ids,
    operator,
    anchors,
    verdicts,
    approvers,
    lost,
    promised,
    keys,
    reports,
    locked,
    forwardSecrets,
    get audit() {
      return open1.audit;
    },
    get notices() {
      return open1.notices;
    },
    get store() {
      return open1.audit.store;
    },
    get search() {
      return open1.search;
    },
    run(action, { critical = false, reason, read = false } = {}) {
      return new OperationRun(
        {
          id: ids.uuid(),
          action,
          severity: critical ? 'critical' : 'info',
          critical,
          caller: operator,
          audited: read ? 'read' : 'change',
          signal: new AbortController().signal,
          ...(reason === undefined ? {} : { reason }),
        },
        open1.audit,
      );
    },
    async result(start) {
      const { jobId } = await start();
      let last: JsonValue = null;
      for await (const job of open1.jobs.watch(jobId)) {
        if (job.error !== null) throw new Error(`${job.error.code}: ${job.error.message}`);
        last = job.result;
      }
      return last;
    },
    async recover() {
      await shut();
      const [{ generation, key }] = keys.signing.splice(0) as [SigningKey];
      keys.former.push({ epoch, generation, publicKey: key.publicKey });
      epoch += 1;
      keys.signing.push({ generation: 1, createdAt: clock.now(), key: ed25519KeyFromSeed(randomBytes(32)) });
      open1 = await open(false);
    },
    async restart(between) {
      await shut();
      between?.(join(folder, 'audit.db'));
      open1 = await open(false);
    },
    async close() {
      await shut();
      await control.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
