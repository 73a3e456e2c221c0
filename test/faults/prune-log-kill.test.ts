import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test, vi } from 'vitest';
import type { AppliedRetention } from '../../shared/contract/audit/retention.ts';
import { temporaryFolder } from '../doubles/temporary-folder.ts';
import { OpenedSuite, told } from './opened-suite.ts';

const subject = fileURLToPath(new URL('./prune-log-subject.ts', import.meta.url));
const yearMs = 365 * 24 * 3_600_000;

function prune(folder: string): ChildProcess {
  const child = spawn(process.execPath, [subject, folder], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, NODE_OPTIONS: '' },
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  return child;
}

/** An installation with a log of seven years ago, and a folder for its archives. */
async function oldInstallation() {
  const [folder, archives] = [join(temporaryFolder(), 'data'), join(temporaryFolder(), 'archives')];
  mkdirSync(archives);
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() - 7 * yearMs });
  onTestFinished(() => void vi.useRealTimers());
  const { opened } = await OpenedSuite.create(folder);
  for (let n = 0; n < 2000; n += 1) {
    const thing = { action: 'thing.create', severity: 'info', outcome: 'success', facts: { n } } as const;
    await opened.client.audit.logAction(thing);
  }
  await opened.stop();
  vi.useRealTimers();
  const again = await OpenedSuite.open(folder);
  await told(again.client.audit.setAuditArchive({ folder: archives }));
  await again.stop();
  return { folder, archives };
}

test('what a kill leaves of an archive goes with the next run, and nothing that is not ours', async () => {
  const { folder, archives } = await oldInstallation();
  const child = prune(folder);
  let found: string[] = [];
  while (found.length === 0) {
    await sleep(1);
    found = readdirSync(archives);
    expect(child.exitCode).toBeNull();
  }
  child.kill('SIGKILL');
  await once(child, 'exit');
  const [partial = ''] = found;
  expect(readdirSync(archives)).toEqual([
    expect.stringMatching(/^\.holdfast-log-.*\.hfbundle\.zip\.partial$/),
  ]);

  // of another installation, of a name that none of ours has, and a folder
  const others = [
    partial.replace(/-log-[0-9a-f]{8}/, '-log-00000000'),
    '.holdfast-0123456789abcdef.partial',
    partial.replace('.hfbundle', '-notes.hfbundle'),
  ];
  for (const name of others) writeFileSync(join(archives, name), 'of somebody else');
  const folderOfThatName = partial.replace(/-0-[0-9]+/, '-0-1');
  mkdirSync(join(archives, folderOfThatName));

  const opened = await OpenedSuite.open(folder);
  const { logs } = await opened.finished<AppliedRetention>(opened.client.audit.applyAuditRetention({}));
  const verified = await opened.finished(opened.client.audit.verifyAuditLog({}));
  await opened.stop();
  expect(verified).toMatchObject({ problems: [] });
  expect(logs).toMatchObject([{ from: 0 }]);
  const kept = [logs[0]?.file.slice(archives.length + 1), ...others, folderOfThatName];
  expect(readdirSync(archives).sort()).toEqual(kept.sort());
});
