import { rmSync, writeFileSync } from 'node:fs';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { parseNote } from '../../../main/audit/note.ts';
import { auditVerification } from '../../../shared/contract/audit.ts';
import { type AuditStand, auditStand } from '../../doubles/audit-stand.ts';

let owner: AuditStand;
let witness: AuditStand;
beforeEach(async () => {
  [owner, witness] = await Promise.all([auditStand(), auditStand()]);
});
afterEach(async () => {
  await owner.close();
  await witness.close();
});

async function log(count: number): Promise<void> {
  for (let at = 0; at < count; at += 1) await owner.run('thing.create').succeeded();
}
const keyOf = async (stand: AuditStand) => (await stand.audit.witnesses.list()).ownKey;
const request = async (input = {}) =>
  (await owner.audit.witnesses.request(input, owner.run('audit.witness.request', { read: true }))).request;
const cosign = async (text: string, key?: string) =>
  (await witness.audit.witnesses.cosign({ request: text, key }, witness.run('audit.witness.cosign'))).note;
const take = (note: string) => owner.audit.witnesses.take({ note }, owner.run('audit.witness.take'));
const verify = async (stand: AuditStand) =>
  auditVerification.parse(
    await stand.result(() => stand.audit.verifyAuditLog({}, stand.run('audit.verify', { read: true }))),
  );
const addWitness = async () => {
  const key = await keyOf(witness);
  return await owner.audit.witnesses.add({ key, label: 'B' }, owner.run('audit.witness.add'));
};

/** All the way round, once. */
async function round(): Promise<string> {
  const { audit } = owner;
  const known = (await witness.audit.witnesses.list()).witnessed.length > 0;
  const note = await cosign(await request(), known ? undefined : audit.verifierKey());
  await take(note);
  return note;
}

function edit(file: string, statement: string): void {
  const database = new Database(file);
  database.exec(statement);
  database.close();
}

