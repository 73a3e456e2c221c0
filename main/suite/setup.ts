import type { SetupState } from '../../shared/contract/setup.ts';
import { HoldfastError } from '../../shared/errors.ts';
import type { Setup } from '../rpc/core.ts';
import type { SecretsMode } from '../secrets/installation.ts';
import { appVersion } from './managers.ts';

/** The answers of an installation that is open. */
export function openSetup(folder: string, secrets: SecretsMode): Setup {
  const state: SetupState = {
    state: 'ready',
    version: appVersion,
    dataFolder: folder,
    secrets,
    keychain: secrets === 'keychain',
    error: null,
  };
  return {
    getSetup: async () => state,
    createInstallation: async () => {
      throw existsAlready();
    },
    openInstallation: async () => state,
    inspectBackups: async () => {
      throw existsAlready();
    },
    recoverInstallation: async () => {
      throw existsAlready();
    },
    getRecovery: async () => ({ recovery: null }),
    cancelRecovery: async () => ({ recovery: null }),
    dismissRecovery: async () => ({ recovery: null }),
  };
}

export function existsAlready(): HoldfastError {
  return new HoldfastError('CONFLICT', 'There is an installation in this folder already. Sign in to it.', {
    reason: 'installation-exists',
  });
}
