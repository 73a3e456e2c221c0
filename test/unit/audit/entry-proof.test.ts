import { afterEach, beforeEach, expect, test } from 'vitest';
import { decodeBase64 } from '../../../main/audit/base64.ts';
import { openCheckpoint } from '../../../main/audit/checkpoint.ts';
import { leafHash, verifyInclusion } from '../../../main/audit/merkle.ts';
import { parseVerifierKey } from '../../../main/audit/note-key.ts';
import type { Uuid } from '../../../shared/ids.ts';
import { type AuditStand, auditStand } from '../../doubles/audit-stand.ts';

let stand: AuditStand;
beforeEach(async () => {
  stand = await auditStand();
});
afterEach(() => stand.close());

const bytes = (text = '') => decodeBase64(text) ?? new Uint8Array(0);

/** As a stranger reads a proof, with C2SP's text beside: the record where it holds. */
function opened(proof: string, origin: string, key: string): Record<string, unknown> | undefined {
  const parting = proof.indexOf('\n\n');
  const [form, extra = '', place = '', ...path] = proof.slice(0, parting).split('\n');
  expect(form).toBe('c2sp.org/tlog-proof@v1');
  const note = Buffer.from(proof.slice(parting + 2));
  const { checkpoint } = openCheckpoint(note, origin, [parseVerifierKey(key)]);
  const record = bytes(extra.replace(/^extra /, ''));
  const holds = verifyInclusion({
    index: Number(place.replace(/^index /, '')),
    size: checkpoint.size,
    root: checkpoint.root,
    leafHash: leafHash(record),
    proof: path.map(bytes),
  });
  return holds ? JSON.parse(Buffer.from(record).toString('utf8')) : undefined;
}

const read = () => stand.run('audit.read', { read: true });

test('each entry of each log is proven by a text that needs nothing but the key', async () => {
  const tenantId = stand.ids.uuid();
  for (let at = 0; at < 300; at += 1) {
    const run = stand.run('thing.create');
    run.describe(at % 3 === 0 ? { tenantId } : {});
    await run.succeeded();
  }
  const { items } = await stand.audit.explorer.getAuditTrail({ order: 'oldest', limit: 1000 }, read());
  expect(items.length).toBeGreaterThan(290);
  for (const { eventId, logId, index } of items) {
    const { proof, ...told } = await stand.audit.explorer.getAuditProof({ eventId }, read());
    expect(told).toMatchObject({ logId, index });
    expect(opened(proof, logId, stand.audit.verifierKey())).toMatchObject({ id: eventId, i: index });
  }
});

test('another record, place or path is not proven', async () => {
  for (let at = 0; at < 9; at += 1) await stand.run('thing.create').succeeded();
  const { items } = await stand.audit.explorer.getAuditTrail({ order: 'oldest', limit: 9 }, read());
  const { eventId = '' as Uuid, logId = '' } = items[4] ?? {};
  const { proof } = await stand.audit.explorer.getAuditProof({ eventId }, read());
  const key = stand.audit.verifierKey();
  expect(opened(proof, logId, key)).toBeDefined();
  const record = /extra (\S+)/.exec(proof)?.[1] ?? '';
  const other = Buffer.from(record, 'base64').toString('utf8').replace('thing.create', 'thing.update');
  expect(opened(proof.replace(record, Buffer.from(other).toString('base64')), logId, key)).toBeUndefined();
  expect(opened(proof.replace('index 4', 'index 5'), logId, key)).toBeUndefined();
  const [, sibling = ''] = /index 4\n(\S+)/.exec(proof) ?? [];
  const zeros = Buffer.alloc(32).toString('base64');
  expect(opened(proof.replace(sibling, zeros), logId, key)).toBeUndefined();
  expect(() => opened(proof.replace(/\n\d+\n/, '\n8\n'), logId, key)).toThrow();
});
