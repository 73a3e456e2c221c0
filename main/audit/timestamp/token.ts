import { constants, createHash, verify, X509Certificate } from 'node:crypto';
import { Constructed, fromBER, ObjectIdentifier, OctetString, Sequence } from 'asn1js';
import {
  type Attribute,
  BasicConstraints,
  Certificate,
  ContentInfo,
  ExtKeyUsage,
  IssuerAndSerialNumber,
  SignedData,
  type SignerInfo,
  TSTInfo,
} from 'pkijs';
import { HoldfastError } from '../../../shared/errors.ts';
import { chainProblem, type PathLength } from './certificate-chain.ts';

export interface TokenCheck {
  /** SHA-256 of what was stamped. */
  readonly imprint: Uint8Array;
  /** Certificates of CAs, one of which has to vouch for who stamped. */
  readonly anchors: readonly X509Certificate[];
}

/** What a time stamp says, once it is verified. */
export interface Stamp {
  /** Epoch milliseconds. */
  readonly time: number;
  readonly policy: string;
  /** Hexadecimal, as the authority counts. */
  readonly serial: string;
  /** As it was asked with. */
  readonly nonce: Uint8Array | undefined;
}

interface IncludedCertificate {
  readonly x509: X509Certificate;
  readonly parts: Certificate;
}

const oids = {
  signedData: '1.2.840.113549.1.7.2',
  tstInfo: '1.2.840.113549.1.9.16.1.4',
  contentType: '1.2.840.113549.1.9.3',
  messageDigest: '1.2.840.113549.1.9.4',
  signingCertificate: '1.2.840.113549.1.9.16.2.12',
  signingCertificateV2: '1.2.840.113549.1.9.16.2.47',
  extendedKeyUsage: '2.5.29.37',
  basicConstraints: '2.5.29.19',
  timeStamping: '1.3.6.1.5.5.7.3.8',
  rsaPss: '1.2.840.113549.1.1.10',
};

const hashes: Readonly<Record<string, string>> = {
  '2.16.840.1.101.3.4.2.1': 'sha256',
  '2.16.840.1.101.3.4.2.2': 'sha384',
  '2.16.840.1.101.3.4.2.3': 'sha512',
};

/** Signature algorithms that are taken, with the hash that they name (RFC 5754, 8419); undefined: the digest's. */
const signatureHashes: ReadonlyMap<string, string | null | undefined> = new Map(
  Object.entries({
    '1.2.840.113549.1.1.1': undefined,
    [oids.rsaPss]: undefined,
    '1.3.101.112': null,
    '1.2.840.113549.1.1.11': 'sha256',
    '1.2.840.113549.1.1.12': 'sha384',
    '1.2.840.113549.1.1.13': 'sha512',
    '1.2.840.10045.4.3.2': 'sha256',
    '1.2.840.10045.4.3.3': 'sha384',
    '1.2.840.10045.4.3.4': 'sha512',
  }),
);

/**
 * Verifies a time-stamp token (RFC 3161, 2.4.2; RFC 5652, 5.4 and 5.6; RFC 5816): its imprint, the signature over its signed
 * attributes, that these name the certificate it was made with, that certificate's sole purpose, and its chain to a pinned
 * CA at the time that the token states. Throws INTEGRITY.
 */
export function openToken(token: Uint8Array, { imprint, anchors }: TokenCheck): Stamp {
  const { signedData, certificates, info, content } = parsed(token);
  must(info.version === 1, 'it is of another version');
  const { hashAlgorithm, hashedMessage } = info.messageImprint;
  must(hashes[hashAlgorithm.algorithmId] === 'sha256', 'its imprint is no SHA-256');
  must(same(hashedMessage.valueBlock.valueHexView, imprint), 'it is of other bytes (message imprint)');
  const [signer, ...more] = signedData.signerInfos;
  must(signer !== undefined && more.length === 0, 'it is not signed by exactly one');
  const certificate = signingCertificate(signer, certificates);
  requireSignature(signer, certificate, content);
  requirePurpose(certificate);
  const time = info.genTime.getTime();
  must(Number.isSafeInteger(time) && time >= 0, 'it states no time');
  const problem = chainProblem(
    { end: certificate.x509, others: certificates.map(({ x509 }) => x509), anchors, time },
    pathLengthOf,
  );
  must(problem === undefined, problem ?? '');
  return {
    time,
    policy: info.policy,
    serial: Buffer.from(info.serialNumber.valueBlock.valueHexView).toString('hex'),
    nonce: info.nonce?.valueBlock.valueHexView,
  };
}

function parsed(token: Uint8Array) {
  try {
    const { offset, result } = fromBER(token);
    must(offset === token.length, 'bytes follow it');
    const outer = new ContentInfo({ schema: result });
    must(outer.contentType === oids.signedData, 'it is no signed data');
    const signedData = new SignedData({ schema: outer.content });
    const { eContentType, eContent } = signedData.encapContentInfo;
    must(eContentType === oids.tstInfo && eContent !== undefined, 'it holds no time stamp');
    const content = new Uint8Array(eContent.getValue());
    const certificates = certificatesIn(outer.content);
    return { signedData, certificates, content, info: TSTInfo.fromBER(content) };
  } catch (error) {
    if (error instanceof HoldfastError) throw error;
    throw refused('it is no time-stamp token', error); // the parser's own words help nobody
  }
}

