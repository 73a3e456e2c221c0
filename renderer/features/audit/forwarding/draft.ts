import type { ForwardDestination } from '../../../../shared/contract/audit/forwarding.ts';
import {
  type ForwardContent,
  type ForwardFormat,
  type ForwardKind,
  isPlainHttp,
  readForwardAddress,
} from '../../../../shared/forwarding.ts';
import type { Severity } from '../../../../shared/severities.ts';
import type { Client } from '../../../rpc/api.tsx';
import { shellWord } from '../../../ui/command-line.tsx';

type Addition = Parameters<Client['audit']['addDestination']>[0];
type Change = Parameters<Client['audit']['updateDestination']>[0];

/** What a destination is recognised by and signed in to with, as it stands in the fields. */
export interface TrustDraft {
  readonly kind: ForwardKind;
  /** Whether the connection is encrypted. */
  readonly secure: boolean;
  readonly ca: string;
  /** One a line. */
  readonly fingerprints: string;
  readonly bearerToken: string;
  readonly signingSecret: string;
  readonly client: boolean;
  readonly clientCertificate: string;
  readonly clientKey: string;
}

export interface Draft extends TrustDraft {
  readonly name: string;
  readonly server: string;
  readonly url: string;
  readonly plainHttp: boolean;
  readonly format: ForwardFormat;
  readonly what: ForwardContent;
  readonly severity: Severity;
  readonly tenant: string | undefined;
  readonly fromBeginning: boolean;
}

const emptyTrust = {
  ca: '',
  fingerprints: '',
  bearerToken: '',
  signingSecret: '',
  client: false,
  clientCertificate: '',
  clientKey: '',
};

export const emptyDraft: Draft = {
  ...emptyTrust,
  kind: 'syslog-tls',
  secure: true,
  name: '',
  server: '',
  url: '',
  plainHttp: false,
  format: 'ocsf',
  what: 'entries',
  severity: 'info',
  tenant: undefined,
  fromBeginning: false,
};

/** Of a destination that there is; what it was given is not shown again. */
export function trustOf({ kind, address, tls }: ForwardDestination): TrustDraft {
  const secure = kind === 'syslog-tls' || address.startsWith('https:');
  return { ...emptyTrust, kind, secure, fingerprints: tls.fingerprints.join('\n') };
}

function addressOf({ kind, server, url }: Draft): string {
  if (kind === 'webhook') return url.trim();
  return `${kind === 'syslog-tls' ? 'tls' : 'tcp'}://${server.trim()}`;
}

/** Whether entries would cross a network in clear to a webhook. */
export function needsConsent(draft: Draft): boolean {
  const place = readForwardAddress(addressOf(draft));
  return place !== undefined && isPlainHttp(place);
}

export function isComplete(draft: Draft): boolean {
  const place = readForwardAddress(addressOf(draft));
  if (draft.name.trim() === '' || place === undefined) return false;
  return (
    (place.kind === 'webhook') === (draft.kind === 'webhook') && (draft.plainHttp || !needsConsent(draft))
  );
}

const lines = (text: string) =>
  text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');

function secretsOf(draft: TrustDraft): NonNullable<Addition['secrets']> | undefined {
  const { kind, secure, bearerToken, signingSecret, client, clientCertificate, clientKey } = draft;
  const ofWebhook = kind === 'webhook';
  const given = {
    ...(ofWebhook && bearerToken !== '' ? { bearerToken } : {}),
    ...(ofWebhook && signingSecret !== '' ? { signingSecret } : {}),
    ...(secure && client ? { client: { certificate: clientCertificate, key: clientKey } } : {}),
  };
  return Object.keys(given).length === 0 ? undefined : given;
}

export function additionOf(draft: Draft): Addition {
  const { name, format, what, severity, tenant, fromBeginning, secure } = draft;
  const secrets = secretsOf(draft);
  return {
    name,
    address: addressOf(draft),
    format,
    what,
    minimumSeverity: severity,
    tenant,
    from: fromBeginning ? 'beginning' : 'now',
    plainHttp: needsConsent(draft) && draft.plainHttp,
    ...(secure && draft.ca.trim() !== '' ? { ca: draft.ca } : {}),
    ...(secure ? { fingerprints: lines(draft.fingerprints) } : {}),
    ...(secrets === undefined ? {} : { secrets }),
  };
}

/** What was filled in; the rest stays. */
export function changeOf(destinationId: string, name: string, draft: TrustDraft): Change {
  const secrets = secretsOf(draft);
  return {
    destinationId,
    name,
    ...(draft.secure ? { fingerprints: lines(draft.fingerprints) } : {}),
    ...(draft.secure && draft.ca.trim() !== '' ? { ca: draft.ca } : {}),
    ...(secrets === undefined ? {} : { secrets }),
  };
}

/** Options that both commands have; secrets stand in a file. */
export function trustWords(draft: TrustDraft): string[] {
  return [
    ...(draft.secure && draft.ca.trim() !== '' ? ['--ca-file FILE'] : []),
    ...(draft.secure ? lines(draft.fingerprints).map((line) => `--fingerprint ${shellWord(line)}`) : []),
    ...(secretsOf(draft) === undefined ? [] : ['--secrets-file FILE']),
  ];
}

/** The command that does the same. */
export function addCommand(draft: Draft): string {
  return [
    'holdfast audit forward add',
    shellWord(isComplete(draft) ? addressOf(draft) : 'ADDRESS'),
    `--name ${shellWord(draft.name.trim() || 'NAME')}`,
    ...(draft.format === 'ocsf' ? [] : [`--format ${draft.format}`]),
    ...(draft.what === 'entries' ? [] : [`--what ${draft.what}`]),
    ...(draft.severity === 'info' ? [] : [`--severity ${draft.severity}`]),
    ...(draft.tenant === undefined ? [] : [`--tenant ${draft.tenant}`]),
    ...(draft.fromBeginning ? ['--from-beginning'] : []),
    ...(needsConsent(draft) && draft.plainHttp ? ['--plain-http'] : []),
    ...trustWords(draft),
  ].join(' ');
}
