// Certificates (X.509, RFC 5280) as far as time stamps need them.
import { bitsOf, contentOf, membersOf, octetsOf, oidOf, readBer, smallOf, tags, timeOf } from './ber.mjs';
import { fromBase64, hex, same } from './bytes.mjs';
import { must, Tampered, Undecided } from './findings.mjs';
import { isSignedBy } from './signatures.mjs';

const extensionsRead = {
  keyUsage: '2.5.29.15',
  basicConstraints: '2.5.29.19',
  extendedKeyUsage: '2.5.29.37',
};
const timeStamping = '1.3.6.1.5.5.7.3.8';
const longestChain = 8;
const mostTried = 100;

/** A certificate from its bytes. */
export function parseCertificate(bytes, what) {
  const [body, algorithm, signature] = membersOf(readBer(bytes, what), tags.sequence, what, 3);
  const all = membersOf(body, tags.sequence, what, 6);
  const [serial, stated, issuer, validity, subject, publicKey, ...rest] =
    all[0].tag === 0xa0 ? all.slice(1) : all;
  must(publicKey !== undefined && same(stated.whole, algorithm.whole), `${what} is malformed`);
  const [from, to] = membersOf(validity, tags.sequence, what, 2);
  const extensions = rest.find(({ tag }) => tag === 0xa3);
  return {
    what,
    bytes,
    body: body.whole,
    algorithm,
    signature: bitsOf(signature, what),
    serial: hex(contentOf(serial, tags.integer, what)),
    issuer: nameOf(issuer, what),
    subject: nameOf(subject, what),
    from: timeOf(from, what),
    to: timeOf(to, what),
    publicKey,
    extensions: extensions === undefined ? new Map() : extensionsOf(extensions, what),
  };
}

/** What was pinned, from its PEM form. */
export function parsePem(text, what) {
  const found = text.match(/-----BEGIN CERTIFICATE-----[A-Za-z0-9+/=\s]+-----END CERTIFICATE-----/g) ?? [];
  must(found.length > 0 && found.length <= 10, `${what} is none`);
  return found.map((each) => {
    const bytes = fromBase64(each.replace(/-----[A-Z ]+-----|\s/g, ''));
    must(bytes !== undefined, `${what} is none`);
    return parseCertificate(bytes, what);
  });
}

function extensionsOf(wrapped, what) {
  const extensions = new Map();
  for (const each of membersOf(wrapped.members?.[0], tags.sequence, what)) {
    const members = membersOf(each, tags.sequence, what, 2);
    const oid = oidOf(members[0], what);
    must(!extensions.has(oid), `${what} says a thing twice`);
    const critical = members.length > 2 && contentOf(members[1], 0x01, what)[0] !== 0;
    extensions.set(oid, { critical, value: octetsOf(members.at(-1), what) });
  }
  return extensions;
}

const extensionOf = ({ extensions, what }, oid) => {
  const found = extensions.get(oid);
  return found === undefined ? undefined : { critical: found.critical, value: readBer(found.value, what) };
};

const attributeNames = {
  '2.5.4.3': 'CN',
  '2.5.4.5': 'serialNumber',
  '2.5.4.6': 'C',
  '2.5.4.7': 'L',
  '2.5.4.8': 'ST',
  '2.5.4.10': 'O',
  '2.5.4.11': 'OU',
};

/** A name for people: `C=DE, O=Example, CN=Time stamps 1`. */
export function nameOf(name, what) {
  return membersOf(name, tags.sequence, what)
    .flatMap((set) => membersOf(set, tags.set, what, 1))
    .map((pair) => {
      const [type, value] = membersOf(pair, tags.sequence, what, 2);
      const oid = oidOf(type, what);
      must(value.members === undefined, `${what} has a malformed name`);
      const encoding = { 12: 'utf-8', 30: 'utf-16be' }[value.tag] ?? 'latin1';
      return `${attributeNames[oid] ?? oid}=${new TextDecoder(encoding).decode(value.content)}`;
    })
    .join(', ')
    .slice(0, 1000);
}

/** Names are the same whatever the case and the spaces (RFC 5280, 7.1). */
export const isName = (one, other) => folded(one) === folded(other);
const folded = (name) => name.normalize('NFKC').toLowerCase().replace(/\s+/g, ' ').trim();

/** Which usages a certificate is limited to, as a number of its first eight bits; undefined: to none. */
function keyUsageOf(certificate) {
  const found = extensionOf(certificate, extensionsRead.keyUsage);
  return found === undefined ? undefined : (contentOf(found.value, tags.bits, certificate.what)[1] ?? 0);
}

/** RFC 3161, 2.3: extended key usage is critical, and time stamping its one purpose; and it may sign at all. */
export function isForTimeStamping(certificate) {
  const { what } = certificate;
  const usage = extensionOf(certificate, extensionsRead.extendedKeyUsage);
  const purposes = usage === undefined ? [] : membersOf(usage.value, tags.sequence, what);
  const signs = keyUsageOf(certificate) ?? 0xff;
  return (
    usage?.critical === true &&
    purposes.length === 1 &&
    oidOf(purposes[0], what) === timeStamping &&
    (signs & 0xc0) !== 0
  );
}

/** How many CAs may follow below this one; undefined where it is no CA. */
function pathLengthOf(certificate) {
  const { what } = certificate;
  const found = extensionOf(certificate, extensionsRead.basicConstraints);
  const [isCa, length] = found === undefined ? [] : membersOf(found.value, tags.sequence, what);
  const may = ((keyUsageOf(certificate) ?? 0xff) & 0x04) !== 0;
  if (isCa?.tag !== 0x01 || isCa.content[0] === 0 || !may) return undefined;
  return length === undefined ? longestChain : Math.min(longestChain, smallOf(length, what, 2 ** 40));
}

/**
 * The anchor that a certificate leads to (RFC 5280, 6.1: signatures, names, validity, CA, key usage, path length). `others`
 * came with it and are trusted for nothing. Throws Tampered where there is none, Undecided where more than that counts.
 */
export async function anchorOf(certificate, { others, anchors, time, platform }) {
  let tried = 0;
  let expired = false;
  const leads = async (from, below) => {
    if (time < from.from || time > from.to) {
      expired = true;
      return undefined;
    }
    const critical = [...from.extensions].find(
      ([oid, each]) => each.critical && !Object.values(extensionsRead).includes(oid),
    );
    if (critical !== undefined)
      throw new Undecided(`${from.what} is limited in a way that is not known here (${critical[0]})`);
    const anchor = anchors.find((each) => same(each.bytes, from.bytes));
    if (anchor !== undefined) return anchor;
    if (below >= longestChain) return undefined;
    for (const issuer of [...anchors, ...others]) {
      const fits = below <= (pathLengthOf(issuer) ?? -1) && isName(issuer.subject, from.issuer);
      if (!fits || same(issuer.bytes, from.bytes)) continue;
      tried += 1;
      must(tried <= mostTried, 'its certificates are more than those of any chain');
      const { algorithm, signature, body: data, what } = from;
      const signed = { algorithm, hash: undefined, data, signature, platform };
      const found = (await isSignedBy(issuer.publicKey, signed, what)) && (await leads(issuer, below + 1));
      if (found) return found;
    }
    return undefined;
  };
  const anchor = await leads(certificate, 0);
  if (anchor !== undefined) return anchor;
  throw new Tampered(
    expired
      ? 'a certificate of its chain was not valid at that time'
      : 'its certificate does not lead to a CA that was pinned',
  );
}
