import { createHash, randomBytes, scrypt } from 'node:crypto';
import { z } from 'zod';
import { HoldfastError } from '../../../shared/errors.ts';
import { damaged, parseStoredJson } from './damage.ts';
import { goObject, goString, goTime, goTimePattern } from './go-text.ts';
import { fileLabel, type RepositoryFiles } from './repository-files.ts';
import { type SealingKeys, seal, sealingKeysFromBytes, unseal } from './sealing.ts';

/** Cost of scrypt (RFC 7914). */
export interface ScryptParameters {
  readonly N: number;
  readonly r: number;
  readonly p: number;
}

/** What scrypt made of a password once, kept so that the password itself need not be. */
export interface DerivedKey extends ScryptParameters {
  /** 64 bytes, the length restic insists on. */
  readonly salt: Uint8Array;
  /** 64 bytes. */
  readonly derived: Uint8Array;
}

/** What opens a repository. A derived key fits only key files made from it. */
export type Credential = PasswordCredential | { readonly derived: DerivedKey };

export interface PasswordCredential {
  readonly password: string;
  /** The salt of a key file that is known to be made from something else: scrypt is spared it. */
  readonly notOf?: Uint8Array | undefined;
}

/** Who made a key file; not sealed, shown by `restic key list`. */
export interface KeyOwner {
  readonly username: string;
  readonly hostname: string;
}

/** For passwords that are random: restic's own lower bound. */
const defaultScrypt: ScryptParameters = { N: 32_768, r: 8, p: 1 };

const saltLength = 64;
const most = 2 ** 30; // bytes of memory that a key file may make us use

/** Derives the 64 bytes that open a key file, with a fresh salt unless one is given. */
export async function deriveKey(
  password: string,
  cost: ScryptParameters = defaultScrypt,
  salt: Uint8Array = randomBytes(saltLength),
): Promise<DerivedKey> {
  const memory = 128 * cost.N * cost.r;
  const derived = await new Promise<Buffer>((resolve, reject) => {
    const options = { N: cost.N, r: cost.r, p: cost.p, maxmem: memory + 128 * cost.r * cost.p + 2 ** 20 };
    scrypt(password, salt, 64, options, (error, key) => (error ? reject(error) : resolve(key)));
  });
  return { N: cost.N, r: cost.r, p: cost.p, salt, derived };
}

/** Writes a key file that opens `master` and returns its name. */
export async function writeKeyFile(
  files: RepositoryFiles,
  master: SealingKeys,
  credential: Credential,
  owner: KeyOwner,
  nowMs: number,
): Promise<string> {
  const key = 'derived' in credential ? credential.derived : await deriveKey(credential.password);
  const masterJson = goObject([
    ['mac', goObject([['k', base64(master.macK)] as const, ['r', base64(master.macR)] as const])],
    ['encrypt', base64(master.encrypt)],
  ]);
  const json = goObject([
    ['created', goString(goTime(nowMs))],
    ['username', goString(owner.username)],
    ['hostname', goString(owner.hostname)],
    ['kdf', '"scrypt"'],
    ['N', String(key.N)],
    ['r', String(key.r)],
    ['p', String(key.p)],
    ['salt', base64(key.salt)],
    ['data', base64(seal(sealingKeysFromBytes(key.derived), Buffer.from(masterJson)))],
  ]);
  const bytes = Buffer.from(json);
  const name = createHash('sha256').update(bytes).digest('hex');
  await files.write('keys', name, [bytes]);
  return name;
}

/** A key file's facts that are not secret. */
export interface KeyFile extends ScryptParameters {
  readonly name: string;
  readonly created: string;
  readonly username: string;
  readonly hostname: string;
  readonly salt: Uint8Array;
  readonly data: Uint8Array;
}

/** Reads all key files. Throws INTEGRITY on a damaged one. */
export async function listKeyFiles(files: RepositoryFiles): Promise<readonly KeyFile[]> {
  const found: KeyFile[] = [];
  for (const { name } of await files.list('keys')) found.push(await readKeyFile(files, name));
  return found;
}

/** Reads those key files that are whole. Errors: IO, NOT_FOUND. */
export async function readKeyFiles(files: RepositoryFiles): Promise<readonly KeyFile[]> {
  const found: KeyFile[] = [];
  for (const { name } of await files.list('keys')) {
    try {
      found.push(await readKeyFile(files, name));
    } catch (error) {
      if (!(error instanceof HoldfastError && error.code === 'INTEGRITY')) throw error;
    }
  }
  return found;
}

