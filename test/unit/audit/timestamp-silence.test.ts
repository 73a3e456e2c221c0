import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { askAuthority } from '../../../main/audit/timestamp/ask-authority.ts';
import { TimestampAuthority } from '../../doubles/timestamp-authority.ts';

let authority: TimestampAuthority;
beforeAll(async () => {
  authority = await TimestampAuthority.open();
});
afterAll(() => authority.close());

const ask = (timeoutMs: number) =>
  askAuthority(new Uint8Array(60), {
    url: authority.url,
    authorization: undefined,
    timeoutMs,
    signal: new AbortController().signal,
  });

describe('an authority that never comes to an end is given up at the deadline, when it', () => {
  const silences: Record<string, NonNullable<TimestampAuthority['answer']>> = {
    'says nothing at all': () => undefined,
    'begins and stops': (_, response) => {
      response.setHeader('content-type', 'application/timestamp-reply');
      response.write('0');
    },
    'goes on, a byte at a time': (_, response) => {
      const dripping = setInterval(() => response.write('0'), 10);
      response.on('close', () => clearInterval(dripping));
    },
  };
  test.each(Object.entries(silences))('%s', async (_, answer) => {
    authority.answer = answer;
    const begun = performance.now();
    await expect(ask(300)).rejects.toMatchObject({
      code: 'UNAVAILABLE',
      message: expect.stringContaining('(timeout)'),
      data: { reason: 'timestamp-unreachable', server: authority.host },
    });
    const tookMs = performance.now() - begun;
    expect(tookMs).toBeGreaterThan(250);
    expect(tookMs).toBeLessThan(5000);
  });
});
