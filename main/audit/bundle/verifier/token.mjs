// Time-stamp tokens (RFC 3161, 2.4.2; RFC 5652; RFC 5816): what one says, and that its authority says so.
import { contentOf, membersOf, octetsOf, oidOf, readBer, smallOf, tags, timeOf } from './ber.mjs';
import { concat, hex, same } from './bytes.mjs';
import { anchorOf, isForTimeStamping, isName, nameOf, parseCertificate } from './certificates.mjs';
import { must, Tampered } from './findings.mjs';
import { digestOf, hashNames, isSignedBy } from './signatures.mjs';

const tokenOids = {
  signedData: '1.2.840.113549.1.7.2',
  timeStamp: '1.2.840.113549.1.9.16.1.4',
  contentType: '1.2.840.113549.1.9.3',
  messageDigest: '1.2.840.113549.1.9.4',
  signingCertificate: '1.2.840.113549.1.9.16.2.12',
  signingCertificateV2: '1.2.840.113549.1.9.16.2.47',
};

/** Neither a token nor its certificates are longer in any bundle: the answer that it came in has no more. */
const mostTokenBytes = 64 * 1024;
const mostCertificates = 20;
/** What reasons begin with. */
const itself = 'it';

/**
 * What a token says of the SHA-256 `imprint`: {time, accuracy} in milliseconds, the latter null where it is not stated.
 * Throws Tampered, whose reason follows "it" or "its".
 */
export function readToken(bytes) {
  must(bytes.length <= mostTokenBytes, 'it is longer than any');
  const [type, wrapped] = membersOf(readBer(bytes, itself), tags.sequence, itself, 2);
  must(oidOf(type, itself) === tokenOids.signedData, 'it is no time stamp');
  const [version, digests, encapsulated, ...more] = membersOf(wrapped.members?.[0], tags.sequence, itself, 4);
  must(version.tag === tags.integer && digests.tag === tags.set, 'it is malformed');
  const [contentType, content] = membersOf(encapsulated, tags.sequence, itself, 2);
  must(oidOf(contentType, itself) === tokenOids.timeStamp, 'it is no time stamp');
  const info = octetsOf(content.members?.[0], itself);
  const [signer, ...others] = membersOf(more.at(-1), tags.set, itself);
  must(signer !== undefined && others.length === 0, 'it is not signed by exactly one');
  return {
    ...stampOf(info),
    info,
    certificates: more.find(({ tag }) => tag === 0xa0)?.members ?? [],
    signer: signerOf(signer),
  };
}

/** TSTInfo: version, policy, messageImprint, serialNumber, genTime, accuracy. */
function stampOf(info) {
  const [version, policy, imprint, serial, time, ...rest] = membersOf(
    readBer(info, itself),
    tags.sequence,
    itself,
    5,
  );
  must(smallOf(version, itself, 2 ** 40) === 1, 'it is of another version');
  must(policy.tag === tags.oid && serial.tag === tags.integer && time.tag === tags.time, 'it is malformed');
  const [algorithm, hash] = membersOf(imprint, tags.sequence, itself, 2);
  const hashOid = oidOf(membersOf(algorithm, tags.sequence, itself, 1)[0], itself);
  must(hashNames[hashOid] === 'SHA-256', 'its imprint is no SHA-256');
  const accuracy = rest[0]?.tag === tags.sequence ? accuracyOf(rest[0]) : null;
  return { imprint: octetsOf(hash, itself), time: timeOf(time, itself), accuracy };
}

/** Seconds, milliseconds and microseconds, each optional, as milliseconds. */
function accuracyOf(accuracy) {
  const units = { [tags.integer]: 1000, 128: 1, 129: 0.001 };
  const parts = accuracy.members.map((part) => {
    must(units[part.tag] !== undefined, 'its accuracy is malformed');
    return units[part.tag] * smallOf({ ...part, tag: tags.integer }, 'its accuracy', 2 ** 40);
  });
  return parts.reduce((sum, part) => sum + part, 0);
}

