import { randomBytes } from 'node:crypto';
import { MessageChannel } from 'node:worker_threads';
import { afterEach, expect, test } from 'vitest';
import { commitField } from '../../../main/audit/commitment.ts';
import { packFields, unpackFields } from '../../../main/audit/verify/opening-batch.ts';
import { OpeningKeys, type SealedField } from '../../../main/audit/verify/opening-keys.ts';
import type { OpeningsTask } from '../../../main/audit/verify/openings-worker.ts';
import { SecondThread } from '../../../main/audit/verify/second-thread.ts';
import { callWorker } from '../../../main/jobs/call-worker.ts';
import type { AuditVerification } from '../../../shared/contract/audit.ts';
import { type AuditStand, auditStand } from '../../doubles/audit-stand.ts';

const keys = { installationKey: randomBytes(32), subjectKeys: new Map([['somebody', randomBytes(32)]]) };

function field(at: number, value = `value ${at}`): SealedField {
  const subject = at % 3 === 0 ? undefined : 'somebody';
  const place = { eventId: `019a0000-0000-7000-8000-${String(at).padStart(12, '0')}`, field: 'who.name' };
  const key = (subject && keys.subjectKeys.get(subject)) || keys.installationKey;
  const { commitment, opening } = commitField(key, place, value, (length) => randomBytes(length));
  return { subject, ...place, commitment: Buffer.from(commitment).toString('base64'), sealed: opening };
}

const fields = (count: number) => Array.from({ length: count }, (_, at) => field(at));

const spoiled = ({ sealed, ...rest }: SealedField): SealedField => {
  const other = Buffer.from(sealed);
  other.writeUInt8(other.readUInt8(20) ^ 1, 20);
  return { ...rest, sealed: other };
};

let helping: Promise<null> | undefined;
afterEach(async () => {
  await helping;
  helping = undefined;
});

/** With a thread at the other end, or nobody. */
function begin({ helped }: { readonly helped: boolean }) {
  const { port1, port2 } = new MessageChannel();
  const done = new Int32Array(new SharedArrayBuffer(4));
  if (helped)
    helping = callWorker<OpeningsTask, null>({
      module: new URL('../../../main/audit/verify/openings-worker.ts', import.meta.url),
      input: { port: port2, done, ...keys },
      transfer: [port2],
      signal: new AbortController().signal,
    });
  return { thread: new SecondThread({ port: port1, done }, new OpeningKeys(keys)), port1, port2 };
}

async function finish(given: readonly SealedField[], helped = true): Promise<boolean> {
  const { thread, port1, port2 } = begin({ helped });
  for (const each of given) thread.add(each);
  if (!helped) port2.close();
  const fit = await thread.finish();
  port1.close();
  return fit;
}

test('what is packed is what was there', () => {
  const some = [...fields(4), field(4, 'x'.repeat(9000)), { ...field(5), sealed: new Uint8Array(0) }];
  const unpacked = unpackFields(packFields(some));
  expect(unpacked.map(({ sealed, ...rest }) => [rest, Buffer.from(sealed).toString('hex')])).toEqual(
    some.map(({ sealed, ...rest }) => [rest, Buffer.from(sealed).toString('hex')]),
  );
});

test('two threads open what one could, and no more', async () => {
  const all = fields(6000);
  expect(await finish(all)).toBe(true);
  for (const at of [0, 3001, 5999]) expect(await finish(all.with(at, spoiled(field(at))))).toBe(false);
  expect(await finish([...all, { ...field(1), subject: 'nobody' }])).toBe(false);
  expect(await finish([])).toBe(true);
});

test('what the other thread had when it was gone counts as not opened', async () => {
  expect(await finish(fields(3), false)).toBe(false);
});

test('what the other thread cannot take is opened here', async () => {
  // nobody takes anything: four messages wait, and all else is opened at once
  const all = fields(4 * 512 + 1024);
  const { thread, port1, port2 } = begin({ helped: false });
  for (const each of all) thread.add(each);
  const messages: unknown[] = [];
  port2.on('message', (message) => {
    messages.push(message);
    if (message === 'end') port2.postMessage(true);
  });
  expect(await thread.finish()).toBe(true);
  expect(messages.filter((message) => message !== 'end')).toHaveLength(4);
  port1.close();
});

test('of what is opened here one that does not open is enough', async () => {
  const all = fields(4 * 512 + 1024);
  const { thread, port1, port2 } = begin({ helped: false });
  for (const each of all.with(-2, spoiled(field(1)))) thread.add(each);
  port2.on('message', (message) => message === 'end' && port2.postMessage(true));
  expect(await thread.finish()).toBe(false);
  port1.close();
});

test('a large log is verified in two threads, and what is wrong is named as in one', async () => {
  const stand: AuditStand = await auditStand();
  try {
    const event = () =>
      stand.audit.event(
        {
          id: stand.ids.uuid(),
          action: 'thing.create',
          severity: 'info',
          critical: false,
          caller: stand.operator,
        },
        { resource: { kind: 'thing', id: 'one' } },
        'outcome',
      );
    await Promise.all(Array.from({ length: 5100 }, () => stand.audit.append(event())));
    const verify = async () =>
      (await stand.result(() =>
        stand.audit.verifyAuditLog({}, stand.run('audit.verify', { read: true })),
      )) as unknown as AuditVerification;
    expect(await verify()).toMatchObject({ verdict: 'verified', problems: [] });
    const rows = stand.store
      .sql<{ position: number }>('SELECT position FROM openings ORDER BY position')
      .all();
    const [early, late] = [rows[10]?.position ?? 0, rows[5000]?.position ?? 0];
    await stand.store.write((transaction) => {
      transaction
        .sql(
          "UPDATE openings SET sealed = CAST(substr(sealed, 1, 30) || x'00' AS BLOB) WHERE position IN (?, ?)",
        )
        .run(early, late);
      transaction.sql('DELETE FROM openings WHERE position = ?').run(early + 1);
    });
    const { verdict, problems } = await verify();
    expect(verdict).toBe('tampered');
    const at = early % 2 ** 36;
    expect(problems.map(({ index, reason }) => [index, reason])).toEqual([
      [at, 'what opens the field who.name does not fit'],
      [at + 1, 'what opens the field who.name is missing'],
      [late % 2 ** 36, 'what opens the field who.name does not fit'],
    ]);
  } finally {
    await stand.close();
  }
});
