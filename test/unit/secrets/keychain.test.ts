// Needs the session of test/system/with-keychain.ts: npm test -- test/unit/secrets
import { spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { beforeAll, expect, test } from 'vitest';
import { systemKeychain } from '../../../main/secrets/keychain.ts';

beforeAll(() => {
  if (process.env.DBUS_SESSION_BUS_ADDRESS) return;
  throw new Error('there is no session bus: run this by npm test, or under test/system/with-keychain.ts');
});

const account = () => `test/${randomUUID()}`;

function askInAnotherProcess(script: string, env: NodeJS.ProcessEnv): unknown {
  const module = new URL('../../../main/secrets/keychain.ts', import.meta.url).href;
  const program = `
    const { systemKeychain } = await import(${JSON.stringify(module)});
    const answer = await (${script}).then((value) => ({ value }), ({ code, data }) => ({ code, data }));
    console.log(JSON.stringify(answer));`;
  const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '--eval', program], {
    encoding: 'utf8',
    env,
  });
  if (stdout === '') throw new Error(stderr);
  return JSON.parse(stdout);
}

test('a secret is kept, found again by another process, replaced and deleted', async () => {
  const keychain = systemKeychain();
  const name = account();
  expect(await keychain.get(name)).toBeNull();
  await keychain.set(name, 'first');
  await keychain.set(name, 'second');
  const asked = askInAnotherProcess(`systemKeychain().get('${name}')`, process.env);
  expect(asked).toEqual({ value: 'second' });
  expect(await keychain.delete(name)).toBe(true);
  expect(await keychain.delete(name)).toBe(false);
  expect(await keychain.get(name)).toBeNull();
});

test('no session bus is KEYCHAIN_UNAVAILABLE', () => {
  const env = { ...process.env, DBUS_SESSION_BUS_ADDRESS: 'unix:path=/nonexistent/bus' };
  expect(askInAnotherProcess(`systemKeychain().get('a')`, env)).toEqual({
    code: 'KEYCHAIN_UNAVAILABLE',
    data: { reason: 'refused' },
  });
});

test('a missing system library is KEYCHAIN_UNAVAILABLE', async () => {
  const keychain = systemKeychain({ load: () => Promise.reject(new Error('libsecret-1.so.0: cannot open')) });
  await expect(keychain.get('a')).rejects.toMatchObject({
    code: 'KEYCHAIN_UNAVAILABLE',
    data: { reason: 'not-installed' },
  });
});
