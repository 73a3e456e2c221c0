import { execFileSync } from 'node:child_process';
import { beforeAll, describe, test } from 'vitest';
import { chooseHost } from '../../main/hosts/start/choose-host.ts';
import { circumstances } from '../../main/hosts/start/circumstances.ts';
import { electronPackage, electronProgram } from '../../main/hosts/start/electron-program.ts';
import { startInElectron } from './electron-host.ts';
import { stories } from './stories.ts';

const folder = electronPackage();
const program = folder && electronProgram(folder);
const choice = chooseHost(circumstances([], process.env, program));
const hindrance =
  program === undefined
    ? 'its program is not on this machine'
    : choice.host === 'console'
      ? choice.why
      : undefined;

if (program === undefined || hindrance !== undefined) {
  test(`over Electron: ${hindrance}`, ({ skip }) => skip(hindrance));
} else {
  describe('over Electron', () => {
    beforeAll(() => void execFileSync('npm', ['run', '--silent', 'build']), 120_000);
    stories((dataFolder, runtime) => startInElectron(program, dataFolder, runtime));
  });
}
