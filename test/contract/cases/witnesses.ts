import { expect } from 'vitest';
import { otherInstallation } from '../../doubles/other-installation.ts';
import type { Cases } from '../case.ts';
import type { Stand } from '../stand.ts';

type Witnessing =
  | 'listWitnesses'
  | 'addWitness'
  | 'removeWitness'
  | 'requestCosignature'
  | 'cosignCheckpoint'
  | 'takeCosignature';

async function newWitness(stand: Stand) {
  const other = otherInstallation();
  await stand.owner.audit.addWitness({ key: other.witnessKey });
  return other;
}

/** Other installations that vouch for the log, and those that it vouches for. */
export const witnesses: Pick<Cases<'audit'>, Witnessing> = {
  listWitnesses: {
    given: () => ({}),
    answers: (answer) =>
      expect(answer).toMatchObject({
        ownKey: expect.stringMatching(/\/e1\/witness\+[0-9a-f]{8}\+/),
        witnesses: expect.any(Array),
        witnessed: expect.any(Array),
      }),
  },
  addWitness: {
    given: (stand) => ({ key: otherInstallation().witnessKey, label: stand.fresh('Auditor') }),
    invalid: { 'no key': { key: '' }, 'a label without a letter': { label: ' ' } },
    errors: {
      'a key that signs logs': {
        code: 'VALIDATION',
        data: { reason: 'verifier-key' },
        input: () => ({ key: otherInstallation().key }),
      },
      'a witness that is known': {
        code: 'CONFLICT',
        data: { reason: 'witness-exists' },
        input: async (stand) => ({ key: (await newWitness(stand)).witnessKey }),
      },
    },
    takes: ['label'],
    leaves: ['log.witness.add'],
    answers: (answer, { key, label }) => expect(answer).toMatchObject({ key, label, size: 0, time: null }),
  },
  removeWitness: {
    given: async (stand) => ({
      witness: (await newWitness(stand)).witnessName,
      reason: 'the contract ended',
    }),
    invalid: { 'a reason of one letter': { reason: 'x' } },
    unknown: { 'a witness that never was': { witness: 'nobody' } },
    spares: ['witness'], // another case has made some with odd labels
    takes: ['reason'],
    leaves: ['log.witness.remove'],
    async answers(_, { witness }, { owner }) {
      const { witnesses: known } = await owner.audit.listWitnesses({});
      expect(known.map(({ name }) => name)).not.toContain(witness);
    },
  },
  requestCosignature: {
    given: () => ({ since: 0 }),
    invalid: { 'less than nothing': { since: -1 } },
    unknown: { 'a witness that never was': { since: undefined, witness: 'nobody' } },
    answers: (answer) =>
      expect(answer).toMatchObject({
        old: 0,
        request: expect.stringMatching(/^old 0\n\n.*\/installation\/e1\n/),
      }),
  },
  cosignCheckpoint: {
    given() {
      const { request, key } = otherInstallation();
      return { request, key };
    },
    invalid: { 'an empty file': { request: '' } },
    errors: {
      'a file of another kind': {
        code: 'VALIDATION',
        data: { reason: 'witness-request' },
        input: () => ({ request: 'old 7\n' }),
      },
      'a log that is not known': {
        code: 'CONFLICT',
        data: { reason: 'unknown-log' },
        input: () => ({ request: otherInstallation().request }),
      },
    },
    leaves: ['log.cosign'],
    async answers(answer, { request }, { owner }) {
      expect(answer).toMatchObject({ size: 7, note: expect.stringContaining('/e1/witness ') });
      const { witnessed } = await owner.audit.listWitnesses({});
      expect(witnessed.map(({ logId }) => logId)).toContain(request.split('\n')[2]);
    },
  },
  takeCosignature: {
    async given(stand) {
      const other = await newWitness(stand);
      const { request } = await stand.owner.audit.requestCosignature({ since: 0 });
      return { note: other.cosigned(request) };
    },
    invalid: { 'an empty file': { note: '' } },
    errors: {
      'a checkpoint of another log': {
        code: 'VALIDATION',
        data: { reason: 'another-log' },
        input() {
          const { request } = otherInstallation();
          return { note: request.slice(request.indexOf('\n\n') + 2) };
        },
      },
      'a checkpoint that nobody known cosigned': {
        code: 'CONFLICT',
        data: { reason: 'unknown-witness' },
        async input({ owner }) {
          const { request } = await owner.audit.requestCosignature({ since: 0 });
          return { note: otherInstallation().cosigned(request) };
        },
      },
    },
    leaves: ['log.cosigned'],
    async answers(answer, _, { owner }) {
      const { log } = await owner.suite.getStatus({});
      expect(log.horizon).toMatchObject({ witness: 'witness' });
      expect(answer).toMatchObject({ witnesses: [{ time: '2026-09-21T14:13:20.000Z' }] });
    },
  },
};
