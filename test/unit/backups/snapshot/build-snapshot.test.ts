import { afterEach, beforeEach, expect, test } from 'vitest';
import { withNewRepository } from '../../../../main/backups/repository-access.ts';
import { buildSnapshot } from '../../../../main/backups/snapshot/build-snapshot.ts';
import { cancelled } from '../../../../main/jobs/job-error.ts';
import type { WorkerContext } from '../../../../main/jobs/serve-call.ts';
import { Connection } from '../../../../main/storage/connection.ts';
import { makeProtected, type Protected } from '../../../doubles/protected-installation.ts';

let place: Protected;
beforeEach(async () => {
  place = await makeProtected();
});
afterEach(() => place.close());

async function build(of: 'tenant' | 'installation', context: Partial<WorkerContext>) {
  const { sources, target, keys, app, clock } = place.parts;
  const tenantId = of === 'tenant' ? place.tenantId : null;
  const { location } = target.repository(tenantId ?? 'installation');
  const access = { location, password: keys.password(tenantId ?? 'installation'), recovery: keys.recovery() };
  const { installationId } = sources;
  const auditNotes = { installation: null, tenant: null };
  return await withNewRepository(access, (repository) =>
    buildSnapshot(
      repository,
      {
        facts: {
          installationId,
          tenantId,
          kind: 'full',
          safety: false,
          startedAt: clock.now(),
          app,
          auditNotes,
        },
        databases: [
          tenantId === null
            ? { name: 'control', store: place.control }
            : { name: 'data', store: place.tenant },
        ],
        filesFolder: tenantId === null ? null : place.filesFolder,
      },
      {
        signal: new AbortController().signal,
        check: () => undefined,
        progress: { phase: () => undefined, advance: () => undefined },
        ...context,
      },
    ),
  );
}

test('the database is let go before its files are read, so that its write-ahead log can be emptied', async () => {
  await place.put('orders', 'one', {});
  await place.addFile('one', Buffer.from('content'));
  const emptied = new Map<string, boolean>();
  const phase = (name: string) => {
    const connection = new Connection(place.tenant.file, { name: 'tenant' });
    emptied.set(name, connection.walCheckpoint('TRUNCATE').busy === 0);
    connection.close();
  };
  await build('tenant', { progress: { phase, advance: () => undefined } });
  expect([...emptied]).toEqual([
    ['Reading pages of data', false],
    ['Reading files', true],
  ]);
});

test('a cancel reaches the counting of rows, which waits for nothing', async () => {
  let counting = false;
  const progress = {
    phase: (name: string) => {
      counting = name.startsWith('Counting rows');
    },
    advance: () => undefined,
  };
  const check = () => {
    if (counting) throw cancelled();
  };
  await expect(build('installation', { progress, check })).rejects.toMatchObject({ code: 'CANCELLED' });
  expect(counting).toBe(true);
});
