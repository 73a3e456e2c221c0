import { encodeBase64 } from '../base64.ts';
import { type AuthorityRow, sha256, type TimestampRow } from './timestamp-rows.ts';

/** What the log says of who is asked; `certificates`: SHA-256. */
export function authorityFacts({ url, policy, certificates, every_hours }: AuthorityRow) {
  return {
    certificates: encodeBase64(sha256(certificates)),
    everyHours: every_hours,
    policy: policy ?? '',
    url,
  };
}

/** What the log says of a stamp beside the root; `certificates` and `token`: SHA-256. */
export function stampFacts({
  size,
  time,
  authority,
  certificates,
  token,
}: Pick<TimestampRow, 'size' | 'time' | 'authority' | 'certificates' | 'token'>) {
  return {
    authority,
    certificates: encodeBase64(sha256(certificates)),
    size,
    time,
    token: encodeBase64(sha256(token)),
  };
}
