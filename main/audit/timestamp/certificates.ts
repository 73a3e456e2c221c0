import { X509Certificate } from 'node:crypto';
import { HoldfastError } from '../../../shared/errors.ts';

const pem = /-----BEGIN CERTIFICATE-----[A-Za-z0-9+/=\s]+-----END CERTIFICATE-----/g;
const mostPinned = 10;

/** The certificates of a PEM text. Throws VALIDATION where there is none, or something that is none. */
export function parseCertificates(text: string): X509Certificate[] {
  const found = text.match(pem) ?? [];
  if (found.length === 0 || found.length > mostPinned) throw notCertificates();
  try {
    return found.map((each) => new X509Certificate(each));
  } catch (error) {
    throw notCertificates(error);
  }
}

/** CA certificates in the one form in which they are kept and compared. Throws VALIDATION, also for what is no CA's. */
export function caCertificates(text: string): string {
  const certificates = parseCertificates(text);
  if (!certificates.every(({ ca }) => ca)) {
    throw new HoldfastError(
      'VALIDATION',
      "A certificate is not one of a certification authority. Pin the CA's that issued the time-stamp authority's, not that itself.",
      { reason: 'timestamp-not-a-ca' },
    );
  }
  return certificates.map((certificate) => certificate.toString()).join('');
}

function notCertificates(cause?: unknown): HoldfastError {
  return new HoldfastError(
    'VALIDATION',
    `This holds no certificate in PEM form, or more than ${mostPinned}. The time-stamp authority publishes the certificate of its CA.`,
    { reason: 'timestamp-certificates' },
    { cause },
  );
}
