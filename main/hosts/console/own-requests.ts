import type { IncomingHttpHeaders } from 'node:http';

const loopback = /^(localhost|127\.0\.0\.1|\[::1\])(:\d{1,5})?$/;
const changing = new Set(['POST', 'PUT', 'PATCH', 'DELETE']);

/**
 * Whether a request is one that our own page could have made. Another site's page cannot choose its Host (a name that was bound
 * to this machine's address later shows here) nor its Origin. A tunnel changes the port, so any port will do, but Host and Origin
 * have to agree. Answers what is wrong, or nothing.
 */
export function objectionTo(
  method: string,
  headers: Pick<IncomingHttpHeaders, 'host' | 'origin'> & {
    readonly 'sec-fetch-site'?: string | string[] | undefined;
  },
  upgrade = false,
): 'host' | 'origin' | undefined {
  const { host, origin } = headers;
  if (host === undefined || !loopback.test(host)) return 'host';
  const own = `http://${host}`;
  if (origin !== undefined && origin !== own) return 'origin';
  if (origin === undefined && (upgrade || changing.has(method))) return 'origin';
  const site = headers['sec-fetch-site'];
  return site === undefined || site === 'same-origin' || site === 'none' ? undefined : 'origin';
}

/** How a request that is not our page's is refused: a status (RFC 9110 sections 15.5.20 and 15.5.4) and one line. */
export const refusals = {
  host: [421, 'This console answers only under the names of its own machine.'],
  origin: [403, 'This request comes from another site.'],
} as const;
