// The real suite of a folder in a process that may be killed. Reads one command a line, as JSON, and answers each
// with a line of JSON; by writev, so that faults at `write` meet the suite's own. Argument: the data folder.
import { writevSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { z } from 'zod';
import { jobStarted } from '../../shared/contract/values.ts';
import { HoldfastError } from '../../shared/errors.ts';
import { keptAndCounted } from '../doubles/tenant-stand.ts';
import { everyPage, OpenedSuite, told } from './opened-suite.ts';

const [folder = ''] = process.argv.slice(2);

const command = z.discriminatedUnion('do', [
  z.object({ do: z.literal('open') }),
  /** Any operation of the contract; of a job, its result. */
  z.object({ do: z.literal('call'), manager: z.string(), operation: z.string(), input: z.json() }),
  /** Puts numbered documents for ever; says each once it is acknowledged. */
  z.object({ do: z.literal('put'), tenant: z.string(), collection: z.string() }),
  z.object({ do: z.literal('look'), tenant: z.string() }),
  z.object({ do: z.literal('stop') }),
]);
type Command = z.output<typeof command>;
type Call = Extract<Command, { do: 'call' }>;

/** Writes all of it: a pipe that is full takes a part, or nothing yet. */
function say(message: unknown): void {
  let left = Buffer.from(`${JSON.stringify(message)}\n`);
  while (left.length > 0) {
    try {
      left = left.subarray(writevSync(1, [left]));
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EAGAIN')) throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5);
    }
  }
}

let opened: OpenedSuite | undefined;

function suite(): OpenedSuite {
  if (opened === undefined) throw new TypeError('open comes first');
  return opened;
}

async function call({ manager, operation, input }: Call): Promise<unknown> {
  const { client } = suite();
  const method: unknown = Reflect.get(Reflect.get(client, manager), operation);
  if (typeof method !== 'function') throw new TypeError(`${manager}.${operation}`);
  const answer: unknown = await told(method(input));
  const started = jobStarted.safeParse(answer);
  return started.success ? await suite().finished(Promise.resolve(started.data)) : answer;
}

async function put({ tenant, collection }: Extract<Command, { do: 'put' }>): Promise<void> {
  for (let n = 1; ; n += 1) {
    const id = `d${n}`;
    const value = { n, text: 'x'.repeat(n % 3000) };
    await told(suite().client.tenants.putDocument({ tenant, collection, id, value }));
    say({ kept: `${collection}/${id}` });
  }
}

/** What a tenant's database and log hold, for the judge outside. */
async function look(tenant: string): Promise<unknown> {
  const { suite: core, client } = suite();
  const id = core.tenantId(tenant);
  if (id === undefined) throw new RangeError(`no tenant ${tenant}`);
  const stored = await core.tenants.withDatabase(id, ({ store, rowHashPrefix }) => ({
    integrity: store.sql('PRAGMA integrity_check').get(),
    ...keptAndCounted(store, rowHashPrefix),
    documents: store
      .sql<{ name: string; content: string }>(
        `SELECT collection || '/' || id AS name, content FROM documents WHERE state = 1 ORDER BY 1`,
      )
      .all()
      .map(({ name, content }) => [name, content]),
  }));
  const entries = await everyPage((cursor) =>
    client.audit.getAuditTrail({ tenant, order: 'oldest', limit: 1000, ...(cursor ? { cursor } : {}) }),
  );
  const logged = entries.map(({ action, outcome, phase, resource }) => ({
    action,
    outcome,
    phase,
    resource: resource?.id ?? '',
  }));
  return { ...stored, logged };
}

async function obey(asked: Command): Promise<unknown> {
  switch (asked.do) {
    case 'open':
      opened = await OpenedSuite.open(folder);
      return null;
    case 'call':
      return await call(asked);
    case 'put':
      return await put(asked);
    case 'look':
      return await look(asked.tenant);
    case 'stop':
      await opened?.stop();
      return null;
  }
}

for await (const line of createInterface(process.stdin)) {
  try {
    say({ done: (await obey(command.parse(JSON.parse(line)))) ?? null });
  } catch (error) {
    if (!(error instanceof HoldfastError)) throw error;
    say({ refused: { code: error.code, message: error.message, data: error.data } });
  }
}
