import type { X509Certificate } from 'node:crypto';

const longest = 8;
/** No chain needs so many signatures looked at; certificates that vouch for each other in circles would need no end. */
const mostTried = 100;

/** What of a certificate `X509Certificate` does not tell: how many CAs may follow below it. */
export type PathLength = (certificate: X509Certificate) => number | undefined;

export interface Chain {
  readonly end: X509Certificate;
  /** Certificates that came with it, trusted for nothing by themselves. */
  readonly others: readonly X509Certificate[];
  readonly anchors: readonly X509Certificate[];
  /** Epoch milliseconds at which each certificate has to be valid. */
  readonly time: number;
}

/**
 * Why a certificate does not lead to one of the anchors (RFC 5280, 6.1: signatures, validity, CA, key usage, path length);
 * undefined where it does. Revocation, name constraints and policies are not looked at: an offline machine cannot.
 */
export function chainProblem(
  { end, others, anchors, time }: Chain,
  pathLength: PathLength,
): string | undefined {
  let expired = false;
  let tried = 0;
  const leads = (certificate: X509Certificate, below: number): boolean => {
    if (time < Date.parse(certificate.validFrom) || time > Date.parse(certificate.validTo)) {
      expired = true;
      return false;
    }
    if (anchors.some(({ raw }) => raw.equals(certificate.raw))) return true;
    if (below >= longest) return false;
    return [...anchors, ...others].some(
      (issuer) =>
        issuer.ca &&
        !issuer.raw.equals(certificate.raw) &&
        below <= (pathLength(issuer) ?? longest) &&
        certificate.checkIssued(issuer) &&
        ++tried <= mostTried &&
        certificate.verify(issuer.publicKey) &&
        leads(issuer, below + 1),
    );
  };
  if (leads(end, 0)) return undefined;
  return expired
    ? 'a certificate of its chain was not valid at that time'
    : 'its certificate does not lead to a pinned CA';
}
