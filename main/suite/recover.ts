import { rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { systemClock } from '../../shared/clock.ts';
import { HoldfastError } from '../../shared/errors.ts';
import type { Uuid } from '../../shared/ids.ts';
import { epochOf } from '../audit/log-name.ts';
import { readHeads } from '../audit/log-store.ts';
import { lostEntries } from '../audit/lost-entries.ts';
import { type FoundSnapshots, replaceCatalogue } from '../backups/catalogue/replace-catalogue.ts';
import { throwIfCancelled } from '../backups/container/cancelling.ts';
import type { OwnerId } from '../backups/owner.ts';
import { type FoundInstallation, findInstallation } from '../backups/recovery/find-installation.ts';
import { recoverOwnerApart } from '../backups/recovery/recover-apart.ts';
import type { OwnerRecovery, RecoveredOwner } from '../backups/recovery/recover-owner.ts';
import { holdsSnapshots } from '../backups/repository-access.ts';
import { folderTarget } from '../backups/targets/folder-target.ts';
import { type FirstTarget, repositoryIdOf } from '../backups/targets/target.ts';
import type { WorkerContext } from '../jobs/serve-call.ts';
import { type Installation, writeInstallation } from '../secrets/installation.ts';
import { type Keychain, systemKeychain } from '../secrets/keychain.ts';
import { Keyring } from '../secrets/keyring.ts';
import { keepMasterKey } from '../secrets/master-key.ts';
import { type RecoveryDerivation, recoveryFingerprint } from '../secrets/recovery-derivation.ts';
import { parseRecoveryKey } from '../secrets/recovery-key.ts';
import { openWithRecoveryKey } from '../secrets/recovery-seal.ts';
import { replaceFile } from '../secrets/secret-file.ts';
import { type Foundation, type HeldFolder, layFoundation } from './foundation.ts';
import {
  type Arrival,
  type Credentials,
  putInOrder,
  requireAccess,
  type SetBackTo,
} from './recovered-order.ts';
import { accessWarnings, passphraseWarnings } from './set-back/access-warnings.ts';
import { setControlBack } from './set-back/set-control-back.ts';
import { systemIds } from './system.ts';
import { fillBeside } from './unfinished-folder.ts';

export interface RecoverOptions {
  /** Empty, or not there yet. */
  readonly dataFolder: string;
  /** The folder above the installation's id; it goes on being the target. */
  readonly target: string;
  /** As typed. */
  readonly recoveryKey: string;
  /** Where the master key is kept from now on. */
  readonly secrets: Installation['secrets'];
  /** Of an operator; opens an installation without a keychain, and only there is it asked for. */
  readonly credentials?: Credentials | undefined;
  /** RFC 3339: control data and tenants as of the newest recorded commit until then; the newest state where it is left out. */
  readonly at?: string | undefined;
  readonly context: Pick<WorkerContext, 'progress' | 'signal'>;
  /** Told whose data come next. */
  readonly onOwner?: ((owner: OwnerInTurn) => void) | undefined;
  readonly keychain?: Keychain;
}

/** Whose data a recovery is at; the installation's own have neither id nor name. */
interface OwnerInTurn {
  readonly tenantId: Uuid | null;
  readonly name: string | null;
  /** Counted from 1. */
  readonly number: number;
  /** Null while it is not known. */
  readonly of: number | null;
}

interface RecoveredTenant {
  readonly tenantId: Uuid;
  readonly slug: string;
  readonly name: string;
  /** Null when no snapshot could be recovered; the other two are then null too. */
  readonly snapshotId: string | null;
  /** RFC 3339: of this moment the tenant's data are. */
  readonly time: string | null;
  /** Rows that were read again and are what was saved. */
  readonly rows: number | null;
}

export interface Recovery {
  readonly installationId: Uuid;
  readonly snapshotId: string;
  /** RFC 3339: of this moment the audit log is, and where no earlier one was asked for operators, tenants and keys too. */
  readonly time: string;
  /** RFC 3339: of this moment operators, tenants and keys are; null: of `time`. */
  readonly asOf: string | null;
  readonly tenants: readonly RecoveredTenant[];
  /** Entries of the audit log that are lost, at least. */
  readonly lost: { readonly entries: number };
  readonly warnings: readonly string[];
}

/**
 * Rebuilds a lost installation from a target and its recovery key, in a folder that appears only when everything is in
 * it and in order; as of an earlier moment, with the newest audit log and without access for whom it was taken from since.
 * Errors: VALIDATION (no recovery key), NOT_FOUND or CONFLICT (no installation on the target, several; no state so old, or one
 * without an owner of now; `no-access-then`: whose passphrase it is had no access then),
 * UNAUTHENTICATED (wrong recovery key, or wrong passphrase), INTEGRITY (nothing readable), NEWER_FORMAT, CONFLICT (the
 * folder is in use), KEYCHAIN_UNAVAILABLE, LOCKED, STORAGE_FULL, READ_ONLY, IO, CANCELLED.
 */
export async function recover(options: RecoverOptions): Promise<Recovery> {
  const { target, keychain = systemKeychain() } = options;
  const key = parseRecoveryKey(options.recoveryKey);
  const found = await findInstallation(target);
  const { installationId, masterKey, recovery } = await openWithRecoveryKey(found.parts.recoveryJson, key);
  try {
    if (installationId !== found.id) throw foreignCopy('recovery.json');
    // without a keychain it ends here, not after hours
    if (options.secrets === 'keychain') await keychain.get('probe');
    return await fillBeside(options.dataFolder, (held) =>
      new Recovering(held, found, { ...options, keychain, masterKey, recovery }).run(),
    );
  } finally {
    masterKey.fill(0);
  }
}

interface Given extends RecoverOptions {
  readonly keychain: Keychain;
  readonly masterKey: Buffer;
  /** Of the recovery key that opened the target. */
  readonly recovery: RecoveryDerivation;
}

interface TenantRow {
  readonly id: Uuid;
  readonly slug: string;
  readonly name: string;
}

/** One recovery, from the opened target to the closed, complete folder. */
class Recovering {
  readonly #held: HeldFolder;
  readonly #found: FoundInstallation;
  readonly #given: Given;
  readonly #target: FirstTarget;
  readonly #clock = systemClock;
  readonly #ids = systemIds(systemClock);
  readonly #owners: RecoveredOwner[] = [];
  readonly #rows = new Map<Uuid, TenantRow>();
  readonly #warnings: string[] = [];

  constructor(held: HeldFolder, found: FoundInstallation, given: Given) {
    this.#held = held;
    this.#found = found;
    this.#given = given;
    this.#target = folderTarget(given.target, found.id);
  }

  async run(): Promise<Recovery> {
    const keyring = await this.#openKeyring();
    const own = await this.#bringBackInstallation(keyring);
    const { secrets, keychain, masterKey } = this.#given;
    const installation = { id: this.#found.id, secrets, createdAt: madeAt(this.#found.id) };
    const foundation = await layFoundation(this.#held, { installation, keyring, keychain, create: true });
    let arrival: Arrival;
    try {
      await keyring.restoreSubjectKeys(foundation.keys, Buffer.from(this.#found.parts.keysDb));
      const setBack = await this.#setBack(foundation);
      const deleted = await this.#bringBackTenants(foundation, new Set(setBack?.tenantsMadeSince));
      // a disk that went away meanwhile must not look like tenants without backups
      await findInstallation(this.#given.target);
      const entriesLost = await this.#beginEpoch(foundation);
      await writeInstallation(this.#held.layout.folder, installation);
      if (secrets === 'keychain') await keepMasterKey(keychain, installation.id, masterKey);
      await this.#target.prepare();
      // the number of the epoch is taken before anything is signed under it
      await this.#target.publishRecovery({
        recoveryJson: keyring.exportRecovery(),
        ...(await keyring.exportWithSubjectKeys(foundation.keys)),
      });
      await foundation.control.write((transaction) => {
        replaceCatalogue(transaction, this.#catalogue(), this.#clock.now());
      });
      arrival = { target: this.#given.target, deleted, entriesLost, snapshotId: own.snapshot.id, setBack };
    } catch (error) {
      await foundation.close();
      throw error;
    }
    const needing = await putInOrder(foundation, arrival, this.#given.credentials);
    this.#warnings.push(...passphraseWarnings(needing));
    return this.#told(own, arrival);
  }

  async #openKeyring(): Promise<Keyring> {
    const { folder } = this.#held.layout;
    await replaceFile(join(folder, 'keyring.enc'), this.#found.parts.keyring);
    await replaceFile(join(folder, 'recovery.json'), this.#found.parts.recoveryJson);
    const keyring = await Keyring.open(folder, this.#given.masterKey);
    if (keyring.installationId !== this.#found.id) throw foreignCopy('keyring.enc');
    // a replacement of the recovery key that was cut off between the two files
    const { recovery } = this.#given;
    if (keyring.recoveryFingerprint !== recoveryFingerprint(recovery))
      await keyring.replaceRecovery(recovery);
    return keyring;
  }

  async #bringBackInstallation(keyring: Keyring): Promise<NonNullable<RecoveredOwner['restored']>> {
    const { folder, control, audit } = this.#held.layout;
    const databases = join(folder, 'databases');
    this.#given.onOwner?.({ tenantId: null, name: null, number: 1, of: null });
    const { restored, warnings } = await this.#bringBack(keyring, null, databases);
    if (restored === null) {
      throw new HoldfastError(
        'INTEGRITY',
        `No backup of the installation's own databases can be read. ${warnings.join(' ')} Try another copy of the backup folder.`,
        { problems: [...warnings] },
      );
    }
    await rename(join(databases, 'control.db'), control);
    if (restored.snapshot.manifest.databases.some(({ name }) => name === 'audit')) {
      await rename(join(databases, 'audit.db'), audit);
    } else {
      this.#warnings.push('The audit log is in no readable backup; a new one begins.');
    }
    await rm(databases, { recursive: true });
    return restored;
  }

  /** Sets the control data back to the moment that was asked for, and takes tenants out that were made after it. */
  async #setBack(foundation: Foundation): Promise<SetBackTo | null> {
    const { control, keys, keyring, openAudit } = foundation;
    const { at, context, credentials } = this.#given;
    if (at === undefined) return null;
    const folder = join(this.#held.layout.folder, 'then');
    const then = await this.#recoverThen(keyring, { at, folder });
    const audit = await openAudit();
    try {
      const past = join(folder, 'control.db');
      const done = await setControlBack(
        { control, keys, keyring, audit, past, undoes: null, openers: null },
        null,
        context,
      );
      if (credentials !== undefined) requireAccess(foundation, credentials);
      await rm(folder, { recursive: true });
      this.#warnings.push(...accessWarnings(done, then.time));
      return { ...done, time: then.time };
    } finally {
      await audit.close();
    }
  }

  async #recoverThen(keyring: Keyring, { at, folder }: { readonly at: string; readonly folder: string }) {
    const { restored, warnings } = await this.#bringBackPart(keyring, null, { folder, at: Date.parse(at) });
    if (restored !== null) return restored;
    throw new HoldfastError(
      'NOT_FOUND',
      `No backup of the installation's own databases that can be read reaches back to ${at}. ${warnings.join(' ')} Choose a later moment.`,
      { kind: 'moment', id: at },
    );
  }

  /** Answers the tenants whose keys are gone, which were deleted after the recovered state. */
  async #bringBackTenants(
    { control, keyring, layout }: Foundation,
    made: ReadonlySet<string>,
  ): Promise<Uuid[]> {
    const rows = control
      .sql<TenantRow>('SELECT id, slug, name FROM tenants ORDER BY id')
      .all()
      .filter(({ id }) => !made.has(id));
    const deleted: Uuid[] = [];
    for (const [at, row] of rows.entries()) {
      const { id, name } = row;
      throwIfCancelled(this.#given.context.signal);
      this.#rows.set(id, row);
      this.#given.onOwner?.({ tenantId: id, name, number: at + 2, of: rows.length + 1 });
      if (!keyring.hasTenant(id)) {
        deleted.push(id);
        this.#warnings.push(`Tenant ${id} was deleted after this state was saved, and stays deleted.`);
        continue;
      }
      const { restored } = await this.#bringBack(keyring, id, layout.tenant(id));
      if (restored === null) {
        this.#warnings.push(
          `Tenant ${id} is there without its data: none of its backups could be recovered.`,
        );
      }
    }
    for (const id of keyring.tenantIds) {
      if (this.#rows.has(id) || !(await holdsSnapshots(this.#target.repository(id).location))) continue;
      this.#warnings.push(
        `Tenant ${id} was made after this state was saved. Its backups stay on the target; restic restores them with the recovery key.`,
      );
    }
    return deleted;
  }

  async #bringBack(keyring: Keyring, owner: OwnerId, folder: string): Promise<RecoveredOwner> {
    const { at } = this.#given;
    const moment = owner === null || at === undefined ? null : Date.parse(at);
    const recovered = await this.#bringBackPart(keyring, owner, { folder, at: moment });
    this.#owners.push(recovered);
    const whose = owner === null ? 'The installation' : `Tenant ${owner}`;
    this.#warnings.push(...recovered.warnings.map((warning) => `${whose}: ${warning}`));
    return recovered;
  }

  async #bringBackPart(
    keyring: Keyring,
    owner: OwnerId,
    { folder, at }: Pick<OwnerRecovery, 'folder' | 'at'>,
  ): Promise<RecoveredOwner> {
    const keys = owner === null ? keyring.installation : keyring.tenant(owner);
    const { location } = this.#target.repository(repositoryIdOf(owner));
    const password = keys.repositoryPassword.toString('utf8');
    return await recoverOwnerApart(
      {
        access: { location, password, recovery: keyring.recovery },
        installationId: this.#found.id,
        owner,
        folder,
        prefix: owner === null ? null : keys.rowHashPrefix,
        timeline: this.#ids.uuid(),
        at,
      },
      this.#given.context,
    );
  }

  /** The old log is never continued under its own name. Answers how many of its entries are lost, at least. */
  async #beginEpoch({ keyring, openAudit }: Foundation): Promise<number> {
    const audit = await openAudit();
    try {
      const keys = keyring.formerKeys;
      const epochs = [
        ...keys.map(({ epoch }) => epoch),
        ...readHeads(audit).map(({ origin }) => epochOf(origin)),
      ];
      const epoch = Math.max(0, ...epochs) + 1;
      await keyring.addSigningKey({ epoch, generation: 1, createdAt: this.#clock.now() });
      return lostEntries(audit, this.#notes(), { installationId: this.#found.id, keys });
    } finally {
      await audit.close();
    }
  }

  /** Every checkpoint that any snapshot on the target carries. */
  #notes(): string[] {
    return this.#owners.flatMap(({ snapshots }) =>
      snapshots.flatMap(({ manifest: { auditNotes } }) =>
        [auditNotes.installation, auditNotes.tenant].filter((note) => note !== null),
      ),
    );
  }

  #catalogue(): FoundSnapshots[] {
    return this.#owners.map(({ owner, snapshots, folders, restored }) => ({
      owner,
      repository: this.#target.repository(repositoryIdOf(owner)).url,
      snapshots,
      folders,
      proved: restored?.snapshot.id ?? null,
    }));
  }

  #told(own: NonNullable<RecoveredOwner['restored']>, { entriesLost, setBack }: Arrival): Recovery {
    const { time } = own.snapshot.manifest;
    const changed = `What was changed after ${time} in operators, tenants, users, bots and API keys is not known here; keys revoked since then are valid again. Go through them first.`;
    return {
      installationId: this.#found.id,
      snapshotId: own.snapshot.id,
      time,
      asOf: setBack?.time ?? null,
      tenants: this.#owners.flatMap(({ owner, restored }) =>
        owner === null
          ? []
          : [
              {
                tenantId: owner,
                slug: this.#rows.get(owner)?.slug ?? '',
                name: this.#rows.get(owner)?.name ?? '',
                snapshotId: restored?.snapshot.id ?? null,
                time: restored?.time ?? null,
                rows: restored?.rows ?? null,
              },
            ],
      ),
      lost: { entries: entriesLost },
      warnings: [...this.#warnings, changed],
    };
  }
}

/** An id carries the moment it was made in: epoch milliseconds (RFC 9562 section 5.7). */
function madeAt(id: Uuid): number {
  return Number.parseInt(id.replaceAll('-', '').slice(0, 12), 16);
}

function foreignCopy(file: string): HoldfastError {
  return new HoldfastError(
    'INTEGRITY',
    `${file} belongs to another installation than the folder it lies in. Bring back its own from another copy of the backup folder.`,
    { problems: [{ kind: 'foreign', file }] },
  );
}
