import { homedir } from 'node:os';
import { isAbsolute, join, resolve } from 'node:path';
import type { Terminal } from './terminal.ts';

/** `--data`, else HOLDFAST_DATA, else the platform's folder for application data. */
export function dataFolder(
  given: string | undefined,
  terminal: Pick<Terminal, 'environment' | 'workingFolder'>,
): string {
  const named = given ?? terminal.environment.HOLDFAST_DATA;
  if (named !== undefined && named !== '') return resolve(terminal.workingFolder, named);
  return platformFolder(terminal.environment);
}

function platformFolder(environment: NodeJS.ProcessEnv): string {
  const home = homedir();
  if (process.platform === 'darwin') return join(home, 'Library', 'Application Support', 'Holdfast');
  if (process.platform === 'win32') {
    return join(environment.LOCALAPPDATA ?? join(home, 'AppData', 'Local'), 'Holdfast');
  }
  const base = environment.XDG_DATA_HOME;
  return join(base !== undefined && isAbsolute(base) ? base : join(home, '.local', 'share'), 'holdfast');
}
