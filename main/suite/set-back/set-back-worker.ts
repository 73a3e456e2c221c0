import { systemClock } from '../../../shared/clock.ts';
import { HoldfastError } from '../../../shared/errors.ts';
import type { Uuid } from '../../../shared/ids.ts';
import { accessTold } from '../../audit/access-told.ts';
import { OperatorSeal } from '../../auth/operator-seal.ts';
import { allOperators } from '../../auth/operator-store.ts';
import { serveCall, type WorkerContext } from '../../jobs/serve-call.ts';
import type { SharedStore } from '../../storage/lease-port.ts';
import { controlMigrations } from '../../storage/migrations/control.ts';
import { openStore } from '../../storage/open-store.ts';
import type { Reading } from '../../storage/store.ts';
import { openWorkerStore } from '../../storage/worker-store.ts';
import { rowChanges, tenantsMadeSince } from './row-changes.ts';
import type { RowChange, SetBackSources } from './set-back.ts';

export interface SetBackInput {
  readonly control: SharedStore;
  readonly audit: SharedStore;
  readonly keys: SharedStore;
  /** A proved control.db of an earlier moment, which nobody else has open; it is brought to the present form. */
  readonly past: string;
  readonly operatorKey: Uint8Array;
  readonly pseudonymKey: Uint8Array;
}

/** How many can do less than before, of each kind, and who was not there yet. */
export interface SetBackDone {
  readonly taken: Readonly<Record<'operators' | 'tenants' | 'principals' | 'apiKeys', number>>;
  readonly tenantsMadeSince: readonly Uuid[];
}

serveCall<SetBackInput, SetBackDone>(async (input, context) => {
  const control = openWorkerStore(input.control, { clock: systemClock });
  const audit = openWorkerStore(input.audit, { clock: systemClock });
  const keys = openWorkerStore(input.keys, { clock: systemClock });
  const past = await openStore({
    file: input.past,
    name: 'control',
    migrations: controlMigrations,
    clock: systemClock,
  });
  try {
    return await setBack({ control, audit, keys, past }, input, context);
  } finally {
    await past.close();
    for (const store of [keys, audit, control]) await store.close();
  }
});

interface Stores {
  readonly control: ReturnType<typeof openWorkerStore>;
  readonly audit: Reading;
  readonly keys: Reading;
  readonly past: Reading;
}

/** In one transaction: all of it or nothing. Errors: CONFLICT (nobody would be left who may manage operators). */
async function setBack(
  { control, audit, keys, past }: Stores,
  { operatorKey, pseudonymKey }: SetBackInput,
  { progress, check }: WorkerContext,
): Promise<SetBackDone> {
  const seal = new OperatorSeal(() => operatorKey);
  const since = past.sql<{ time: number }>('SELECT time FROM commit_clock').get()?.time ?? 0;
  progress.phase('Reading what the log tells since', null, 'entries');
  const told = accessTold(audit, since, check);
  progress.phase('Setting the control data back', null, 'rows');
  const key = keys.sql('SELECT 1 FROM subject_keys WHERE subject_id = ?');
  return await control.write((transaction) => {
    const doomed = transaction.sql('SELECT 1 FROM doomed_subjects WHERE subject_id = ?');
    const hasKey = (subject: string) => key.get(subject) !== undefined && doomed.get(subject) === undefined;
    const sources: SetBackSources = { now: transaction, past, told, pseudonymKey, seal, hasKey, check };
    const changes = rowChanges(sources);
    for (const { apply } of changes) apply(transaction, transaction.commit.time);
    transaction.sql('DELETE FROM session').run();
    refuseWithoutOwner(transaction, seal);
    progress.advance(changes.length);
    return { taken: takenBy(changes), tenantsMadeSince: tenantsMadeSince(sources) };
  });
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

function refuseWithoutOwner(reading: Reading, seal: OperatorSeal): void {
  const isOwner = ({ role, state }: { role: string; state: string }) =>
    role === 'owner' && state === 'active';
  if (allOperators(reading).some((row) => isOwner(row) && seal.fits(row))) return;
  throw new HoldfastError(
    'CONFLICT',
    'Nobody who was an owner at that moment may sign in now, so nobody could manage operators. Choose a later moment.',
    { reason: 'no-owner' },
  );
}
