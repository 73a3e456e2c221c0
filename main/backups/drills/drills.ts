import type { DrillResult } from '../../../shared/contract/backups/drills.ts';
import type { Uuid } from '../../../shared/ids.ts';
import type { DrillOutcome } from '../../../shared/states.ts';
import type { JobContext } from '../../jobs/job-runner.ts';
import type { Operation } from '../../operations/operation.ts';
import type { Transaction } from '../../storage/store.ts';
import { type CatalogueEntry, findSnapshot, newestSnapshot } from '../catalogue/catalogue.ts';
import { lastBackups } from '../catalogue/protection.ts';
import type { Input, Output } from '../inputs.ts';
import { type OwnerId, ownerOf } from '../owner.ts';
import type { BackupParts } from '../parts.ts';
import { repositoryIdOf } from '../targets/target.ts';
import { interruptDrills, pageOfDrills, removeDrillsOf } from './drill-store.ts';
import { KnownFacts } from './known-facts.ts';
import { type OwnerFacts, ownerFacts } from './owner-facts.ts';
import { runDrill } from './run-drill.ts';

/** Restores that are tried before they are needed, and what they say of a real one. */
export class Drills {
  readonly #parts: BackupParts;

  readonly #known: KnownFacts;

  constructor(parts: BackupParts) {
    this.#parts = parts;
    this.#known = new KnownFacts(parts.control);
  }

  /** What control.db says of each owner. */
  get known(): KnownFacts {
    return this.#known;
  }

  /**
   * Starts drills, one owner after the other; one that fails does not cost the others theirs. The job's result:
   * `drillResult`. Errors: NOT_FOUND (no such tenant or snapshot, nothing backed up yet), CONFLICT (a prefix of several
   * ids), LOCKED.
   */
  async drillBackup(input: Input<'drillBackup'>, operation: Operation): Promise<Output<'drillBackup'>> {
    const entries = this.#chosen(input);
    const [only] = entries;
    const one = entries.length === 1 && input.scope?.all !== true ? only : undefined;
    return await this.#parts.jobs.start<DrillResult>({
      kind: 'backup.drill',
      tenantId: one?.tenantId ?? null,
      resource: `drill:${one === undefined ? 'all' : repositoryIdOf(one.tenantId)}`,
      ...(one === undefined ? { everyTenant: true } : {}),
      operation,
      run: (context) => this.#run(entries, context),
    });
  }

  /** Newest first. Errors: NOT_FOUND, VALIDATION (cursor). */
  async listDrills({ limit, cursor, ...whose }: Input<'listDrills'>): Promise<Output<'listDrills'>> {
    const { control, sources } = this.#parts;
    return pageOfDrills(control, { owner: ownerOf(whose, sources), limit, cursor });
  }

  /** What there is to bring an owner back from, what proved it, and how long that took. */
  factsOf(owner: OwnerId): OwnerFacts {
    return ownerFacts(this.#known.of(owner), this.#parts, owner);
  }

  /** The newest drill of each owner; the installation's is `installation`. `startedAt`: epoch milliseconds. */
  newest(): readonly {
    readonly owner: string;
    readonly startedAt: number;
    readonly outcome: DrillOutcome;
  }[] {
    return [...this.#known.all()].flatMap(([owner, { lastDrill }]) =>
      lastDrill === undefined ? [] : [{ owner, startedAt: lastDrill.startedAt, outcome: lastDrill.outcome }],
    );
  }

  /** At start: what a kill cut off is over; its folder was removed with the other work. */
  async start(): Promise<void> {
    const { control, clock } = this.#parts;
    await control.write((transaction) => interruptDrills(transaction, clock.now()));
    await this.#known.load();
  }

  /** Takes a tenant that is being deleted out of the history. */
  forgetTenant(transaction: Transaction, tenantId: Uuid): void {
    removeDrillsOf(transaction, tenantId);
  }

  #chosen({ scope, snapshotId }: Input<'drillBackup'>): readonly CatalogueEntry[] {
    const { control, sources } = this.#parts;
    if (snapshotId !== undefined) return [findSnapshot(control, snapshotId, undefined)];
    const one = ownerOf(scope ?? {}, sources);
    if (one !== undefined) return [newestSnapshot(control, one, null)];
    const backedUp = lastBackups(this.#known.all());
    const owners: OwnerId[] = [null, ...sources.tenantIds()];
    const entries = owners
      .filter((owner) => backedUp.has(repositoryIdOf(owner)))
      .map((owner) => newestSnapshot(control, owner, null));
    // says in the usual words that there is nothing yet
    return entries.length > 0 ? entries : [newestSnapshot(control, null, null)];
  }

  async #run(entries: readonly CatalogueEntry[], context: JobContext): Promise<DrillResult> {
    const drills: DrillResult['drills'] = [];
    const failures: unknown[] = [];
    for (const entry of entries) {
      try {
        drills.push(await runDrill(this.#parts, entry, context));
      } catch (error) {
        if (context.operation.signal.aborted) throw error;
        failures.push(error);
      }
    }
    if (failures.length > 0) throw gravest(failures);
    return { drills };
  }
}

/** A snapshot that does not restore is graver than a drill that could not be held. */
function gravest(failures: readonly unknown[]): unknown {
  return failures.find(isIntegrity) ?? failures[0];
}

function isIntegrity(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'INTEGRITY';
}
