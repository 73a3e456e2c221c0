// Time stamps of the log's head: that each is of a checkpoint of this log, and what its authority's word is worth.
import { fromBase64, hex, same, toBase64, utf8 } from './bytes.mjs';
import { parsePem } from './certificates.mjs';
import { must, Tampered, Undecided } from './findings.mjs';
import { readToken, verifyToken } from './token.mjs';

/**
 * What a time stamp of `seen`, a checkpoint of this log, proves: {size, time, accuracy, authority, ca, fingerprint}; or
 * {size, time, why}: it is not decided here. `leafOf` answers what an entry says that is in the log. Throws Tampered.
 */
export async function checkTimestamp(stamped, { seen, leafOf, origin, platform }) {
  try {
    const bytes = fromBase64(String(stamped.token));
    must(bytes !== undefined, 'it is malformed');
    const stamp = readToken(bytes);
    must(
      same(stamp.imprint, await platform.sha256(utf8.encode(String(stamped.note)))),
      'it is of other bytes (message imprint)',
    );
    const { size } = seen;
    const { time, accuracy } = stamp;
    if (stamped.certificates === undefined)
      return { size, time, why: 'the bundle does not say which CA was pinned for it' };
    const proven = await provenBy(stamp, String(stamped.certificates), platform);
    const hashes = [utf8.encode(String(stamped.certificates)), bytes].map((each) => platform.sha256(each));
    const [certificates, token] = (await Promise.all(hashes)).map(toBase64);
    const told = await leafOf("The entry of the bundle's time stamp", stamped.leaf);
    must(
      told.act === 'log.timestamp' && told.who?.k === 'system' && told.res?.id === origin,
      'the entry that is to name it is another one',
    );
    const facts = { certificates, root: toBase64(seen.root), size, time, token };
    must(
      Object.entries(facts).every(([name, value]) => told.x?.[name] === value),
      'it is not what the log says of it',
    );
    return { size, time, accuracy, ...proven };
  } catch (error) {
    if (!(error instanceof Tampered)) throw error;
    throw new Tampered(`A time stamp of seal.json does not hold: ${error.message}`);
  }
}

/** Who vouches for a token: {authority, ca, fingerprint}; or {why} it is not decided here. */
async function provenBy(stamp, certificates, platform) {
  try {
    const anchors = parsePem(certificates, 'the certificate that was pinned for it');
    const { authority, ca } = await verifyToken(stamp, anchors, platform);
    return {
      authority: authority.subject,
      ca: ca.subject,
      fingerprint: hex(await platform.sha256(ca.bytes)),
    };
  } catch (error) {
    if (error instanceof Undecided) return { why: error.message };
    throw error;
  }
}

/** What is left unproven of a stamp that was not decided. */
export const undecidedStamp = ({ size, time, why }) =>
  `That the installation's log had its first ${size} entries at ${new Date(time).toISOString()}: the bundle holds a time stamp of that checkpoint, which is not checked here: ${why}. \`openssl ts -verify\` may; docs/formats/audit-bundle.md says how.`;

/** And of one that holds. */
export const trustInStamp =
  'That the authority of the time stamp deserves trust: its word is worth what that of the CA is which the installation pinned. Compare the fingerprint with the one that the authority publishes.';

/** `± 1 s`, as an authority states how far its clock may be off. */
const accuracyText = (milliseconds) =>
  milliseconds === null
    ? 'accuracy not stated'
    : `± ${milliseconds >= 1000 ? `${milliseconds / 1000} s` : `${milliseconds} ms`}`;

/** One stamp that holds, as a line. */
export const stampText = ({ entries, of, time, accuracy, authority, ca, fingerprint }) =>
  `${entries} of ${of} entries at ${new Date(time).toISOString()} (${accuracyText(accuracy)}) by ${authority}, under the pinned CA ${ca}, SHA-256 fingerprint ${fingerprint}`;
