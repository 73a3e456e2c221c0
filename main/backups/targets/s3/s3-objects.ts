import { createHash } from 'node:crypto';
import {
  type ByteRange,
  cutShort,
  fileExists,
  type Kept,
  keptTogether,
  sha256Hex,
} from '../../container/repository-files.ts';
import { remoteFailed } from '../remote-errors.ts';
import type { S3Answer, S3Connection, S3Request } from './s3-connection.ts';
import { childrenOf, readXml, textOf, type XmlElement } from './xml.ts';

export interface S3Object {
  readonly key: string;
  /** Bytes. */
  readonly size: number;
  /** Epoch milliseconds. */
  readonly modifiedMs: number | undefined;
}

interface Version {
  readonly key: string;
  readonly id: string;
  readonly isMarker: boolean;
}

/** No file of a repository is larger; restic's packs go to 128 MiB. */
const largestObject = 2 ** 29;

/** Objects of a bucket, with older versions and object lock looked after where they are removed. */
export class S3Objects {
  readonly #connection: S3Connection;
  #knowsConditions = true;

  constructor(connection: S3Connection) {
    this.#connection = connection;
  }

  get server(): string {
    return this.#connection.server;
  }

  async *list(prefix: string): AsyncGenerator<S3Object> {
    for await (const page of this.#pages({ 'list-type': '2', prefix }, 'continuation-token')) {
      for (const entry of childrenOf(page, 'Contents')) {
        const key = textOf(entry, 'Key');
        const size = Number(textOf(entry, 'Size'));
        const modified = Date.parse(textOf(entry, 'LastModified') ?? '');
        if (key === undefined || !key.startsWith(prefix) || !Number.isSafeInteger(size) || size < 0)
          throw this.#odd();
        yield { key, size, modifiedMs: Number.isNaN(modified) ? undefined : modified };
      }
    }
  }

