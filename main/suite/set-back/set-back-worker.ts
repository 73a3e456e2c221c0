import { systemClock } from '../../../shared/clock.ts';
import { controlTables } from '../../../shared/control-data.ts';
import { HoldfastError } from '../../../shared/errors.ts';
import type { Uuid } from '../../../shared/ids.ts';
import { accessTold } from '../../audit/access-told.ts';
import { OperatorSeal } from '../../auth/operator-seal.ts';
import { allOperators } from '../../auth/operator-store.ts';
import type { ControlPlan } from '../../backups/needs.ts';
import { sha256Of } from '../../backups/restore/rebuild-control.ts';
import { serveCall, type WorkerContext } from '../../jobs/serve-call.ts';
import type { SharedStore } from '../../storage/lease-port.ts';
import { controlMigrations } from '../../storage/migrations/control.ts';
import { openStore } from '../../storage/open-store.ts';
import type { Reading, Transaction } from '../../storage/store.ts';
import { openWorkerStore } from '../../storage/worker-store.ts';
import { rowChanges, type TierAgain, tenantsMadeSince, tiersAgain } from './row-changes.ts';
import type { RowChange, SetBackSources } from './set-back.ts';

/** A restore of the installation's own data that a start carries out. */
export interface WaitingSetBack {
  readonly id: Uuid;
  /** Of the file that was prepared, hex. */
  readonly sha256: string;
}

export interface SetBackInput {
  readonly control: SharedStore;
  readonly audit: SharedStore;
  readonly keys: SharedStore;
  /** A proved control.db of an earlier moment, which nobody else has open; it is brought to the present form. */
  readonly past: string;
  readonly operatorKey: Uint8Array;
  readonly pseudonymKey: Uint8Array;
  /** The restore that is taken back. */
  readonly undoes: Uuid | null;
  /** The operators whose passphrase opens the installation; null: it opens without one. */
  readonly openers: readonly string[] | null;
  /** plan: changes nothing; otherwise the restore that is carried out, null in a recovery. */
  readonly task: 'plan' | { readonly restore: WaitingSetBack | null };
}

/** How many can do less than before, of each kind, and who was not there yet. */
export interface SetBackDone {
  readonly taken: ControlPlan['loseAccess'];
  readonly tenantsMadeSince: readonly Uuid[];
}

/** What it would change, and the tiers that tenants would have then. */
export interface SetBackPlan extends Omit<ControlPlan, 'overQuota'> {
  readonly tiers: readonly TierAgain[];
}

serveCall<SetBackInput, SetBackDone | SetBackPlan>(async (input, context) => {
  const { task } = input;
  if (task !== 'plan' && task.restore !== null) await requireUnchanged(input.past, task.restore);
  const control = openWorkerStore(input.control, { clock: systemClock });
  const audit = openWorkerStore(input.audit, { clock: systemClock });
  const keys = openWorkerStore(input.keys, { clock: systemClock });
  try {
    const past = await openStore({
      file: input.past,
      name: 'control',
      migrations: controlMigrations,
      clock: systemClock,
    });
    try {
      const setBack = new SetBack({ audit, keys, past }, input, context);
      if (task === 'plan') return control.snapshot((now) => setBack.plan(now));
      return await control.write((transaction) => setBack.apply(transaction, task.restore));
    } finally {
      await past.close();
    }
  } finally {
    for (const store of [keys, audit, control]) await store.close();
  }
});

interface Beside {
  readonly audit: Reading;
  readonly keys: Reading;
  readonly past: Reading;
}

class SetBack {
  readonly #sources: Omit<SetBackSources, 'now' | 'hasKey' | 'regains'>;
  readonly #seal: OperatorSeal;
  readonly #keys: Reading;
  readonly #undoes: Uuid | null;
  readonly #openers: readonly string[] | null;

  constructor(
    { audit, keys, past }: Beside,
    { operatorKey, pseudonymKey, undoes, openers }: SetBackInput,
    { progress, check }: WorkerContext,
  ) {
    this.#seal = new OperatorSeal(() => operatorKey);
    this.#keys = keys;
    this.#undoes = undoes;
    this.#openers = openers;
    const since = past.sql<{ time: number }>('SELECT time FROM commit_clock').get()?.time ?? 0;
    progress.phase('Reading what the log tells since', null, 'entries');
    const told = accessTold(audit, since, check);
    progress.phase('Comparing rows', null, 'rows');
    this.#sources = { past, told, pseudonymKey, seal: this.#seal, check };
  }