describe('a witness', () => {
  test('cosigns what goes on from the last, and the horizon says so on both sides of a restart', async () => {
    await log(3);
    await addWitness();
    await round();
    await log(300);
    const note = await round();
    const [own, other] = parseNote(Buffer.from(note)).signatures;
    expect([own?.name, other?.name]).toEqual([
      expect.stringMatching(/\/e1\/k1$/),
      expect.stringMatching(/\/e1\/witness$/),
    ]);
    const { size } = (await witness.audit.witnesses.list()).witnessed[0] ?? { size: 0 };
    expect(size).toBeGreaterThan(300);
    await owner.restart();
    expect(owner.audit.status().horizon).toMatchObject({ witness: 'witness', name: 'B', size });
    expect(owner.audit.status().horizon.note).toMatch(
      new RegExp(
        `^Proven to entry ${size - 1} by witness B at .*Z, and to entry \\d+ by this machine's keychain`,
      ),
    );
    expect(await verify(owner)).toMatchObject({ verdict: 'verified', problems: [], horizon: { size } });
    expect(await verify(witness)).toMatchObject({ verdict: 'verified', problems: [] });
    expect(await owner.audit.recordsOf('log.cosigned', null)).toHaveLength(2);
    expect(await witness.audit.recordsOf('log.cosign', null)).toHaveLength(2);
  });

  test('asks for the key of a log that it does not know, and for the new one after a rotation', async () => {
    await log(1);
    await expect(cosign(await request())).rejects.toMatchObject({ data: { reason: 'unknown-log' } });
    await expect(cosign(await request(), witness.audit.verifierKey())).rejects.toMatchObject({
      data: { reason: 'key-of-another-log' },
    });
    await addWitness();
    await round();
    await owner.audit.rotateSigningKey(owner.run('audit.key.rotate'));
    await log(1);
    await expect(cosign(await request())).rejects.toMatchObject({ data: { reason: 'another-key' } });
    await take(await cosign(await request(), owner.audit.verifierKey()));
    expect(await verify(owner)).toMatchObject({ verdict: 'verified', problems: [] });
  });

  test('refuses a proof that begins elsewhere, and says where it has to begin', async () => {
    await log(2);
    await addWitness();
    await cosign(await request(), owner.audit.verifierKey());
    const known = (await witness.audit.witnesses.list()).witnessed[0]?.size ?? 0;
    await log(2);
    await expect(cosign(await request())).rejects.toMatchObject({
      code: 'CONFLICT',
      data: { reason: 'another-size', size: known },
    });
    await take(await cosign(await request({ since: known })));
  });

  test('refuses a log that was set back, and one that was written anew, and signs neither', async () => {
    await log(5);
    await addWitness();
    const file = await owner.store.sql<{ file: string }>('PRAGMA database_list').get();
    const before = new Database(String(file?.file), { readonly: true });
    const copy = await before.serialize();
    before.close();
    await log(5);
    await cosign(await request(), owner.audit.verifierKey());
    await owner.restart((path) => {
      for (const end of ['-wal', '-shm']) rmSync(path + end, { force: true });
      writeFileSync(path, copy);
    });
    owner.anchors.clear();
    expect(owner.audit.horizon()).toMatchObject({
      witness: 'none',
      note: expect.stringMatching(/does not fit/),
    });
    await expect(cosign(await request())).rejects.toMatchObject({
      code: 'INTEGRITY',
      message: expect.stringContaining('was set back'),
    });
    await log(20);
    const { size } = (await witness.audit.witnesses.list()).witnessed[0] ?? { size: 0 };
    await expect(cosign(await request({ since: size }))).rejects.toMatchObject({
      code: 'INTEGRITY',
      message: expect.stringContaining('has another history'),
    });
    expect(await witness.audit.recordsOf('log.cosign', null)).toHaveLength(1);
  });

  test('signs one after the other: of two requests from the same state one is refused', async () => {
    await log(1);
    await addWitness();
    await round();
    await log(1);
    const one = await request();
    await log(1);
    const other = await request();
    const ended = await Promise.allSettled([cosign(other), cosign(one)]);
    expect(ended.map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
  });

  test('is not the installation itself', async () => {
    await log(1);
    const own = await request();
    const run = owner.run('audit.witness.cosign');
    await expect(owner.audit.witnesses.cosign({ request: own }, run)).rejects.toMatchObject({
      data: { reason: 'own-log' },
    });
    const key = await keyOf(owner);
    await expect(owner.audit.witnesses.add({ key }, run)).rejects.toMatchObject({
      data: { reason: 'own-key' },
    });
  });
});

describe('the owner', () => {
  test('takes only what a known witness cosigned', async () => {
    await log(1);
    const note = await cosign(await request(), owner.audit.verifierKey());
    await expect(take(note)).rejects.toMatchObject({ data: { reason: 'unknown-witness' } });
    await addWitness();
    const changed = note.replace(
      /(— \S+\/witness \S{20})(.)/,
      (_, start, letter) => start + (letter === 'A' ? 'B' : 'A'),
    );
    expect(changed).not.toBe(note);
    await expect(take(changed)).rejects.toMatchObject({ code: 'INTEGRITY' });
    await take(note);
    await owner.audit.witnesses.remove({ witness: 'B' }, owner.run('audit.witness.remove'));
    expect(owner.audit.status().horizon.witness).not.toBe('witness');
    expect(await verify(owner)).toMatchObject({ verdict: 'verified', problems: [] });
  });

  test('learns from a cosigned checkpoint that the log was cut', async () => {
    await log(2);
    await addWitness();
    const file = await owner.store.sql<{ file: string }>('PRAGMA database_list').get();
    const before = new Database(String(file?.file), { readonly: true });
    const copy = await before.serialize();
    before.close();
    await log(50);
    const note = await cosign(await request(), owner.audit.verifierKey());
    await owner.restart((path) => {
      for (const end of ['-wal', '-shm']) rmSync(path + end, { force: true });
      writeFileSync(path, copy);
    });
    await expect(take(note)).rejects.toMatchObject({
      code: 'INTEGRITY',
      message: expect.stringContaining('it was cut or set back'),
    });
  });

  const edits: Record<string, [string, string]> = {
    'a witness that nobody added': [
      "UPDATE witnesses SET label = 'Somebody trusted'",
      'The witnesses that are stored are not those that the log names',
    ],
    'a cosigned checkpoint that is gone': [
      'DELETE FROM cosignatures',
      'The cosigned checkpoints that are stored are not those that the log names',
    ],
    'a cosigned checkpoint of another size': [
      'UPDATE cosignatures SET size = size + 1',
      'a cosigned checkpoint does not fit: it is of another size',
    ],
  };
  test.each(Object.entries(edits))('verification finds %s', async (_, [statement, reason]) => {
    await log(2);
    await addWitness();
    await round();
    await owner.restart((file) => edit(file, statement));
    const { verdict, problems } = await verify(owner);
    expect([verdict, problems.map((problem) => problem.reason)]).toEqual([
      'tampered',
      expect.arrayContaining([reason]),
    ]);
  });
});

test('what a witness remembers is compared with its log', async () => {
  await log(2);
  await addWitness();
  await round();
  await witness.restart((file) => edit(file, 'DELETE FROM witnessed'));
  expect((await verify(witness)).problems.map(({ reason }) => reason)).toEqual([
    'What was cosigned for others is stored otherwise than the log says',
  ]);
});
