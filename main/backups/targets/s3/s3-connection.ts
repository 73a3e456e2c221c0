import { setTimeout as sleep } from 'node:timers/promises';
import { AwsV4Signer } from 'aws4fetch';
import { HoldfastError } from '../../../../shared/errors.ts';
import { networkCode, readAtMost } from '../../../outside/http-answer.ts';
import { sha256Hex } from '../../container/repository-files.ts';
import type { S3Location } from '../location.ts';
import { noCredentials, tooLarge, unreachable } from '../remote-errors.ts';
import type { RemoteTiming } from '../remote-timing.ts';
import { isPassing, readRefusal, refusalError, type S3Refusal } from './s3-errors.ts';

export interface S3Request {
  readonly method: 'GET' | 'HEAD' | 'PUT' | 'DELETE';
  /** Empty: the bucket. */
  readonly key: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array<ArrayBuffer>;
  /** Statuses beside 2xx that are answered rather than thrown. */
  readonly expected?: readonly number[];
  /** Bytes of the answer. */
  readonly atMost?: number;
  /** How the file is named in errors. */
  readonly what: string;
}

export interface S3Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Buffer;
  /** Of what is not 2xx. */
  readonly refusal: S3Refusal | undefined;
  /** How often it was asked; more than once, and an earlier request may have been carried out unheard. */
  readonly attempts: number;
}

const ordinaryAnswer = 4 * 2 ** 20;
/** A request that gets less through than 16 KiB a second has come to a stop. */
const bytesPerMs = 16.384;

/**
 * Signed requests to one bucket (Signature Version 4), tried again with growing pauses while the server is busy or does not
 * answer. Never follows a redirect. Errors: those of `refusalError`.
 */
export class S3Connection {
  readonly server: string;
  readonly #location: S3Location;
  readonly #base: string;
  readonly #now: () => number;
  readonly #pauses: readonly number[];
  readonly #silenceMs: number;
  readonly #derivedKeys = new Map<string, ArrayBuffer>();

  constructor(location: S3Location, timing: RemoteTiming = {}) {
    const { protocol, host } = new URL(location.endpoint);
    this.server = host;
    this.#location = location;
    this.#base = location.pathStyle
      ? `${protocol}//${host}/${location.bucket}/`
      : `${protocol}//${location.bucket}.${host}/`;
    this.#now = timing.now ?? Date.now;
    this.#pauses = timing.pauses ?? [250, 1000, 4000];
    this.#silenceMs = timing.silenceMs ?? 30_000;
  }

  async request(request: S3Request): Promise<S3Answer> {
    const { expected = [], what } = request;
    for (let attempt = 1; ; attempt += 1) {
      const pause = this.#pauses[attempt - 1];
      try {
        const answer = await this.#once(request, attempt);
        if (answer.refusal === undefined || expected.includes(answer.status)) return answer;
        if (pause === undefined || !isPassing(answer.refusal)) {
          throw refusalError(answer.refusal, { server: this.server, bucket: this.#location.bucket, what });
        }
      } catch (error) {
        if (error instanceof HoldfastError) throw error;
        const failure = this.#networkError(error);
        if (pause === undefined || failure.data.reason !== 'target-unreachable') throw failure;
      }
      await sleep(pause);
    }
  }

  async #once(
    { method, key, query, headers, body, atMost, what }: S3Request,
    attempts: number,
  ): Promise<S3Answer> {
    const { credentials, region } = this.#location;
    if (credentials === null) throw noCredentials(this.server);
    const url = new URL(this.#base + key);
    for (const [name, value] of Object.entries(query ?? {})) url.searchParams.set(name, value);
    const limit = atMost ?? ordinaryAnswer;
    const signed = await new AwsV4Signer({
      method,
      url: url.href,
      headers: { ...headers, 'x-amz-content-sha256': sha256Hex(body ?? new Uint8Array()) },
      accessKeyId: credentials.accessKeyId,
      secretAccessKey: credentials.secretAccessKey,
      service: 's3',
      region,
      datetime: new Date(this.#now()).toISOString().replace(/[:-]|\.\d{3}/g, ''),
      cache: this.#derivedKeys,
    }).sign();
    const response = await fetch(signed.url, {
      method,
      headers: signed.headers,
      ...(body === undefined ? {} : { body }),
      redirect: 'manual',
      signal: AbortSignal.timeout(
        this.#silenceMs + Math.ceil(((body?.length ?? 0) + (atMost ?? 0)) / bytesPerMs),
      ),
    });
    const bytes = await readAtMost(response, response.ok ? limit : ordinaryAnswer, () =>
      tooLarge(this.server, what),
    );
    const refusal = response.ok
      ? undefined
      : readRefusal(response.status, response.headers, bytes.toString('utf8'));
    return { status: response.status, headers: response.headers, body: bytes, refusal, attempts };
  }

  #networkError(error: unknown): HoldfastError {
    const code = networkCode(error);
    if (!/CERT|SELF_SIGNED|TLS|UNABLE_TO_VERIFY/.test(code)) return unreachable(this.server, code, error);
    return new HoldfastError(
      'UNAVAILABLE',
      `The certificate of ${this.server} is not trusted (${code}). Name the authority's certificate file in NODE_EXTRA_CA_CERTS and start again.`,
      { manager: 'backups', reason: 'target-certificate', server: this.server },
      { cause: error },
    );
  }
}