  /** The names right below `prefix` that have something below them, without it and without the slash. */
  async folders(prefix: string): Promise<readonly string[]> {
    const names: string[] = [];
    for await (const page of this.#pages(
      { 'list-type': '2', prefix, delimiter: '/' },
      'continuation-token',
    )) {
      for (const entry of childrenOf(page, 'CommonPrefixes')) {
        const path = textOf(entry, 'Prefix');
        if (!path?.startsWith(prefix)) throw this.#odd();
        names.push(path.slice(prefix.length).replace(/\/$/, ''));
      }
    }
    return names;
  }

  /** Errors: NOT_FOUND, INTEGRITY (the range reaches past the end). */
  async get(key: string, what: string, range?: ByteRange): Promise<Buffer> {
    if (range?.length === 0) return Buffer.alloc(0);
    const headers =
      range === undefined ? {} : { range: `bytes=${range.offset}-${range.offset + range.length - 1}` };
    const atMost = range?.length ?? largestObject;
    const { status, body } = await this.#connection.request({ method: 'GET', key, headers, atMost, what });
    if (range === undefined) return body;
    if (status !== 206) throw remoteFailed(this.server, what, 'no ranges');
    if (body.length !== range.length) throw cutShort(what);
    return body;
  }

  /** Bytes, and the SHA-256 that the server found when it stored them, where it keeps one; undefined: there is none. */
  async head(key: string, what: string): Promise<{ size: number; sha256: string | undefined } | undefined> {
    const headers = { 'x-amz-checksum-mode': 'ENABLED' };
    const answer = await this.#connection.request({ method: 'HEAD', key, headers, expected: [404], what });
    if (answer.status === 404) return undefined;
    const size = Number(answer.headers.get('content-length'));
    if (!Number.isSafeInteger(size) || size < 0) throw this.#odd();
    const checksum = answer.headers.get('x-amz-checksum-sha256') ?? '';
    const isWhole = /^[A-Za-z0-9+/]{43}=$/.test(checksum);
    return { size, sha256: isWhole ? Buffer.from(checksum, 'base64').toString('hex') : undefined };
  }

  /** Errors: NOT_FOUND, FORBIDDEN, UNAVAILABLE. */
  async requireBucket(): Promise<void> {
    // HEAD would answer without saying why; nothing begins like this, so that the listing is empty
    const query = { 'list-type': '2', prefix: 'nothing-begins-so/' };
    await this.#connection.request({ method: 'GET', key: '', query, what: 'the listing' });
  }

  /** The server computes the SHA-256 again and refuses other bytes. Errors: CONFLICT where there is one already. */
  async putNew(key: string, bytes: Uint8Array, what: string): Promise<void> {
    if ((await this.head(key, what)) !== undefined) throw fileExists(what);
    const put = (conditions: Record<string, string>) =>
      this.#put(key, bytes, what, { headers: conditions, expected: [409, 412, 501] });
    let answer: S3Answer | undefined;
    if (this.#knowsConditions) {
      answer = await put({ 'if-none-match': '*' });
      this.#knowsConditions = answer.status !== 501;
    }
    if (!this.#knowsConditions) answer = await put({});
    if (answer?.refusal === undefined) return;
    // an earlier attempt may have been carried out without our hearing of it
    const isOurs = answer.attempts > 1 && (await this.hash(key, what)) === sha256Hex(bytes);
    if (!isOurs) throw fileExists(what);
  }

  async replace(key: string, bytes: Uint8Array, what: string): Promise<Kept | undefined> {
    const { headers } = await this.#put(key, bytes, what, {});
    return !hasVersions(headers) ? undefined : await this.#removeVersions(key, { butNewest: true });
  }

  async hash(key: string, what: string): Promise<string> {
    return (await this.head(key, what))?.sha256 ?? sha256Hex(await this.get(key, what));
  }

  /** Removes an object with all its versions; answers those that an object lock or a missing right keeps. */
  async remove(key: string, what: string): Promise<Kept | undefined> {
    const { headers } = await this.#connection.request({ method: 'DELETE', key, what });
    // a bucket without versions has none to look for
    return !hasVersions(headers) ? undefined : await this.#removeVersions(key, { butNewest: false });
  }

  async #put(key: string, bytes: Uint8Array, what: string, more: Pick<S3Request, 'headers' | 'expected'>) {
    const body = new Uint8Array(bytes);
    const headers = {
      'content-type': 'application/octet-stream',
      'x-amz-checksum-sha256': createHash('sha256').update(body).digest('base64'),
      ...more.headers,
    };
    return await this.#connection.request({ method: 'PUT', key, body, what, ...more, headers });
  }

  /** Removes what lies below `prefix`, which ends in a slash, with all versions, those of removed objects too. */
  async removeAll(prefix: string, what: string): Promise<Kept | undefined> {
    let isVersioned = false;
    for await (const { key } of this.list(prefix)) {
      const { headers } = await this.#connection.request({ method: 'DELETE', key, what });
      isVersioned ||= hasVersions(headers);
    }
    const versions = await this.#versions(prefix);
    if (versions !== undefined) return await this.#removeThese(versions);
    // what was removed before is listed no more; a removal of anything tells whether the bucket keeps versions
    const key = `${prefix}config`;
    isVersioned ||= hasVersions((await this.#connection.request({ method: 'DELETE', key, what })).headers);
    return isVersioned ? { files: 1, until: null } : undefined;
  }

  /** Versions with bytes below `prefix`, which ends in a slash, and until when they are locked; undefined: none that can be seen. */
  async kept(prefix: string): Promise<Kept | undefined> {
    const kept: Kept[] = [];
    for (const version of (await this.#versions(prefix)) ?? []) {
      if (!version.isMarker) kept.push(await this.#lockOf(version));
    }
    return keptTogether(kept);
  }

  async #removeVersions(
    key: string,
    { butNewest }: { readonly butNewest: boolean },
  ): Promise<Kept | undefined> {
    const versions = (await this.#versions(key))?.filter((version) => version.key === key);
    if (versions === undefined) return { files: 1, until: null };
    return await this.#removeThese(versions.slice(butNewest ? 1 : 0));
  }

  async #removeThese(versions: readonly Version[]): Promise<Kept | undefined> {
    const kept = new Map<string, Kept>();
    for (const version of versions) {
      if (version.isMarker) continue;
      const left = keptTogether([kept.get(version.key), await this.#removeVersion(version)]);
      if (left !== undefined) kept.set(version.key, left);
    }
    // without its marker an older version would come back
    for (const version of versions) {
      if (version.isMarker && !kept.has(version.key)) await this.#removeVersion(version);
    }
    return keptTogether([...kept.values()]);
  }

  async #removeVersion({ key, id }: Version): Promise<Kept | undefined> {
    const query = { versionId: id };
    const what = 'an older version';
    const answer = await this.#connection.request({ method: 'DELETE', key, query, expected: [403], what });
    return answer.status === 403 ? await this.#lockOf({ key, id }) : undefined;
  }

  /** Until when an object lock keeps a version. */
  async #lockOf({ key, id }: Pick<Version, 'key' | 'id'>): Promise<Kept> {
    const query = { versionId: id };
    const head = await this.#connection.request({
      method: 'HEAD',
      key,
      query,
      expected: [403, 404, 405],
      what: 'an older version',
    });
    const until = Date.parse(head.headers.get('x-amz-object-lock-retain-until-date') ?? '');
    const isHeld = head.headers.get('x-amz-object-lock-legal-hold') === 'ON';
    return { files: 1, until: isHeld || Number.isNaN(until) ? null : until };
  }

  /** Of every key that begins so, newest first; undefined where the server has none or does not let us see them. */
  async #versions(prefix: string): Promise<readonly Version[] | undefined> {
    const found: Version[] = [];
    const request = { method: 'GET', key: '', what: 'the versions' } as const;
    let query: Record<string, string> = { versions: '', prefix };
    for (;;) {
      const answer = await this.#connection.request({ ...request, query, expected: [400, 403, 405, 501] });
      const page = answer.refusal === undefined ? readXml(answer.body.toString('utf8')) : undefined;
      // some servers answer the plain listing
      if (page?.name !== 'ListVersionsResult') return undefined;
      for (const entry of page.children) {
        const isMarker = entry.name === 'DeleteMarker';
        if (!isMarker && entry.name !== 'Version') continue;
        const [key, id] = [textOf(entry, 'Key'), textOf(entry, 'VersionId')];
        if (key === undefined || id === undefined || !key.startsWith(prefix)) throw this.#odd();
        found.push({ key, id, isMarker });
      }
      const [keyMarker, versionMarker] = [textOf(page, 'NextKeyMarker'), textOf(page, 'NextVersionIdMarker')];
      if (textOf(page, 'IsTruncated') !== 'true' || keyMarker === undefined) return found;
      if (query['key-marker'] === keyMarker && query['version-id-marker'] === versionMarker)
        throw this.#odd();
      query = { ...query, 'key-marker': keyMarker, 'version-id-marker': versionMarker ?? '' };
    }
  }

  async *#pages(query: Record<string, string>, tokenName: string): AsyncGenerator<XmlElement> {
    let token: string | undefined;
    do {
      const asked = token === undefined ? query : { ...query, [tokenName]: token };
      const request = { method: 'GET', key: '', query: asked, what: 'the listing' } as const;
      const page = this.#parsed((await this.#connection.request(request)).body, 'ListBucketResult');
      yield page;
      const next = textOf(page, 'IsTruncated') === 'true' ? textOf(page, 'NextContinuationToken') : undefined;
      if (next !== undefined && next === token) throw this.#odd();
      token = next;
    } while (token !== undefined);
  }

  #parsed(body: Buffer, name: string): XmlElement {
    const page = readXml(body.toString('utf8'));
    if (page?.name !== name) throw this.#odd();
    return page;
  }

  #odd() {
    return remoteFailed(this.server, 'a request', 'an answer that is not S3');
  }
}

const hasVersions = (headers: Headers) =>
  headers.get('x-amz-version-id') !== null || headers.get('x-amz-delete-marker') !== null;
