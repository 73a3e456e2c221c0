import { afterEach, beforeEach, expect, test } from 'vitest';
import { accessTold } from '../../../main/audit/access-told.ts';
import { storePruned } from '../../../main/audit/retention/pruned-rows.ts';
import { type AuditStand, auditStand } from '../../doubles/audit-stand.ts';

let stand: AuditStand;
beforeEach(async () => {
  stand = await auditStand();
});
afterEach(() => stand.close());

test('what was told before a thousand entries of a class that retention pruned is told still', async () => {
  const since = stand.clock.now();
  const key = stand.ids.uuid();
  const revoke = stand.run('auth.key.revoke');
  revoke.describe({ resource: { kind: 'api-key', id: key } });
  await revoke.succeeded();
  await stand.audit.settle();
  const told = stand.store.sql<{ n: number }>('SELECT count(*) AS n FROM entries').get()?.n ?? 0;
  await Promise.all(
    Array.from({ length: 2100 }, () => {
      const run = stand.run('thing.create');
      run.describe({ resource: { kind: 'thing', id: 'one' } });
      return run.succeeded();
    }),
  );
  await stand.audit.settle();
  const { log, size } = stand.store
    .sql<{ log: number; size: number }>('SELECT log, size FROM logs')
    .get() ?? {
    log: 0,
    size: 0,
  };
  expect(size).toBeGreaterThan(2000 + told);
  await stand.store.write((transaction) => {
    transaction.sql('DELETE FROM entries WHERE position >= ?').run(log * 2 ** 36 + told);
    storePruned(transaction, { log, minimum: size, dropped: size, kept: '[]', leaf: stand.ids.uuid() });
  });
  expect(accessTold(stand.store, since).get(key)).toBe('taken');
});
