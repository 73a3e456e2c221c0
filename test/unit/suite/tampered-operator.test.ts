import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { inProcessClient } from '../../../main/rpc/client.ts';
import { createRouter } from '../../../main/rpc/router.ts';
import { EnterpriseSuite } from '../../../main/suite/enterprise-suite.ts';

const passphrase = 'correct horse battery staple';

test('a role raised with an SQLite tool under a session ends it, with one critical entry', async () => {
  const base = mkdtempSync(join(tmpdir(), 'holdfast-tampered-'));
  const { suite } = await EnterpriseSuite.initialise({
    dataFolder: join(base, 'data'),
    ownerName: 'Ada Obi',
    ownerPassphrase: passphrase,
    secrets: 'passphrase',
    target: undefined,
  });
  try {
    const router = createRouter(suite);
    const signedIn = async (name: string) => {
      const { token } = await inProcessClient(router, {}).auth.signIn({ name, passphrase });
      return inProcessClient(router, { token });
    };
    const ada = await signedIn('Ada Obi');
    await ada.auth.createOperator({ name: 'Bob', role: 'auditor', passphrase });
    const bob = await signedIn('Bob');
    execFileSync('sqlite3', [
      join(base, 'data', 'control.db'),
      `UPDATE operator SET role = 'owner' WHERE role = 'auditor'`,
    ]);
    for (let n = 0; n < 3; n += 1) {
      await expect(bob.suite.getStatus({})).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
    }
    await expect(signedIn('Bob')).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
    const { items } = await ada.audit.getAuditTrail({ limit: 100, severity: 'critical' });
    const told = items
      .filter(({ phase }) => phase === 'outcome')
      .map(({ action, outcome }) => [action, outcome]);
    expect(told).toEqual(
      expect.arrayContaining([
        ['operator.tampered', 'failure'],
        ['auth.sign-in', 'failure'],
      ]),
    );
    expect(told.filter(([action]) => action === 'operator.tampered')).toHaveLength(1);
    const { managers } = await ada.suite.getStatus({});
    expect(managers.auth).toMatchObject({ state: 'degraded' });
  } finally {
    await suite.stop();
    rmSync(base, { recursive: true });
  }
});
