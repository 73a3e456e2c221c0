import { z } from 'zod';
import { errorCodes } from '../errors.ts';
import { passphrase } from './auth.ts';
import { operation } from './operation.ts';
import { foundBackups, inspectInput, recoverInput, underway } from './recovery.ts';
import { displayName, localPath, uuid } from './values.ts';

/** absent: no installation in the folder yet. recovering: a lost one is brought back. locked: a passphrase opens it. failed: `error` says why. */
const setupStates = ['absent', 'recovering', 'locked', 'opening', 'ready', 'failed'] as const;

export const setupState = z.object({
  state: z.enum(setupStates),
  version: z.string(),
  /** Where the installation lies or would lie. */
  dataFolder: z.string(),
  /** Where the master key of the installation there is; null while absent. */
  secrets: z.enum(['keychain', 'passphrase']).nullable(),
  /** Whether this machine has a keychain that can be used now. */
  keychain: z.boolean(),
  error: z
    .object({ code: z.enum(errorCodes), message: z.string(), data: z.record(z.string(), z.json()) })
    .nullable(),
});
export type SetupState = z.infer<typeof setupState>;

/** Before there is an installation to ask: what a host that stays can do about that. */
export const setup = {
  getSetup: operation({ permission: 'open' }).input(z.object({})).output(setupState),
  /** A new installation with its owner. The recovery key is in this answer, and in suite.showRecoveryKey until it is confirmed. */
  createInstallation: operation({ permission: 'open' })
    .input(
      z.object({
        ownerName: displayName,
        passphrase,
        secrets: z.enum(['keychain', 'passphrase']),
        /** A folder for backups; the data folder itself by default. */
        target: localPath.optional(),
      }),
    )
    .output(z.object({ installationId: uuid, recoveryKey: z.string() })),
  /** Opens the installation that is there, or tries again. */
  openInstallation: operation({ permission: 'open' })
    .input(z.object({ passphrase: z.string().max(1000).optional() }))
    .output(setupState),

  /** Looks at what lies in a backup folder, here or on another machine: names and times without the recovery key, the tenants with it. */
  inspectBackups: operation({ permission: 'open' }).input(inspectInput).output(foundBackups),
  /** Begins to bring a lost installation back into the empty data folder, which is opened at the end. */
  recoverInstallation: operation({ permission: 'open' }).input(recoverInput).output(underway),
  /** The recovery of this process, or null; its result until it was seen (`dismissRecovery`). */
  getRecovery: operation({ permission: 'open' }).input(z.object({})).output(underway),
  cancelRecovery: operation({ permission: 'open' }).input(z.object({})).output(underway),
  /** Forgets how a recovery ended. */
  dismissRecovery: operation({ permission: 'open' }).input(z.object({})).output(underway),
};
