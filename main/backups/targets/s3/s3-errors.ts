import { HoldfastError } from '../../../../shared/errors.ts';
import { cutShort } from '../../container/repository-files.ts';
import {
  denied,
  missingFile,
  remoteFailed,
  remoteFull,
  unreachable,
  wrongCredentials,
} from '../remote-errors.ts';
import { readXml, textOf } from './xml.ts';

/** What the server refused, by its own code: https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html */
export interface S3Refusal {
  readonly status: number;
  readonly code: string;
  /** Where the server says that the bucket is. */
  readonly region: string | undefined;
}

export function readRefusal(status: number, headers: Headers, body: string): S3Refusal {
  const element = readXml(body);
  const told = element?.name === 'Error' ? element : undefined;
  return {
    status,
    code: plain(told && textOf(told, 'Code')) ?? `HTTP ${status}`,
    region: plain(headers.get('x-amz-bucket-region') ?? (told && textOf(told, 'Region'))),
  };
}

/** Only what cannot be anything but a word of the protocol goes into messages. */
const plain = (text: string | undefined) =>
  text !== undefined && /^[A-Za-z0-9-]{1,60}$/.test(text) ? text : undefined;

const wrong = new Set(['InvalidAccessKeyId', 'SignatureDoesNotMatch', 'InvalidToken', 'ExpiredToken']);
const full = new Set(['QuotaExceeded', 'XMinioStorageFull', 'InsufficientStorage', 'StorageFull']);
const elsewhere = new Set(['PermanentRedirect', 'TemporaryRedirect', 'AuthorizationHeaderMalformed']);
const passing = new Set([
  'SlowDown',
  'RequestTimeout',
  'InternalError',
  'ServiceUnavailable',
  'OperationAborted',
]);

/** Whether the same request may well be answered in a moment. */
export function isPassing({ status, code }: S3Refusal): boolean {
  return (
    !full.has(code) &&
    (status === 429 || (status >= 500 && status !== 501 && status !== 507) || passing.has(code))
  );
}

/** `server` and `bucket` name the place, `what` the file. */
export function refusalError(
  refusal: S3Refusal,
  { server, bucket, what }: { readonly server: string; readonly bucket: string; readonly what: string },
): HoldfastError {
  const { status, code, region } = refusal;
  if (wrong.has(code) || status === 401) return wrongCredentials(server, code);
  if (code === 'RequestTimeTooSkewed') return clockWrong(server);
  if (elsewhere.has(code) || status === 301 || status === 307) return otherRegion(server, region);
  if (full.has(code) || status === 507) return remoteFull(server, what);
  if (status === 403) return denied(server, `${what} in the bucket ${bucket}`);
  if (code === 'NoSuchBucket') return noBucket(server, bucket);
  if (status === 404) return missingFile(what);
  if (status === 416) return cutShort(what);
  if (isPassing(refusal)) return unreachable(server, code);
  return remoteFailed(server, what, code);
}

function clockWrong(server: string): HoldfastError {
  return new HoldfastError(
    'FORBIDDEN',
    `The clocks of this machine and of ${server} differ by more than 15 minutes, so it refuses every request. Set the clock.`,
    { reason: 'target-clock', server },
  );
}

function otherRegion(server: string, region: string | undefined): HoldfastError {
  const where = region === undefined ? '' : ` It says ${region}.`;
  return new HoldfastError(
    'VALIDATION',
    `The bucket lies in another region or at another address than ${server} was asked for.${where} Add the target with that region.`,
    {
      reason: 'target-region',
      issues: [{ path: 'place.region', reason: 'target-region' }],
      region: region ?? null,
    },
  );
}

function noBucket(server: string, bucket: string): HoldfastError {
  return new HoldfastError(
    'NOT_FOUND',
    `There is no bucket ${bucket} on ${server}. Make it there first, or correct its name.`,
    { kind: 'target-bucket', id: bucket, reason: 'target-bucket' },
  );
}
