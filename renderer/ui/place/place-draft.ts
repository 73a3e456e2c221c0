import type { Client } from '../../rpc/api.tsx';
import { shellWord } from '../command-line.tsx';

type Addition = Parameters<Client['backups']['addTarget']>[0];
type Place = Addition['place'];
type RemotePlace = Exclude<Place, { readonly kind: 'folder' }>;
type Credentials = NonNullable<Addition['credentials']>;
export type Kind = Place['kind'];
type SignIn = 'password' | 'private-key';

/** What stands in the fields of a place for backups; each kind of place uses some of them. */
export interface PlaceDraft {
  readonly kind: Kind;
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

export const emptyPlace: PlaceDraft = {
  kind: 'folder',
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

const isPort = (text: string) => /^\d{1,5}$/.test(text) && Number(text) >= 1 && Number(text) <= 65_535;

/** Whether everything that is needed stands there; what it is worth, the core says. */
export function isPlaceComplete(draft: PlaceDraft): boolean {
  const { kind, path, endpoint, bucket, host, port, username } = draft;
  if (kind === 'folder') return path !== '';
  const place = kind === 's3' ? endpoint && bucket : host && username && path && isPort(port);
  return Boolean(place) && credentialsOf(draft) !== undefined;
}

/** undefined: not all of them stand there. */
export function credentialsOf(draft: PlaceDraft): Credentials | undefined {
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
export function placeOf(draft: PlaceDraft, hostKey: string | undefined): Place {
  return draft.kind === 'folder' ? { kind: 'folder', path: draft.path } : remotePlaceOf(draft, hostKey);
}

/** Of a place on another machine and what signs in there; undefined where it is a folder, or not all of it stands there. */
export function remoteOf(
  draft: PlaceDraft,
  hostKey: string | undefined,
): { readonly place: RemotePlace; readonly credentials: Credentials } | undefined {
  const credentials = draft.kind === 'folder' ? undefined : credentialsOf(draft);
  return credentials && { place: remotePlaceOf(draft, hostKey), credentials };
}

function remotePlaceOf(draft: PlaceDraft, hostKey: string | undefined): RemotePlace {
  const { kind, path, endpoint, bucket, prefix, region, virtualHost, host, port, username } = draft;
  if (kind === 's3') {
    return {
      kind,
      endpoint,
      bucket,
      prefix: prefix.replace(/^\/+|\/+$/g, ''),
      pathStyle: !virtualHost,
      ...(region === '' ? {} : { region }),
    };
  }
  const key = hostKey === undefined ? {} : { hostKey };
  return { kind: 'sftp', host, port: Number(port), username, path, ...key };
}

/** The options that go with the address on the command line; secrets stand in a file. */
export function placeOptions(draft: PlaceDraft, hostKey: string | undefined): string[] {
  const { kind, region, virtualHost } = draft;
  return [
    ...(kind === 's3' && region !== '' ? [`--region ${shellWord(region)}`] : []),
    ...(kind === 's3' && virtualHost ? ['--virtual-host'] : []),
    ...(kind === 'folder' ? [] : ['--credentials-file FILE']),
    ...(kind === 'sftp' && hostKey !== undefined ? [`--host-key ${shellWord(hostKey)}`] : []),
  ];
}

/** As people write it, also while it is not complete. */
export function addressText(draft: PlaceDraft): string {
  const { kind, path, endpoint, bucket, prefix, host, port, username } = draft;
  if (kind === 'folder') return path || 'FOLDER';
  if (kind === 's3') {
    const parts = [endpoint.replace(/\/+$/, '') || 'https://HOST', bucket || 'BUCKET', prefix];
    return `s3:${parts.filter((part) => part !== '').join('/')}`;
  }
  const shownPort = port === '22' || port === '' ? '' : `:${port}`;
  return `sftp://${username || 'USER'}@${host || 'HOST'}${shownPort}${path || '/PATH'}`;
}
