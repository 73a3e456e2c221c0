import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { Rsyslog } from '../doubles/rsyslog.ts';
import { temporaryFolder } from '../doubles/temporary-folder.ts';
import { OpenedSuite, told } from './opened-suite.ts';

const subject = fileURLToPath(new URL('./forward-subject.ts', import.meta.url));

function start(folder: string, count: number): ChildProcess {
  const child = spawn(process.execPath, [subject, folder, String(count)], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, NODE_OPTIONS: '' },
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  return child;
}

/** By log, the indices that arrived, each where it came first. */
function firsts(server: Rsyslog): Map<string, number[]> {
  const seen = new Map<string, Set<number>>();
  for (const { msg } of server.received()) {
    const { metadata } = JSON.parse(msg.replace(/^\uFEFF/, '')) as {
      metadata: { log_name: string; sequence: number };
    };
    const indices = seen.get(metadata.log_name) ?? new Set();
    seen.set(metadata.log_name, indices.add(metadata.sequence));
  }
  return new Map([...seen].map(([log, indices]) => [log, [...indices]]));
}

test('every entry arrives, in order, when the process is killed in the middle, and the server with it', async () => {
  const server = await Rsyslog.prepare(temporaryFolder());
  await server.start();
  onTestFinished(() => server.stop('SIGKILL'));
  const folder = join(temporaryFolder(), 'data');
  const { opened } = await OpenedSuite.create(folder);
  await told(opened.client.tenants.createTenant({ name: 'Acme', tier: 'enterprise', slug: 'acme' }));
  await told(
    opened.client.audit.addDestination({
      name: 'engine',
      address: `tcp://127.0.0.1:${server.port}`,
      from: 'beginning',
    }),
  );
  await opened.stop();
  const killed = async (child: ChildProcess) => {
    child.kill('SIGKILL');
    await once(child, 'exit');
  };
  const first = start(folder, 100_000);
  while (server.received().length < 200) await sleep(10);
  await killed(first);

  // a batch is on its way that the server never reads, since both end
  const second = start(folder, 100_000);
  const before = server.received().length;
  while (server.received().length < before + 100) await sleep(10);
  server.freeze();
  await sleep(1000);
  await killed(second);
  await server.stop('SIGKILL');
  await server.start();

  const last = start(folder, 3);
  await once(last, 'exit');
  expect(last.exitCode).toBe(0);

  const again = await OpenedSuite.open(folder);
  const heads = again.suite.audit.store
    .sql<{ origin: string; size: number }>('SELECT origin, size FROM logs')
    .all();
  await again.stop();
  const arrived = firsts(server);
  expect(arrived.size).toBe(heads.length);
  for (const { origin, size } of heads) {
    const indices = arrived.get(origin) ?? [];
    // what this last look itself added was added after forwarding had ended
    expect(size - indices.length).toBeLessThan(10);
    expect(indices).toEqual(indices.map((_, index) => index));
  }
});
