import { usualRetentionDays } from '../../../shared/audit-retention.ts';
import type { Clock } from '../../../shared/clock.ts';
import { toRfc3339 } from '../../../shared/clock.ts';
import type {
  AppliedRetention,
  AuditRetention,
  Pruning,
  RetentionPlan,
} from '../../../shared/contract/audit/retention.ts';
import { HoldfastError } from '../../../shared/errors.ts';
import type { Uuid } from '../../../shared/ids.ts';
import type { JobContext, JobStarter } from '../../jobs/job-runner.ts';
import type { Operation } from '../../operations/operation.ts';
import type { OpenStore } from '../../storage/open-store.ts';
import type { Watching } from '../alerts/watching.ts';
import type { Appender } from '../appender.ts';
import { decodeBase64 } from '../base64.ts';
import type { EventMaker } from '../event-maker.ts';
import { logOrigin } from '../log-name.ts';
import type { LogHead } from '../log-store.ts';
import type { AuditRecord } from '../record.ts';
import type { EventIndex } from '../search/event-index.ts';
import type { SigningKeys } from '../signing-keys.ts';
import { removePartials } from './archive-file.ts';
import { holdBacks } from './hold-back.ts';
import { cutoffsOf, isLess, type KeptDays } from './kept-days.ts';
import { planRetention } from './plan-retention.ts';
import { type PoliciesParts, RetentionPolicies } from './policies.ts';
import { finishPruning, heldMeanwhile, pruneLog } from './prune-log.ts';
import { allPruned } from './pruned-rows.ts';
import type { ReadingGate } from './reading-gate.ts';

export interface RetentionParts extends PoliciesParts {
  readonly installationId: Uuid;
  readonly epoch: number;
  readonly appVersion: string;
  readonly search: OpenStore;
  readonly jobs: JobStarter;
  readonly clock: Clock;
  readonly maker: EventMaker;
  readonly keys: SigningKeys;
  readonly gate: ReadingGate;
  /** Throws UNAVAILABLE while the log cannot be opened. */
  opened(): { readonly store: OpenStore; readonly appender: Appender; readonly index: EventIndex };
  /** Everything the installation's logs tell of an action. */
  recordsOf(action: string): Promise<AuditRecord[]>;
  /** How many entries of the installation's log an anchor vouches for; undefined where none does. */
  anchored(): Promise<number | undefined>;
  /** Rules read the log; see `Watching`. */
  readonly watching: Pick<Watching, 'next' | 'settle' | 'stays'>;
}

/** A clock that is set right by less turns no 24 hours. */
const toldTurnMs = 60_000;

interface OfLog {
  readonly tenant?: string | undefined;
}

/** How long the log is kept, and what becomes of what is older: archived, verified, and dropped. */
export class LogRetention {
  readonly policies: RetentionPolicies;
  readonly #parts: RetentionParts;

  constructor(parts: RetentionParts) {
    this.#parts = parts;
    this.policies = new RetentionPolicies(parts);
  }

