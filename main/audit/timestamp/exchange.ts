import { fromBER, Integer, Null, OctetString, Sequence } from 'asn1js';
import { AlgorithmIdentifier, MessageImprint, PKIStatus, TimeStampReq, TimeStampResp } from 'pkijs';
import { HoldfastError } from '../../../shared/errors.ts';
import { openToken, type Stamp, type TokenCheck } from './token.ts';

const sha256 = '2.16.840.1.101.3.4.2.1';
const nonceLength = 16;

export interface TimestampQuestion {
  /** SHA-256 of what is stamped. */
  readonly imprint: Uint8Array;
  readonly nonce: Uint8Array;
  readonly policy: string | null;
}

/** A nonce of 128 bits, less the two that make it a positive INTEGER of that length in DER. */
export function newNonce(random: (length: number) => Uint8Array): Uint8Array {
  const nonce = Uint8Array.from(random(nonceLength));
  nonce[0] = ((nonce[0] ?? 0) & 0x3f) | 0x40;
  return nonce;
}

/** A TimeStampReq that asks for the certificate too (RFC 3161, 2.4.1), in DER. */
export function formatQuestion({ imprint, nonce, policy }: TimestampQuestion): Uint8Array {
  const request = new TimeStampReq({
    version: 1,
    messageImprint: new MessageImprint({
      hashAlgorithm: new AlgorithmIdentifier({ algorithmId: sha256, algorithmParams: new Null() }),
      hashedMessage: new OctetString({ valueHex: Uint8Array.from(imprint) }),
    }),
    ...(policy === null ? {} : { reqPolicy: policy }),
    nonce: new Integer({ valueHex: Uint8Array.from(nonce) }),
    certReq: true,
  });
  return new Uint8Array(request.toSchema().toBER());
}

/** The token of a TimeStampResp (RFC 3161, 2.4.2) and what it says, fully verified against the question. Throws INTEGRITY. */
export function openAnswer(
  answer: Uint8Array,
  { imprint, nonce, policy }: TimestampQuestion,
  anchors: TokenCheck['anchors'],
): { readonly token: Uint8Array; readonly stamp: Stamp } {
  const token = tokenIn(answer);
  const stamp = openToken(token, { imprint, anchors });
  if (stamp.nonce === undefined || Buffer.compare(stamp.nonce, nonce) !== 0)
    throw unusable('it answers another request (nonce)');
  if (policy !== null && stamp.policy !== policy)
    throw unusable(`it was made under the policy ${stamp.policy}`);
  return { token, stamp };
}

function tokenIn(answer: Uint8Array): Uint8Array {
  const { response, token } = parsed(answer);
  const { status } = response.status;
  if (status !== PKIStatus.granted && status !== PKIStatus.grantedWithMods) {
    throw unusable(`the authority refused the request (${PKIStatus[status] ?? `status ${status}`})`);
  }
  if (token === undefined) throw unusable('it holds no time stamp');
  return token;
}

function parsed(answer: Uint8Array) {
  try {
    const { offset, result } = fromBER(answer);
    if (offset !== answer.length || !(result instanceof Sequence)) throw unusable(noResponse);
    const token = result.valueBlock.value[1]?.valueBeforeDecodeView;
    return { response: new TimeStampResp({ schema: result }), token: token && Uint8Array.from(token) };
  } catch (error) {
    if (error instanceof HoldfastError) throw error;
    throw unusable(noResponse, error); // the parser's own words help nobody
  }
}

const noResponse = 'it is no time-stamp response';

function unusable(what: string, cause?: unknown): HoldfastError {
  return new HoldfastError('INTEGRITY', `The answer is not valid: ${what}.`, { problems: [what] }, { cause });
}
