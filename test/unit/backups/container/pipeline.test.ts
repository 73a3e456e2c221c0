import { setTimeout } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { pipelined } from '../../../../main/backups/container/pipeline.ts';

const stops = {
  'the source fails': { items: 2, failing: undefined, error: 'cannot be read' },
  'one of them fails': { items: 9, failing: 1, error: 'number 1' },
} as const;

test.each(Object.entries(stops))('when %s, all that was started has ended', async (_, stop) => {
  let running = 0;
  async function* source() {
    for (let n = 0; n < stop.items; n += 1) yield await Promise.resolve(n);
    if (stop.failing === undefined) throw new Error('cannot be read');
  }
  const results = pipelined(source(), 4, async (n) => {
    running += 1;
    await setTimeout(n === stop.failing ? 1 : 30);
    running -= 1;
    if (n === stop.failing) throw new Error(`number ${n}`);
    return n;
  });
  const all = async () => {
    for await (const _result of results);
  };
  await expect(all()).rejects.toThrow(stop.error);
  expect(running).toBe(0);
});