/** Byte for byte as they came: an encoding made anew could hide what was changed. */
function certificatesIn(signedData: unknown): IncludedCertificate[] {
  const members = signedData instanceof Sequence ? signedData.valueBlock.value : [];
  const set = members.find((each) => each instanceof Constructed && each.idBlock.tagNumber === 0);
  return (set instanceof Constructed ? set.valueBlock.value : []).map((schema) => {
    const x509 = new X509Certificate(Uint8Array.from(schema.valueBeforeDecodeView));
    return { x509, parts: new Certificate({ schema }) };
  });
}

/** The certificate that the signed attributes name by its hash (ESSCertIDv2, or ESSCertID as RFC 3161 had it first). */
function signingCertificate(
  signer: SignerInfo,
  certificates: readonly IncludedCertificate[],
): IncludedCertificate {
  const v2 = attribute(signer, oids.signingCertificateV2);
  const named = certificateIds(v2 ?? attribute(signer, oids.signingCertificate))[0];
  must(named !== undefined, 'it names no signing certificate');
  const parts = named.valueBlock.value;
  const [first] = parts;
  const algorithm = first instanceof Sequence ? first.valueBlock.value[0] : undefined;
  const stated = algorithm instanceof ObjectIdentifier ? hashes[algorithm.valueBlock.toString()] : 'sha256';
  const hash = v2 === undefined ? 'sha1' : stated;
  const value = first instanceof OctetString ? first : parts[1];
  must(hash !== undefined && value instanceof OctetString, 'it names no signing certificate');
  const found = certificates.find(({ x509 }) =>
    same(createHash(hash).update(x509.raw).digest(), value.valueBlock.valueHexView),
  );
  must(found !== undefined, 'the certificate that it names is not in it (signing certificate)');
  const { sid } = signer;
  must(
    sid instanceof IssuerAndSerialNumber &&
      sid.issuer.isEqual(found.parts.issuer) &&
      sid.serialNumber.isEqual(found.parts.serialNumber),
    'it names two signing certificates',
  );
  return found;
}

function certificateIds(found: Attribute | undefined): Sequence[] {
  const [value] = found?.values ?? [];
  const list = value instanceof Sequence ? value.valueBlock.value[0] : undefined;
  return list instanceof Sequence ? list.valueBlock.value.filter((each) => each instanceof Sequence) : [];
}

function requireSignature(signer: SignerInfo, { x509 }: IncludedCertificate, content: Uint8Array): void {
  const { digestAlgorithm, signatureAlgorithm, signedAttrs, signature } = signer;
  const digest = hashes[digestAlgorithm.algorithmId];
  must(digest !== undefined && signedAttrs !== undefined, 'its digest is of no kind that is taken');
  const [type] = attribute(signer, oids.contentType)?.values ?? [];
  must(
    type instanceof ObjectIdentifier && type.valueBlock.toString() === oids.tstInfo,
    'what was signed is of another kind',
  );
  const [stated] = attribute(signer, oids.messageDigest)?.values ?? [];
  must(
    stated instanceof OctetString &&
      same(stated.valueBlock.valueHexView, createHash(digest).update(content).digest()),
    'its content is not what was signed (message digest)',
  );
  const algorithm = signatureAlgorithm.algorithmId;
  must(signatureHashes.has(algorithm), 'it is signed in a way that is not taken');
  const named = signatureHashes.get(algorithm);
  const hash = named === undefined ? digest : named;
  const { publicKey: key } = x509;
  const padding = algorithm === oids.rsaPss ? { padding: constants.RSA_PKCS1_PSS_PADDING } : {};
  must(
    verify(
      hash,
      new Uint8Array(signedAttrs.encodedValue),
      { key, ...padding },
      signature.valueBlock.valueHexView,
    ),
    'its signature does not fit',
  );
}

/** RFC 3161, 2.3: extended key usage is critical, and time stamping its one purpose. */
function requirePurpose({ parts: { extensions = [] } }: IncludedCertificate): void {
  const usages = extensions.filter(({ extnID }) => extnID === oids.extendedKeyUsage);
  const usage = usages[0]?.parsedValue;
  const purposes = usage instanceof ExtKeyUsage ? usage.keyPurposes : [];
  must(
    usages.length === 1 &&
      usages[0]?.critical === true &&
      purposes.length === 1 &&
      purposes[0] === oids.timeStamping,
    'its certificate is not one for time stamping alone (critical extended key usage)',
  );
}

const pathLengthOf: PathLength = ({ raw }) => {
  const { extensions = [] } = Certificate.fromBER(raw);
  const found = extensions.find(({ extnID }) => extnID === oids.basicConstraints)?.parsedValue;
  const length = found instanceof BasicConstraints ? found.pathLenConstraint : undefined;
  return typeof length === 'number' ? length : undefined;
};

function attribute({ signedAttrs }: SignerInfo, oid: string): Attribute | undefined {
  const found = (signedAttrs?.attributes ?? []).filter(({ type }) => type === oid);
  return found.length === 1 && found[0]?.values.length === 1 ? found[0] : undefined;
}

const same = (one: Uint8Array, other: Uint8Array) => Buffer.compare(one, other) === 0;

function must(holds: boolean, what: string): asserts holds {
  if (!holds) throw refused(what);
}

function refused(what: string, cause?: unknown): HoldfastError {
  return new HoldfastError(
    'INTEGRITY',
    `The time stamp is not valid: ${what}.`,
    { problems: [what] },
    { cause },
  );
}
