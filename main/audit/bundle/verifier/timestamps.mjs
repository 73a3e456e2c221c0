// What a time-stamp token says (RFC 3161, 2.4.2), without whether its signature fits: that takes X.509, which openssl has.
import { hex } from './bytes.mjs';

const sha256Oid = '0609608648016503040201';

/** The SHA-256 imprint of a token and the time that it states, in epoch milliseconds; undefined where it is not read here. */
export function timestampIn(token) {
  const [, wrapped] = derValues(token, 0x30)?.[0]?.members ?? [];
  const signedData = wrapped?.members?.[0];
  const content = signedData?.members?.[2]?.members?.[1]?.members?.[0];
  const info = content?.tag === 0x04 ? derValues(content.bytes, 0x30)?.[0] : undefined;
  const [, , imprint, , time] = info?.members ?? [];
  const [algorithm, hash] = imprint?.members ?? [];
  if (algorithm === undefined || hash?.tag !== 0x04 || time?.tag !== 0x18) return undefined;
  if (!hex(algorithm.bytes).startsWith(sha256Oid)) return undefined;
  const [, ...parts] =
    /^(\d{4})(\d{2})(\d{2})(\d{2})(\d{2})(\d{2})(\.\d{1,9})?Z$/.exec(
      String.fromCharCode(...time.bytes.subarray(0, 30)),
    ) ?? [];
  if (parts.length === 0) return undefined;
  const [year, month, ...rest] = parts.slice(0, 6).map(Number);
  return { imprint: hash.bytes, time: Date.UTC(year, month - 1, ...rest) };
}

/** The values of DER in `bytes`, each with those inside it where it is made of others; undefined for anything else. */
function derValues(bytes, first, depth = 0) {
  if (depth > 12 || (first !== undefined && bytes[0] !== first)) return undefined;
  const found = [];
  for (let at = 0; at < bytes.length; ) {
    const tag = bytes[at];
    let length = bytes[at + 1];
    let start = at + 2;
    if (length > 0x80 && length <= 0x84) {
      const more = length - 0x80;
      length = bytes.subarray(start, start + more).reduce((sum, byte) => sum * 256 + byte, 0);
      start += more;
    } else if (!(length < 0x80)) return undefined;
    if (start + length > bytes.length) return undefined;
    const inside = bytes.subarray(start, start + length);
    const made = (tag & 0x20) !== 0 ? derValues(inside, undefined, depth + 1) : undefined;
    found.push({ tag, bytes: inside, members: made });
    at = start + length;
  }
  return found;
}
