import { z } from 'zod';
import { HoldfastError } from '../../../shared/errors.ts';
import { isIrreducible, randomChunkerPolynomial } from './chunker-polynomial.ts';
import { damaged, parseStoredJson } from './damage.ts';
import { goObject, goString } from './go-text.ts';
import { contentNamePattern, type RepositoryFiles } from './repository-files.ts';
import { type SealingKeys, seal, unseal } from './sealing.ts';

export interface RepositoryConfig {
  readonly version: 1 | 2;
  /** 64 hex digits, for ever the same wherever the repository is copied. */
  readonly id: string;
  readonly chunkerPolynomial: bigint;
}

const newestVersion = 2;

/** Writes the config of a new repository, format version 2. Throws CONFLICT when there is one. */
export async function writeConfig(
  files: RepositoryFiles,
  keys: SealingKeys,
  random: (length: number) => Uint8Array,
): Promise<RepositoryConfig> {
  const config = {
    version: newestVersion,
    id: Buffer.from(random(32)).toString('hex'),
    chunkerPolynomial: randomChunkerPolynomial(random),
  } as const;
  const json = goObject([
    ['version', String(config.version)],
    ['id', goString(config.id)],
    ['chunker_polynomial', goString(config.chunkerPolynomial.toString(16))],
  ]);
  await files.write('config', '', [seal(keys, Buffer.from(json))]);
  return config;
}

const storedVersion = z.object({ version: z.int().min(1) });
const storedConfig = z.object({
  version: z.union([z.literal(1), z.literal(2)]),
  id: z.string().regex(contentNamePattern),
  chunker_polynomial: z
    .string()
    .regex(/^[0-9a-f]{1,16}$/)
    .transform((hex) => BigInt(`0x${hex}`))
    .refine(isIrreducible),
});

/** Throws NEWER_FORMAT, INTEGRITY, or NOT_FOUND when there is no repository. */
export async function readConfig(files: RepositoryFiles, keys: SealingKeys): Promise<RepositoryConfig> {
  const plain = unseal(keys, await files.read('config', ''));
  if (plain === undefined) throw damaged('config', 'its seal does not hold');
  const json = parseStoredJson(Buffer.from(plain).toString('utf8'), 'config');
  const version = storedVersion.safeParse(json).data?.version ?? 0;
  if (version > newestVersion) {
    throw new HoldfastError(
      'NEWER_FORMAT',
      `The repository has format version ${version}; this program knows up to ${newestVersion}.`,
      { what: 'repository', found: version, known: newestVersion },
    );
  }
  const parsed = storedConfig.safeParse(json);
  if (!parsed.success) throw damaged('config', 'it is not a repository config', parsed.error);
  return {
    version: parsed.data.version,
    id: parsed.data.id,
    chunkerPolynomial: parsed.data.chunker_polynomial,
  };
}
