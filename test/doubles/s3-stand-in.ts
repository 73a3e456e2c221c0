import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { S3Location } from '../../main/backups/targets/location.ts';
import { isSigned } from './s3-signature.ts';

export interface StandInOptions {
  readonly versioned?: boolean;
  /** Each new version is kept so many milliseconds; needs versions. */
  readonly lockMs?: number;
  /** Keys in a page. */
  readonly page?: number;
  /** Whether the credentials may list and delete versions. */
  readonly mayVersions?: boolean;
  /** Answers the SHA-256 of what it stored. */
  readonly checksums?: boolean;
  /** Answers `If-None-Match` with 501. */
  readonly noConditions?: boolean;
}

interface Version {
  readonly id: string;
  readonly bytes: Buffer | null;
  readonly until: number;
}

const standInSecret = 'a/secret+of the=stand-in'.replaceAll(' ', '.');

/**
 * What Amazon documents of S3 and real test servers lack: signatures checked, paging, conditional writing, checksums,
 * versions and object lock. One bucket, `locked`, in memory.
 */
export class S3StandIn {
  readonly objects = new Map<string, Version[]>();
  /** Method and path of each request. */
  readonly asked: string[] = [];
  /** Called before an answer; true: the connection is cut off after the work was done. */
  breaksOff: (request: IncomingMessage) => boolean = () => false;
  options: StandInOptions;
  #made = 0;
  readonly #server = createServer((request, response) => void this.#serve(request, response));

  constructor(options: StandInOptions = {}) {
    this.options = options;
  }

  async start(): Promise<void> {
    await new Promise<void>((done) => this.#server.listen(0, '127.0.0.1', done));
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((done) => this.#server.close(done));
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  location(prefix = ''): S3Location {
    return {
      kind: 's3',
      endpoint: `http://127.0.0.1:${this.port}`,
      region: 'eu-central-1',
      bucket: 'locked',
      prefix,
      pathStyle: true,
      credentials: { kind: 'access-key', accessKeyId: 'STANDIN', secretAccessKey: standInSecret },
    };
  }

  /** What a listing shows. */
  keys(): string[] {
    return [...this.objects.keys()].filter((key) => this.#newest(key)?.bytes != null).sort();
  }

  /** Versions with bytes that lie there, shown or not. */
  bytesLeft(): number {
    return [...this.objects.values()].flat().filter(({ bytes }) => bytes !== null).length;
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const body = Buffer.concat(chunks);
    const url = new URL(request.url ?? '', 'http://host');
    this.asked.push(`${request.method} ${url.pathname}${url.search}`);
    const [, bucket, ...rest] = url.pathname.split('/').map(decodeURIComponent);
    const key = rest.join('/');
    const answer = !isSigned(request, body, standInSecret)
      ? refused(403, 'SignatureDoesNotMatch')
      : bucket !== 'locked'
        ? refused(404, 'NoSuchBucket')
        : key === ''
          ? this.#bucket(url.searchParams)
          : this.#object(request, key, url.searchParams, body);
    if (this.breaksOff(request)) return void request.socket.destroy();
    response.writeHead(answer.status, {
      ...answer.headers,
      'content-length': answer.length ?? answer.body.length,
    });
    response.end(request.method === 'HEAD' ? undefined : answer.body);
  }

  #newest(key: string): Version | undefined {
    return this.objects.get(key)?.[0];
  }

  #bucket(query: URLSearchParams): Answer {
    if (query.has('location')) return xml('<LocationConstraint>eu-central-1</LocationConstraint>');
    const prefix = query.get('prefix') ?? '';
    const page = this.options.page ?? 1000;
    if (query.has('versions')) return this.#versions(prefix, query, page);
    const delimiter = query.get('delimiter');
    const after = query.get('continuation-token') ?? '';
    const keys = this.keys().filter((key) => key.startsWith(prefix) && key > after);
    const folders = new Set<string>();
    const shown = keys.slice(0, page).flatMap((key) => {
      const end = delimiter ? key.indexOf(delimiter, prefix.length) : -1;
      if (end < 0) return [key];
      folders.add(key.slice(0, end + 1));
      return [];
    });
    const contents = shown.map(
      (key) =>
        `<Contents><Key>${key}</Key><LastModified>2026-01-02T03:04:05.000Z</LastModified><Size>${this.#newest(key)?.bytes?.length ?? 0}</Size></Contents>`,
    );
    const common = [...folders].map(
      (folder) => `<CommonPrefixes><Prefix>${folder}</Prefix></CommonPrefixes>`,
    );
    const next =
      keys.length > page
        ? `<IsTruncated>true</IsTruncated><NextContinuationToken>${keys[page - 1]}</NextContinuationToken>`
        : '<IsTruncated>false</IsTruncated>';
    return xml(
      `<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">${next}${contents.join('')}${common.join('')}</ListBucketResult>`,
    );
  }

  #versions(prefix: string, query: URLSearchParams, page: number): Answer {
    if (this.options.mayVersions === false) return refused(403, 'AccessDenied');
    const all = [...this.objects.entries()]
      .filter(([key]) => key.startsWith(prefix))
      .sort(([one], [other]) => (one < other ? -1 : 1))
      .flatMap(([key, versions]) => versions.map((version) => ({ key, ...version })));
    const marker = query.get('version-id-marker');
    const from = marker === null ? 0 : all.findIndex(({ id }) => id === marker) + 1;
    const shown = all.slice(from, from + page);
    const entries = shown.map(({ key, id, bytes }) => {
      const name = bytes === null ? 'DeleteMarker' : 'Version';
      return `<${name}><Key>${key}</Key><VersionId>${id}</VersionId></${name}>`;
    });
    const last = shown.at(-1);
    const next =
      last !== undefined && from + page < all.length
        ? `<IsTruncated>true</IsTruncated><NextKeyMarker>${last.key}</NextKeyMarker><NextVersionIdMarker>${last.id}</NextVersionIdMarker>`
        : '<IsTruncated>false</IsTruncated>';
    return xml(`<ListVersionsResult>${next}${entries.join('')}</ListVersionsResult>`);
  }

  #object(request: IncomingMessage, key: string, query: URLSearchParams, body: Buffer): Answer {
    const id = query.get('versionId');
    switch (request.method) {
      case 'PUT':
        return this.#put(request, key, plainBody(request, body));
      case 'DELETE':
        return id === null ? this.#delete(key) : this.#deleteVersion(key, id);
      default: {
        const versions = this.objects.get(key) ?? [];
        const version = id === null ? versions[0] : versions.find((one) => one.id === id);
        return version?.bytes == null
          ? refused(404, 'NoSuchKey')
          : this.#get(request, version, version.bytes);
      }
    }
  }

