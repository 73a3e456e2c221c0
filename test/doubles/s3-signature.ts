import { createHash, createHmac } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

const encode = (text: string) =>
  encodeURIComponent(text).replace(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);

/** Signature Version 4 of a request, computed as the server does: https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html */
export function isSigned(request: IncomingMessage, body: Buffer, secret: string): boolean {
  const header = request.headers.authorization ?? '';
  const found =
    /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\d{8})\/([^/]+)\/s3\/aws4_request, ?SignedHeaders=([^,]+), ?Signature=([0-9a-f]{64})$/.exec(
      header,
    );
  if (found === null) return false;
  const [, , day = '', region = '', names = '', signature] = found;
  const one = (name: string) => String(request.headers[name] ?? '');
  const hash = one('x-amz-content-sha256');
  const bodyHash = createHash('sha256').update(body).digest('hex');
  const mayDiffer = hash === 'UNSIGNED-PAYLOAD' || hash.startsWith('STREAMING-');
  if (!mayDiffer && hash !== bodyHash) return false;
  const url = new URL(request.url ?? '', 'http://host');
  const path = decodeURIComponent(url.pathname).split('/').map(encode).join('/');
  const query = [...url.searchParams]
    .map(([name, value]) => `${encode(name)}=${encode(value)}`)
    .sort()
    .join('&');
  const headers = names.split(';').map((name) => `${name}:${one(name).trim().replace(/\s+/g, ' ')}\n`);
  const canonical = [request.method, path, query, headers.join(''), names, hash].join('\n');
  const toSign = [
    'AWS4-HMAC-SHA256',
    one('x-amz-date'),
    `${day}/${region}/s3/aws4_request`,
    createHash('sha256').update(canonical).digest('hex'),
  ].join('\n');
  const hmac = (key: string | Buffer, text: string) => createHmac('sha256', key).update(text).digest();
  const key = [region, 's3', 'aws4_request'].reduce<Buffer>(
    (last, text) => hmac(last, text),
    hmac(`AWS4${secret}`, day),
  );
  return hmac(key, toSign).toString('hex') === signature;
}
