import { afterEach, beforeEach, expect, test } from 'vitest';
import { withNewRepository } from '../../../../main/backups/repository-access.ts';
import { buildSnapshot } from '../../../../main/backups/snapshot/build-snapshot.ts';
import { Connection } from '../../../../main/storage/connection.ts';
import { makeProtected, type Protected } from '../protected-installation.ts';

let place: Protected;
beforeEach(async () => {
  place = await makeProtected();
});
afterEach(() => place.close());

test('the database is let go before its files are read, so that its write-ahead log can be emptied', async () => {
  await place.put('orders', 'one', {});
  await place.addFile('one', Buffer.from('content'));
  const { sources, target, keys, app } = place.parts;
  const { location } = target.repository(place.tenantId);
  const access = { location, password: keys.password(place.tenantId), recovery: keys.recovery() };
  const emptied = new Map<string, boolean>();
  const phase = (name: string) => {
    const connection = new Connection(place.tenant.file, { name: 'tenant' });
    emptied.set(name, connection.walCheckpoint('TRUNCATE').busy === 0);
    connection.close();
  };
  await withNewRepository(access, (repository) =>
    buildSnapshot(
      repository,
      {
        facts: {
          installationId: sources.installationId,
          tenantId: place.tenantId,
          kind: 'full',
          safety: false,
          startedAt: place.parts.clock.now(),
          app,
          auditNotes: { installation: null, tenant: null },
        },
        databases: [{ name: 'data', store: place.tenant }],
        filesFolder: place.filesFolder,
      },
      {
        signal: new AbortController().signal,
        check: () => undefined,
        progress: { phase, advance: () => undefined },
      },
    ),
  );
  expect([...emptied]).toEqual([
    ['Reading pages of data', false],
    ['Reading files', true],
  ]);
});
