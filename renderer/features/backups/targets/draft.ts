import type { Client } from '../../../rpc/api.tsx';
import { shellWord } from '../../../ui/command-line.tsx';

type Addition = Parameters<Client['backups']['addTarget']>[0];
export type Credentials = NonNullable<Addition['credentials']>;
export type Kind = Addition['place']['kind'];
type SignIn = 'password' | 'private-key';

/** What stands in the fields; each kind of place uses some of them. */
export interface Draft {
  readonly kind: Kind;
  readonly name: string;
  /** kB a second; empty: as fast as it goes. */
  readonly limit: string;
  readonly path: string;
  readonly endpoint: string;
  readonly bucket: string;
  readonly prefix: string;
  readonly region: string;
  readonly virtualHost: boolean;
  readonly host: string;
  readonly port: string;
  readonly username: string;
  readonly signIn: SignIn;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly password: string;
  readonly privateKey: string;
  readonly passphrase: string;
}

export const emptyDraft: Draft = {
  kind: 'folder',
  name: '',
  limit: '',
  path: '',
  endpoint: '',
  bucket: '',
  prefix: '',
  region: '',
  virtualHost: false,
  host: '',
  port: '22',
  username: '',
  signIn: 'private-key',
  accessKeyId: '',
  secretAccessKey: '',
  password: '',
  privateKey: '',
  passphrase: '',
};

export const isLimit = (text: string) => text === '' || /^[1-9]\d{0,8}$/.test(text);
export const bytesPerSecond = (limit: string) => (limit === '' ? null : Number(limit) * 1000);
const isPort = (text: string) => /^\d{1,5}$/.test(text) && Number(text) >= 1 && Number(text) <= 65_535;

/** Whether everything that is needed stands there; what it is worth, the core says. */
export function isComplete(draft: Draft): boolean {
  const { kind, name, limit, path, endpoint, bucket, host, port, username } = draft;
  if (name.trim() === '' || !isLimit(limit)) return false;
  if (kind === 'folder') return path !== '';
  const place = kind === 's3' ? endpoint && bucket : host && username && path && isPort(port);
  return Boolean(place) && credentialsOf(draft) !== undefined;
}

/** undefined: not all of them stand there. */
export function credentialsOf(draft: Draft): Credentials | undefined {
  const { kind, accessKeyId, secretAccessKey, signIn, password, privateKey, passphrase } = draft;
  if (kind === 's3') {
    const isGiven = accessKeyId !== '' && secretAccessKey !== '';
    return isGiven ? { kind: 'access-key', accessKeyId, secretAccessKey } : undefined;
  }
  if (signIn === 'password') return password === '' ? undefined : { kind: 'password', password };
  if (privateKey === '') return undefined;
  return { kind: 'private-key', privateKey, ...(passphrase === '' ? {} : { passphrase }) };
}

/** `hostKey`: the fingerprint that was confirmed. */
export function additionOf(draft: Draft, hostKey: string | undefined): Addition {
  const { kind, name, limit } = draft;
  const credentials = kind === 'folder' ? undefined : credentialsOf(draft);
  return {
    name,
    bytesPerSecond: bytesPerSecond(limit),
    place: placeOf(draft, hostKey),
    ...(credentials === undefined ? {} : { credentials }),
  };
}

function placeOf(draft: Draft, hostKey: string | undefined): Addition['place'] {
  const { kind, path, endpoint, bucket, prefix, region, virtualHost, host, port, username } = draft;
  switch (kind) {
    case 'folder':
      return { kind, path };
    case 's3':
      return {
        kind,
        endpoint,
        bucket,
        prefix: prefix.replace(/^\/+|\/+$/g, ''),
        pathStyle: !virtualHost,
        ...(region === '' ? {} : { region }),
      };
    case 'sftp':
      return {
        kind,
        host,
        port: Number(port),
        username,
        path,
        ...(hostKey === undefined ? {} : { hostKey }),
      };
  }
}

/** The command that does the same; secrets stand in a file. */
export function addCommand(draft: Draft, hostKey: string | undefined): string {
  const { kind, name, limit, region, virtualHost } = draft;
  const rate = bytesPerSecond(limit);
  return [
    'holdfast backup target add',
    shellWord(addressText(draft)),
    `--name ${shellWord(name.trim() || 'NAME')}`,
    ...(kind === 's3' && region !== '' ? [`--region ${shellWord(region)}`] : []),
    ...(kind === 's3' && virtualHost ? ['--virtual-host'] : []),
    ...(kind === 'folder' ? [] : ['--credentials-file FILE']),
    ...(kind === 'sftp' && hostKey !== undefined ? [`--host-key ${shellWord(hostKey)}`] : []),
    ...(rate === null ? [] : [`--bytes-per-second ${rate}`]),
  ].join(' ');
}

function addressText({ kind, path, endpoint, bucket, prefix, host, port, username }: Draft): string {
  if (kind === 'folder') return path || 'FOLDER';
  if (kind === 's3') {
    const parts = [endpoint.replace(/\/+$/, '') || 'https://HOST', bucket || 'BUCKET', prefix];
    return `s3:${parts.filter((part) => part !== '').join('/')}`;
  }
  const shownPort = port === '22' || port === '' ? '' : `:${port}`;
  return `sftp://${username || 'USER'}@${host || 'HOST'}${shownPort}${path || '/PATH'}`;
}
