import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { listKeyFiles, openMasterKeys } from '../../main/backups/container/key-file.ts';
import { repositoryFiles } from '../../main/backups/targets/target.ts';
import { parseRecoveryKey } from '../../main/secrets/recovery-key.ts';
import { openWithRecoveryKey } from '../../main/secrets/recovery-seal.ts';
import { restic } from '../interop/restic-program.ts';
import { OpenedSuite, told } from './opened-suite.ts';
import { mayAttach } from './suite-process.ts';
import { fullSweep, judgeInstallation, sweepErrors, sweepKills, type Work } from './suite-sweep.ts';

const limit = { timeout: fullSweep ? 7_200_000 : 300_000 };
const reason = 'The old kit was lost';

let base: string;
let folder: string;
/** The key in force, as far as is known. */
let present: string;
/** Keys of replacements that are not at their end. */
let unfinished: readonly string[] = [];

beforeAll(async () => {
  base = mkdtempSync(join(tmpdir(), 'holdfast-recovery-key-'));
  folder = join(base, 'data');
  const { opened, recoveryKey } = await OpenedSuite.create(folder, join(base, 'target'));
  present = recoveryKey;
  await opened.client.tenants.createTenant({ name: 'Acme', tier: 'standard', slug: 'acme' });
  await opened.finished(told(opened.client.backups.createBackup({ scope: { all: true } })));
  await opened.stop();
}, 120_000);
afterAll(() => rmSync(base, { recursive: true, force: true }));

const own = () => join(base, 'target', readdirSync(join(base, 'target'))[0] ?? '');
const repositories = () =>
  readdirSync(join(own(), 'repositories')).map((name) => join(own(), 'repositories', name));

/** Whether a key opens recovery.json on the target and every repository: all that a lost machine leaves. */
async function onTarget(key: string): Promise<boolean> {
  if (!(await opensMasterKey(join(own(), 'recovery.json'), key))) return false;
  const found = await Promise.all(repositories().map((path) => opensRepository(path, key)));
  return found.every(Boolean);
}

async function opensMasterKey(file: string, key: string): Promise<boolean> {
  return await openWithRecoveryKey(readFileSync(file), parseRecoveryKey(key)).then(
    () => true,
    () => false,
  );
}

/** As restic tries it: scrypt with the file's own salt; the whole check with restic is made at the end. */
async function opensRepository(path: string, key: string): Promise<boolean> {
  return await openMasterKeys(repositoryFiles({ kind: 'folder', path }), { password: key }).then(
    () => true,
    () => false,
  );
}

const prepared = z.object({ recoveryKey: z.string(), fingerprint: z.string() });
const installation = z.object({ recoveryKeyFingerprint: z.string(), formerRecoveryKeyOpens: z.boolean() });

/** Cut off anywhere, one of the two keys opens everything at once, and the next start leaves exactly one. */
const replacing: Work<{ readonly before: string; readonly next: string; readonly fingerprint: string }> = {
  async prepare(process) {
    const { recoveryKey, fingerprint } = prepared.parse(
      await process.calls('suite', 'prepareRecoveryKey', { reason }),
    );
    return { before: present, next: recoveryKey, fingerprint };
  },
  async act(process, { before, next }) {
    const groups = next.split('-').map((text, at) => ({ group: at + 1, text }));
    const outcome = await process.call('suite', 'replaceRecoveryKey', { groups, reason });
    if (outcome.end === 'died') {
      // as it lies there, before anybody has put it in order
      const either = (await onTarget(before)) || (await onTarget(next));
      expect(either).toBe(true);
    }
    return outcome;
  },
  async judge(process, { before, next, fingerprint }, outcome) {
    const is = installation.parse(await process.calls('suite', 'getInstallation', {}));
    const isNext = is.recoveryKeyFingerprint === fingerprint;
    present = isNext ? next : before;
    if (outcome.end === 'done') expect(isNext).toBe(true);
    const other = isNext ? before : next;
    if (outcome.end === 'refused' && is.formerRecoveryKeyOpens) {
      // brought to its end by the next replacement, or start
      // which may be the one before a replacement that an earlier fault left unfinished
      unfinished = [present, other, ...unfinished];
      const opening = await Promise.all(unfinished.map(onTarget));
      expect(opening).toContain(true);
      return;
    }
    unfinished = [];
    expect(await onTarget(present)).toBe(true);
    expect(await opensMasterKey(join(folder, 'recovery.json'), present)).toBe(true);
    expect(is.formerRecoveryKeyOpens).toBe(false);
    for (const path of repositories()) {
      expect(await opensRepository(path, other)).toBe(false);
      expect(await listKeyFiles(repositoryFiles({ kind: 'folder', path }))).toHaveLength(2);
    }
    await judgeInstallation(process, folder);
  },
};

describe.runIf(process.platform === 'linux' && (await mayAttach()))(
  'a replaced recovery key under faults',
  () => {
    test(
      'killed anywhere, one of the two opens everything, and after the next start only that one',
      limit,
      async () => {
        expect(await sweepKills(folder, replacing, fullSweep ? 1000 : 6)).toBeGreaterThan(0);
      },
    );

    test('refused by the disk anywhere, likewise', limit, async () => {
      await sweepErrors(folder, replacing, 3);
    });

    test('restic finds no error after all this', limit, () => {
      for (const path of repositories()) {
        expect(restic(path, present, 'check', '--read-data')).toContain('no errors were found');
      }
    });
  },
);
