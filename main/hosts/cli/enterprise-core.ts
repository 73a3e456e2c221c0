import { systemClock } from '../../../shared/clock.ts';
import { HoldfastError } from '../../../shared/errors.ts';
import { createRouter } from '../../rpc/router.ts';
import { EnterpriseSuite } from '../../suite/enterprise-suite.ts';
import { Entrance } from '../../suite/entrance.ts';
import { fetchBackups } from '../../suite/fetch-backups.ts';
import { recover as recoverInstallation } from '../../suite/recover.ts';
import type { Core, OwnedSuite } from './core.ts';

export const initialise: Core['initialise'] = async (options) => {
  const { suite, ...made } = await EnterpriseSuite.initialise(options);
  return { suite: owned(suite), ...made };
};

export const recover: Core['recover'] = async ({ progress, signal, remote, ...options }) => {
  const context = { progress, signal };
  if (remote !== undefined) await fetchBackups({ remote, ...options }, context);
  return await recoverInstallation({ ...options, context });
};

export const open: Core['open'] = async (options) => owned(await EnterpriseSuite.open(options));

const owned = (suite: EnterpriseSuite): OwnedSuite => ({
  router: createRouter(suite),
  startSchedules: () => suite.startSchedules(),
  stop: () => suite.stop(),
});

export const enter: Core['enter'] = async ({ dataFolder, socketPath, unlock }) => {
  const entrance = new Entrance({ dataFolder, socketPath });
  await entrance.start(unlock);
  const { error } = await entrance.getSetup();
  if (error?.code === 'LOCKED') {
    await entrance.stop();
    throw new HoldfastError(error.code, error.message, error.data);
  }
  return {
    router: createRouter(entrance),
    errors: entrance.errors,
    clock: systemClock,
    noteSleep: (what) => entrance.noteSleep(what),
    onAlert: (listener) => entrance.onAlert(listener),
    stop: () => entrance.stop(),
  };
};