function signerOf(value) {
  const [version, sid, digest, attributes, algorithm, signature] = membersOf(value, tags.sequence, itself, 6);
  must(version.tag === tags.integer && attributes.tag === 0xa0, 'it is signed without attributes');
  const [issuer, serial] = membersOf(sid, tags.sequence, itself, 2);
  const hash = hashNames[oidOf(membersOf(digest, tags.sequence, itself, 1)[0], itself)];
  must(hash !== undefined, 'its digest is of no kind that is taken');
  return {
    issuer: nameOf(issuer, itself),
    serial: hex(contentOf(serial, tags.integer, itself)),
    hash,
    attributes: attributesOf(attributes),
    // what is signed is the set that they are, not the part of the token that they stand in (RFC 5652, 5.4)
    signed: concat([Uint8Array.of(tags.set), attributes.whole.subarray(1)]),
    algorithm,
    signature: octetsOf(signature, itself),
  };
}

function attributesOf(set) {
  const attributes = new Map();
  for (const each of set.members) {
    const [type, values] = membersOf(each, tags.sequence, itself, 2);
    const oid = oidOf(type, itself);
    const [value, ...more] = membersOf(values, tags.set, itself, 1);
    must(!attributes.has(oid), 'its attributes say a thing twice');
    attributes.set(oid, more.length === 0 ? value : undefined);
  }
  return attributes;
}

/**
 * Verifies a token that was read: the signature over its attributes, that these name content and certificate, that
 * certificate's sole purpose, and its chain to one of the pinned CAs at the time that is stated. Answers {authority, ca}, two
 * certificates. Throws Tampered, Undecided.
 */
export async function verifyToken(stamp, anchors, platform) {
  const { info, signer, time } = stamp;
  must(stamp.certificates.length <= mostCertificates, 'it holds more certificates than any chain');
  const certificates = stamp.certificates
    .filter(({ tag }) => tag === tags.sequence)
    .map(({ whole }) => parseCertificate(whole, 'its certificate'));
  const authority = await signingCertificate(signer, certificates);
  const { attributes, hash } = signer;
  const type = oidOf(attributes.get(tokenOids.contentType), itself);
  must(type === tokenOids.timeStamp, 'what was signed is of another kind');
  const digest = octetsOf(attributes.get(tokenOids.messageDigest), itself);
  must(same(digest, await digestOf(hash, info)), 'its content is not what was signed (message digest)');
  const { algorithm, signature, signed: data } = signer;
  const fits = await isSignedBy(authority.publicKey, { algorithm, hash, data, signature, platform }, itself);
  must(fits, 'its signature does not fit');
  must(
    isForTimeStamping(authority),
    'its certificate is not one for time stamping alone (critical extended key usage)',
  );
  return { authority, ca: await anchorOf(authority, { others: certificates, anchors, time, platform }) };
}

/** The certificate that the signed attributes name by its hash (ESSCertIDv2, or ESSCertID as RFC 3161 had it first). */
async function signingCertificate({ attributes, issuer, serial }, certificates) {
  const newer = attributes.get(tokenOids.signingCertificateV2);
  const list = newer ?? attributes.get(tokenOids.signingCertificate);
  must(list !== undefined, 'it names no signing certificate');
  const [ids] = membersOf(list, tags.sequence, itself, 1);
  const [id] = membersOf(ids, tags.sequence, itself, 1);
  const [first, second] = membersOf(id, tags.sequence, itself, 1);
  const stated = first.tag === tags.sequence ? hashNames[oidOf(first.members[0], itself)] : 'SHA-256';
  const hash = newer === undefined ? 'SHA-1' : stated;
  must(hash !== undefined, 'it names no signing certificate');
  const named = octetsOf(first.tag === tags.sequence ? second : first, itself);
  for (const certificate of certificates) {
    if (!same(await digestOf(hash, certificate.bytes), named)) continue;
    const twice = certificate.serial !== serial || !isName(certificate.issuer, issuer);
    must(!twice, 'it names two signing certificates');
    return certificate;
  }
  throw new Tampered('the certificate that it names is not in it (signing certificate)');
}
