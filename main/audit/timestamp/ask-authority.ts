import { HoldfastError } from '../../../shared/errors.ts';
import { isLoopback } from '../../../shared/loopback.ts';
import { networkCode, readAtMost } from '../../outside/http-answer.ts';

/** No answer is longer: a token with a chain of certificates has some 10 kB. */
const mostBytes = 64 * 1024;

export interface Asking {
  readonly url: string;
  readonly authorization: string | undefined;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

/** What signs in is neither in the address, which the log has in clear, nor sent over an open line. Throws VALIDATION. */
export function requireSafe(address: string, authorization: string | undefined): void {
  const { username, password, protocol, hostname } = new URL(address);
  if (username !== '' || password !== '') {
    throw new HoldfastError(
      'VALIDATION',
      'The address holds a password, and would stand in the log in clear. Give it as authorization.',
      { reason: 'timestamp-secret-in-address' },
    );
  }
  if (authorization !== undefined && protocol !== 'https:' && !isLoopback(hostname)) {
    throw new HoldfastError(
      'VALIDATION',
      'What signs in would be sent unencrypted. Use an https address, or no authorization.',
      { reason: 'timestamp-open-line' },
    );
  }
}

/** Sends a request by HTTP (RFC 3161, 3.4) and answers what comes back, unread. Throws UNAVAILABLE. */
export async function askAuthority(
  question: Uint8Array,
  { url, authorization, timeoutMs, signal }: Asking,
): Promise<Uint8Array> {
  const { host } = new URL(url);
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: {
        'content-type': 'application/timestamp-query',
        accept: 'application/timestamp-reply',
        ...(authorization === undefined ? {} : { authorization }),
      },
      body: Uint8Array.from(question),
      redirect: 'manual',
      signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
    });
    if (response.status !== 200) {
      await response.body?.cancel();
      throw refusal(host, response.status);
    }
    return await readAtMost(response, mostBytes, () =>
      unusableAnswer(host, `it is longer than ${mostBytes} bytes`),
    );
  } catch (error) {
    if (error instanceof HoldfastError) throw error;
    throw unreachable(host, error);
  }
}

/** What came back is no time stamp of what was asked; `why` says in what. */
export function unusableAnswer(host: string, why: string, cause?: unknown): HoldfastError {
  return new HoldfastError(
    'UNAVAILABLE',
    `The answer of the time-stamp authority ${host} was not kept: ${why}. Check its address and the pinned CA; if they are right, ask whoever runs it.`,
    { manager: 'audit', reason: 'timestamp-unusable', server: host, why },
    { cause },
  );
}

function refusal(host: string, status: number): HoldfastError {
  const told =
    status >= 300 && status < 400
      ? 'leads to another address, which is not followed: set that address'
      : 'does not take the request. Check its address, and what signs in to it';
  return new HoldfastError(
    'UNAVAILABLE',
    `The time-stamp authority ${host} answered with HTTP status ${status}: it ${told}.`,
    { manager: 'audit', reason: 'timestamp-status', server: host, status },
  );
}

function unreachable(host: string, error: unknown): HoldfastError {
  const code = networkCode(error);
  return new HoldfastError(
    'UNAVAILABLE',
    `The time-stamp authority ${host} cannot be reached (${code}). Check the network and its address; it is tried again after the next heartbeat.`,
    { manager: 'audit', reason: 'timestamp-unreachable', server: host },
    { cause: error },
  );
}
