import { expect, test } from 'vitest';
import { type Circumstances, chooseHost } from '../../../../main/hosts/start/choose-host.ts';

const good: Circumstances = { consoleAsked: false, display: true, sandbox: 'works' };

test('a window where there can be one', () => {
  expect(chooseHost(good)).toEqual({ host: 'desktop' });
});

test.each([
  [{ consoleAsked: true }, 'as asked'],
  [{ display: false }, 'there is no display here'],
  [{ sandbox: 'root' }, 'a window would have no sandbox under root'],
  [{ sandbox: 'forbidden' }, 'this system lets no ordinary program make a sandbox for a window'],
] as const)('the browser, and why: %o', (change, why) => {
  expect(chooseHost({ ...good, ...change })).toEqual({ host: 'console', why });
});
