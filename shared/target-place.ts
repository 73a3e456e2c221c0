import { z } from 'zod';

// Where a backup target lies. One form for the contract, the command line, control.db and the threads.

const noControls = (text: string) => !/\p{C}/u.test(text);

/** Scheme, host and port alone; plain http is for servers on the same machine or in the same rack. */
const endpoint = z
  .url({ protocol: /^https?$/ })
  .max(300)
  .refine((text) => {
    const { origin, username } = new URL(text);
    return username === '' && (text === origin || text === `${origin}/`);
  }, 'scheme, host and port only')
  .transform((text) => new URL(text).origin);

/** Characters that every S3 server signs alike, so that no key has two spellings. */
const prefix = z
  .string()
  .max(500)
  .regex(/^(?:[A-Za-z0-9._-]+(?:\/[A-Za-z0-9._-]+)*)?$/, 'letters, digits, ".", "_", "-", parted by "/"')
  .refine((text) => !text.split('/').some((part) => /^\.+$/.test(part)), 'no part of dots alone');

export const s3Place = z.strictObject({
  kind: z.literal('s3'),
  endpoint,
  region: z
    .string()
    .regex(/^[A-Za-z0-9-]{1,64}$/)
    .default('us-east-1'),
  bucket: z.string().regex(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, '3 to 63 of a-z, 0-9, "." and "-"'),
  prefix: prefix.default(''),
  /** The bucket stands in the path; otherwise before the host. */
  pathStyle: z.boolean().default(true),
});
export type S3Place = z.output<typeof s3Place>;

export const hostKey = z.string().regex(/^SHA256:[A-Za-z0-9+/]{43}$/, 'SHA256: and 43 characters');

export const sftpPlace = z.strictObject({
  kind: z.literal('sftp'),
  host: z.string().regex(/^[A-Za-z0-9._:%-]{1,253}$/, 'a name or an address'),
  port: z.int().min(1).max(65_535).default(22),
  username: z
    .string()
    .min(1)
    .max(200)
    .refine((text) => noControls(text) && !/[@/:\s]/.test(text), 'no "@", "/", ":" or spaces'),
  /** Absolute on the server. */
  path: z
    .string()
    .max(4096)
    .regex(/^\/[^\0]*$/, 'absolute')
    .refine(noControls, 'no control characters'),
  /** Fingerprint of the server's key, as `ssh-keygen -l` shows it; another key is refused. */
  hostKey,
});
export type SftpPlace = z.output<typeof sftpPlace>;

/** Write-only: they go into the keyring and are never answered. */
const s3Credentials = z.strictObject({
  kind: z.literal('access-key'),
  accessKeyId: z.string().regex(/^[\x21-\x7e]{1,200}$/, 'visible ASCII'),
  secretAccessKey: z.string().regex(/^[\x21-\x7e]{1,400}$/, 'visible ASCII'),
});
export type S3Credentials = z.output<typeof s3Credentials>;

const sftpCredentials = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('password'), password: z.string().min(1).max(1000) }),
  z.strictObject({
    kind: z.literal('private-key'),
    /** The text of an OpenSSH or PEM key file. */
    privateKey: z.string().min(1).max(50_000),
    passphrase: z.string().min(1).max(1000).optional(),
  }),
]);
export type SftpCredentials = z.output<typeof sftpCredentials>;

export const targetCredentials = z.discriminatedUnion('kind', [s3Credentials, ...sftpCredentials.options]);
export type TargetCredentials = z.output<typeof targetCredentials>;

/** A place on another machine. */
export const remotePlace = z.discriminatedUnion('kind', [s3Place, sftpPlace]);
export type RemotePlace = z.output<typeof remotePlace>;

/** As people write it: `s3:https://host/bucket/prefix`, `sftp://user@host:port/path`. */
export function addressOf(place: S3Place | Omit<SftpPlace, 'hostKey'>): string {
  if (place.kind === 's3') {
    return `s3:${place.endpoint}/${place.bucket}${place.prefix === '' ? '' : `/${place.prefix}`}`;
  }
  const host = place.host.includes(':') ? `[${place.host}]` : place.host;
  return `sftp://${place.username}@${host}${place.port === 22 ? '' : `:${place.port}`}${place.path}`;
}

type Read =
  | { readonly kind: 'folder'; readonly path: string }
  | Pick<S3Place, 'kind' | 'endpoint' | 'bucket' | 'prefix'>
  | Omit<SftpPlace, 'hostKey'>;

/** Reads an address; anything that is neither S3 nor SFTP is a folder. Answers undefined for a broken address. */
export function readAddress(text: string): Read | undefined {
  if (/^s3:/i.test(text)) return readS3(text.slice(3));
  if (/^sftp:/i.test(text)) return readSftp(text);
  return { kind: 'folder', path: text };
}

function readS3(text: string): Read | undefined {
  if (!/^https?:\/\//i.test(text) || !URL.canParse(text)) return undefined;
  const { origin, username, password, pathname, search, hash } = new URL(text);
  const [bucket = '', ...rest] = pathname.replace(/^\/|\/+$/g, '').split('/');
  if (`${username}${password}${search}${hash}` !== '') return undefined;
  const read = s3Place.safeParse({ kind: 's3', endpoint: origin, bucket, prefix: rest.join('/') });
  if (!read.success) return undefined;
  return { kind: 's3', endpoint: read.data.endpoint, bucket: read.data.bucket, prefix: read.data.prefix };
}

function readSftp(text: string): Read | undefined {
  const found = /^sftp:\/\/([^@/:\s]+)@(?:\[([0-9A-Fa-f:.%]+)\]|([^:/[\]]+))(?::(\d{1,5}))?(\/.*)$/i.exec(
    text,
  );
  if (found === null) return undefined;
  const [, username, address, name, port, path] = found;
  const read = sftpPlace.omit({ hostKey: true }).safeParse({
    kind: 'sftp',
    host: address ?? name,
    port: port === undefined ? 22 : Number(port),
    username,
    path: path === '/' ? path : path?.replace(/\/+$/, ''),
  });
  return read.success ? read.data : undefined;
}
