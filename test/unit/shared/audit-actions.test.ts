import { isContractProcedure } from '@orpc/contract';
import { describe, expect, it } from 'vitest';
import { isReservedAction } from '../../../shared/audit-actions.ts';
import { contract } from '../../../shared/contract/index.ts';

const actions = Object.values(contract)
  .flatMap((group) => Object.values(group))
  .flatMap((operation: unknown) => (isContractProcedure(operation) ? [operation['~orpc'].meta.action] : []))
  .filter((action) => action !== undefined);

describe('reserved actions', () => {
  it('are all that the contract logs, and what the system logs beside it', () => {
    expect(actions.length).toBeGreaterThan(20);
    expect(actions.filter((action) => !isReservedAction(action))).toEqual([]);
    for (const action of ['suite.initialise', 'log.checkpoint', 'log.key.rotate', 'backup.create']) {
      expect(isReservedAction(action)).toBe(true);
    }
  });

  it('are refused in an event of one’s own', async () => {
    const schema = contract.audit.logAction['~orpc'].inputSchema;
    const accepts = async (action: string) =>
      (await schema?.['~standard'].validate({ action }))?.issues === undefined;
    for (const action of ['log.checkpoint', 'backup.create', 'auth.sign-in', 'tenant.erase']) {
      expect(await accepts(action)).toBe(false);
    }
    for (const action of ['invoice.send', 'logistics.ship', 'database.tune']) {
      expect(await accepts(action)).toBe(true);
    }
  });
});
