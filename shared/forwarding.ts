import { isLoopback } from './loopback.ts';
// Where entries of the audit log are forwarded to. One form for the contract, the command line, control.db and the screens.

export const forwardKinds = ['syslog-tcp', 'syslog-tls', 'webhook'] as const;
export type ForwardKind = (typeof forwardKinds)[number];

/** `ocsf`: an event of OCSF 1.6. `record`: the bytes of the log's leaf, whose hash is in the tree. */
export const forwardFormats = ['ocsf', 'record'] as const;
export type ForwardFormat = (typeof forwardFormats)[number];

/** What goes to a destination: every entry, or those by which the log tells of alerts. */
export const forwardContents = ['entries', 'alerts'] as const;
export type ForwardContent = (typeof forwardContents)[number];

/** Why nothing gets through for now; each is tried again. */
export const forwardProblems = [
  'unreachable', // no connection
  'timeout', // no answer in time
  'connection-lost', // ended while entries were on their way
  'unconfirmed', // a syslog server that did not close a connection that was ended
  'untrusted', // its certificate leads to no accepted authority, is for another name, or has expired
  'wrong-certificate', // its certificate is none of those that were pinned
  'tls', // no common version, or it does not accept the client certificate
  'secret-missing', // what signs in to it is not in the keyring, or belongs to another address
  'http-status', // it answered with an error that is not about one entry
  'redirect', // it wants the entries sent elsewhere
  'dead-letters-full', // it refuses so much that nothing more is set aside
  'here', // this side: the log or a database cannot be read or written
] as const;
export type ForwardProblem = (typeof forwardProblems)[number];

/** Why one entry was set aside: the webhook does not take it, or it is larger than the destination takes. */
export const letterReasons = ['refused', 'too-large'] as const;
export type LetterReason = (typeof letterReasons)[number];

/** More than this one destination may not refuse until somebody looks. */
export const mostDeadLetters = 1000;

/** Bytes of one syslog message that every receiver should take (RFC 5425 section 4.3.1). */
export const defaultMessageBytes = 8192;

export type ForwardPlace =
  | { readonly kind: 'syslog-tcp' | 'syslog-tls'; readonly host: string; readonly port: number }
  | { readonly kind: 'webhook'; readonly url: string };

/** RFC 5425 section 4.1; for plain TCP, where no port is assigned, what servers listen to by custom. */
const syslogPorts = { 'tcp:': 514, 'tls:': 6514 } as const;

/**
 * Reads `tcp://host[:port]`, `tls://host[:port]` or the URL of a webhook; undefined for anything else, and for one with a user, a
 * password, a query or a fragment, where secrets like to hide.
 */
export function readForwardAddress(text: string): ForwardPlace | undefined {
  if (text.length > 500 || !URL.canParse(text)) return undefined;
  const url = new URL(text);
  if (url.hostname === '' || `${url.username}${url.password}${url.search}${url.hash}` !== '')
    return undefined;
  if (url.protocol === 'http:' || url.protocol === 'https:') return { kind: 'webhook', url: url.href };
  if (url.protocol !== 'tcp:' && url.protocol !== 'tls:') return undefined;
  if (url.pathname !== '' && url.pathname !== '/') return undefined;
  const host = url.hostname.replace(/^\[|\]$/g, '').toLowerCase();
  if (!/^[a-z0-9._:-]{1,253}$/.test(host)) return undefined;
  const port = url.port === '' ? syslogPorts[url.protocol] : Number(url.port);
  if (port === 0) return undefined;
  return { kind: url.protocol === 'tcp:' ? 'syslog-tcp' : 'syslog-tls', host, port };
}

/** As people write it. */
export function forwardAddress(place: ForwardPlace): string {
  if (place.kind === 'webhook') return place.url;
  const host = place.host.includes(':') ? `[${place.host}]` : place.host;
  return `${place.kind === 'syslog-tcp' ? 'tcp' : 'tls'}://${host}:${place.port}`;
}

/** Whether entries would cross a network in clear to a webhook: http to another machine. */
export function isPlainHttp(place: ForwardPlace): boolean {
  if (place.kind !== 'webhook') return false;
  const { protocol, hostname } = new URL(place.url);
  return protocol === 'http:' && !isLoopback(hostname);
}
