import type { RestorePlan } from '../../shared/contract/backups.ts';
import type { Slug, Uuid } from '../../shared/ids.ts';
import type { RestorePart } from '../../shared/restore-parts.ts';
import type { RetentionPolicy } from '../../shared/retention.ts';
import type { TargetCredentials } from '../../shared/target-place.ts';
import type { Tier } from '../../shared/tiers.ts';
import type { JobContext } from '../jobs/job-runner.ts';
import type { Caller, Operation } from '../operations/operation.ts';
import type { OpenStore } from '../storage/open-store.ts';
import type { Transaction } from '../storage/store.ts';
import type { DerivedKey } from './container/key-file.ts';
import type { Kept } from './container/repository-files.ts';
import type { FirstTarget, RecoveryParts, RepositoryId } from './targets/target.ts';

// What BackupManager needs of the others; the composition root hands it in.

/** A tenant whose database is open and stays open while it is used. */
export interface TenantSource {
  readonly store: OpenStore;
  /** Contents, named by SHA-256. */
  readonly filesFolder: string;
}

/** A tenant that is to be made from another's backup. Without a tier it has that tenant's. */
export interface WantedTenant {
  readonly name: string;
  readonly slug?: Slug | undefined;
  readonly tier?: Tier | undefined;
}

/** What the tier of a wanted tenant allows, and what stands in the way of making it, in words. */
interface TenantProspect {
  readonly tier: Tier;
  /** Bytes; null is unlimited. */
  readonly storageLimit: number | null;
  readonly obstacles: readonly string[];
}

/** A tenant in the making: nobody knows of it yet. */
interface UnmadeTenant {
  readonly id: Uuid;
  /** Where its database has to be. */
  readonly database: string;
  readonly filesFolder: string;
  readonly rowHashPrefix: Uint8Array;
}

interface TenantFilling {
  /** Puts database and contents in place. What it leaves is removed with the tenant when anything fails. */
  fill(tenant: UnmadeTenant): Promise<void>;
  /** Within the transaction that makes the tenant exist. */
  record(transaction: Transaction, id: Uuid): void;
  /** Small facts for the entry in the new tenant's log. */
  readonly facts: { readonly [name: string]: string };
}

/** Parts of an earlier state, which lies rebuilt and proved in `file`. */
interface PartsOfThen {
  readonly file: string;
  readonly parts: readonly RestorePart[];
}

/** What is protected. */
export interface Sources {
  readonly installationId: Uuid;
  /** control.db and audit.db, in the order in which they are listed; keys.db and search.db are in no snapshot. */
  readonly installation: readonly { readonly name: 'control' | 'audit'; readonly store: OpenStore }[];
  /** Every tenant, suspended ones too. */
  tenantIds(): readonly Uuid[];
  /** By id or slug. Errors: NOT_FOUND. */
  tenantId(reference: string): Uuid;
  /** Opens the tenant's database if need be and keeps it open until `use` is done. Errors: NOT_FOUND. */
  withTenant<Result>(tenantId: Uuid, use: (source: TenantSource) => Promise<Result>): Promise<Result>;
  /** Where the tenant's contents lie, whether or not its database can be opened. */
  filesFolder(tenantId: Uuid): string;
  /** Puts `file` in the place of the tenant's database, which cannot be opened and is kept beside it under `aside`. */
  replaceUnreadable(tenantId: Uuid, file: string, aside: string): Promise<void>;
  /** Looks at what making a tenant like `like` would meet; changes nothing. */
  prospect(like: Uuid, wanted: WantedTenant): TenantProspect;
  /**
   * Makes a tenant, whose database and contents `filling` puts in place, whole or not at all; what a kill leaves is
   * removed at the next start. Errors: VALIDATION, CONFLICT (slug), those of `filling`.
   */
  createFilled(
    like: Uuid,
    wanted: WantedTenant,
    operation: Operation,
    filling: TenantFilling,
  ): Promise<{ readonly id: Uuid; readonly slug: string }>;
  /** What bringing parts of an earlier state back would change, and what stands in its way, in words. */
  compareParts(
    tenantId: Uuid,
    then: PartsOfThen,
    context: Pick<JobContext, 'operation' | 'progress'>,
  ): Promise<{
    readonly collections: readonly {
      readonly collection: string;
      readonly added: number;
      readonly changed: number;
      readonly unchanged: number;
    }[];
    readonly obstacles: readonly string[];
  }>;
  /** Brings them back as one import. Errors: CONFLICT, QUOTA_EXCEEDED, STORAGE_FULL, IO, CANCELLED. */
  bringBack(
    tenantId: Uuid,
    then: PartsOfThen,
    context: JobContext,
  ): Promise<{
    readonly documents: number;
    readonly files: number;
    readonly bytes: number;
    readonly importId: Uuid;
  }>;
  /** After a restore in place: copies the storage limit into the database again, forgets what was cached. */
  afterTenantRestored(tenantId: Uuid): Promise<void>;
}

export interface RepositoryKeys {
  /** The machine's password of a repository. Errors: KEYCHAIN_UNAVAILABLE, NOT_FOUND. */
  password(repository: RepositoryId): string;
  /** What scrypt made of the recovery key, once for all repositories. */
  recovery(): DerivedKey;
  /** The 32 secret bytes before every row that is hashed (docs/formats/row-hash.md). */
  rowHashPrefix(tenantId: Uuid): Uint8Array;
}

/** A signed checkpoint of the installation's log, as a backup carries it. */
export interface CarriedNote {
  readonly note: string;
  readonly snapshotId: string;
  /** When the backup was made, epoch milliseconds. */
  readonly time: number;
}

