import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, test } from 'vitest';
import { Installation } from './holdfast.ts';

const checkout = fileURLToPath(new URL('../..', import.meta.url));
const commands = storyOf(readFileSync(`${checkout}/README.md`, 'utf8'));
const picture = readFileSync(`${checkout}/docs/images/terminal.svg`, 'utf8');

const installation = new Installation();
afterAll(() => installation.remove());

test('the commands of the README do what it shows, one after the other', { timeout: 240_000 }, () => {
  expect(commands.length).toBeGreaterThan(8);
  const answers = commands.map((command) => {
    const words = `"$HOLDFAST_NODE" "$HOLDFAST_BIN" ${command}`;
    const env = { ...installation.environment, ...program };
    return { command, answer: execFileSync('sh', ['-ec', words], { cwd: checkout, env, encoding: 'utf8' }) };
  });
  const answerOf = (start: string) => answers.find(({ command }) => command.startsWith(start))?.answer;
  expect(answerOf('restore plan')).toMatch(/^customers +1 +0 +0 +58$/m);
  expect(answerOf('restore run')).toContain('verified  level 4');
  expect(answerOf('data get')).toContain('"lastName": "Wichterlová"');
  expect(answerOf('audit verify')).toMatch(/^verdict +verified$/m);
  expect(answerOf('audit verify')).toMatch(/by the checkpoint in the newest backup/);
});

test('the picture of the terminal shows commands of the README', () => {
  const shown = [...picture.matchAll(/>\$ npx holdfast ([^<]+)</g)].map(([, command = '']) =>
    command.replaceAll('&quot;', '"'),
  );
  expect(shown.length).toBeGreaterThan(3);
  expect(shown.filter((command) => !commands.includes(command))).toEqual([]);
});

const program = {
  HOLDFAST_NODE: process.execPath,
  HOLDFAST_BIN: `${checkout}/main/hosts/cli/holdfast.mjs`,
};

/** What follows `npx holdfast` in the section that tells the story by command line. */
function storyOf(readme: string): string[] {
  const section = readme.split(/^## /m).find((text) => text.startsWith('The same by command line')) ?? '';
  return [...section.matchAll(/^```sh\n(.*?)^```/gms)].flatMap(([, block = '']) =>
    [...block.matchAll(/^npx holdfast (.+)$/gm)].map(([, command = '']) => command),
  );
}
