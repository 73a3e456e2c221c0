import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openCheckpoint } from '../../../main/audit/checkpoint.ts';
import { formatNote, parseNote, signNote } from '../../../main/audit/note.ts';
import { formerVerifier, noteSigner, parseVerifierKey } from '../../../main/audit/note-key.ts';
import { auditVerification } from '../../../shared/contract/audit.ts';
import type { Uuid } from '../../../shared/ids.ts';
import { type AuditStand, auditStand } from '../../doubles/audit-stand.ts';

let stand: AuditStand;
let tenantId: Uuid;
beforeEach(async () => {
  stand = await auditStand();
  tenantId = stand.ids.uuid();
});
afterEach(() => stand.close());

async function log(count: number): Promise<void> {
  for (let at = 0; at < count; at += 1) {
    const run = stand.run('data.put');
    run.describe({ tenantId, resource: { kind: 'document', id: `document-${at}` } });
    await run.succeeded();
  }
}
const rotate = () => stand.audit.rotateSigningKey(stand.run('audit.key.rotate'));
const verify = async () =>
  auditVerification.parse(
    await stand.result(() => stand.audit.verifyAuditLog({}, stand.run('audit.verify', { read: true }))),
  );
const headOf = (owner: Uuid | null) => Buffer.from(stand.audit.checkpoint(owner) ?? '');
const signersOf = (note: Uint8Array) =>
  parseNote(note).signatures.map(({ name }) => name.slice(name.lastIndexOf('/') + 1));

test('a new key signs, the former private key is gone, and what it signed can still be checked', async () => {
  await log(3);
  const before = stand.audit.verifierKey();
  const signed = headOf(tenantId);
  const made = await rotate();
  expect(made).toMatchObject({ generation: 2, name: expect.stringMatching(/\/e1\/k2$/), former: [before] });
  expect(stand.keys.signing.map(({ generation }) => generation)).toEqual([2]);
  expect(signersOf(headOf(null))).toEqual(['k1', 'k2']);
  await log(2);
  expect(signersOf(headOf(tenantId))).toEqual(['k2']);
  await stand.audit.settle();
  const [origin = ''] = parseNote(signed).text.split('\n');
  expect(openCheckpoint(signed, origin, [parseVerifierKey(before)]).checkpoint.size).toBeGreaterThan(0);
  expect(await verify()).toMatchObject({ verdict: 'verified', problems: [] });
});

test('again and again, over restarts, with tenants that say nothing meanwhile', async () => {
  await log(5);
  for (let at = 0; at < 3; at += 1) {
    await rotate();
    await stand.restart();
    expect(await verify()).toMatchObject({ verdict: 'verified', problems: [] });
  }
  expect(signersOf(headOf(tenantId))).toEqual(['k1']);
  await log(1);
  await stand.audit.settle();
  expect(await verify()).toMatchObject({ verdict: 'verified', problems: [] });
  const kept = stand.store
    .sql<{ generation: number; note: Uint8Array }>(
      'SELECT generation, note FROM rotations ORDER BY generation',
    )
    .all();
  expect(kept.map(({ generation, note }) => [generation, signersOf(note)])).toEqual([
    [2, ['k1', 'k2']],
    [3, ['k2', 'k3']],
    [4, ['k3', 'k4']],
  ]);
});

describe('cut off', () => {
  test('before the log says so: the next start ends it', async () => {
    await log(2);
    const made = { generation: 2, createdAt: stand.clock.now(), key: (stand.keys.signing[0] ?? never()).key };
    await stand.restart(() => void stand.keys.signing.push(made));
    expect(stand.keys.signing.map(({ generation }) => generation)).toEqual([2]);
    expect((await stand.audit.getSigningKey()).generation).toBe(2);
    expect(await verify()).toMatchObject({ verdict: 'verified', problems: [] });
  });

  test('after the log says so, before the former key is destroyed: the next start destroys it', async () => {
    await log(2);
    const [former = never()] = stand.keys.signing;
    await rotate();
    await stand.restart(() => {
      stand.keys.signing.unshift(former);
      stand.keys.former.length = 0;
    });
    expect(stand.keys.signing.map(({ generation }) => generation)).toEqual([2]);
    expect(await stand.audit.recordsOf('log.key.rotate', null)).toHaveLength(1);
    await log(1);
    expect(await verify()).toMatchObject({ verdict: 'verified', problems: [] });
  });
});

describe('a key that was replaced', () => {
  async function signWithFormer(owner: 'installation' | Uuid): Promise<void> {
    await log(3);
    const [former = never()] = stand.keys.signing;
    await rotate();
    await log(2);
    await stand.audit.settle();
    await stand.restart((file) => {
      const database = new Database(file);
      const row = database.prepare('SELECT log, note FROM logs WHERE origin LIKE ?').get(`%/${owner}/e1`) as {
        log: number;
        note: Buffer;
      };
      const { text } = parseNote(row.note);
      const installationId = text.slice(0, 36);
      const { name } = formerVerifier(installationId, {
        epoch: 1,
        generation: 1,
        publicKey: former.key.publicKey,
      });
      const note = formatNote(signNote(text, [noteSigner(name, former.key)]));
      database.prepare('UPDATE logs SET note = ? WHERE log = ?').run(note, row.log);
      database.close();
    });
  }

  test('cannot sign the newest checkpoint of the installation', async () => {
    await signWithFormer('installation');
    const { verdict, problems } = await verify();
    // the verification itself brings tenants' heads in, so the present key has signed over it where there was one
    expect([verdict, problems.map(({ reason }) => reason)]).toEqual([
      'tampered',
      expect.arrayContaining(['the checkpoint is signed by a key that was replaced']),
    ]);
  });
});

test('is due after ninety days', async () => {
  expect(stand.audit.isRotationDue).toBe(false);
  stand.clock.advance(90 * 86_400_000);
  expect(stand.audit.isRotationDue).toBe(true);
  await rotate();
  expect(stand.audit.isRotationDue).toBe(false);
});

function never(): never {
  throw new Error('there is a key');
}
