import { expect } from 'vitest';
import type { Cases } from '../case.ts';
import { passphrase } from '../stand.ts';

/** What comes before an installation, asked of one that is open. */
export const setup: Cases<'setup'> = {
  getSetup: {
    given: () => ({}),
    answers: (answer) => expect(answer).toMatchObject({ state: 'ready', secrets: 'passphrase', error: null }),
  },
  createInstallation: {
    given: () => ({ ownerName: 'Grace', passphrase, secrets: 'passphrase' }),
    invalid: {
      'a short passphrase': { passphrase: 'eleven char' },
      'a place for keys there is not': { secrets: 'paper' },
    },
    spares: ['ownerName', 'passphrase', 'target'],
    refused: { code: 'CONFLICT', data: { reason: 'installation-exists' } },
  },
  openInstallation: {
    given: () => ({ passphrase }),
    spares: ['passphrase'],
    answers: (answer) => expect(answer).toMatchObject({ state: 'ready' }),
  },
};
