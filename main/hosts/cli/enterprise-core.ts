import { createRouter } from '../../rpc/router.ts';
import { EnterpriseSuite } from '../../suite/enterprise-suite.ts';
import type { Core, OwnedSuite } from './core.ts';

export const initialise: Core['initialise'] = async (options) => {
  const { suite, ...made } = await EnterpriseSuite.initialise(options);
  return { suite: owned(suite), ...made };
};

export const open: Core['open'] = async (options) => owned(await EnterpriseSuite.open(options));

const owned = (suite: EnterpriseSuite): OwnedSuite => ({
  router: createRouter(suite),
  startSchedules: () => suite.startSchedules(),
  stop: () => suite.stop(),
});
