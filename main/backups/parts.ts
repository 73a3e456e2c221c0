import type { Clock } from '../../shared/clock.ts';
import type { Ids, Uuid } from '../../shared/ids.ts';
import type { JobStarter } from '../jobs/job-runner.ts';
import type { Store } from '../storage/store.ts';
import type { DerivedKeys } from './derived-keys.ts';
import type {
  AuditHead,
  ControlRestoreSource,
  CopySource,
  FirstPlaceSource,
  HealingSource,
  RecoverySource,
  RepositoryKeys,
  RetentionSource,
  Sources,
  StandInSource,
} from './needs.ts';
import type { OwnerId } from './owner.ts';
import type { PageLog } from './pagelog/page-log.ts';
import type { RepositoryAccess } from './repository-access.ts';
import type { RepositoryUse } from './repository-use.ts';
import type { MovableTarget } from './targets/movable-target.ts';
import { type FirstTarget, repositoryIdOf } from './targets/target.ts';
import type { Turns } from './turns.ts';

/** What BackupManager is made of; the composition root hands it in. */
export interface BackupOptions {
  /** control.db: the catalogue. */
  readonly control: Store;
  readonly sources: Sources;
  readonly keys: RepositoryKeys;
  readonly audit: AuditHead;
  readonly recovery: RecoverySource;
  readonly retention: RetentionSource;
  readonly target: FirstTarget;
  readonly firstPlace: FirstPlaceSource;
  readonly copying: CopySource;
  readonly healing: HealingSource;
  readonly controlRestore: ControlRestoreSource;
  readonly standingIn: StandInSource;
  readonly pageLog: PageLog;
  /** Told, once a day, of a target (null: the first) that is expected to be full then, epoch milliseconds. */
  readonly targetFilling: (targetId: Uuid | null, fullAt: number) => Promise<void>;
  /** Told of what failed on the side and is tried again. */
  readonly report: (error: unknown) => void;
  readonly jobs: JobStarter;
  readonly clock: Clock;
  readonly ids: Ids;
  /** Version of this program. */
  readonly app: string;
  /** The installation's folder, in which nothing is restored. */
  readonly dataFolder: string;
}

/** The parts with what follows from them. */
export interface BackupParts extends BackupOptions {
  readonly target: MovableTarget;
  /** A folder of our own on the disk of the data, where databases are rebuilt and proved; emptied at start. */
  readonly workFolder: string;
  /**
   * One snapshot or restore in place of an owner at a time, whichever jobs ask; one publishing at a time; `first-target`:
   * repositories are made and removed, or all of them are moved.
   */
  readonly turns: Turns;
  /** Whoever reads a repository says so, so that nothing is removed under it. */
  readonly use: RepositoryUse;
  readonly derivedKeys: DerivedKeys;
}

export function accessTo({ target, keys, derivedKeys }: BackupParts, owner: OwnerId): RepositoryAccess {
  const id = repositoryIdOf(owner);
  const { location } = target.repository(id);
  return { location, password: keys.password(id), recovery: keys.recovery(), derived: derivedKeys.of(id) };
}

/** As `accessTo`, with what the password makes of the key file; unchanged where `DerivedKeys.ahead` cannot tell. */
export async function accessAhead(parts: BackupParts, owner: OwnerId): Promise<RepositoryAccess> {
  return await parts.derivedKeys.ahead(repositoryIdOf(owner), accessTo(parts, owner));
}

export function prefixOf({ keys }: BackupParts, owner: OwnerId): Uint8Array | null {
  return owner === null ? null : keys.rowHashPrefix(owner);
}
