import type { ForwardProblem, LetterReason } from '../../../shared/forwarding.ts';

/** Nothing gets through for now. `detail`: a code of the system's or a status, no text of the other side's. */
export class DeliveryFailure extends Error {
  override readonly name = 'DeliveryFailure';
  readonly reason: ForwardProblem;
  readonly detail: string;
  /** What the other side asks to be left alone for. */
  readonly retryAfterMs: number | undefined;

  constructor(reason: ForwardProblem, detail = '', retryAfterMs?: number) {
    super(detail === '' ? reason : `${reason}: ${detail}`);
    this.reason = reason;
    this.detail = detail;
    this.retryAfterMs = retryAfterMs;
  }
}

/** The other side takes anything but these entries. */
export class EntriesRefused extends Error {
  override readonly name = 'EntriesRefused';
  readonly reason: LetterReason;
  readonly detail: string;
  /** Sending them again leads nowhere. */
  readonly final: boolean;

  constructor(reason: LetterReason, detail: string, final = false) {
    super(`${reason}: ${detail}`);
    this.reason = reason;
    this.detail = detail;
    this.final = final;
  }
}

const untrusted = new Set([
  'CERT_HAS_EXPIRED',
  'CERT_NOT_YET_VALID',
  'CERT_REJECTED',
  'CERT_REVOKED',
  'CERT_SIGNATURE_FAILURE',
  'CERT_UNTRUSTED',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'ERR_TLS_CERT_ALTNAME_INVALID',
  'INVALID_CA',
  'INVALID_PURPOSE',
  'PATH_LENGTH_EXCEEDED',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
]);

/** What an error of a socket means; `otherwise` where its code tells no more. */
export function socketFailure(error: unknown, otherwise: 'unreachable' | 'connection-lost'): DeliveryFailure {
  if (error instanceof DeliveryFailure) return error;
  const code = error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
  if (untrusted.has(code)) return new DeliveryFailure('untrusted', code);
  if (code.startsWith('ERR_SSL_') || code.startsWith('ERR_OSSL_')) return new DeliveryFailure('tls', code);
  if (code === 'ETIMEDOUT') return new DeliveryFailure('timeout', code);
  return new DeliveryFailure(otherwise, code);
}
