// `npm start`: the console in a window of its own where Electron is to be had, in the browser elsewhere.
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { keepCompiledModules } from './cli/compile-cache.ts';
import { runProcess } from './cli/process.ts';
import { chooseHost } from './start/choose-host.ts';
import { circumstances } from './start/circumstances.ts';
import { electronPackage, electronProgram, fetchElectron, mayFetch } from './start/electron-program.ts';

const checkout = fileURLToPath(new URL('../..', import.meta.url));
const { env: environment } = process;
const words = process.argv.slice(2);

keepCompiledModules();
await start();

async function start(): Promise<void> {
  const folder = electronPackage();
  const before = folder && electronProgram(folder);
  const { display, ...others } = circumstances(words, environment, before);
  const choice = chooseHost({ display, ...others });
  if (choice.host === 'console') return await inBrowser(choice.why, display);

  if (folder === undefined) return await inBrowser('Electron is not installed', display);
  if (before !== undefined) return await inWindow(before);
  if (!mayFetch(environment)) return await inBrowser('Electron was not fetched yet', display);
  say('Electron was not fetched yet; trying for ten seconds.');
  const fetched = await fetchElectron(folder, environment);
  await (fetched === undefined ? inBrowser('Electron could not be fetched', display) : inWindow(fetched));
}

/** Words other than `--console` are for `holdfast serve`. */
async function inBrowser(why: string, display: boolean): Promise<void> {
  say(`Holdfast opens in the browser: ${why}.`);
  const given = words.filter((word) => word !== '--console');
  await runProcess(['serve', ...(display ? ['--open'] : []), ...given]);
}

async function inWindow(program: string): Promise<void> {
  say('Holdfast opens in a window of its own; for the browser: npm start -- --console.');
  // the programs that run then end by it, and this one after them
  process.on('SIGINT', () => {});
  for (const script of ['build:main', 'build:preload']) {
    if ((await ended('npm', ['run', '--silent', script])) !== 0) {
      process.exitCode = 1;
      return;
    }
  }
  process.exitCode = await ended(program, [checkout]);
}

/** Runs another program to its end and answers its status. */
function ended(program: string, given: readonly string[]): Promise<number> {
  // some terminals of editors set it, and Electron would be a plain Node then
  const { ELECTRON_RUN_AS_NODE: _, ...inherited } = environment;
  const child = spawn(program, given, {
    cwd: checkout,
    env: inherited,
    stdio: 'inherit',
    shell: process.platform === 'win32' && program === 'npm',
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (status) => resolve(status ?? 1));
  });
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
