import { HoldfastError } from '../../shared/errors.ts';
import type { AuditLoggerParts } from '../audit/audit-logger.ts';
import { ed25519KeyFromSeed } from '../secrets/ed25519.ts';
import type { Foundation } from './foundation.ts';

type Signing = Pick<AuditLoggerParts, 'epoch' | 'signing' | 'formerKeys' | 'witnessKey' | 'keyKeeper'>;

/** The keys of the newest epoch, which sign the log, and what checks what was signed before. Errors: INTEGRITY (there is none). */
export function logSigning({ keyring, clock }: Pick<Foundation, 'keyring' | 'clock'>): Signing {
  const newest = keyring.signingKeys.at(-1);
  if (newest === undefined) {
    throw new HoldfastError(
      'INTEGRITY',
      'The keyring has no key to sign the audit log with. Recover the installation.',
      {
        problems: ['signing key'],
      },
    );
  }
  const { epoch } = newest;
  const toKey = ({ generation, createdAt, privateKey }: typeof newest) => ({
    generation,
    createdAt,
    key: ed25519KeyFromSeed(privateKey),
  });
  return {
    epoch,
    signing: keyring.signingKeys.filter((key) => key.epoch === epoch).map(toKey),
    formerKeys: keyring.formerKeys,
    witnessKey: async () => ed25519KeyFromSeed((await keyring.witnessKey(epoch, clock.now())).privateKey),
    keyKeeper: {
      add: async (generation: number, createdAt: number) =>
        toKey(await keyring.addSigningKey({ epoch, generation, createdAt })),
      retire: async (generation: number) => void (await keyring.retireSigningKey({ epoch, generation })),
    },
  };
}
