import { toRfc3339 } from '../../../shared/clock.ts';
import type { BackupRepairPlan, Healing } from '../../../shared/contract/backups/repair.ts';
import type { BackupRepair } from '../../../shared/contract/backups.ts';
import { HoldfastError } from '../../../shared/errors.ts';
import { callWorker } from '../../jobs/call-worker.ts';
import type { JobContext } from '../../jobs/job-runner.ts';
import { siblingModule } from '../../jobs/sibling-module.ts';
import type { Operation } from '../../operations/operation.ts';
import { toSnapshot } from '../catalogue/catalogue.ts';
import { heal, madeAnew } from '../healing/heal.ts';
import { placesOf } from '../healing/places.ts';
import type { Input, Output } from '../inputs.ts';
import type { HealingFacts } from '../needs.ts';
import { type OwnerId, ownerOf } from '../owner.ts';
import { accessTo, type BackupParts } from '../parts.ts';
import { makeSnapshot } from '../snapshot/make-snapshot.ts';
import { repositoryIdOf } from '../targets/target.ts';
import { runVerification } from '../verify/run-verification.ts';
import type { RepairInput, RepairOutput } from './repair-worker.ts';

const damageAtMost = 100;

/** Brings a damaged repository back to where it can be relied on. */
export class Repairs {
  readonly #parts: BackupParts;

  constructor(parts: BackupParts) {
    this.#parts = parts;
  }

  /** What was healed, newest first. Errors: NOT_FOUND. */
  async listHealings({ limit, ...input }: Input<'listHealings'>): Promise<Output<'listHealings'>> {
    const { healing, sources } = this.#parts;
    const one = ownerOf(input, sources);
    const owners: OwnerId[] = one === undefined ? [null, ...sources.tenantIds()] : [one];
    const found = await Promise.all(
      owners.map(async (owner) => (await healing.told(owner)).map((told) => healingOf(owner, told))),
    );
    const items = found.flat().sort((one, other) => (one.time < other.time ? 1 : -1));
    return { items: items.slice(0, limit) };
  }

  /** Starts a look at what a repair would do. The job's result: `backupRepairPlan`. Errors: NOT_FOUND, LOCKED. */
  async planRepair(input: Input<'planRepair'>, operation: Operation): Promise<Output<'planRepair'>> {
    const owner = this.#owner(input);
    return await this.#parts.jobs.start<BackupRepairPlan>({
      kind: 'backup.repair.plan',
      tenantId: owner,
      resource: `repair-plan:${repositoryIdOf(owner)}`,
      operation,
      run: (context) =>
        this.#parts.use.reading(repositoryIdOf(owner), async () =>
          planOf(owner, await this.#work(owner, true, context.operation.signal, context)),
        ),
    });
  }

  /**
   * Starts a repair: what a copy has is fetched, what is sound is kept, what is lost is stored again by a full backup as far as it is still in the
   * data, and a verification names the snapshots that stay damaged. The job's result: `backupRepair`. Errors: NOT_FOUND,
   * LOCKED (a restore or verification reads), IO (the disk does not read: nothing is changed), STORAGE_FULL.
   */
  async repairBackups(input: Input<'repairBackups'>, operation: Operation): Promise<Output<'repairBackups'>> {
    const owner = this.#owner(input);
    const id = repositoryIdOf(owner);
    return await this.#parts.jobs.start<BackupRepair>({
      kind: 'backup.repair',
      tenantId: owner,
      resource: `backup:${id}`,
      operation,
      run: (context) => this.#parts.turns.take(id, () => this.#run(owner, context)),
    });
  }

  async #run(owner: OwnerId, context: JobContext): Promise<BackupRepair> {
    const { operation } = context;
    const id = repositoryIdOf(owner);
    // before anything is given up: what a copy has, or what follows from what is there
    const { healed } = await heal(this.#parts, owner, null, context);
    const found = await this.#parts.use.removing(id, (stopped) =>
      this.#work(owner, false, AbortSignal.any([operation.signal, stopped]), context),
    );
    const plan = planOf(owner, found);
    const whose = owner === null ? {} : { tenantId: owner };
    const facts = {
      damagedFiles: plan.damagedFiles,
      relisted: plan.packsRelisted,
      salvaged: plan.blobsSalvaged,
      lost: plan.blobsLost,
      healed: healed.length,
    };
    operation.describe({ ...whose, resource: { kind: 'repository', id }, facts });
    const how = { kind: 'full', safety: false, told: false } as const;
    const snapshot = await makeSnapshot(this.#parts, owner, how, context);
    const request = { owners: [owner], level: 2, only: null } as const;
    const { ok, problems } = await runVerification(this.#parts, request, untold(context));
    const damaged = new Set(problems.flatMap(({ snapshotId }) => (snapshotId === null ? [] : [snapshotId])));
    await this.#parts.control.write((transaction) =>
      operation.record(transaction, {
        ...whose,
        resource: { kind: 'snapshot', id: snapshot.id },
        facts: { ...facts, damagedSnapshots: damaged.size, problems: problems.length },
      }),
    );
    return {
      ...plan,
      healedFiles: healed.length,
      snapshot: toSnapshot(snapshot),
      ok,
      damagedSnapshots: [...damaged],
      problems,
    };
  }

  async #work(
    owner: OwnerId,
    planOnly: boolean,
    signal: AbortSignal,
    { progress }: JobContext,
  ): Promise<RepairOutput> {
    const { reachable } = await placesOf(this.#parts, owner);
    return await callWorker<RepairInput, RepairOutput>({
      module: siblingModule(import.meta.url, 'repair-worker'),
      input: { access: accessTo(this.#parts, owner), places: reachable, planOnly },
      signal,
      progress,
    });
  }

  #owner(input: Input<'planRepair'>): OwnerId {
    const owner = ownerOf(input, this.#parts.sources);
    if (owner === undefined) throw new HoldfastError('INTERNAL', 'A repair of nobody was asked for.');
    return owner;
  }
}

function healingOf(
  owner: OwnerId,
  { time, facts }: { readonly time: number; readonly facts: HealingFacts },
): Healing {
  const text = (name: string) => (typeof facts[name] === 'string' ? facts[name] : '');
  const from = text('from');
  return {
    tenantId: owner,
    time: toRfc3339(time),
    target: text('target') === '' ? null : text('target'),
    healed: Number(facts.healed ?? 0),
    files: text('files'),
    from: from === madeAnew ? null : from,
    why: text('why'),
    during: text('during'),
  };
}

function planOf(owner: OwnerId, { damage, relisted, salvaged, lost }: RepairOutput): BackupRepairPlan {
  return {
    tenantId: owner,
    damagedFiles: damage.length,
    damage: damage.slice(0, damageAtMost).map((each) => ({ ...each })),
    packsRelisted: relisted.length,
    blobsSalvaged: salvaged.blobs,
    bytesSalvaged: salvaged.bytes,
    blobsLost: lost.data.length + lost.tree.length,
  };
}

/** The verification is a part of the repair: what it finds is in the repair's own entry. */
function untold(context: JobContext): JobContext {
  const { operation } = context;
  return {
    ...context,
    operation: {
      id: operation.id,
      action: operation.action,
      caller: operation.caller,
      signal: operation.signal,
      record: () => undefined,
      describe: (details) => operation.describe(details),
    },
  };
}
