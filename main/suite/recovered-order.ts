import { HoldfastError } from '../../shared/errors.ts';
import type { Uuid } from '../../shared/ids.ts';
import { indexOfName } from '../auth/operator-names.ts';
import { findOperatorByName } from '../auth/operator-store.ts';
import { cancelWaiting } from '../backups/restore/control-restores.ts';
import { trueFolder } from '../backups/targets/further-folder.ts';
import { systemRun } from '../operations/system-run.ts';
import { forgetSchedules } from '../schedule/setting-store.ts';
import { PassphraseSeal } from '../secrets/passphrase-seal.ts';
import { EnterpriseSuite } from './enterprise-suite.ts';
import type { Foundation } from './foundation.ts';
import { blindIndex } from './personal-fields.ts';
import { takenFacts } from './set-back/access-warnings.ts';
import type { SetBackDone } from './set-back/set-back-worker.ts';
import { writeSetting } from './settings.ts';

/** Who signs in. Without a name: the one operator there is. */
export interface Credentials {
  readonly name?: string | undefined;
  readonly passphrase: string;
}

/** What a recovery found out and the databases do not say yet. */
export interface Arrival {
  /** The folder that backups go on going to. */
  readonly target: string;
  readonly deleted: readonly Uuid[];
  readonly entriesLost: number;
  /** The installation's snapshot. */
  readonly snapshotId: string;
  /** Null: the newest state. */
  readonly setBack: SetBackTo | null;
}

/** That the control data are of an earlier moment than the log. */
export interface SetBackTo extends SetBackDone {
  /** RFC 3339. */
  readonly time: string;
}

/**
 * Puts recovered databases in order before anybody is let in, and closes them: nobody is signed in, no job runs, what
 * was deleted since is gone, the log says that it begins anew, and the target has the present keys. Without a keychain
 * an operator's passphrase, which has to be theirs, opens the installation from now on; answers the names of those whose
 * does not. Errors: UNAUTHENTICATED.
 */
export async function putInOrder(
  foundation: Foundation,
  { target, deleted, entriesLost, snapshotId, setBack }: Arrival,
  credentials: Credentials | undefined,
): Promise<string[]> {
  const { control, installation, clock, ids } = foundation;
  await control
    .write((transaction) => {
      writeSetting(transaction, 'target', target);
      writeSetting(transaction, 'targetMarked', true);
      writeSetting(transaction, 'targetSharesDisk', null);
      // any tenant's outbox may hold events that the recovered log lacks
      writeSetting(transaction, 'drained', false);
    })
    .catch(async (error: unknown) => {
      await foundation.close();
      throw error;
    });
  const suite = await EnterpriseSuite.resume(foundation, async ({ auth, backups, tenants, notices }) => {
    const first = await trueFolder(target);
    await control.write((transaction) => {
      cancelWaiting(transaction, clock.now());
      notices.controlRestoreSettled(transaction);
      auth.endSessions(transaction);
      backups.copies.becameFirst(transaction, first);
      for (const id of [...deleted, ...(setBack?.tenantsMadeSince ?? [])]) {
        auth.forgetTenant(transaction, id);
        backups.forgetTenant(transaction, id);
        forgetSchedules(transaction, id);
        tenants.forgetTenant(transaction, id);
      }
    });
  });
  try {
    if (installation.secrets === 'passphrase') await letOpen(suite, foundation, credentials);
    const run = systemRun({ id: ids.uuid(), action: 'log.recovered', severity: 'critical' }, suite.audit);
    run.describe({
      resource: { kind: 'snapshot', id: snapshotId },
      facts: {
        entriesLost,
        tenantsDeleted: deleted.length,
        ...(setBack === null
          ? {}
          : {
              asOf: setBack.time,
              ...takenFacts(setBack.taken),
              tenantsMadeSince: setBack.tenantsMadeSince.length,
            }),
      },
    });
    await run.succeeded();
    await suite.backups.publishRecovery();
    const needing = await suite.auth.needPassphrase();
    return needing.map((id) => suite.auth.operatorName(id) ?? id);
  } finally {
    await suite.stop();
  }
}

/**
 * Before the tenants are rebuilt: whose passphrase is to open the installation may sign in once the control data are set back. Errors:
 * CONFLICT (`no-access-then`).
 */
export function requireAccess(
  { control, keyring, installation }: Pick<Foundation, 'control' | 'keyring' | 'installation'>,
  { name }: Pick<Credentials, 'name'>,
): void {
  if (installation.secrets !== 'passphrase' || name === undefined) return;
  const index = indexOfName({ nameIndex: (text) => blindIndex(keyring, text) }, name);
  if (findOperatorByName(control, index)?.state === 'active') return;
  throw new HoldfastError(
    'CONFLICT',
    'This operator had no access at that moment. Use the passphrase of another operator, or choose a later moment.',
    { reason: 'no-access-then' },
  );
}

/** Other operators' passphrases open it once they were set again. */
async function letOpen(
  suite: EnterpriseSuite,
  { layout, installation, keyring, control, clock, ids }: Foundation,
  credentials: Credentials = { passphrase: '' },
): Promise<void> {
  const run = systemRun({ id: ids.uuid(), action: 'auth.sign-in', severity: 'critical' }, suite.audit);
  const { operatorId } = await suite.auth.signIn(credentials, run);
  await control.write((transaction) => suite.auth.endSessions(transaction));
  const seal = PassphraseSeal.create(layout.folder, installation.id);
  const slot = { id: operatorId, kind: 'operator' as const, createdAt: clock.now() };
  await keyring.sealInto(seal, slot, credentials.passphrase);
}
