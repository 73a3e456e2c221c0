import { createServer } from 'node:net';
import { expect, onTestFinished } from 'vitest';
import { z } from 'zod';
import { type Cases, nobodysId } from '../case.ts';
import type { Stand } from '../stand.ts';

type Forwarding =
  | 'listDestinations'
  | 'addDestination'
  | 'updateDestination'
  | 'testDestination'
  | 'pauseDestination'
  | 'resumeDestination'
  | 'removeDestination'
  | 'listDeadLetters'
  | 'retryDeadLetters'
  | 'dropDeadLetters';

const added = z.object({ id: z.string() });
const unknown = { 'a destination that never was': { destinationId: nobodysId } };
const reason = 'the engine is replaced';
const withoutReason = { 'a reason of one letter': { reason: 'x' } };
let made = 0;

function engine(address = 'tcp://127.0.0.1:1') {
  made += 1;
  return { name: `Engine ${made}`, address };
}

async function newDestination(stand: Stand, address?: string): Promise<{ destinationId: string }> {
  return { destinationId: added.parse(await stand.done('audit.addDestination', engine(address))).id };
}

/** A server that reads to the end and then closes, as syslog servers do. Answers its address. */
async function newServer(): Promise<string> {
  const server = createServer((socket) => socket.resume());
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  onTestFinished(() => void server.close());
  const address = server.address();
  return `tcp://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
}

/** Others that get the entries of the log. No process stays here, so none is sent. */
export const forwarding: Pick<Cases<'audit'>, Forwarding> = {
  listDestinations: {
    async given(stand) {
      await newDestination(stand);
      return {};
    },
    answers: (answer) =>
      expect(answer).toMatchObject({
        items: expect.arrayContaining([expect.objectContaining({ kind: 'syslog-tcp', state: 'waiting' })]),
      }),
  },
  addDestination: {
    given: () => ({ ...engine('https://[::1]:8443/log'), secrets: { bearerToken: 'token' } }),
    invalid: {
      'no name': { name: '' },
      'a password in the address': { address: 'https://user:secret@example.org/log' },
      'a token in the address': { address: 'https://example.org/log?token=secret' },
      'http to another machine': { address: 'http://example.org/log' },
      'an address of another kind': { address: 'udp://127.0.0.1:514' },
      'a fingerprint that is none': { fingerprints: ['sha-256:AB'] },
      'a signing secret that is too short': { secrets: { signingSecret: 'whsec_c2hvcnQ=' } },
      'a token for a syslog server': { address: 'tcp://127.0.0.1' },
      'an authority that is none': { ca: '-----BEGIN CERTIFICATE-----' },
    },
    unknown: { 'a tenant that never was': { tenant: nobodysId } },
    takes: ['name'],
    errors: {
      'a name that is taken': {
        code: 'CONFLICT',
        data: { reason: 'destination-name' },
        async input(stand) {
          const first = engine();
          await stand.done('audit.addDestination', first);
          return { ...first, name: first.name.toUpperCase() };
        },
      },
    },
    answers: (answer) =>
      expect(answer).toMatchObject({
        kind: 'webhook',
        address: 'https://[::1]:8443/log',
        secrets: ['bearerToken'],
        state: 'waiting',
        sent: { entries: 0, time: null },
      }),
  },
  updateDestination: {
    async given(stand) {
      return { ...(await newDestination(stand)), name: `Renamed ${made}`, maximumBytes: 2048 };
    },
    invalid: { 'no name': { name: '' }, 'messages that are too short': { maximumBytes: 100 } },
    unknown,
    takes: ['name'],
    answers: (answer, { name }) => expect(answer).toMatchObject({ name, maximumBytes: 2048 }),
  },
  testDestination: {
    given: async (stand) => newDestination(stand, await newServer()),
    unknown,
    errors: {
      'nobody who listens': {
        code: 'UNAVAILABLE',
        data: { reason: 'forward-unreachable', detail: 'ECONNREFUSED' },
        input: (stand) => newDestination(stand),
      },
    },
    answers: (answer, { destinationId }) => expect(answer).toMatchObject({ destinationId }),
  },
  pauseDestination: {
    given: async (stand) => ({ ...(await newDestination(stand)), reason }),
    invalid: withoutReason,
    unknown,
    takes: ['reason'],
    answers: (answer) => expect(answer).toMatchObject({ state: 'paused' }),
  },
  resumeDestination: {
    async given(stand) {
      const { destinationId } = await newDestination(stand);
      await stand.done('audit.pauseDestination', { destinationId, reason });
      return { destinationId };
    },
    unknown,
    answers: (answer) => expect(answer).toMatchObject({ state: 'waiting' }),
  },
  removeDestination: {
    given: async (stand) => ({ ...(await newDestination(stand)), reason }),
    invalid: withoutReason,
    unknown,
    takes: ['reason'],
    async answers(answer, { destinationId }, { owner }) {
      expect(answer).toEqual({ destinationId });
      const { items } = await owner.audit.listDestinations({});
      expect(items.map(({ id }) => id)).not.toContain(destinationId);
    },
  },
  listDeadLetters: {
    given: (stand) => newDestination(stand),
    unknown,
    answers: (answer) => expect(answer).toEqual({ items: [] }),
  },
  retryDeadLetters: {
    given: (stand) => newDestination(stand),
    unknown,
    answers: (answer) => expect(answer).toEqual({ entries: 0 }),
  },
  dropDeadLetters: {
    given: async (stand) => ({ ...(await newDestination(stand)), reason }),
    invalid: withoutReason,
    unknown,
    takes: ['reason'],
    answers: (answer) => expect(answer).toEqual({ entries: 0 }),
  },
};