  /** Tells once of what another program changed or put back; else lets changes hold whose 24 hours are over. Errors: UNAVAILABLE, INTEGRITY. */
  async settle(): Promise<void> {
    await this.policies.compare(() => this.#sealedState());
    if (await this.policies.tellTampered()) await this.policies.settle(() => this.#clockTurnedAt());
  }

  /** Errors: those of `RetentionPolicies.acknowledge`, UNAVAILABLE. */
  async acknowledge(operation: Operation): ReturnType<RetentionPolicies['acknowledge']> {
    await this.settle();
    return await this.policies.acknowledge(operation);
  }

  /** Errors: those of `RetentionPolicies.approve`, UNAVAILABLE. */
  async approve({ changeId }: { readonly changeId: Uuid }, operation: Operation): Promise<{ days: number }> {
    return await this.policies.approve(changeId, await this.#clockTurnedAt(), operation);
  }

  /** Errors: NOT_FOUND (tenant), UNAVAILABLE, INTEGRITY. */
  async state({ tenant }: OfLog): Promise<AuditRetention> {
    const tenantId = this.#tenantOf(tenant);
    await this.settle();
    const prunings = await this.prunings(this.#headsOf(tenantId));
    return { usualDays: usualRetentionDays, ...this.policies.state(tenantId), prunings: prunings.reverse() };
  }

  /** What was archived and pruned of some logs, oldest first. Errors: UNAVAILABLE, INTEGRITY. */
  async prunings(logs: readonly Pick<LogHead, 'origin'>[]): Promise<Pruning[]> {
    const origins = new Set(logs.map(({ origin }) => origin));
    const told = await this.#parts.recordsOf('log.pruned');
    return told.filter(({ res }) => origins.has(res?.id ?? '')).map(toPruning);
  }

  /**
   * What was archived and pruned of the logs that may name a person: of a tenant's and the installation's, or with undefined of
   * all. Errors: UNAVAILABLE, INTEGRITY.
   */
  async archivedOf(tenantId: Uuid | undefined): Promise<Pruning[]> {
    const heads = this.#parts.opened().appender.heads();
    return await this.prunings(
      heads.filter((head) => tenantId === undefined || head.tenantId === null || head.tenantId === tenantId),
    );
  }

  /** What would go by now, of each log or of a tenant's. Errors: NOT_FOUND (tenant), UNAVAILABLE, INTEGRITY. */
  async plan({ tenant }: OfLog): Promise<{ logs: RetentionPlan[] }> {
    const { appender, index } = this.#parts.opened();
    await this.settle();
    this.policies.seal.require(this.#parts.control);
    await appender.commitTenants();
    await index.catchUp(appender.heads());
    const logs: RetentionPlan[] = [];
    for (const head of this.#headsOf(this.#tenantOf(tenant)))
      logs.push(await this.#planOf(head, this.#parts.watching.stays));
    return { logs };
  }

  /**
   * Starts the job; its result is an `AppliedRetention`. Errors: NOT_FOUND (tenant), VALIDATION (no folder), LOCKED (one runs),
   * UNAVAILABLE, INTEGRITY and CONFLICT (what decides was changed by another program, or that was just acknowledged).
   */
  async apply({ tenant }: OfLog, operation: Operation): Promise<{ jobId: Uuid }> {
    const tenantId = this.#tenantOf(tenant);
    await this.settle();
    this.#requirePrunable();
    const folder = this.policies.folder;
    if (folder === null) {
      throw new HoldfastError(
        'VALIDATION',
        'Nothing is pruned before it is archived. Name a folder with `holdfast audit retention archive FOLDER`.',
        { issues: [{ path: 'folder', reason: 'missing' }] },
      );
    }
    operation.describe({
      resource: { kind: 'log', id: tenantId ?? 'all' },
      ...(tenantId === undefined ? {} : { tenantId }),
    });
    return await this.#parts.jobs.start({
      kind: 'audit.prune',
      tenantId: tenantId ?? null,
      resource: 'audit-prune',
      operation,
      run: (context) => this.#apply(tenantId, folder, context),
    });
  }

  /** Whether there is a place for archives, and something that is old enough or was not dropped yet. */
  async isDue(): Promise<boolean> {
    await this.settle();
    const { control, clock } = this.#parts;
    const { seal, folder } = this.policies;
    if (folder === null || !seal.fits(control) || clock.now() < seal.heldUntil(control)) return false;
    const { store } = this.#parts.opened();
    if ([...allPruned(store).values()].some(({ minimum, dropped }) => dropped < minimum)) return true;
    return (await this.plan({})).logs.some(({ entries }) => entries > 0);
  }

  async #apply(
    tenantId: Uuid | undefined,
    folder: string,
    { operation, progress }: JobContext,
  ): Promise<AppliedRetention> {
    const { opened, installationId, epoch, gate } = this.#parts;
    const { signal } = operation;
    const { store, appender, index } = opened();
    this.#requirePrunable();
    await this.#parts.watching.settle();
    const logs: AppliedRetention['logs'] = [];
    const heads = this.#headsOf(tenantId);
    await appender.commitTenants();
    await index.catchUp(appender.heads());
    for (const head of heads) await finishPruning({ store, index, gate }, head, { progress, signal });
    await removePartials(
      folder,
      appender.heads().map(({ origin }) => origin),
    );
    for (const head of heads) {
      signal.throwIfAborted();
      await appender.commitTenants();
      await index.catchUp(appender.heads());
      const now = appender.heads().find(({ log }) => log === head.log) ?? head;
      const { minimum, to } = await this.#planOf(now, true);
      if (to === minimum) continue;
      const days = this.policies.keptDays(now.tenantId);
      const request = {
        head: now,
        installation: logOrigin(installationId, 'installation', epoch),
        to,
        days,
        cutoffs: cutoffsOf(days, this.#parts.clock.now()),
        folder,
        stillMay: () => this.#requireStill(now, days),
      };
      logs.push(await pruneLog({ ...this.#parts, store, appender, index }, request, { progress, signal }));
    }
    const entries = logs.reduce((sum, log) => sum + log.entries, 0);
    operation.describe({ facts: { logs: logs.length, entries } });
    return { logs };
  }

  /** `asRead`: goes by what the rules have read; else they read on before anything goes. */
  async #planOf(head: LogHead, asRead: boolean): Promise<RetentionPlan> {
    const { search, control, anchored, watching } = this.#parts;
    const days = this.policies.keptDays(head.tenantId);
    const anchorSize = head.origin === this.#origin ? await anchored() : undefined;
    return await planRetention({ store: this.#parts.opened().store, search }, head, {
      days,
      cutoffs: cutoffsOf(days, this.#parts.clock.now()),
      held: this.policies.isHeld(head.tenantId),
      holdBacks: holdBacks(control, head, {
        anchored: anchorSize,
        alertsNext: asRead ? watching.next(head.origin) : undefined,
      }),
    });
  }

  #requirePrunable(): void {
    this.policies.seal.requirePrunable(this.#parts.control, this.#parts.clock.now());
  }

  /** By the log itself; 0 where it tells of no turn of a minute or more. Errors: UNAVAILABLE, INTEGRITY. */
  async #clockTurnedAt(): Promise<number> {
    const jumps = await this.#parts.recordsOf('log.clock.jump');
    const turned = jumps.flatMap(({ t, x }) => {
      const byMs = Number(x?.byMs);
      return Math.abs(byMs) < toldTurnMs ? [] : [t, t - byMs];
    });
    return Math.max(0, ...turned);
  }

  /** What decides how long the log is kept, as the log told it last; undefined where it never did. Errors: UNAVAILABLE, INTEGRITY. */
  async #sealedState(): Promise<string | undefined> {
    const told = await this.#parts.recordsOf('log.retention.sealed');
    const [newest] = told.filter(({ log }) => log === this.#origin).sort((one, other) => other.i - one.i);
    return newest && String(newest.x?.state);
  }

  #requireStill({ tenantId }: LogHead, days: KeptDays): void {
    this.#requirePrunable();
    if (this.policies.isHeld(tenantId) || isLess(days, this.policies.keptDays(tenantId)))
      throw heldMeanwhile();
  }

  get #origin(): string {
    const { installationId, epoch } = this.#parts;
    return logOrigin(installationId, 'installation', epoch);
  }

  #tenantOf(tenant: string | undefined): Uuid | undefined {
    return tenant === undefined ? undefined : this.#parts.tenantId(tenant);
  }

  #headsOf(tenantId: Uuid | undefined): readonly LogHead[] {
    const heads = this.#parts.opened().appender.heads();
    return tenantId === undefined ? heads : heads.filter((head) => head.tenantId === tenantId);
  }
}

function toPruning({ t, res, x = {} }: AuditRecord): Pruning {
  const manifest = decodeBase64(String(x.archive)) ?? new Uint8Array(0);
  return {
    time: toRfc3339(t),
    logId: res?.id ?? '',
    from: Number(x.from),
    to: Number(x.to) - 1,
    oldest: toRfc3339(Number(x.oldest)),
    newest: toRfc3339(Number(x.newest)),
    days: Number(x.days),
    file: String(x.file),
    manifest: Buffer.from(manifest).toString('hex'),
  };
}
