// Runs a command in a session of its own that has a real, unlocked keychain:
//   node test/system/with-keychain.ts npx vitest run test/unit/secrets
// The session bus, the keyring and the XDG folders are throw-away: nothing of the caller's own keychain is
// touched. The home folder stays, for the caches of compilers.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const thisFile = fileURLToPath(import.meta.url);
const insideFlag = '--inside-session';
const startLimitMs = 20_000;

/** Runs `command` under a throw-away session with an unlocked keychain; answers its exit status. */
export function runWithKeychain(command: readonly string[]): number {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-session-'));
  const inFolder = (name: string) => {
    const path = join(folder, name);
    mkdirSync(path, { mode: 0o700 });
    return path;
  };
  const env: NodeJS.ProcessEnv = {
    ...process.env,
    PATH: `${dirname(process.execPath)}${delimiter}${process.env.PATH ?? ''}`,
    XDG_RUNTIME_DIR: inFolder('run'),
    XDG_DATA_HOME: inFolder('data'),
    XDG_CONFIG_HOME: inFolder('config'),
    XDG_STATE_HOME: inFolder('state'),
  };
  for (const name of ['DBUS_SESSION_BUS_ADDRESS', 'GNOME_KEYRING_CONTROL', 'DISPLAY', 'WAYLAND_DISPLAY']) {
    delete env[name];
  }
  try {
    const session = ['--', process.execPath, thisFile, insideFlag, ...command];
    const { status, error } = spawnSync('dbus-run-session', session, { stdio: 'inherit', env });
    if (error) throw error;
    return status ?? 1;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function sessionBus(...call: string[]): string {
  return spawnSync('dbus-send', ['--session', '--print-reply=literal', ...call], { encoding: 'utf8' }).stdout;
}

function isUnlocked(): boolean {
  const owned = sessionBus(
    '--dest=org.freedesktop.DBus',
    '/org/freedesktop/DBus',
    'org.freedesktop.DBus.NameHasOwner',
    'string:org.freedesktop.secrets',
  );
  if (!owned.includes('true')) return false;
  return sessionBus(
    '--dest=org.freedesktop.secrets',
    '/org/freedesktop/secrets/collection/login',
    'org.freedesktop.DBus.Properties.Get',
    'string:org.freedesktop.Secret.Collection',
    'string:Locked',
  ).includes('false');
}

async function runInsideSession(command: readonly string[]): Promise<number> {
  const [program, ...args] = command;
  if (program === undefined) throw new Error('with-keychain: name a command to run');
  const daemon = spawn('gnome-keyring-daemon', ['--foreground', '--unlock', '--components=secrets'], {
    stdio: ['pipe', 'ignore', 'pipe'],
  });
  let complaints = '';
  daemon.stderr.on('data', (chunk: Buffer) => {
    complaints += chunk.toString();
  });
  daemon.stdin.end('the tests');
  const waitUntil = performance.now() + startLimitMs;
  while (!isUnlocked()) {
    if (daemon.exitCode !== null || performance.now() > waitUntil) {
      daemon.kill('SIGKILL');
      throw new Error(`with-keychain: gnome-keyring-daemon did not start\n${complaints}`);
    }
    await sleep(50);
  }
  const child = spawn(program, args, { stdio: 'inherit' });
  try {
    const [status, signal] = await once(child, 'exit');
    if (signal !== null) console.error(`${program} was ended by ${signal}`);
    return typeof status === 'number' ? status : 1;
  } finally {
    daemon.kill();
  }
}

if (process.argv[1] === thisFile) {
  const [first, ...rest] = process.argv.slice(2);
  process.exitCode =
    first === insideFlag ? await runInsideSession(rest) : runWithKeychain(process.argv.slice(2));
}
