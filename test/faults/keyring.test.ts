import { spawn } from 'node:child_process';
import { randomBytes, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Keyring } from '../../main/secrets/keyring.ts';
import type { Uuid } from '../../shared/ids.ts';

const masterKey = randomBytes(32);
let folder: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'holdfast-keyring-'));
  const recovery = { N: 2, r: 1, p: 1, salt: randomBytes(64), derived: randomBytes(64) };
  await Keyring.create(folder, { installationId: randomUUID() as Uuid, masterKey, recovery });
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Run {
  /** A fault that strace injects into a system call. */
  readonly inject?: string;
  /** The subject is killed a moment after it said so many lines. */
  readonly lines: number;
}

/** Starts the subject and answers what it said until it was killed. */
async function linesOfSubject({ inject, lines }: Run): Promise<string[]> {
  const subject = [process.execPath, 'test/faults/keyring-subject.ts', folder, masterKey.toString('hex')];
  const traced = ['strace', '-f', '-qq', '--seccomp-bpf', '-o', '/dev/null', '-e', `inject=${inject}`];
  const [program = '', ...args] = inject === undefined ? subject : [...traced, ...subject];
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'ignore'], detached: true });
  const said: string[] = [];
  const kill = () => {
    const running = child.exitCode === null && child.signalCode === null;
    if (running && child.pid !== undefined) process.kill(-child.pid, 'SIGKILL'); // strace and subject are a group
  };
  createInterface(child.stdout).on('line', (line) => {
    said.push(line);
    if (said.length === lines) setTimeout(kill, Math.random() * 5);
  });
  await once(child, 'close');
  return said;
}

/** Opens the keyring as it was left and holds it against what was acknowledged before. */
async function checkAgainst(lines: readonly string[], expected: Set<string>): Promise<void> {
  const open = await Keyring.open(folder, masterKey);
  let unsure: string | undefined;
  for (const line of lines) {
    const [verb, id = ''] = line.split(' ');
    if (verb === 'adding' || verb === 'removing') unsure = id;
    if (verb === 'added') expected.add(id);
    if (verb === 'removed') expected.delete(id);
    if (verb === 'added' || verb === 'removed') unsure = undefined;
  }
  const found = new Set<string>(open.tenantIds);
  if (unsure !== undefined) {
    if (found.has(unsure)) expected.add(unsure);
    else expected.delete(unsure);
  }
  expect(found).toEqual(expected);
  expect(readdirSync(folder)).toEqual(['keyring.enc']);
}

describe('a keyring whose process is killed opens, with every acknowledged change', () => {
  const expected = new Set<string>();

  test('at random', async () => {
    let changes = 0;
    for (let round = 0; round < 8; round += 1) {
      const lines = await linesOfSubject({ lines: 10 + round });
      changes += lines.filter((line) => line.startsWith('added')).length;
      await checkAgainst(lines, expected);
    }
    expect(changes).toBeGreaterThan(20);
  });

  for (const [call, occasions] of [
    ['write', [5, 6, 7, 8, 9]], // counted for each thread; the earlier ones belong to the start
    ['fsync', [1, 2, 3]],
    ['rename', [1, 2]],
  ] as const) {
    test(`at ${call}`, async () => {
      for (const occasion of occasions) {
        const lines = await linesOfSubject({ inject: `${call}:signal=KILL:when=${occasion}`, lines: 500 });
        expect(lines.length).toBeLessThan(500);
        expect(lines.at(-1)).toMatch(/^(adding|removing)/);
        await checkAgainst(lines, expected);
      }
    });
  }
});

describe('a keyring that the disk refuses keeps its old state, and says so', () => {
  for (const [call, error, code] of [
    ['fsync', 'EIO', 'IO'],
    ['fsync', 'ENOSPC', 'STORAGE_FULL'],
    ['rename', 'EROFS', 'READ_ONLY'],
  ] as const) {
    test(`${error} at ${call}`, async () => {
      const before = (await Keyring.open(folder, masterKey)).tenantIds;
      const lines = await linesOfSubject({ inject: `${call}:error=${error}:when=1+`, lines: 20 });
      expect(lines).toContain('ready');
      const answers = lines.filter((line) => /^(added|removed|refused)/.test(line));
      expect(new Set(answers)).toEqual(new Set([`refused ${code}`]));
      expect((await Keyring.open(folder, masterKey)).tenantIds).toEqual(before);
      expect(readdirSync(folder)).toEqual(['keyring.enc']);
    });
  }
});
