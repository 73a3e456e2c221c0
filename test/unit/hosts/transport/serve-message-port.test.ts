import { once } from 'node:events';
import { MessageChannel, type MessagePort } from 'node:worker_threads';
import { createORPCClient } from '@orpc/client';
import { RPCLink } from '@orpc/client/message-port';
import { RPCHandler } from '@orpc/server/message-port';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { isWindowFrame, largestFrame } from '../../../../main/hosts/transport/frame.ts';
import { serveMessagePort } from '../../../../main/hosts/transport/serve-message-port.ts';
import type { HoldfastClient } from '../../../../main/rpc/client.ts';
import type { CallContext } from '../../../../main/rpc/guard.ts';
import { contractRouter } from '../../../doubles/contract-router.ts';
import { PortMain } from '../../../doubles/message-port-main.ts';

const jobId = '01900000-0000-7000-8000-000000000001';

let page: MessagePort;
let end: () => void;
let asked: number;
let underWay: Promise<void>;
let aborted: Promise<void>;

beforeEach(() => {
  asked = 0;
  const begun = Promise.withResolvers<void>();
  const stopped = Promise.withResolvers<void>();
  [underWay, aborted] = [begun.promise, stopped.promise];
  const router = contractRouter({
    'tenants.listTenants': () => {
      asked += 1;
      return { items: [], next: null };
    },
    'jobs.getJob': async ({ signal }) => {
      begun.resolve();
      await new Promise<void>((resolve) => signal?.addEventListener('abort', () => resolve()));
      stopped.resolve();
    },
  });
  const channel = new MessageChannel();
  page = channel.port1;
  end = serveMessagePort(new RPCHandler<CallContext>(router), new PortMain(channel.port2), isWindowFrame);
});

afterEach(() => page.close());

function connected(): HoldfastClient {
  const client: HoldfastClient = createORPCClient(new RPCLink({ port: page }));
  page.start();
  return client;
}

const request = (input: object) => JSON.stringify({ i: '1', p: { u: '/tenants/listTenants', b: input } });

test('calls are answered', async () => {
  expect(await connected().tenants.listTenants({})).toEqual({ items: [], next: null });
});

test('an end from here ends the calls that are under way', async () => {
  const call = connected().jobs.getJob({ jobId });
  await underWay;
  end();
  await expect(call).rejects.toThrow();
  await aborted;
});

test('a page that goes away ends its calls', async () => {
  const call = connected().jobs.getJob({ jobId });
  await underWay;
  page.close();
  await expect(call).rejects.toThrow();
  await aborted;
});

describe('the first message that is not of the protocol closes the port:', () => {
  const malformed: Readonly<Record<string, unknown>> = {
    'no text': 7,
    'an object, which the protocol knows too': { i: '1', p: { u: '/tenants/listTenants' } },
    bytes: new TextEncoder().encode(request({ json: {} })),
    'no JSON': '{',
    'a header': JSON.stringify({
      i: '1',
      p: { u: '/tenants/listTenants', h: { authorization: 'Bearer x' } },
    }),
    'another path': JSON.stringify({ i: '1', p: { u: '/../listTenants' } }),
    'too large': request({ json: 'x'.repeat(largestFrame) }),
  };
  test.each(Object.keys(malformed))('%s', async (what) => {
    const closed = once(page, 'close');
    page.postMessage(malformed[what]);
    page.postMessage(request({ json: {} }));
    await closed;
    expect(asked).toBe(0);
  });
});
