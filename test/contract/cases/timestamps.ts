import { afterAll, expect } from 'vitest';
import { TimestampAuthority } from '../../doubles/timestamp-authority.ts';
import type { Cases } from '../case.ts';
import type { Stand } from '../stand.ts';

type Stamping = 'listTimestamps' | 'setTimestampAuthority' | 'removeTimestampAuthority' | 'requestTimestamp';

let opened: Promise<TimestampAuthority> | undefined;
afterAll(async () => (await opened)?.close());

async function authority(): Promise<TimestampAuthority> {
  opened ??= TimestampAuthority.open();
  return await opened;
}

async function set({ owner }: Stand): Promise<void> {
  const { url, ca: certificates } = await authority();
  await owner.audit.setTimestampAuthority({ url, certificates });
}

/** RFC 3161 time stamps of the log. */
export const timestamps: Pick<Cases<'audit'>, Stamping> = {
  listTimestamps: {
    given: () => ({}),
    answers: (answer) => expect(answer).toMatchObject({ stamps: expect.any(Array) }),
  },
  setTimestampAuthority: {
    async given() {
      const { url, ca: certificates } = await authority();
      return { url, certificates, policy: '1.2.3.4.5', authorization: 'Basic QWRh' };
    },
    invalid: {
      'no address': { url: 'tsa' },
      'another protocol': { url: 'file:///etc/passwd' },
      'no OID': { policy: '1.x' },
      never: { everyHours: 0 },
      'a second header': { authorization: 'Basic QWRh\r\nX: y' },
    },
    errors: {
      'no certificate': {
        code: 'VALIDATION',
        data: { reason: 'timestamp-certificates' },
        input: async () => ({ url: (await authority()).url, certificates: 'none' }),
      },
    },
    leaves: ['log.timestamp.set'],
    answers: (answer, { url }) =>
      expect(answer).toMatchObject({
        url,
        policy: '1.2.3.4.5',
        everyHours: 24,
        signsIn: true,
        failure: null,
      }),
  },
  removeTimestampAuthority: {
    async given(stand) {
      await set(stand);
      return { reason: 'the contract ended' };
    },
    invalid: { 'a reason of one letter': { reason: 'x' } },
    takes: ['reason'],
    leaves: ['log.timestamp.remove'],
    async answers(_, __, { owner }) {
      expect(await owner.audit.listTimestamps({})).toMatchObject({ authority: null });
    },
  },
  requestTimestamp: {
    async given(stand) {
      await set(stand);
      return {};
    },
    leaves: ['log.timestamp'],
    async answers(answer, _, { owner }) {
      const { stamps } = await owner.audit.listTimestamps({});
      expect(stamps[0]).toEqual(answer);
    },
  },
};
