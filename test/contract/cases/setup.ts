import { expect } from 'vitest';
import type { Cases } from '../case.ts';
import { passphrase } from '../stand.ts';

const remote = {
  place: { kind: 's3', endpoint: 'https://s3.example', bucket: 'backups' },
  credentials: { kind: 'access-key', accessKeyId: 'ID', secretAccessKey: 'SECRET' },
};

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
  inspectBackups: {
    given: (stand) => ({ target: stand.work, recoveryKey: 'KEY' }),
    invalid: {
      'a key that is a novel': { recoveryKey: 'A'.repeat(201) },
      'no folder at all': { target: '' },
      'a bucket with the credentials of a server': {
        remote: { place: { kind: 's3', endpoint: 'https://s3.example', bucket: 'b' }, credentials: {} },
      },
      'two places': { remote },
    },
    spares: ['recoveryKey', 'target', 'remote'],
    refused: { code: 'CONFLICT', data: { reason: 'installation-exists' } },
  },
  recoverInstallation: {
    given: (stand) => ({ target: stand.work, recoveryKey: 'KEY', secrets: 'keychain' }),
    invalid: {
      'a place for keys there is not': { secrets: 'paper' },
      'no folder at all': { target: '' },
    },
    spares: ['recoveryKey', 'target', 'remote', 'operator', 'passphrase'],
    refused: { code: 'CONFLICT', data: { reason: 'installation-exists' } },
  },
  getRecovery: { given: () => ({}), answers: nothingUnderway },
  cancelRecovery: { given: () => ({}), answers: nothingUnderway },
  dismissRecovery: { given: () => ({}), answers: nothingUnderway },
};

function nothingUnderway(answer: unknown): void {
  expect(answer).toEqual({ recovery: null });
}
