import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { canonicalJson } from '../../../main/audit/canonical-json.ts';
import { verifyBundle } from '../../../main/suite/verify-bundle.ts';
import type { Uuid } from '../../../shared/ids.ts';
import { type AuditStand, auditStand } from '../../doubles/audit-stand.ts';
import { filesOf, zipped } from '../../doubles/bundle-files.ts';
import { otherInstallation } from '../../doubles/other-installation.ts';

const folder = mkdtempSync(join(tmpdir(), 'witnessed-'));
const [witness, stranger] = [otherInstallation(), otherInstallation()];
let stand: AuditStand;
let tenant: Uuid;
let count = 0;

const fresh = () => {
  count += 1;
  return join(folder, `${count}.hfbundle.zip`);
};

async function log(times: number): Promise<void> {
  for (let at = 0; at < times; at += 1) {
    const run = stand.run('thing.create');
    run.describe({ tenantId: tenant });
    await run.succeeded();
    await stand.run('thing.create').succeeded();
  }
}

async function cosign(): Promise<void> {
  const run = stand.run('audit.witness.take');
  const { request } = await stand.audit.witnesses.request({ since: 0 }, run);
  await stand.audit.witnesses.take({ note: witness.cosigned(request) }, run);
}

async function exported(input: { tenant?: Uuid }): Promise<string> {
  const file = fresh();
  const operation = stand.run('audit.export', { read: true });
  await stand.result(() => stand.audit.exports.exportAuditLog({ ...input, disclose: [], file }, operation));
  return file;
}

/** What a policy comes to that demands this witness. */
async function judged(file: string, { witnessKey } = witness) {
  const policy = `log ${stand.audit.verifierKey()}\nwitness w ${witnessKey}\nquorum w\n`;
  return await verifyBundle(file, { key: undefined, policy });
}

/** The bundle with another seal, and a trailer that agrees with it. */
async function resealed(file: string, edit: (cosigned: { note: string; consistency: string[] }) => void) {
  const files = filesOf(readFileSync(file));
  const seal = JSON.parse(String(files.get('seal.json')));
  edit(seal.cosigned[0]);
  const bytes = Buffer.from(canonicalJson(seal));
  const trailer = JSON.parse(String(files.get('trailer.json')));
  trailer.seal = createHash('sha256').update(bytes).digest('hex');
  files.set('seal.json', bytes).set('trailer.json', Buffer.from(canonicalJson(trailer)));
  const changed = fresh();
  writeFileSync(changed, await zipped(files));
  return changed;
}

beforeAll(async () => {
  stand = await auditStand();
  tenant = stand.ids.uuid();
  await log(3);
  await stand.audit.witnesses.add({ key: witness.witnessKey }, stand.run('audit.witness.add'));
});
afterAll(async () => {
  await stand.close();
  rmSync(folder, { recursive: true, force: true });
});

test("a policy's witness is found, with how much of the bundle it has seen", async () => {
  expect(await judged(await exported({}))).toMatchObject({ verdict: 'incomplete', witnessed: [] });
  await cosign();
  await log(2);
  const own = await judged(await exported({}));
  expect(own).toMatchObject({
    verdict: 'verified',
    problems: [],
    witnessed: [{ witness: 'w', time: 1_790_000_000 }],
  });
  const [{ entries } = { entries: 0 }] = own.witnessed;
  expect([entries > 0, entries < own.entries]).toEqual([true, true]);
  expect((await judged(await exported({ tenant }))).witnessed).toMatchObject([{ entries: 0 }]);
  await cosign();
  const of = await judged(await exported({ tenant }));
  expect(of).toMatchObject({ verdict: 'verified', witnessed: [{ witness: 'w', entries: of.entries }] });
});

test('another one is not, nor one whose cosignature was changed; another history is tampering', async () => {
  const file = await exported({});
  expect(await judged(file, stranger)).toMatchObject({ verdict: 'incomplete', witnessed: [] });
  const unsigned = await resealed(file, (cosigned) => {
    const at = cosigned.note.lastIndexOf(' ') + 30;
    cosigned.note = `${cosigned.note.slice(0, at)}${cosigned.note[at] === 'A' ? 'B' : 'A'}${cosigned.note.slice(at + 1)}`;
  });
  expect(await judged(unsigned)).toMatchObject({ verdict: 'incomplete', problems: [] });
  const forked = await resealed(file, (cosigned) => {
    cosigned.consistency[0] = Buffer.alloc(32).toString('base64');
  });
  const { verdict, problems } = await judged(forked);
  expect([verdict, problems.map(({ reason }) => reason)]).toEqual([
    'tampered',
    ['A cosigned checkpoint of seal.json is of another history'],
  ]);
});
