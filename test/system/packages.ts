import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';

/** What the tests use of a Debian system: other people's programs, and a real keychain. */
const debianPackages = [
  'restic',
  'strace',
  'sqlite3',
  'golang-go',
  'golang-golang-x-mod-dev',
  'libsecret-1-0',
  'python3',
  'dbus',
  'gnome-keyring',
  'chromium',
  'poppler-utils',
  'qpdf',
  'zbar-tools',
  'openssh-server',
  'openssl',
  'rsyslog',
  'rsyslog-gnutls',
];

/** The same needs on other systems, as programs to look for. */
const programs = [
  'restic',
  'strace',
  'sqlite3',
  'go',
  'python3',
  'dbus-run-session',
  'gnome-keyring-daemon',
  'chromium',
  'pdftotext',
  'qpdf',
  'zbarimg',
  'ssh-keygen',
  'openssl',
  'rsyslogd',
];

function isInstalled(name: string): boolean {
  const { stdout } = spawnSync('dpkg-query', ['--show', `--showformat=\${db:Status-Status}`, name], {
    encoding: 'utf8',
  });
  return stdout === 'installed';
}

function isOnPath(program: string): boolean {
  return (process.env.PATH ?? '').split(':').some((folder) => existsSync(`${folder}/${program}`));
}

function aptGet(...args: string[]): boolean {
  const { status, stdout, stderr } = spawnSync('apt-get', ['-qq', ...args], {
    encoding: 'utf8',
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
  });
  if (status !== 0) process.stderr.write(`${stdout ?? ''}${stderr ?? ''}`);
  return status === 0;
}

/**
 * Installs what is missing where it may (root on Debian); elsewhere names it in one line.
 * Answers whether everything is there now.
 */
export function ensurePackages(): boolean {
  const onDebian = existsSync('/etc/debian_version');
  const missing = onDebian
    ? debianPackages.filter((name) => !isInstalled(name))
    : programs.filter((program) => !isOnPath(program));
  if (missing.length === 0) return true;
  if (!onDebian || process.getuid?.() !== 0) {
    const how = onDebian ? 'apt-get install' : 'install';
    console.error(`The tests need more of this system: ${how} ${missing.join(' ')}`);
    return false;
  }
  console.error(`installing ${missing.join(' ')}`);
  return aptGet('update') && aptGet('install', '--yes', '--no-install-recommends', ...missing);
}
