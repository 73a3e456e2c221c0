import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { FolderFiles } from '../../main/backups/container/folder-files.ts';
import { Repository } from '../../main/backups/container/repository.ts';
import { restic } from './restic-program.ts';

const password = 'one at a time';
let folder: string;
let repository: Repository;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'holdfast-restic-'));
  repository = await Repository.create(new FolderFiles(folder), { keys: [{ password }] });
});
afterEach(async () => {
  await repository.close();
  rmSync(folder, { recursive: true, force: true });
});

describe('locks between restic and us', () => {
  test('restic waits for ours', async () => {
    const exclusive = await repository.lock(true);
    expect(() => restic(folder, password, 'backup', '/etc/hostname')).toThrow(
      `PID ${process.pid} on ${hostname()}`,
    );
    await exclusive.release();
    const shared = await repository.lock(false);
    restic(folder, password, 'backup', '/etc/hostname');
    expect(() => restic(folder, password, 'prune')).toThrow('already locked');
    await shared.release();
    restic(folder, password, 'prune');
  });

  test('we wait for that of restic, and take over when it is killed', async () => {
    const args = ['--no-cache', '-q', '-r', folder, 'backup', '--stdin'];
    const child = spawn('restic', args, {
      env: { ...process.env, RESTIC_PASSWORD: password },
      stdio: ['pipe', 'ignore', 'inherit'],
    });
    // a lock counts from when it has its name; restic writes it under another
    const held = () => readdirSync(join(folder, 'locks')).filter((name) => /^[0-9a-f]{64}$/.test(name));
    await vi.waitFor(() => expect(held()).toHaveLength(1), { timeout: 20_000 });
    await expect(repository.lock(true)).rejects.toMatchObject({
      code: 'LOCKED',
      data: { holder: { host: hostname(), pid: child.pid, exclusive: false } },
    });
    await (await repository.lock(false)).release();
    const ended = new Promise((resolve) => child.once('close', resolve));
    child.kill('SIGKILL');
    await ended;
    await (await repository.lock(true)).release();
    expect(readdirSync(join(folder, 'locks'))).toEqual([]);
  });
});
