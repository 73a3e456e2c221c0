import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/** How long its own installer may take; a machine without network should notice little of it. */
const patienceMs = 10_000;

/** The folder of the electron package, which must not be imported: that would fetch the program. Nothing where it is not installed. */
export function electronPackage(): string | undefined {
  try {
    return dirname(createRequire(import.meta.url).resolve('electron/package.json'));
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'MODULE_NOT_FOUND') return undefined;
    throw error;
  }
}

/** Electron's program, if the package has fetched it. */
export function electronProgram(folder: string): string | undefined {
  const pointer = join(folder, 'path.txt');
  if (!existsSync(pointer)) return undefined;
  const program = join(folder, 'dist', readFileSync(pointer, 'utf8').trim());
  return existsSync(program) ? program : undefined;
}

/** Whether nobody said that nothing is to be fetched. */
export function mayFetch(environment: NodeJS.ProcessEnv): boolean {
  return !environment.HOLDFAST_OFFLINE && !environment.ELECTRON_SKIP_BINARY_DOWNLOAD;
}

/** Lets the package fetch its program, and answers it if that went well in time. */
export async function fetchElectron(
  folder: string,
  environment: NodeJS.ProcessEnv,
): Promise<string | undefined> {
  const installer = spawn(process.execPath, [join(folder, 'install.js')], {
    stdio: 'ignore',
    env: environment,
    timeout: patienceMs,
  });
  await new Promise<void>((resolve) => {
    installer.once('error', () => resolve());
    installer.once('exit', () => resolve());
  });
  return electronProgram(folder);
}