export interface AuditHead {
  /** The newest signed checkpoint of a log, as text; null: the installation's. Null when there is none. */
  checkpointNote(tenantId: Uuid | null): string | null;
  /** Which of these events the log has. */
  logged(eventIds: readonly Uuid[]): ReadonlySet<string>;
  /** Ids of the snapshots whose making the log tells of, without those it tells were removed, or are being. */
  snapshotsTold(tenantId: Uuid | null): Promise<readonly string[]>;
  /** Holds checkpoints in backups against the log: those that it does not lead to, and why. Such a log stops changes. */
  compare(
    notes: readonly CarriedNote[],
  ): Promise<readonly { readonly snapshotId: string; readonly reason: string }[]>;
  /** A backup was made, and others were met that the catalogue did not list. */
  saved(made: CarriedNote, others: readonly CarriedNote[]): Promise<void>;
}

/** What retention goes by where nobody has set anything, and how its removals are told. */
export interface RetentionSource {
  defaultPolicy(tenantId: Uuid | null): RetentionPolicy;
  /** Milliseconds between two backups by schedule; null: by hand. */
  backupEveryMs(tenantId: Uuid | null): number | null;
  /** IANA name. */
  timeZone(): string;
  operatorName(id: Uuid): string | null;
  /** The removal of one snapshot, `backup.forget`, asked for by `caller`; a resumed one keeps its id. */
  forgetting(caller: Caller, id: Uuid): Pick<Operation, 'record'>;
}

/** What is kept of the place that backups are written to. */
export interface FirstPlaceSource {
  /** Whether its mark was written: then a place without one is another. */
  wasMarked(): boolean;
  marked(): Promise<void>;
  /** Whether it stood on the disk of the data when it was last looked at; null: it never was. */
  sharedDisk(): boolean | null;
  noteDisk(shared: boolean): Promise<void>;
  /** A place by its folder; null: inside the data folder. */
  at(path: string | null): FirstTarget;
  /** From now on backups are written to this one, whose mark was written. */
  chosen(transaction: Transaction, path: string | null): void;
}

/** Whose backups are copied to further targets. */
export interface CopySource {
  /** Whether the tenant's tier has it. */
  mayReplicate(tenantId: Uuid): boolean;
  tierOf(tenantId: Uuid): Tier;
  /** What signs in to a target on another machine; null: there is nothing. */
  credentials(targetId: Uuid): TargetCredentials | null;
  /** Keeps them; null: forgets them. */
  putCredentials(targetId: Uuid, credentials: TargetCredentials | null): Promise<void>;
  /** Told in the transaction that forgets the copy of a deleted tenant, which is gone from the target. */
  copyErased(transaction: Transaction, owner: RepositoryId, targetId: Uuid): void;
  /** A place goes on keeping what was removed of a deleted tenant's copy: until then, epoch milliseconds; null: no end is known. */
  copyKept(transaction: Transaction, owner: RepositoryId, targetId: Uuid, until: number | null): void;
  /**
   * What recovers the installation was replaced on a target (null: the first), which goes on keeping the older copies. Never
   * throws: what was published stays so.
   */
  copiesReplaced(targetId: Uuid | null, kept: Kept | undefined): Promise<void>;
  /** Told in the transaction that removes a target, with all that it still holds. */
  targetRemoved(transaction: Transaction, targetId: Uuid): void;
  /** After each synchronisation that came to its end. */
  synchronised(): Promise<void>;
  operatorName(id: Uuid): string | null;
}

/** What an entry `backup.heal` says. */
export type HealingFacts = Readonly<Record<string, unknown>>;

/** How is told what was healed. */
export interface HealingSource {
  /** The entry `backup.heal`, of work that `caller` asked for. */
  telling(caller: Caller): Pick<Operation, 'record'>;
  /** The facts of entries `backup.heal` of one owner, and when each was made, epoch milliseconds. */
  told(tenantId: Uuid | null): Promise<readonly { readonly time: number; readonly facts: HealingFacts }[]>;
  /** Puts into the inbox that something was healed, or that something is damaged that nothing heals. */
  noticed(transaction: Transaction, tenantId: Uuid | null, what: 'backups-healed' | 'backups-damaged'): void;
}

/** What setting the installation's own data back would change. */
export interface ControlPlan {
  readonly changes: RestorePlan['changes'];
  readonly loseAccess: NonNullable<RestorePlan['loseAccess']>;
  readonly needPassphrase: RestorePlan['needPassphrase'];
  readonly overQuota: RestorePlan['overQuota'];
  readonly obstacles: readonly string[];
}

/** Setting the installation's own data back to an earlier moment, which a start carries out. */
export interface ControlRestoreSource {
  /** Where what was prepared lies until then, each in a folder of its id. */
  readonly folder: string;
  /** `past`: the file of a proved control.db; `undoes`: the restore that it takes back. */
  plan(
    past: string,
    undoes: Uuid | null,
    context: Pick<JobContext, 'operation' | 'progress'>,
  ): Promise<ControlPlan>;
  noticed(transaction: Transaction, kind: 'control-restore-pending'): void;
  settled(transaction: Transaction): void;
  operatorName(id: Uuid): string | null;
  /** Operators whose passphrase does not open the installation, though one has to. */
  needPassphrase(): Promise<readonly Uuid[]>;
}

/** How is told that a further target stands in for the first one. */
export interface StandInSource {
  /** The entry `backup.target.return`, of work that `caller` asked for. */
  returning(caller: Caller): Pick<Operation, 'record'>;
  /** Puts into the inbox that backups go to another target, or that all of them are back on the first. */
  noticed(transaction: Transaction, isElsewhere: boolean): void;
}

/** The single copies on a target, as they are now. */
export interface RecoverySource {
  parts(): Promise<RecoveryParts>;
}