  plan(now: Reading): SetBackPlan {
    const sources = this.#of(now);
    const changes = rowChanges(sources);
    const taken = new Set(changes.map((change) => change.taken));
    // one who comes back counts once they are back
    const obstacle = this.#obstacle(owners(now, this.#seal).filter((id) => !taken.has(id)));
    const openers = this.#openers;
    const admitted = changes.flatMap(({ lets }) => lets ?? []) as Uuid[];
    return {
      changes: counted(now, changes),
      loseAccess: takenBy(changes),
      needPassphrase: openers === null ? [] : admitted.filter((id) => !openers.includes(id)),
      tiers: tiersAgain(sources),
      obstacles: obstacle === undefined ? [] : [obstacle.message],
    };
  }

  /** In one transaction: all of it or nothing. Errors: CONFLICT (`no-owner`, `no-opener`). */
  apply(transaction: Transaction, restore: WaitingSetBack | null): SetBackDone {
    const sources = this.#of(transaction);
    const changes = rowChanges(sources);
    for (const { apply } of changes) apply(transaction, transaction.commit.time);
    transaction.sql('DELETE FROM session').run();
    const obstacle = this.#obstacle(owners(transaction, this.#seal));
    if (obstacle !== undefined) {
      throw new HoldfastError('CONFLICT', obstacle.message, { reason: obstacle.reason });
    }
    const taken = takenBy(changes);
    if (restore !== null) {
      const put = transaction.sql('INSERT INTO control_restore_access (restore_id, id) VALUES (?, ?)');
      for (const id of new Set(changes.map((change) => change.taken))) {
        if (id !== null) put.run(restore.id, id);
      }
      transaction
        .sql(`UPDATE control_restores SET state = 'applied', applied_at = ?, taken = ? WHERE id = ?`)
        .run(transaction.commit.time, JSON.stringify(taken), restore.id);
    }
    return { taken, tenantsMadeSince: tenantsMadeSince(sources) };
  }

  /** What is in the way where these are the owners who may sign in afterwards. */
  #obstacle(left: readonly string[]): { readonly reason: string; readonly message: string } | undefined {
    if (left.length === 0) return { reason: 'no-owner', message: noOwner };
    const openers = this.#openers;
    if (openers === null || left.some((id) => openers.includes(id))) return undefined;
    return { reason: 'no-opener', message: noOpener };
  }

  #of(now: Reading): SetBackSources {
    const key = this.#keys.sql('SELECT 1 FROM subject_keys WHERE subject_id = ?');
    const doomed = now.sql('SELECT 1 FROM doomed_subjects WHERE subject_id = ?');
    const regained = now
      .sql<{ id: string }>('SELECT id FROM control_restore_access WHERE restore_id = ?')
      .all(this.#undoes);
    return {
      ...this.#sources,
      now,
      hasKey: (subject) => key.get(subject) !== undefined && doomed.get(subject) === undefined,
      regains: new Set(regained.map(({ id }) => id)),
    };
  }
}

const noOwner =
  'Nobody who was an owner at that moment may sign in now, so nobody could manage operators. Choose a later moment.';

const noOpener =
  'No owner who may sign in afterwards has a passphrase that opens Holdfast, so nobody could start it. Choose a later moment, or restore to a folder.';

function owners(reading: Reading, seal: OperatorSeal): string[] {
  return allOperators(reading)
    .filter((row) => row.role === 'owner' && row.state === 'active' && seal.fits(row))
    .map(({ id }) => id);
}

function takenBy(changes: readonly RowChange[]): SetBackDone['taken'] {
  const count = (table: RowChange['table']) =>
    changes.filter((change) => change.table === table && change.taken !== null).length;
  return {
    operators: count('operator'),
    tenants: count('tenants'),
    principals: count('principals'),
    apiKeys: count('api_key'),
  };
}

/** By kind of data; `unchanged`: the rows of now that stay as they are. */
function counted(now: Reading, changes: readonly RowChange[]): ControlPlan['changes'] {
  return [...new Set(changes.map(({ table }) => table))].map((table) => {
    const count = (kind: RowChange['kind']) =>
      changes.filter((change) => change.table === table && change.kind === kind).length;
    const [added, changed, lost] = [count('added'), count('changed'), count('lost')];
    const all = now.sql<{ n: number }>(`SELECT count(*) AS n FROM ${table}`).get()?.n ?? 0;
    return {
      collection: controlTables[table].data,
      added,
      changed,
      lost,
      unchanged: all - changed - lost,
    };
  });
}

async function requireUnchanged(file: string, { sha256 }: WaitingSetBack): Promise<void> {
  if ((await sha256Of(file)) === sha256) return;
  throw new HoldfastError(
    'INTEGRITY',
    'What was prepared to set the installation’s own data back was changed since. Ask for the restore again.',
    { problems: [{ kind: 'prepared', file: 'control.db' }] },
  );
}
