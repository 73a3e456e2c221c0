import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import {
  blockEncryption,
  diskEncryption,
  fromFdesetup,
  fromManageBde,
} from '../../../main/storage/disk-encryption.ts';

let sys: string;

beforeEach(() => {
  sys = mkdtempSync(join(tmpdir(), 'sys-'));
  mkdirSync(join(sys, 'dev/block'), { recursive: true });
  mkdirSync(join(sys, 'class/block'), { recursive: true });
});

afterEach(() => {
  rmSync(sys, { recursive: true });
});

function device(name: string, number: string, uuid?: string, below: readonly string[] = []): void {
  const node = join(sys, 'devices', name);
  mkdirSync(join(node, 'slaves'), { recursive: true });
  writeFileSync(join(node, 'dev'), `${number}\n`);
  if (uuid !== undefined) {
    mkdirSync(join(node, 'dm'));
    writeFileSync(join(node, 'dm/uuid'), `${uuid}\n`);
  }
  for (const each of below) symlinkSync(join(sys, 'devices', each), join(node, 'slaves', each));
  symlinkSync(node, join(sys, 'dev/block', number));
  symlinkSync(node, join(sys, 'class/block', name));
}

test('a volume is as sealed as every disk below it', () => {
  device('sda1', '8:1');
  device('sdb1', '8:17');
  device('dm-0', '253:0', 'CRYPT-LUKS2-0123-root', ['sda1']);
  device('dm-1', '253:1', 'LVM-abc', ['dm-0']);
  device('dm-2', '253:2', 'LVM-def', ['dm-0', 'sdb1']);
  expect(['253:0', '253:1', '253:2', '8:1'].map((number) => blockEncryption(sys, number))).toEqual([
    { state: 'on', method: 'LUKS2' },
    { state: 'on', method: 'LUKS2' },
    { state: 'off', method: null },
    { state: 'off', method: null },
  ]);
});

test('what macOS and Windows print', () => {
  expect(fromFdesetup('FileVault is On.\n')).toEqual({ state: 'on', method: 'FileVault' });
  expect(fromFdesetup('FileVault is Off.\n').state).toBe('off');
  expect(fromFdesetup('').state).toBe('unknown');
  const status = (percent: string, method: string) =>
    `Volume C: [OS]\n    Percentage Encrypted: ${percent}\n    Encryption Method:    ${method}\n`;
  expect(fromManageBde(status('100.0%', 'XTS-AES 128'))).toEqual({ state: 'on', method: 'BitLocker' });
  expect(fromManageBde(status('100,0 %', 'AES 256')).state).toBe('on');
  expect(fromManageBde(status('0.0%', 'None')).state).toBe('off');
  expect(fromManageBde(status('41.7%', 'XTS-AES 128')).state).toBe('unknown');
  expect(fromManageBde('').state).toBe('unknown');
});

test('it never throws', async () => {
  expect(['on', 'off', 'unknown']).toContain((await diskEncryption(tmpdir())).state);
  expect((await diskEncryption('/no/such/folder')).state).toBe('unknown');
});