/**
 * Finds the key file that the credential opens and returns the master keys with its name. Throws
 * UNAUTHENTICATED when none does, INTEGRITY when a key file is damaged and no other one fits.
 */
export async function openMasterKeys(
  files: RepositoryFiles,
  credential: Credential,
): Promise<{ readonly keyName: string; readonly master: SealingKeys }> {
  let damage: unknown;
  for (const { name } of await files.list('keys')) {
    try {
      const master = await tryKeyFile(await readKeyFile(files, name), credential);
      if (master !== undefined) return { keyName: name, master };
    } catch (error) {
      damage ??= error;
    }
  }
  if (damage !== undefined) throw damage;
  throw new HoldfastError('UNAUTHENTICATED', 'The password opens none of the keys of this repository.', {
    kind: 'repository',
  });
}

/**
 * What a password makes of the key file that it opens: `known`, where that is made from one of these files. Undefined where
 * it opens none. Errors: IO, NOT_FOUND.
 */
export async function deriveForKeyFile(
  files: RepositoryFiles,
  { password, notOf }: PasswordCredential,
  known?: DerivedKey,
): Promise<DerivedKey | undefined> {
  const found = await readKeyFiles(files);
  if (known !== undefined && found.some((file) => isMadeFrom(known, file))) return known;
  for (const file of found) {
    if (isOfSalt(file, notOf)) continue;
    const key = await deriveKey(password, file, file.salt);
    if (unseal(sealingKeysFromBytes(key.derived), file.data) !== undefined) return key;
  }
  return undefined;
}

function isOfSalt(file: KeyFile, salt: Uint8Array | undefined): boolean {
  return salt !== undefined && Buffer.compare(salt, file.salt) === 0;
}

function isMadeFrom({ N, r, p, salt }: DerivedKey, file: KeyFile): boolean {
  return N === file.N && r === file.r && p === file.p && isOfSalt(file, salt);
}

async function tryKeyFile(file: KeyFile, credential: Credential): Promise<SealingKeys | undefined> {
  let derived: Uint8Array;
  if ('derived' in credential) {
    if (!isMadeFrom(credential.derived, file)) return undefined;
    derived = credential.derived.derived;
  } else {
    if (isOfSalt(file, credential.notOf)) return undefined;
    derived = (await deriveKey(credential.password, file, file.salt)).derived;
  }
  const plain = unseal(sealingKeysFromBytes(derived), file.data);
  return plain === undefined ? undefined : parseMasterKeys(plain, fileLabel('keys', file.name));
}

const bytesOf = (length: number) =>
  z
    .base64()
    .transform((text) => Buffer.from(text, 'base64'))
    .refine((bytes) => bytes.length === length);
const storedMaster = z.object({ mac: z.object({ k: bytesOf(16), r: bytesOf(16) }), encrypt: bytesOf(32) });

function parseMasterKeys(plain: Uint8Array, label: string): SealingKeys {
  const parsed = storedMaster.safeParse(parseStoredJson(Buffer.from(plain).toString('utf8'), label));
  if (!parsed.success) throw damaged(label, 'the master keys in it are malformed', parsed.error);
  return sealingKeysFromBytes(Buffer.concat([parsed.data.encrypt, parsed.data.mac.k, parsed.data.mac.r]));
}

const powerOfTwo = (value: number) => value > 1 && Number.isInteger(Math.log2(value));
const storedKey = z
  .object({
    created: z.string().regex(goTimePattern),
    username: z.string(),
    hostname: z.string(),
    kdf: z.literal('scrypt'),
    N: z.int().refine(powerOfTwo),
    r: z.int().min(1),
    p: z.int().min(1).max(64),
    salt: bytesOf(saltLength),
    data: z.base64().transform((text) => Buffer.from(text, 'base64')),
  })
  .refine(({ N, r, p }) => 128 * N * r <= most && 128 * r * p <= most);

async function readKeyFile(files: RepositoryFiles, name: string): Promise<KeyFile> {
  const label = fileLabel('keys', name);
  const bytes = await files.read('keys', name);
  if (createHash('sha256').update(bytes).digest('hex') !== name) {
    throw damaged(label, 'its bytes do not match its name');
  }
  const parsed = storedKey.safeParse(parseStoredJson(Buffer.from(bytes).toString('utf8'), label));
  if (!parsed.success) throw damaged(label, 'it is not a key file', parsed.error);
  return { name, ...parsed.data };
}

function base64(bytes: Uint8Array): string {
  return `"${Buffer.from(bytes).toString('base64')}"`;
}
