import type { Clock } from '../../../shared/clock.ts';
import type { RaisedAlert } from '../../../shared/contract/audit/alerts.ts';
import type { S3Place, SftpPlace, TargetCredentials } from '../../../shared/target-place.ts';
import type { ErrorLog } from '../../rpc/errors.ts';
import type { HoldfastRouter } from '../../rpc/router.ts';

export interface Unlock {
  readonly passphrase?: string;
  readonly operator?: string;
  readonly unlockFileSecret?: Uint8Array;
}

/** A data folder that this process owns. */
export interface OwnedSuite {
  readonly router: HoldfastRouter;
  /** For a process that stays: backups are made when they are due. */
  startSchedules(): void;
  stop(): Promise<void>;
}

/** A data folder that this process serves, whether or not an installation is open in it yet. */
export interface ServedFolder {
  readonly router: HoldfastRouter;
  readonly errors: ErrorLog;
  readonly clock: Clock;
  /** The machine goes to sleep, or has woken up: the log says so. */
  noteSleep(what: 'suspended' | 'resumed'): Promise<void>;
  /** `listener` is told of each alert of an installation that is open or is opened later, once the alert is kept. */
  onAlert(listener: (alert: RaisedAlert) => void): void;
  stop(): Promise<void>;
}

/** The host key of an SFTP server may still have to be confirmed. */
type UnconfirmedPlace = S3Place | (Omit<SftpPlace, 'hostKey'> & { readonly hostKey?: string | undefined });

/** A lost installation brought back (main/suite/recover.ts). Times are RFC 3339. */
export interface Recovery {
  readonly installationId: string;
  readonly snapshotId: string;
  readonly time: string;
  /** Of what operators, tenants and keys are, where an earlier moment was asked for. */
  readonly asOf: string | null;
  readonly tenants: readonly {
    readonly tenantId: string;
    readonly slug: string;
    readonly name: string;
    readonly snapshotId: string | null;
    readonly time: string | null;
    readonly rows: number | null;
  }[];
  readonly lost: { readonly entries: number };
  readonly warnings: readonly string[];
}

export interface RecoveryProgress {
  phase(name: string, total: number | null, unit: 'bytes' | 'rows' | 'files' | 'entries'): void;
  advance(by: number): void;
}

/** How the command line gets at the core; the real one is loaded only by commands that need it. */
export interface Core {
  initialise(options: {
    readonly dataFolder: string;
    readonly ownerName: string;
    readonly ownerPassphrase: string;
    readonly secrets: 'keychain' | 'passphrase';
    readonly target?: string;
  }): Promise<{
    readonly suite: OwnedSuite;
    readonly installationId: string;
    readonly recoveryKey: string;
    /** The recovery kit for paper, a PDF; to be asked for before the suite is stopped. */
    recoveryKit(): Promise<Uint8Array>;
  }>;
  /** Rebuilds a lost installation from a backup folder; nobody is signed in and nothing is open afterwards. */
  recover(options: {
    readonly dataFolder: string;
    /** Where the backups lie; those of `remote` are brought there first. */
    readonly target: string;
    readonly remote?:
      | { readonly place: UnconfirmedPlace; readonly credentials: TargetCredentials }
      | undefined;
    readonly recoveryKey: string;
    /** RFC 3339; the newest state where it is left out. */
    readonly at?: string | undefined;
    readonly secrets: 'keychain' | 'passphrase';
    readonly credentials?: { readonly name?: string | undefined; readonly passphrase: string } | undefined;
    readonly progress: RecoveryProgress;
    readonly signal: AbortSignal;
  }): Promise<Recovery>;
  /** Opens what is there if nobody has to be asked; the rest is done at the console. LOCKED when another process owns the folder. */
  enter(options: {
    readonly dataFolder: string;
    readonly unlock?: Unlock | undefined;
    readonly socketPath: string;
  }): Promise<ServedFolder>;
  /** LOCKED with the holder when another process owns the folder. */
  open(options: {
    readonly dataFolder: string;
    readonly unlock?: Unlock;
    readonly waitMs?: number;
    readonly socketPath?: string;
  }): Promise<OwnedSuite>;
}