  #put(request: IncomingMessage, key: string, body: Buffer): Answer {
    const { versioned, lockMs = 0, noConditions } = this.options;
    const condition = request.headers['if-none-match'];
    if (condition !== undefined && noConditions) return refused(501, 'NotImplemented');
    if (condition === '*' && this.#newest(key)?.bytes != null) return refused(412, 'PreconditionFailed');
    const checksum = request.headers['x-amz-checksum-sha256'];
    if (checksum !== undefined && checksum !== sha256(body)) return refused(400, 'BadDigest');
    const version = { id: this.#id(), bytes: body, until: Date.now() + lockMs };
    this.objects.set(key, [version, ...(versioned ? (this.objects.get(key) ?? []) : [])]);
    return { ...empty(200), headers: versioned ? { 'x-amz-version-id': version.id } : {} };
  }

  #delete(key: string): Answer {
    if (!this.options.versioned) {
      this.objects.delete(key);
      return empty(204);
    }
    const marker = { id: this.#id(), bytes: null, until: 0 };
    this.objects.set(key, [marker, ...(this.objects.get(key) ?? [])]);
    return { ...empty(204), headers: { 'x-amz-version-id': marker.id, 'x-amz-delete-marker': 'true' } };
  }

  #deleteVersion(key: string, id: string): Answer {
    const versions = this.objects.get(key) ?? [];
    const found = versions.find((version) => version.id === id);
    if (this.options.mayVersions === false) return refused(403, 'AccessDenied');
    if (found !== undefined && this.#isLocked(found)) return refused(403, 'AccessDenied');
    const left = versions.filter((version) => version !== found);
    if (left.length === 0) this.objects.delete(key);
    else this.objects.set(key, left);
    return empty(204);
  }

  #get(request: IncomingMessage, version: Version, bytes: Buffer): Answer {
    const range = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? '');
    if (range !== null && Number(range[1]) >= bytes.length) return refused(416, 'InvalidRange');
    const body = range === null ? bytes : bytes.subarray(Number(range[1]), Number(range[2]) + 1);
    const asksChecksum = request.headers['x-amz-checksum-mode'] === 'ENABLED';
    return {
      status: range === null ? 200 : 206,
      body,
      headers: {
        'last-modified': 'Fri, 02 Jan 2026 03:04:05 GMT',
        etag: '"1"',
        ...(asksChecksum && this.options.checksums ? { 'x-amz-checksum-sha256': sha256(bytes) } : {}),
        ...(this.#isLocked(version)
          ? { 'x-amz-object-lock-retain-until-date': new Date(version.until).toISOString() }
          : {}),
      },
    };
  }

  #isLocked({ until, bytes }: Version): boolean {
    return (this.options.lockMs ?? 0) > 0 && bytes !== null && until > Date.now();
  }

  #id(): string {
    this.#made += 1;
    return `version-${this.#made}`;
  }
}

/** Without the signatures of its chunks: https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming.html */
function plainBody({ headers }: IncomingMessage, body: Buffer): Buffer {
  if (!String(headers['x-amz-content-sha256']).startsWith('STREAMING-')) return body;
  const chunks: Buffer[] = [];
  for (let at = 0; at < body.length; ) {
    const end = body.indexOf('\r\n', at);
    const length = Number.parseInt(body.toString('latin1', at, end), 16);
    chunks.push(body.subarray(end + 2, end + 2 + length));
    at = end + 2 + length + 2;
  }
  return Buffer.concat(chunks);
}

interface Answer {
  readonly status: number;
  readonly body: Buffer;
  readonly headers: Readonly<Record<string, string>>;
  readonly length?: number;
}

const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest('base64');
const empty = (status: number): Answer => ({ status, body: Buffer.alloc(0), headers: {} });
const xml = (text: string): Answer => ({
  status: 200,
  body: Buffer.from(`<?xml version="1.0" encoding="UTF-8"?>\n${text}`),
  headers: { 'content-type': 'application/xml' },
});
const refused = (status: number, code: string): Answer => ({
  ...xml(`<Error><Code>${code}</Code></Error>`),
  status,
});
