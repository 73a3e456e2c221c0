// The signatures of time stamps and certificates, by Web Crypto, which Node has as browsers have it.
import { bitsOf, membersOf, oidOf, positiveOf, readBer, smallOf, tags } from './ber.mjs';
import { toBase64 } from './bytes.mjs';
import { must, Tampered, Undecided } from './findings.mjs';

export const hashNames = {
  '2.16.840.1.101.3.4.2.1': 'SHA-256',
  '2.16.840.1.101.3.4.2.2': 'SHA-384',
  '2.16.840.1.101.3.4.2.3': 'SHA-512',
};

/** Kind and hash of what an algorithm's identifier names (RFC 5754, 8419, 8017, 5758); without a hash it is stated elsewhere. */
const signatureKinds = {
  '1.2.840.113549.1.1.1': ['rsa'],
  '1.2.840.113549.1.1.5': ['rsa', 'SHA-1'],
  '1.2.840.113549.1.1.10': ['pss'],
  '1.2.840.113549.1.1.11': ['rsa', 'SHA-256'],
  '1.2.840.113549.1.1.12': ['rsa', 'SHA-384'],
  '1.2.840.113549.1.1.13': ['rsa', 'SHA-512'],
  '1.2.840.10045.4.3.2': ['ecdsa', 'SHA-256'],
  '1.2.840.10045.4.3.3': ['ecdsa', 'SHA-384'],
  '1.2.840.10045.4.3.4': ['ecdsa', 'SHA-512'],
  '1.3.101.112': ['ed25519'],
};

const curves = {
  '1.2.840.10045.3.1.7': { namedCurve: 'P-256', size: 32 },
  '1.3.132.0.34': { namedCurve: 'P-384', size: 48 },
  '1.3.132.0.35': { namedCurve: 'P-521', size: 66 },
};
const rsaKeys = ['1.2.840.113549.1.1.1', '1.2.840.113549.1.1.10'];

export const digestOf = async (hash, bytes) => new Uint8Array(await crypto.subtle.digest(hash, bytes));

/**
 * Whether a key (SubjectPublicKeyInfo, read) signed `data`. `algorithm`: the AlgorithmIdentifier that is stated; `hash`: what
 * is hashed with where that does not say. Throws Undecided for what is not known here, Tampered for what is malformed.
 */
export async function isSignedBy(publicKey, { algorithm, hash, data, signature, platform }, what) {
  const [identifier, parameters] = membersOf(algorithm, tags.sequence, what, 1);
  const oid = oidOf(identifier, what);
  const [kind, named = hash] = signatureKinds[oid] ?? [];
  const [keyAlgorithm, keyBits] = membersOf(publicKey, tags.sequence, what, 2);
  const [keyKind, keyParameters] = membersOf(keyAlgorithm, tags.sequence, what, 1);
  const keyOid = oidOf(keyKind, what);
  const bits = bitsOf(keyBits, what);
  if (kind === undefined) throw new Undecided(`${what} is signed in a way that is not known here (${oid})`);
  if (kind === 'ed25519') {
    return keyOid === oid && bits.length === 32 && (await platform.ed25519Verify(bits, data, signature));
  }
  if (kind === 'ecdsa') {
    if (keyOid !== '1.2.840.10045.2.1') return false;
    const curve = curves[keyParameters?.tag === tags.oid ? oidOf(keyParameters, what) : ''];
    if (curve === undefined || bits[0] !== 4)
      throw new Undecided(`${what} is signed with a curve that is not known here`);
    const raw = rawSignature(signature, curve.size, what);
    const { namedCurve } = curve;
    return await fits(['raw', bits, { name: 'ECDSA', namedCurve }], { hash: named }, raw, data, what);
  }
  if (!rsaKeys.includes(keyOid)) return false;
  const jwk = rsaJwk(bits, what);
  if (kind === 'rsa')
    return await fits(['jwk', jwk, { name: 'RSASSA-PKCS1-v1_5', hash: named }], {}, signature, data, what);
  const pss = pssOf(parameters, what);
  return await fits(['jwk', jwk, { name: 'RSA-PSS', hash: pss.hash }], pss, signature, data, what);
}

async function fits([form, key, { name, ...more }], parameters, signature, data, what) {
  try {
    const imported = await crypto.subtle.importKey(form, key, { name, ...more }, false, ['verify']);
    return await crypto.subtle.verify({ name, ...parameters }, imported, signature, data);
  } catch (error) {
    if (error?.name === 'NotSupportedError')
      throw new Undecided(`${what} is signed in a way that is not known here (${name})`);
    throw new Tampered(`${what} is signed with what is no key`);
  }
}

const base64Url = (bytes) =>
  toBase64(bytes).replace(/[+/=]/g, (character) => ({ '+': '-', '/': '_' })[character] ?? '');

function rsaJwk(bits, what) {
  const [modulus, exponent] = membersOf(readBer(bits, what), tags.sequence, what, 2);
  return { kty: 'RSA', n: base64Url(positiveOf(modulus, what)), e: base64Url(positiveOf(exponent, what)) };
}

/** RSASSA-PSS-params (RFC 8017, A.2.3), whose one hash serves for both. */
function pssOf(parameters, what) {
  const stated = new Map(
    membersOf(parameters, tags.sequence, what).map((each) => [each.tag, each.members?.[0]]),
  );
  const hashIn = (identifier) => hashNames[oidOf(membersOf(identifier, tags.sequence, what, 1)[0], what)];
  const [hash, mask] = [stated.get(0xa0), stated.get(0xa1)];
  const [maskKind, maskHash] = mask === undefined ? [] : membersOf(mask, tags.sequence, what, 2);
  const known =
    hash !== undefined && maskKind !== undefined && oidOf(maskKind, what) === '1.2.840.113549.1.1.8';
  if (!known || hashIn(hash) === undefined || hashIn(hash) !== hashIn(maskHash))
    throw new Undecided(`${what} is signed in a way that is not known here (RSA-PSS of its own)`);
  const salt = stated.get(0xa2);
  return { hash: hashIn(hash), saltLength: salt === undefined ? 20 : smallOf(salt, what, 1024) };
}

/** Both numbers of an ECDSA signature side by side, each as long as the curve's order. */
function rawSignature(bytes, size, what) {
  const numbers = membersOf(readBer(bytes, what), tags.sequence, what, 2);
  const raw = new Uint8Array(2 * size);
  for (const [at, number] of numbers.entries()) {
    const digits = positiveOf(number, what);
    must(at < 2 && digits.length <= size, `${what} has a malformed signature`);
    raw.set(digits, (at + 1) * size - digits.length);
  }
  return raw;
}
